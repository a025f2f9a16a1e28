import type { Message, Verdict } from "../gateway"

/** Medusa's own webhook route takes POST only. Whether a message is genuine only the provider can say, in `confirm`. */
export function verify(message: Message): Verdict {
  if (message.method !== "POST") return { kind: "refused", why: "probe" }
  return { kind: "unproven", why: "unknown-key" }
}
