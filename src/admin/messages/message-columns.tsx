import { Badge as Tag, createDataTableColumnHelper, Text } from "@medusajs/ui"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { Copied } from "../parts/copied"
import { Moment } from "../parts/moment"
import { Money } from "../parts/money"
import { OrderLink } from "../parts/order-link"
import { StateBadge } from "../parts/state-badge"
import type { Message } from "../queries/message"
import { selectColumn } from "../lists/select-column"
import { sayEvents } from "./event-words"

const column = createDataTableColumnHelper<Message>()

/** The columns of a list of messages. */
export function useMessageColumns() {
  const { t } = useTranslation("ipn")
  return useMemo(
    () => [
      selectColumn(column, t),
      column.accessor("received_at", {
        header: t("messages.columns.received"),
        enableSorting: true,
        sortLabel: t("messages.columns.received"),
        cell: ({ getValue }) => <Moment at={getValue()} />,
      }),
      column.accessor("gateway_title", {
        header: t("messages.columns.gateway"),
        cell: ({ row: { original } }) => <Gateway of={original} />,
      }),
      column.accessor("event_types", {
        header: t("messages.columns.event"),
        cell: ({ row: { original } }) => sayEvents(t, original),
      }),
      column.accessor("state", {
        header: t("messages.columns.state"),
        cell: ({ row: { original } }) => (
          <span className="flex items-center gap-x-2">
            <StateBadge state={original.state} of={original} />
            {original.attempts > 1 && (
              <span className="text-ui-fg-subtle tabular-nums" title={t("message.attempts")}>
                {t("messages.tries", { count: original.attempts })}
              </span>
            )}
          </span>
        ),
      }),
      column.accessor("order_display_id", {
        header: t("messages.columns.order"),
        cell: ({ row: { original } }) => <Whose of={original} />,
      }),
      column.accessor("gateway_reference", {
        header: t("messages.columns.reference"),
        cell: ({ getValue }) => {
          const reference = getValue()
          return reference === null ? (
            <span>–</span>
          ) : (
            <span className="flex max-w-[160px]" onClick={(event) => event.stopPropagation()}>
              <Copied text={reference} />
            </span>
          )
        },
      }),

      column.accessor("amount", {
        header: t("messages.columns.amount"),
        align: "right",
        cell: ({ row: { original } }) => <Money amount={original.amount} currency={original.currency_code} />,
      }),
    ],
    [t]
  )
}

function Gateway({
  of: { gateway_title, account_id, mode },
}: {
  of: Pick<Message, "gateway_title" | "account_id" | "mode">
}) {
  const { t } = useTranslation("ipn")
  return (
    <span className="flex min-w-0 items-center gap-x-2" title={account_id}>
      <span className="truncate">{gateway_title}</span>
      {mode === "test" && <Tag size="2xsmall">{t("common.test")}</Tag>}
    </span>
  )
}

/** The order by its number, or whose payment it is. */
function Whose({
  of: { order_id, order_display_id, email },
}: {
  of: Pick<Message, "order_id" | "order_display_id" | "email">
}) {
  if (order_id) return <OrderLink id={order_id} number={order_display_id} />
  return (
    <Text size="small" leading="compact" className="text-ui-fg-subtle max-w-[180px] truncate">
      {email ?? "–"}
    </Text>
  )
}
