import { execFileSync, spawnSync } from "node:child_process"
import { createWriteStream, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { knex, type Knex } from "@medusajs/framework/mikro-orm/knex"
import { fromDecimal } from "../../src/domain/money"
import { ourMoney } from "../../src/domain/our-money"
import type { LedgerFilter } from "../../src/modules/ipn/ledger/entries"
import { Ledger } from "../../src/modules/ipn/ledger/ledger"
import { describeWith } from "../support/left-out"
import { ledgerHistories } from "../support/ledger-histories"
import type { Database } from "../support/store/database"
import { createSeededDatabase } from "../support/store/start-store"

const hledger = {
  name: "hledger",
  isInstalled: spawnSync("hledger", ["--version"]).status === 0,
  install: "in Debian `apt-get install hledger`",
}

describeWith(hledger, "hledger, a program that we did not write, reads the journal", () => {
  const histories = ledgerHistories(400, 20_261_122)
  let database: Database
  let db: Knex
  let ledger: Ledger
  let folder: string

  beforeAll(async () => {
    database = await createSeededDatabase()
    db = knex({ client: "pg", connection: database.url, pool: { min: 0, max: 4 } })
    ledger = new Ledger(db)
    folder = mkdtempSync(join(tmpdir(), "ipn-journal-"))
    for (const { delivered, ...of } of histories) {
      for (let told = 1; told <= delivered.length; told++) {
        await ledger.post({ ...of, ...ourMoney(delivered.slice(0, told), "test") })
      }
    }
    const hostile = [
      "date:2026-99-99, date2:13/13 [2026-99-99=1/1]\n    assets:bank  1000000.00 EUR",
      "; comment\r\n2026-01-01 fake\n  assets:bank  1 EUR\n  x",
      "include /etc/passwd\ncomment\n\u2028\u0085",
      '=HYPERLINK("http://example.com")',
    ]
    for (const [index, note] of hostile.entries()) {
      const adjusted = await ledger.adjust({
        accountId: "shop-eu",
        debit: "expenses:chargeback fees",
        credit: "assets:gateway:shop-eu",
        money: fromDecimal("0.07", "eur"),
        actorId: "user_1",
        note,
        key: `hostile-${index}`,
      })
      expect(adjusted.kind).toBe("adjusted")
    }
  })
  afterAll(async () => {
    if (folder) rmSync(folder, { recursive: true, force: true })
    await db?.destroy()
    await database?.drop()
  })

  it("the histories hold what a ledger has to get right", async () => {
    const { rows } = await db.raw(
      `select array_agg(distinct entry order by entry) as entries, array_agg(distinct currency_code order by currency_code) as currencies,
              count(distinct lane_id)::int as lanes from ipn_ledger_entry`
    )
    const [found] = rows as { entries: string[]; currencies: string[]; lanes: number }[]
    expect(found?.entries).toEqual([
      "adjustment",
      "dispute",
      "fee",
      "payment",
      "payout",
      "refund",
      "reversal",
    ])
    expect(found?.currencies).toEqual(["clf", "eur", "jpy", "kwd", "usd"])
    expect(found?.lanes).toBeGreaterThan(200)
  })

  it.each<[string, LedgerFilter]>([
    ["of all time", {}],
    ["of a quarter", { from: new Date("2026-04-01"), to: new Date("2026-07-01") }],
    ["of one account", { accountId: "shop-us" }],
    ["of one account and currency", { accountId: "shop-eu", currency: "kwd" }],
    ["of a time in which nothing moved", { from: new Date("2020-01-01"), to: new Date("2020-02-01") }],
  ])("%s, finds no fault, and has every balance to the last digit", async (_, filter) => {
    const file = join(folder, "ledger.journal")
    await pipeline(Readable.from(ledger.asJournal(filter)), createWriteStream(file))
    expect(hledger(file, "check", "--strict", "ordereddates")).toBe("")
    expect(balancesOf(file)).toEqual(
      new Map(
        (await ledger.balances(filter))
          .filter(({ balance }) => /[1-9]/.test(balance))
          .map(({ ledger_account, currency_code, balance }) => [
            `${ledger_account} ${currency_code.toUpperCase()}`,
            balance,
          ])
      )
    )
    const { count } = await ledger.list(filter)
    const transactions = hledger(file, "print")
      .split("\n")
      .filter((line) => /^\d{4}-/.test(line))
    expect(transactions).toHaveLength(count)
  })

  function hledger(file: string, ...args: string[]): string {
    return execFileSync("hledger", ["--file", file, ...args], {
      encoding: "utf8",
      env: { ...process.env, LANG: "C.UTF-8", LC_ALL: "C.UTF-8" },
      maxBuffer: 64 * 1024 * 1024,
    })
  }

  /** What hledger adds up, by account and commodity. */
  function balancesOf(file: string): Map<string, string> {
    const csv = hledger(file, "balance", "--flat", "--no-total", "--layout=bare", "--output-format=csv")
    const lines = csv.split("\n").slice(1).filter(Boolean)
    return new Map(
      lines.flatMap((line): [string, string][] => {
        const [account, commodity, balance] = line.split(",").map((field) => field.replace(/^"|"$/g, ""))
        return balance && /[1-9]/.test(balance) ? [[`${account} ${commodity}`, balance]] : []
      })
    )
  }
})
