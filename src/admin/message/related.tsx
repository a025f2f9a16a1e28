import { Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { Link } from "react-router-dom"
import { sayEvents } from "../messages/event-words"
import { Moment } from "../parts/moment"
import { Section } from "../parts/section"
import { StateBadge } from "../parts/state-badge"
import type { Message } from "../queries/message"

/** Other messages about the same payments, the newest first. */
export function Related({ messages }: { messages: readonly Message[] }) {
  const { t } = useTranslation("ipn")
  if (messages.length === 0) return null
  return (
    <Section title={t("message.related")}>
      {messages.map((message) => (
        <Link
          key={message.id}
          to={`/ipn/${message.id}`}
          className="hover:bg-ui-bg-base-hover focus-visible:shadow-borders-focus flex items-center justify-between gap-x-3 px-6 py-3 outline-none"
        >
          <span className="flex min-w-0 flex-col">
            <Text size="small" leading="compact" weight="plus" className="truncate">
              {sayEvents(t, message)}
            </Text>
            <Text size="small" leading="compact" className="text-ui-fg-subtle">
              <Moment at={message.received_at} />
            </Text>
          </span>
          <StateBadge state={message.state} of={message} />
        </Link>
      ))}
    </Section>
  )
}
