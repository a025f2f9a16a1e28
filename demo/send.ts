import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { Client } from "pg"
import { roundToCurrency, type Money } from "../src/domain/money"
import { loadRecordings } from "../src/gateways/conformance/recording"
import { findGateway } from "../src/gateways/find-gateway"
import { signedMessage, type SignedMessage } from "../integration-tests/support/messages"
import { demoAccounts, type Accounts } from "../integration-tests/support/store/accounts"
import { findRunning } from "./demo-folder"
import type { Signed, ToSign } from "./gateways"
import { readSendArguments, usage, type SendArguments } from "./send-arguments"

type Subject = Money & Readonly<{ sessionId: string }>

/** Signs a gateway's recorded message with an account's test secrets and sends it to the demo store. */
async function main(args: SendArguments): Promise<number> {
  const running = findRunning()
  const accounts = running
    ? (JSON.parse(readFileSync(running.accountsFile, "utf8")) as Accounts)
    : demoAccounts()
  const { account: accountId, recordings: wanted, says } = args
  const account = accountId === undefined ? undefined : accounts[accountId]
  if (accountId === undefined || !account) {
    console.error(`${usage}\n\nAccounts: ${Object.keys(accounts).join(", ")}`)
    return 2
  }
  const known = loadRecordings(
    join(resolve(__dirname, ".."), "src", "gateways", findGateway(account.gateway).id)
  )
  if (wanted.length === 0 || wanted.some((name) => !known.some((recording) => recording.name === name))) {
    const list = known.map((recording) => `  ${recording.name.padEnd(44)} ${recording.says}`).join("\n")
    console.error(`${usage}\n\nRecordings of ${accountId}:\n${list}`)
    return 2
  }
  if (!running && args.url === undefined) {
    console.error(
      "No demo runs in this folder: start one with `npm run demo`, or name an address with --url."
    )
    return 1
  }
  const found = running && (await findSubject(running.databaseUrl, account.provider_id, args.session))
  if (running && !found && args.session !== undefined && says.amount === undefined) {
    console.error(
      `The demo has no payment session "${args.session}": name one that it has, or give the amount with --amount.`
    )
    return 2
  }
  const subject = found ?? { sessionId: args.session ?? "payses_unknown", amount: "42.00", currency: "eur" }
  const messages = await Promise.all(
    wanted.map(
      async (name) =>
        [
          name,
          running
            ? await signAtDesk(running.deskUrl, {
                account: accountId,
                recording: name,
                subject,
                options: says,
              })
            : await signedMessage({ accounts }, accountId, name, subject, says),
        ] as const
    )
  )
  const rounds = Array.from({ length: args.times }, () => messages).flat()
  let accepted = true
  for (const [name, message] of args.shuffle ? shuffled(rounds) : rounds) {
    accepted = (await post(name, message, args.url ?? message.url)) && accepted
  }
  console.log(
    `About ${subject.sessionId}, ${says.amount ?? subject.amount} ${says.currency ?? subject.currency}`
  )
  return accepted ? 0 : 1
}

/** The session of the store that is named, else the newest of the provider; undefined when there is none. */
async function findSubject(
  databaseUrl: string,
  providerId: string,
  sessionId: string | undefined
): Promise<Subject | undefined> {
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
    return row && { sessionId: row.id, ...roundToCurrency(row.amount, row.currency_code) }
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

async function run(): Promise<number> {
  let args: SendArguments
  try {
    args = readSendArguments(process.argv.slice(2))
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    return 2
  }
  return main(args)
}

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
)
