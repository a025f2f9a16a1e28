import { createHmac } from "node:crypto"

/** Test only. */
export const coreSecret = "test-only-bench-provider-secret"

/** A webhook of the bench's own provider for Medusa's route; without a session it means nothing and is only acknowledged. */
export function coreMessage(content: { session_id?: string; amount: number; id: string }) {
  const body = Buffer.from(JSON.stringify(content))
  const signature = createHmac("sha256", coreSecret).update(body).digest("hex")
  return { body, headers: { "content-type": "application/json", "bench-signature": signature } }
}
