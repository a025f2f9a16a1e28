import { readFileSync, statSync } from "node:fs"
import { request } from "node:http"
import { Pool } from "pg"
import { askKeeper, keeperUrl } from "./ask-keeper"
import type { Kept, Lent } from "./keeper"
import type { Wish } from "./lendable-store"
import { deskAt, type Desk } from "../open-desk"
import { readSeeded } from "./seeded"
import { openStore, type Store } from "./store"

/** A store that the run's keeper has started. */
export type KeptStore = Store & Readonly<{ /** Gives it back. */ stop(): Promise<void> }>

/** A store that is lent. What its event bus brings other plugins of us, it notes in the table `test_heard`. */
export type LentStore = KeptStore &
  Readonly<{
    desk: Desk
    /** All that Medusa wrote since then. */
    logs(): string
  }>

/**
 * A running store, configured as lendable-store.ts says, for the caller alone until it is given back: for specs that
 * neither restart their store nor configure it. What an owner decides in the admin is the caller's wish.
 */
export async function borrowStore(wish: Wish = {}): Promise<LentStore> {
  const lease = await post(`${keeperUrl()}/lend`, JSON.stringify(wish))
  const lent = JSON.parse(lease.said) as Lent
  const from = statSync(lent.logFile).size
  return {
    ...(await openKept(lent, lease.close)),
    desk: deskAt(lent.deskPort),
    logs: () => readFileSync(lent.logFile).subarray(from).toString("utf8"),
  }
}

/** Sends and reads one line of the answer. The connection stays open until it is closed. */
async function post(url: string, body: string): Promise<{ said: string; close(): void }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", agent: false }, (answer) => {
      let said = ""
      answer.setEncoding("utf8").on("data", (text: string) => {
        said += text
        const isAnswer = answer.statusCode === 200 && said.endsWith("\n")
        if (isAnswer) resolve({ said, close: () => sent.destroy() })
      })
      answer.once("close", () => reject(new Error(said)))
    })
    sent.once("error", reject).end(body)
  })
}

/** The store with the admin panel and Medusa's roles, which all specs share that look at them and count nothing in it. */
export async function joinAdminStore(): Promise<KeptStore> {
  return openKept(JSON.parse(await askKeeper("/admin")) as Kept, () => undefined)
}

async function openKept(kept: Kept, giveBack: () => void): Promise<KeptStore> {
  const sql = new Pool({ connectionString: kept.databaseUrl, max: 4 })
  sql.on("error", () => undefined)
  return {
    ...openStore({ ...kept, sql, seeded: await readSeeded(sql) }),
    async stop() {
      await sql.end()
      giveBack()
    },
  }
}
