import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { Client } from "pg"
import { loadRecordings } from "../src/gateways/conformance/recording"
import { findGateway } from "../src/gateways/find-gateway"
import { signedMessage, type SignedMessage } from "../integration-tests/support/messages"
import { demoAccounts, type Accounts } from "../integration-tests/support/store/accounts"
import { findRunning } from "./demo-folder"
import type { Signed, ToSign } from "./gateways"

const usage = `npm run send -- <account> <recording> [options]
  --session <id>     the payment session that it is about; default: the newest of the account in the running demo
  --amount <12.00>   default: what the session asks for
  --currency <eur>
  --payment <id>     the gateway's id of the payment
  --id <id>          the id of the message: the same id is the same message
  --times <n>        how often it is sent
  --shuffle          several recordings, separated by commas, in another order each time
  --url <address>    instead of the running demo's notify address`

type Subject = Readonly<{ sessionId: string; amount: string; currency: string }>

/** Signs a gateway's recorded message with an account's test secrets and sends it to the demo store. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      session: { type: "string" },
      amount: { type: "string" },
      currency: { type: "string" },
      payment: { type: "string" },
      id: { type: "string" },
      times: { type: "string", default: "1" },
      shuffle: { type: "boolean", default: false },
      url: { type: "string" },
    },
  })
  const running = findRunning()
  const accounts = running
    ? (JSON.parse(readFileSync(running.accountsFile, "utf8")) as Accounts)
    : demoAccounts()
  const [accountId, names] = positionals
  const account = accountId === undefined ? undefined : accounts[accountId]
  if (accountId === undefined || !account) {
    console.error(`${usage}\n\nAccounts: ${Object.keys(accounts).join(", ")}`)
    return 2
  }
  const known = loadRecordings(
    join(resolve(__dirname, ".."), "src", "gateways", findGateway(account.gateway).id)
  )
  const wanted = names?.split(",") ?? []
  if (wanted.length === 0 || wanted.some((name) => !known.some((recording) => recording.name === name))) {
    const list = known.map(({ name, says }) => `  ${name.padEnd(44)} ${says}`).join("\n")
    console.error(`${usage}\n\nRecordings of ${accountId}:\n${list}`)
    return 2
  }
  if (!running && values.url === undefined) {
    console.error(
      "No demo runs in this folder: start one with `npm run demo`, or name an address with --url."
    )
    return 1
  }
  const subject = await findSubject(running?.databaseUrl, account.provider_id, values.session)
  const options = Object.fromEntries(
    Object.entries({
      amount: values.amount,
      currency: values.currency,
      payment: values.payment,
      id: values.id,
    }).filter(([, value]) => value !== undefined)
  )
  const messages = await Promise.all(
    wanted.map(
      async (name) =>
        [
          name,
          running
            ? await signAtDesk(running.deskUrl, { account: accountId, recording: name, subject, options })
            : await signedMessage({ accounts }, accountId, name, subject, options),
        ] as const
    )
  )
  const rounds = Array.from({ length: Number(values.times) }, () => messages).flat()
  let accepted = true
  for (const [name, message] of values.shuffle ? shuffled(rounds) : rounds) {
    accepted = (await post(name, message, values.url ?? message.url)) && accepted
  }
  console.log(
    `About ${subject.sessionId}, ${options.amount ?? subject.amount} ${options.currency ?? subject.currency}`
  )
  return accepted ? 0 : 1
}

/** What the message is about: a session of the store as it was asked for, or the newest that still waits. */
async function findSubject(
  databaseUrl: string | undefined,
  providerId: string,
  sessionId: string | undefined
): Promise<Subject> {
  const unknown = { sessionId: sessionId ?? "payses_unknown", amount: "42.00", currency: "eur" }
  if (databaseUrl === undefined) return unknown
  const sql = new Client({ connectionString: databaseUrl })
  await sql.connect()
  try {
    const { rows } = await sql.query<{ id: string; amount: string; currency_code: string }>(
      `select id, amount::text, currency_code from payment_session
        where ($1::text is not null and id = $1) or ($1::text is null and provider_id = $2 and deleted_at is null)
        order by created_at desc limit 1`,
      [sessionId ?? null, providerId]
    )
    const [row] = rows
    return row
      ? { sessionId: row.id, amount: Number(row.amount).toFixed(2), currency: row.currency_code }
      : unknown
  } finally {
    await sql.end()
  }
}

/** Has the program that plays the gateways sign: it has their keys, and they say yes when the store asks about it. */
async function signAtDesk(deskUrl: string, asked: ToSign): Promise<SignedMessage> {
  const response = await fetch(deskUrl, { method: "POST", body: JSON.stringify(asked) })
  if (!response.ok) throw new Error(((await response.json()) as { message: string }).message)
  const { body, ...message } = (await response.json()) as Signed
  return { ...message, body: Buffer.from(body, "base64") }
}

async function post(name: string, { method, headers, body }: SignedMessage, url: string): Promise<boolean> {
  const started = performance.now()
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(method === "POST" ? { body: Buffer.from(body) } : {}),
    })
    const answer = (await response.text()).slice(0, 300)
    console.log(
      `${name}: ${response.status} in ${(performance.now() - started).toFixed(1)} ms ${answer}`.trimEnd()
    )
    return response.ok
  } catch (error) {
    console.log(`${name}: the store cannot be reached at ${url} (${String((error as Error).cause ?? error)})`)
    return false
  }
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
)
