import type { TFunction } from "i18next"

const known = [
  "missing",
  "mismatch",
  "stale",
  "weak",
  "malformed",
  "wrong-account",
  "probe",
  "denied",
] as const

/** Why a call was refused, in words. */
export function sayRefusal(why: string, t: TFunction<"ipn">): string {
  const reason = known.find((one) => one === why)
  return reason ? t(`refusals.reasons.${reason}`) : why
}
