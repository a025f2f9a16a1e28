import { hmac } from "../verification/hmac"

/** The value of the `sandbox-signature` header: made by the sandbox program, and by tests of a store. */
export function sign(body: string | Uint8Array, secret: string, at: Date): string {
  const time = Math.floor(at.getTime() / 1000)
  return `t=${time},v1=${hmac("sha256", Buffer.from(secret), `${time}.`, body).toString("hex")}`
}
