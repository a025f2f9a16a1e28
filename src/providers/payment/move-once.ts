import type { Logger } from "@medusajs/framework/types"
import { MedusaError } from "@medusajs/framework/utils"
import { compare, equals, subtract, type Money } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import { GatewayRefusedError } from "../../gateways/gateway"
import type { Ask, UnansweredAsk } from "../../modules/ipn/inbox/asked-money"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import type IpnModuleService from "../../modules/ipn/service"

const hourMs = 3_600_000
/**
 * How long a call is repeated under its own key. Stripe keeps keys for 24 hours at least, PayPal for 45 days; where a
 * gateway has none or forgets them sooner, it is asked for the mark that we left there.
 * https://docs.stripe.com/api/idempotent_requests, read 2026-11-30
 */
const repeatedForMs = 23 * hourMs
/** After so long no gateway still works on a call: what it does not tell of by then, it did not do. */
const underWayForMs = hourMs

type Around = Readonly<{
  ipn: IpnModuleService
  logger: Logger
  expected: ExpectedPayment
  /** The gateway's name. */
  title: string
  /** Calls the gateway and stores its answer. */
  call(input: Pick<Ask, "money" | "key">): Promise<readonly PaymentEvent[]>
  /** Asks the gateway what is so, stores it, and says how much of it was new. */
  askAround(): Promise<number>
}>

/**
 * Captures or refunds at the gateway, once for each that Medusa books. When the gateway's answer is lost it is not known
 * what it did: the same wish, made again, is the same call under the same key; another one is refused until that is
 * known. One at a time for each payment, in all processes.
 */
export async function moveOnce(around: Around, ask: Ask): Promise<void> {
  const { ipn } = around
  const { release } = await ipn.lock.acquire(`money:${ask.reference}`).catch((cause: unknown) => {
    throw refusal(`Another ${ask.kind} of this payment is under way: try again in a minute.`, cause)
  })
  try {
    const before = await ipn.askedMoney.findUnanswered(ask.kind, ask.reference, repeatedForMs)
    const isThere = before !== undefined && (await isBooked(around, before))
    if (before && !isThere && equals(before.money, ask.money) && isRepeatable(before)) {
      await repeat(around, before, ask)
      return
    }
    if (before) await conclude(around, before, isThere)
    const id = await ipn.askedMoney.begin(ask)
    try {
      await ipn.askedMoney.end(id, "done", { resource: refundIn(await around.call(ask)) })
    } catch (error) {
      if (error instanceof GatewayRefusedError) await ipn.askedMoney.end(id, "undone")
      throw error
    }
  } catch (error) {
    throw error instanceof MedusaError ? error : explain(around, ask, error as Error)
  } finally {
    await release()
  }
}

/** Makes the call of the earlier wish again, under its key, for the new one. */
async function repeat(around: Around, before: UnansweredAsk, ask: Ask): Promise<void> {
  const { ipn, expected } = around
  let resource: string | undefined
  try {
    resource = refundIn(await around.call(before))
  } catch (error) {
    // A no to a repeated call may be about the repeating: it was not made when the gateway itself does not tell of it.
    const isSure = error instanceof GatewayRefusedError || ageOf(before) > underWayForMs
    if (isSure && (await around.askAround().catch(() => 1)) === 0) {
      await ipn.askedMoney.end(before.id, "undone")
    }
    throw error
  }
  // Nobody books what the gateway told of it meanwhile, between looking whether somebody did and taking it for this wish.
  await ipn.lock.hold(await ipn.lockSubject(expected), async () => {
    const isThere = (await isBooked(around, before)) || (await ipn.askedMoney.isKept(before))
    await ipn.askedMoney.end(before.id, "done", { resource, ...(isThere ? { told: true } : { as: ask.key }) })
    if (isThere) throw madeAlready(around, before)
  })
  around.logger.info(about(around, `the ${spell(before)}, whose answer was lost, is made, once`))
}

/** Ends an earlier wish, so that another can be made, or says why it must wait. */
async function conclude(around: Around, before: UnansweredAsk, isThere: boolean): Promise<void> {
  const { ipn, title } = around
  if (isThere) {
    await ipn.askedMoney.end(before.id, "done", { told: true })
    if (isRepeatable(before)) throw madeAlready(around, before)
    return
  }
  if (ageOf(before) <= underWayForMs) {
    const amount = write(before.money)
    throw refusal(
      `The answer of ${title} to the ${spell(before)} was lost, so it may have been made or not: ask for ${amount} again first, it is not made twice, or do this one in ${title}'s own dashboard.`
    )
  }
  const news = await around.askAround()
  await ipn.askedMoney.end(before.id, "undone")
  if (news > 0) {
    throw refusal(
      `${title} was asked about the ${spell(before)}, whose answer was lost, and told news of this payment: look at the order in a minute, then ask again.`
    )
  }
}

/** Whether the gateway has told of so much since, and it was booked: the wish came true, or the same was done by hand. */
async function isBooked({ ipn }: Around, before: UnansweredAsk): Promise<boolean> {
  const since = subtract(await ipn.askedMoney.booked(before), before.booked)
  return compare(since, before.money) >= 0
}

function isRepeatable(before: UnansweredAsk): boolean {
  return ageOf(before) < repeatedForMs
}

function ageOf({ askedAt }: UnansweredAsk): number {
  return Date.now() - askedAt.getTime()
}

function refundIn(told: readonly PaymentEvent[]): string | undefined {
  return told.find(({ type }) => type.startsWith("refund."))?.resource
}

function madeAlready({ title }: Around, before: UnansweredAsk): MedusaError {
  return refusal(
    `${title} has told of so much since the ${spell(before)}, whose answer was lost, and it is booked: look at the order, and ask again only if you want another.`
  )
}

/** What an owner is told of a call that threw: the gateway's no, or that nobody knows. */
function explain(around: Around, { kind, money }: Ask, error: Error): MedusaError {
  const { title } = around
  const { message } = error
  if (error instanceof GatewayRefusedError) return refusal(`${title} refused: ${message}`, error)
  around.logger.warn(about(around, `the answer to a ${kind} of ${write(money)} was lost: ${message}`))
  return new MedusaError(
    MedusaError.Types.UNEXPECTED_STATE,
    `The answer of ${title} was lost (${message}), so this ${kind} may have been made or not: ask for ${write(money)} again, it is not made twice.`
  )
}

function refusal(sentence: string, cause?: unknown): MedusaError {
  return Object.assign(new MedusaError(MedusaError.Types.NOT_ALLOWED, sentence), cause ? { cause } : {})
}

function about({ expected }: Around, what: string): string {
  return `[ipn] [${expected.accountId}] ${expected.reference}: ${what}`
}

/** `refund of 5.00 EUR that was asked for on 2026-11-30 at 10:02 UTC` */
function spell({ kind, money, askedAt }: UnansweredAsk): string {
  const [day, time] = askedAt.toISOString().split("T")
  return `${kind} of ${write(money)} that was asked for on ${day} at ${time?.slice(0, 5)} UTC`
}

function write({ amount, currency }: Money): string {
  return `${amount} ${currency.toUpperCase()}`
}
