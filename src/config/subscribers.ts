import { z } from "@medusajs/framework/zod"

const wanted = "write false for a subscriber that the store does without, or has replaced by one of its own."
const one = z.boolean({ error: wanted }).default(true)

/** The plugin's own subscribers, each of which can be switched off. */
export const subscribersSchema = z.strictObject({
  /** Looks at an order's issues at once when money of it moves or it is cancelled. */
  watchOrder: one,
  /** Ends the alarm about a silent gateway with its first message. */
  watchAccount: one,
  /** Serves payments that wait for goods as soon as these are there. */
  serveRestocked: one,
})

export type Subscribers = z.infer<typeof subscribersSchema>
