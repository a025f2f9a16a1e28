import { z } from "@medusajs/framework/zod"
import { decodeBytes } from "../gateways/verification/decode-bytes"
import { secrets } from "../gateways/verification/secret"

const wanted =
  'write the full address that alerts are sent to, as in "https://alerts.example.com/payments"; only on this machine it may begin with http.'

/** Where alerts are sent as Standard Webhooks. */
export const alertWebhookSchema = z
  .strictObject({
    /** The receiver's address: https. */
    url: z.string({ error: wanted }).refine(isAlertUrl, wanted),
    /** Signs what is sent: `whsec_` and 24 to 64 random bytes in base64. While one is replaced both, the new one first. */
    secrets: secrets({
      what: "the alert webhook's secret",
      where: "the receiver's settings, or make one: whsec_ and what `openssl rand -base64 32` prints",
      encoding: "base64",
      prefix: "whsec_",
      min: 32,
    }),
  })
  .transform(({ url, secrets }) => ({
    url,
    keys: secrets.map((secret) => decodeBytes(secret.slice("whsec_".length), "base64")!),
  }))

function isAlertUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  if (username !== "" || password !== "") return false
  const isHere = hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]"
  return protocol === "https:" || (protocol === "http:" && isHere)
}
