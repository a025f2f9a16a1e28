import { z } from "@medusajs/framework/zod"
import type { PaymentEvent } from "../../domain/payment-event"
import { readJson } from "../verification/strict-json"

const ours = z.looseObject({ ipn_reference: z.string().optional(), session_id: z.string().optional() })

/**
 * Our reference in a transaction's metadata: written by `create`, or as `session_id` by the plugin
 * `medusa-payment-paystack`. Nothing where Paystack writes `0`, an empty text or nothing for metadata that is not there.
 */
export function referenceIn(metadata: unknown): Pick<PaymentEvent, "reference"> {
  const found = ours.safeParse(typeof metadata === "string" ? parsed(metadata) : metadata).data
  const reference = found?.session_id || found?.ipn_reference
  return reference ? { reference } : {}
}

function parsed(text: string): unknown {
  try {
    return readJson(text)
  } catch {
    return undefined
  }
}
