import {
  createDataTableColumnHelper,
  createDataTableFilterHelper,
  DropdownMenu,
  Heading,
  IconButton,
  type DataTableFilter,
} from "@medusajs/ui"
import { EllipsisHorizontal } from "@medusajs/icons"
import { useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import { useNavigate } from "react-router-dom"
import { ListTable } from "../lists/list-table"
import { useListInUrl } from "../lists/use-list-in-url"
import { Money } from "../parts/money"
import { OrderLink } from "../parts/order-link"
import { Badge } from "../parts/state-badge"
import { differenceKinds, useDifferences, type Comparison, type Difference } from "../queries/use-comparisons"
import { DecidePayment } from "../decisions/decide-payment"
import { DifferenceDrawer, needsDecision, type DifferenceVerb } from "./difference-drawer"

type Acting = Readonly<{ difference: Difference; verb: DifferenceVerb | "decide" }>

const column = createDataTableColumnHelper<Difference>()
const filter = createDataTableFilterHelper<Difference>()

/** What a comparison found, and what can be done about each. */
export function DifferenceList({ of }: { of: Comparison }) {
  const { t } = useTranslation("ipn")
  const list = useListInUrl(["state", "kind"])
  const [acting, setActing] = useState<Acting>()
  const answer = useDifferences(
    of.id,
    {
      ...(list.filters as Record<string, string[]>),
      ...list.page,
    },
    // Whoever takes something over waits for what becomes of it.
    acting ? { everyMs: 1_000 } : {}
  )
  const now =
    acting && (answer.data?.differences.find(({ id }) => id === acting.difference.id) ?? acting.difference)
  const columns = useMemo(
    () => [
      column.accessor("kind", {
        header: t("comparisons.columns.difference"),
        cell: ({ getValue }) => (
          <span title={t(`comparisons.kindHelp.${getValue()}`)}>{t(`comparisons.kinds.${getValue()}`)}</span>
        ),
      }),
      column.accessor("here_amount", {
        header: t("comparisons.columns.here"),
        cell: ({ row: { original } }) => (
          <Money amount={original.here_amount} currency={original.currency_code} />
        ),
      }),
      column.accessor("gateway_amount", {
        header: t("comparisons.columns.gateway"),
        cell: ({ row: { original } }) => (
          <Money amount={original.gateway_amount} currency={original.currency_code} />
        ),
      }),
      column.accessor("order_id", {
        header: t("messages.columns.order"),
        cell: ({ row: { original } }) => (
          <OrderLink id={original.order_id} number={original.order_display_id} />
        ),
      }),
      column.accessor("gateway_payment_id", {
        header: t("messages.columns.reference"),
        cell: ({ row: { original } }) => (
          <code className="font-mono text-xs">
            {original.gateway_payment_id ?? original.reference ?? "–"}
          </code>
        ),
      }),
      column.accessor("state", {
        header: t("messages.columns.state"),
        cell: ({ row: { original } }) => (
          <Badge
            color={original.state === "open" ? "orange" : "green"}
            label={t(`comparisons.differenceStates.${original.state}`)}
            help={original.note ?? t(`comparisons.differenceHelp.${original.state}`)}
          />
        ),
      }),
      column.display({
        id: "actions",
        cell: ({ row: { original } }) => (
          <div className="flex justify-end">
            <Actions of={original} onAct={setActing} />
          </div>
        ),
      }),
    ],
    [t]
  )
  const filters = useMemo(
    () =>
      [
        filter.accessor("state", {
          type: "select",
          label: t("messages.filters.state"),
          options: (["open", "pulled", "explained"] as const).map((state) => ({
            label: t(`comparisons.differenceStates.${state}`),
            value: state,
          })),
        }),
        filter.accessor("kind", {
          type: "select",
          label: t("comparisons.columns.difference"),
          options: differenceKinds.map((kind) => ({ label: t(`comparisons.kinds.${kind}`), value: kind })),
        }),
      ] as DataTableFilter[],
    [t]
  )
  return (
    <>
      <ListTable
        list={list}
        answer={answer}
        rows={answer.data?.differences}
        columns={columns}
        filters={filters}
        hasSearch={false}
        heading={<Heading level="h2">{t("comparisons.differences")}</Heading>}
        empty={{
          heading: t(of.finished_at ? "comparisons.agree" : "comparisons.looking"),
          description: t(of.finished_at ? "comparisons.agreeHelp" : "comparisons.lookingHelp"),
        }}
      />
      {acting && now && acting.verb !== "decide" && (
        <DifferenceDrawer
          difference={now}
          verb={acting.verb}
          onClose={() => setActing(undefined)}
          onDecide={() => setActing({ difference: now, verb: "decide" })}
        />
      )}
      {now?.lane_id && acting?.verb === "decide" && (
        <DecidePayment laneId={now.lane_id} onClose={() => setActing(undefined)} />
      )}
    </>
  )
}

function Actions({ of, onAct }: { of: Difference; onAct: (acting: Acting) => void }) {
  const { t } = useTranslation("ipn")
  const navigate = useNavigate()
  const reference = of.reference ?? of.gateway_payment_id
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger asChild>
        <IconButton size="small" variant="transparent" aria-label={t("actions.more")}>
          <EllipsisHorizontal />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content align="end">
        {needsDecision(of) && (
          <DropdownMenu.Item onClick={() => onAct({ difference: of, verb: "decide" })}>
            {t("decide.action")}
          </DropdownMenu.Item>
        )}
        {of.state === "open" && of.can_pull && (
          <DropdownMenu.Item onClick={() => onAct({ difference: of, verb: "pull" })}>
            {t("comparisons.pull")}
          </DropdownMenu.Item>
        )}
        {of.state === "open" && (
          <DropdownMenu.Item onClick={() => onAct({ difference: of, verb: "explain" })}>
            {t("comparisons.explain")}
          </DropdownMenu.Item>
        )}
        {reference && (
          <DropdownMenu.Item onClick={() => void navigate(`/ipn?reference=${encodeURIComponent(reference)}`)}>
            {t("issues.showMessages")}
          </DropdownMenu.Item>
        )}
        {of.order_id && (
          <DropdownMenu.Item onClick={() => void navigate(`/orders/${of.order_id}`)}>
            {t("comparisons.openOrder")}
          </DropdownMenu.Item>
        )}
      </DropdownMenu.Content>
    </DropdownMenu>
  )
}
