import type { PreparedMessage } from "../integration-tests/support/messages"
import { fillConfirmed } from "../src/gateways/conformance/recording"
import type { ConfirmIo, HttpRequest, HttpResponse } from "../src/gateways/gateway"
import type { Answer, Call } from "../src/gateways/simulation/http-server"
import { loopbackIo } from "../src/gateways/simulation/reader"

/** What gateways answer about messages that were sent in their name by hand, and that their simulators know nothing of. */
export type Announced = Readonly<{
  /** Notes what the recording says that the gateway answers when the store asks about the message. */
  announce(message: PreparedMessage): Promise<void>
  answer(call: Call): Answer | undefined
}>

export function createAnnounced(): Announced {
  const answers = new Map<string, HttpResponse>()
  return {
    async announce(message) {
      for (const [question, answer] of await questionsAbout(message)) answers.set(question, answer)
    },
    answer({ method, path, query, body }) {
      const known = answers.get(asKey(method, path, query, body))
      return known && { status: known.status, headers: known.headers, body: Buffer.from(known.body) }
    },
  }
}

/** All that the gateway is asked before the message is believed, with what its recording's sender answers. */
async function questionsAbout(message: PreparedMessage): Promise<[string, HttpResponse][]> {
  const { gateway, account: configured, sender, recording, values, unsigned } = message
  if (!gateway.confirm || !sender.answer) return []
  const { simulator: _, ...own } = configured.config as Record<string, unknown>
  const { simulator } = sender.account.config as Record<string, unknown>
  // As if it came from where the sender plays the gateway.
  const config = gateway.config.parse(simulator === undefined ? own : { ...own, simulator })
  const account = { ...configured, config }
  const asked = sender.sign(unsigned, account, values.at)
  const question = {
    account,
    message: asked,
    says: "yes",
    confirmed: fillConfirmed(recording, values),
  } as const
  const { reference, money, payment } = values
  const answers: [string, HttpResponse][] = []
  const io: ConfirmIo = {
    ...loopbackIo,
    now: () => values.at,
    expected: async (wanted) =>
      wanted === reference ? { reference, money, gatewayPayments: [payment] } : undefined,
    async request(request: HttpRequest) {
      const answer = sender.answer?.(request, question) ?? {
        status: 404,
        headers: {},
        body: new Uint8Array(),
      }
      const { pathname, searchParams } = new URL(request.url)
      if (answer.status < 300) {
        answers.push([asKey(request.method, pathname, searchParams, request.body), answer])
      }
      return answer
    },
  }
  // What it is read as is the store's business; junk may end in an error.
  await gateway.confirm(asked, account, io).catch(() => undefined)
  return answers
}

function asKey(
  method: string,
  path: string,
  query: URLSearchParams,
  body: string | Uint8Array | undefined
): string {
  const written = typeof body === "string" ? body : Buffer.from(body ?? []).toString("latin1")
  return `${method} ${path}?${query.toString()} ${written}`
}
