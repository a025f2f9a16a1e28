import type { Message, Verdict } from "../gateway"
import { readNotice, type Notice } from "./notice"
import { posIdOf, type Przelewy24Account } from "./options"
import { findCrcKey } from "./sign"

/**
 * Judges a message by its `sign`, made with the CRC key, and by the numbers of merchant and shop. A payment that is
 * rightly signed still proves nothing until `confirm` has called `transaction/verify` with the amount that we asked for.
 */
export function verifyPrzelewy24Message(message: Message, account: Przelewy24Account): Verdict {
  let notice: Notice
  try {
    notice = readNotice(message.body)
  } catch {
    return { kind: "refused", why: "malformed" }
  }
  if (!notice.sign) return { kind: "refused", why: "missing" }
  if (!isForAccount(notice, account)) return { kind: "refused", why: "wrong-account" }
  const key = findCrcKey(notice.signed, notice.sign, account.config.crcKeys)
  if (key === undefined) return { kind: "refused", why: "mismatch" }
  if (notice.kind === "transaction") return { kind: "unproven", why: "needs-postback" }
  return { kind: "proven", by: "hash", covers: "fields", keyId: String(key) }
}

/** Card messages carry no number of a merchant; only the CRC key tells whose they are. */
function isForAccount(notice: Notice, account: Przelewy24Account): boolean {
  if (notice.kind === "card") return true
  if (notice.told.merchantId !== account.config.merchantId) return false
  return notice.kind === "refund" || notice.told.posId === posIdOf(account)
}
