import { CheckCircle, CircleDottedLine, ExclamationCircle } from "@medusajs/icons"
import type { TFunction } from "i18next"
import { useTranslation } from "react-i18next"
import type en from "../i18n/languages/en"
import { writeMoney } from "./money"

/** One line of what an action would do. */
export type Will = Readonly<{
  kind: string
  text: string
  amount: string | null
  currency_code: string | null
}>

const calm = new Set(["nothing", "ignored", "stays", "wait", "unmatched", "paused"])

/** What an action would do, line by line. */
export function WillList({ will }: { will: readonly Will[] }) {
  const { t, i18n } = useTranslation("ipn")
  return (
    <ul className="bg-ui-bg-component border-ui-border-base flex flex-col gap-y-2 rounded-lg border p-3">
      {will.map((line, index) => (
        <li key={index} className="txt-small text-ui-fg-base flex items-start gap-x-2">
          <span className="text-ui-fg-muted mt-0.5">
            {line.kind === "review" ? (
              <ExclamationCircle />
            ) : calm.has(line.kind) ? (
              <CircleDottedLine />
            ) : (
              <CheckCircle />
            )}
          </span>
          <span className="min-w-0 break-words">{sayWill(t, i18n.language, line)}</span>
        </li>
      ))}
    </ul>
  )
}

/** The API says it in English, with its ids; in other languages it is said by its kind. */
export function sayWill(t: TFunction<"ipn">, language: string, line: Will): string {
  const own = `${line.text.charAt(0).toUpperCase()}${line.text.slice(1)}`
  if (language.startsWith("en")) return own
  const money = writeMoney(line.amount, line.currency_code, language)
  return t(`will.${line.kind as keyof typeof en.will}`, { money, defaultValue: own })
}
