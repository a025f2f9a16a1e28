import type { Account, Confirmation, ConfirmIo, Message } from "../gateway"
import type { TakenOverOptions } from "./options"
import { readAnswer, readEvent } from "./read-answer"
import { isRefusal } from "./refusal"

/**
 * Asks the provider once what a message means; its answer becomes the event that is kept.
 * Denied: what the provider does not support, which is also how some answer to a forgery; what names no session; and a
 * signature that does not match. Only of the last is it said that it is a forgery.
 * @throws Error when the provider fails, also when it says so without naming a session: it is asked again.
 */
export async function confirm(
  message: Message,
  account: Account<TakenOverOptions>,
  io: ConfirmIo
): Promise<Confirmation> {
  const { provider } = account.config
  let answered: unknown
  try {
    answered = await io.askProvider(provider, message)
  } catch (error) {
    if (!isRefusal(error)) throw error
    return { kind: "denied", why: `the signature does not match the webhook secret of ${provider}` }
  }
  const answer = readAnswer(answered, provider)
  if (answer.action === "not_supported") {
    const why = `${provider} does not support it, or could not prove it`
    return { kind: "denied", why, maybeGenuine: true }
  }
  const { session } = answer
  if (session === undefined) {
    if (answer.action === "failed") throw new Error(`${provider} failed to read the message`)
    const why = `${provider} names no payment session of this store in it`
    return { kind: "denied", why, maybeGenuine: true }
  }
  const expected = await io.expected(session)
  return { kind: "confirmed", events: [readEvent(answer, session, expected, account)] }
}
