import { createHash } from "node:crypto"
import { page, startStandIn, type Answer, type StandIn } from "./stand-in"

/**
 * Plays PayPal's answer to the classic notification's question "did you send this?": VERIFIED for exactly the bytes
 * that were announced at `/announce` before, INVALID for all else, as PayPal does for what it did not send. Buyers who
 * are sent here with the payment form see how to go on.
 */
export async function startPaypalStandIn(port?: number): Promise<StandIn> {
  const sent = new Set<string>()
  const question = Buffer.from("cmd=_notify-validate&")
  return startStandIn(({ method, path, body }): Answer => {
    if (method === "POST" && path === "/announce") {
      sent.add(fingerprint(body))
      return { body: "{}" }
    }
    if (path === "/cgi-bin/webscr" && body.subarray(0, question.length).equals(question)) {
      const isOurs = sent.has(fingerprint(body.subarray(question.length)))
      return { type: "text/plain", body: isOurs ? "VERIFIED" : "INVALID" }
    }
    const custom = new URLSearchParams(body.toString("utf8")).get("custom") ?? "<payment session>"
    return page(
      "PayPal is played here",
      "This page stands where PayPal's payment page would be. To say that this payment was made, run:",
      `<code>npm run send -- paypal Completed --session ${custom.replace(/[^\w]/g, "")}</code>`
    )
  }, port)
}

function fingerprint(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex")
}
