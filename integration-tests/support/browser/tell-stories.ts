import { settledTruth } from "../invariants"
import { waitForReview } from "../lanes"
import { deliver, send, signedMessage } from "../messages"
import { startPaying, type Paying } from "../paying"
import type { Store } from "../store/store"

/** Would run in a page that trusted it. */
export const payload = `"><img src=x onerror="window.stolen=1"><script>window.stolen=1</script>`

/** Payments of every kind that the admin's pages show. */
export type Stories = Readonly<{
  /** Paid in full, told three times. */
  paid: Paying
  /** Too little came: a person must decide. */
  short: Paying
  /** Paid, and disputed since. */
  disputed: Paying
  /** Whoever sent it put scripts in every field that is a text. */
  scripted: Paying
}>

/** Makes a sandbox gateway tell a store all of that; besides, something that nobody can read, and a forgery. */
export async function tellStories(store: Store): Promise<Stories> {
  const tell = async (
    ...of: Parameters<typeof signedMessage> extends [unknown, ...infer Rest] ? Rest : never
  ) => deliver(await signedMessage(store, ...of))
  const [paid, short, disputed, scripted] = [
    await startPaying(store),
    await startPaying(store),
    await startPaying(store),
    await startPaying(store, { product: "coffee-mug" }),
  ]
  const captured = await signedMessage(store, "sandbox", "payment.captured", paid)
  await deliver(captured)
  await deliver(captured)
  await tell("sandbox", "payment.captured", short, { amount: "3.00" })
  await tell("sandbox", "payment.captured", disputed)
  const hostile = JSON.stringify(payload).slice(1, -1)
  await tell("sandbox", "capture.failed", scripted, {
    // Of its own each time: another spec may have told the same store its stories.
    payment: `${hostile}${scripted.sessionId.slice(-8)}`,
    id: `${hostile}${scripted.sessionId.slice(-8)}`,
    edit: (body) => body.replaceAll("The card was declined.", hostile).replace('"declined"', `"${hostile}"`),
  })
  await settledTruth(store, paid)
  await settledTruth(store, disputed)
  await waitForReview(store, short.sessionId)
  await tell("sandbox", "dispute.opened", disputed)
  await settledTruth(store, disputed)
  await deliver(
    await signedMessage(store, "sandbox", "payment.captured", paid, { edit: () => `{"id":"evt_x"}` })
  )
  const forged = await signedMessage(store, "sandbox", "payment.captured", paid)
  const status = await send({ ...forged, body: Buffer.concat([forged.body, Buffer.from(" ")]) })
  if (status !== 401) throw new Error(`a forgery was answered ${status}`)
  return { paid, short, disputed, scripted }
}
