import { Container, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { chartColors } from "../charts/colors"
import type { Account } from "../queries/use-accounts"
import { sayDuration } from "./say-duration"
import { Titled } from "../parts/titled"

/** How long messages of each gateway are under way, the slowest first; nothing where there is nothing to compare. */
export function DelayChart({ accounts }: { accounts: readonly Account[] }) {
  const { t, i18n } = useTranslation("ipn")
  const known = accounts
    .flatMap((account) =>
      account.delay_p50_seconds === null ? [] : [{ ...account, delay: account.delay_p50_seconds }]
    )
    .sort((a, b) => b.delay - a.delay)
  if (known.length < 2) return null
  // From a second to a day on one scale: each step to the right is ten times as long.
  const length = (seconds: number) => Math.log10(1 + seconds)
  const most = Math.max(...known.map(({ delay }) => length(delay)), 0.1)
  return (
    <Container className="divide-y p-0">
      <div className="px-6 py-4">
        <Titled level="h2" title={t("gateways.delays")} help={t("gateways.delaysHelp")} />
      </div>
      <ul className="flex flex-col gap-y-3 px-6 py-4">
        {known.map(({ id, gateway_title, delay }) => (
          <li key={id} className="grid grid-cols-[minmax(6rem,12rem)_1fr_5rem] items-center gap-x-4">
            <Text size="small" className="truncate" title={id}>
              {gateway_title}
            </Text>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" className="h-2 w-full" aria-hidden>
              <rect width="100" height="8" fill="var(--bg-component)" />
              <rect
                width={Math.max((length(delay) / most) * 100, 1)}
                height="8"
                fill={delay > 300 ? chartColors.waiting : chartColors.calm}
              />
            </svg>
            <Text size="small" className="text-ui-fg-subtle text-right tabular-nums">
              {sayDuration(delay, i18n.language)}
            </Text>
          </li>
        ))}
      </ul>
    </Container>
  )
}
