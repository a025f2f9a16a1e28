import { z } from "@medusajs/framework/zod"
import type { Message } from "../gateway"
import { readForm } from "../verification/ordered-form"
import { readJson } from "../verification/strict-json"

/** What a message is about. It holds no facts: Mercado Pago is asked about the object. */
export type Notice = Readonly<{
  topic: string
  /** The id of the object, from the query: the only part that a signature covers. */
  id: string
  /** Whether the query names it in today's way (`data.id`), which is what is signed. */
  isSignable: boolean
}>

const body = z.looseObject({ type: z.string().optional(), topic: z.string().optional() })

/**
 * What the query says: `data.id` and `type`, or in the older messages `id` and `topic`. The body is asked for the topic
 * only where the query names none. Undefined when there is no usable id.
 * https://www.mercadopago.com.ar/developers/en/docs/your-integrations/notifications/webhooks
 */
export function readNotice(message: Message): Notice | undefined {
  let query: ReadonlyMap<string, string>
  try {
    query = readForm(message.query, { maxBytes: 4096 })
  } catch {
    return undefined
  }
  const signable = query.get("data.id")
  const id = signable ?? query.get("id")
  if (!id || !/^[\w-]{1,64}$/.test(id)) return undefined
  const told = body.safeParse(readOrNothing(message.body)).data
  const topic = query.get("type") ?? query.get("topic") ?? told?.type ?? told?.topic ?? ""
  return { topic, id, isSignable: signable !== undefined }
}

const warning = z.looseObject({ payment_id: z.string().regex(/^[\w-]{1,64}$/) })

/** The payment that a fraud warning names in its body; undefined when it names none. */
export function warnedPayment(message: Message): string | undefined {
  return warning.safeParse(readOrNothing(message.body)).data?.payment_id
}

function readOrNothing(bytes: Uint8Array): unknown {
  try {
    return readJson(bytes, { numbers: "text" })
  } catch {
    return undefined
  }
}
