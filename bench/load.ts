import autocannon from "autocannon"
import { coreMessage } from "./core-provider/sign"
import { sandboxMessage } from "./sandbox-message"

/** What to send; everything sent is a message of its own. */
export type Load = Readonly<{
  url: string
  sender: "sandbox" | "core"
  connections: number
  /** Either for so many seconds, or so many messages. */
  seconds?: number
  messages?: number
}>

export type LoadResult = Readonly<{ perSecond: number; accepted: number; p99Ms: number }>

const perSecondAtMost = 20_000

/** A program of its own, so that sending does not slow the store's process: `load.ts <JSON of Load>`, one JSON line back. */
async function main(): Promise<void> {
  const load = JSON.parse(process.argv[2] ?? "") as Load
  const unique = `${process.pid.toString(36)}${Date.now().toString(36)}`
  const count = load.messages ?? (load.seconds ?? 0) * perSecondAtMost
  const messages = Array.from({ length: count }, (_, i) => {
    const id = `bench_${unique}_${i}`
    return load.sender === "sandbox"
      ? sandboxMessage({ id, reference: `payses_${id}`, amount: "10.00", currency: "eur" })
      : coreMessage({ id, amount: 10 })
  })
  let next = 0
  const started = process.hrtime.bigint()
  const result = await autocannon({
    url: load.url,
    method: "POST",
    connections: load.connections,
    ...(load.messages === undefined ? { duration: load.seconds } : { amount: load.messages }),
    requests: [
      {
        setupRequest: (request: autocannon.Request) => {
          const message = messages[next++]
          if (!message) throw new Error("faster than the messages that were made beforehand")
          return { ...request, body: message.body, headers: message.headers }
        },
      },
    ],
  })
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${result.non2xx} of ${result.requests.total} were not accepted, ${result.errors} failed`)
  }
  const accepted = result["2xx"]
  const answer: LoadResult = { perSecond: accepted / seconds, accepted, p99Ms: result.latency.p99 }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
