import { z } from "@medusajs/framework/zod"
import { readJson } from "../verification/strict-json"

/** Adyen leaves out what is empty, or writes null. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "")
const flag = z.union([z.enum(["true", "false"]), z.boolean().transform(String)])

/*
 * One item of a standard webhook; numbers arrive as their text. Field names:
 * https://docs.adyen.com/development-resources/webhooks/webhook-types and Adyen/adyen-openapi json/Webhooks-v1.json
 */
const itemSchema = z.looseObject({
  pspReference: text,
  originalReference: text,
  merchantAccountCode: text,
  merchantReference: text,
  amount: z
    .looseObject({
      value: z.string().regex(/^-?(?:0|[1-9]\d{0,17})$/, "is not a whole number"),
      currency: text,
    })
    .nullish(),
  eventCode: z.string().min(1).max(80),
  success: flag,
  eventDate: text,
  reason: text,
  additionalData: z.record(z.string(), z.unknown()).nullish(),
})

const notificationSchema = z.looseObject({
  live: flag,
  notificationItems: z.array(z.looseObject({ NotificationRequestItem: z.unknown() })).min(1),
})

export type AdyenItem = z.infer<typeof itemSchema>
export type AdyenNotification = Readonly<{ live: boolean; items: readonly AdyenItem[] }>

/**
 * The items of a standard webhook in JSON. An item that is not in Adyen's form is left out: it cannot be proven, and
 * must not sink the others.
 * @throws SyntaxError or ZodError when the message as a whole is not in Adyen's form.
 */
export function readNotification(body: Uint8Array): AdyenNotification {
  const { live, notificationItems } = notificationSchema.parse(readJson(body, { numbers: "text" }))
  return {
    live: live === "true",
    items: notificationItems.flatMap(
      (wrapper) => itemSchema.safeParse(wrapper.NotificationRequestItem).data ?? []
    ),
  }
}

/** A text in the unsigned part of an item; undefined when it is not there. */
export function additional(item: AdyenItem, name: string): string | undefined {
  const value = item.additionalData?.[name]
  return typeof value === "string" && value !== "" ? value : undefined
}
