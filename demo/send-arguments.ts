import { parseArgs } from "node:util"

export type SendArguments = Readonly<{
  account: string | undefined
  recordings: readonly string[]
  /** The payment session that the message is about. */
  session: string | undefined
  /** What the message says in place of what the session says. */
  says: Readonly<{ amount?: string; currency?: string; payment?: string; id?: string }>
  times: number
  shuffle: boolean
  url: string | undefined
}>

export const usage = `npm run send -- <account> <recording> [options]
  --session <id>     the payment session that it is about; default: the newest of the account in the running demo, or a made-up one
  --amount <12.00>   default: what the session asks for
  --currency <eur>
  --payment <id>     the gateway's id of the payment
  --id <id>          the id of the message: the same id is the same message
  --times <n>        how often it is sent
  --shuffle          several recordings, separated by commas, in another order each time
  --url <address>    instead of the running demo's notify address`

const mostTimes = 10_000

/** @throws with a sentence when the arguments make no sense. */
export function readSendArguments(args: string[]): SendArguments {
  const { values, positionals } = parseArgs({
    args,
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
  const times = Number(values.times)
  if (!(Number.isInteger(times) && times >= 1 && times <= mostTimes)) {
    throw new Error(`--times must be a whole number from 1 to ${mostTimes}, not "${values.times}".`)
  }
  const { amount, currency, payment, id } = values
  const [account, names] = positionals
  return {
    account,
    recordings: names?.split(",") ?? [],
    session: values.session,
    says: {
      ...(amount === undefined ? {} : { amount }),
      ...(currency === undefined ? {} : { currency }),
      ...(payment === undefined ? {} : { payment }),
      ...(id === undefined ? {} : { id }),
    },
    times,
    shuffle: values.shuffle,
    url: values.url,
  }
}
