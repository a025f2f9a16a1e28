import { createHash } from "node:crypto"
import { z } from "@medusajs/framework/zod"
import { equals } from "../../domain/money"
import type { CreateInput, Created, Io } from "../gateway"
import { callRazorpay, RazorpayRefusal } from "./api"
import type { RazorpayAccount } from "./config"
import { fromRazorpayAmount, toRazorpayAmount } from "./minor-units"
import { razorpayObjects, type RazorpayLink } from "./objects"

/** How many links that ended unpaid may come before a new one for the same reference and amount. */
const mostLinks = 20

/**
 * Makes a payment link, or finds the one that an earlier call made: Razorpay refuses a `reference_id` that was used.
 * When that link ended unpaid, the next one gets another `reference_id`. Our reference is in the notes.
 * https://razorpay.com/docs/api/payments/payment-links/create-standard/
 */
export async function createLink(input: CreateInput, account: RazorpayAccount, io: Io): Promise<Created> {
  for (let count = 0; count < mostLinks; count++) {
    const referenceId = referenceIdOf(input, count)
    const link = await postLink(input, referenceId, account, io).catch(async (error: unknown) => {
      const found = error instanceof RazorpayRefusal && (await findLink(referenceId, account, io))
      if (!found) throw error
      return found
    })
    if (link.status === "expired" || link.status === "cancelled") continue
    if (!equals(fromRazorpayAmount(link.amount, link.currency), input.money)) {
      throw new Error(`Razorpay's link ${link.id} asks for another amount`)
    }
    if (!link.short_url) throw new Error(`Razorpay gave no address for the payment link ${link.id}`)
    return { gatewayPayment: link.id, next: { kind: "redirect", url: link.short_url } }
  }
  throw new Error(`Razorpay has ${mostLinks} payment links for ${input.reference} that ended unpaid`)
}

function postLink(
  input: CreateInput,
  referenceId: string,
  account: RazorpayAccount,
  io: Io
): Promise<RazorpayLink> {
  const { expiresAfterMinutes } = account.config
  return callRazorpay(
    {
      method: "POST",
      path: "/v1/payment_links",
      body: {
        amount: toRazorpayAmount(input.money),
        currency: input.money.currency.toUpperCase(),
        accept_partial: false,
        reference_id: referenceId,
        description: input.description ?? "Order",
        ...(input.email ? { customer: { email: input.email } } : {}),
        notify: { sms: false, email: false },
        reminder_enable: false,
        notes: { ipn_reference: input.reference },
        callback_url: input.returnUrl,
        callback_method: "get",
        expire_by: Math.floor(io.now().getTime() / 1000) + expiresAfterMinutes * 60,
      },
    },
    razorpayObjects.paymentLink,
    account,
    io
  )
}

async function findLink(
  referenceId: string,
  account: RazorpayAccount,
  io: Io
): Promise<RazorpayLink | undefined> {
  const path = `/v1/payment_links?reference_id=${encodeURIComponent(referenceId)}`
  const schema = z.looseObject({ payment_links: z.array(razorpayObjects.paymentLink) })
  return (await callRazorpay({ method: "GET", path }, schema, account, io)).payment_links[0]
}

/** At most 40 characters, as Razorpay takes: our reference, and what tells its amounts and links apart. */
function referenceIdOf({ reference, money }: CreateInput, count: number): string {
  const digest = createHash("sha256")
    .update(`${reference} ${money.amount} ${money.currency} ${count}`)
    .digest("hex")
  return `${reference.slice(0, 33)}-${digest.slice(0, 6)}`
}
