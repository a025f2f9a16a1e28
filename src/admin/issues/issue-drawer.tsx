import { Button, Drawer, Label, Skeleton, Text, Textarea } from "@medusajs/ui"
import { useId, useState } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "react-router-dom"
import { DecidePayment } from "../decisions/decide-payment"
import { FactRow } from "../parts/fact-row"
import { FailureNotice } from "../parts/failure-notice"
import { Moment } from "../parts/moment"
import { Money } from "../parts/money"
import { OrderLink } from "../parts/order-link"
import {
  useActOnIssue,
  useIssue,
  type Issue,
  type IssueAction,
  type IssueStatus,
} from "../queries/use-issues"
import { SeverityBadge, StatusOfIssue } from "./issue-badges"
import { explainKind, sayIssue, sayKind } from "./say-issue"

const possible: Readonly<Record<IssueStatus, readonly IssueAction[]>> = {
  open: ["acknowledge", "ignore", "resolve"],
  acknowledged: ["reopen", "ignore", "resolve"],
  resolved: ["reopen"],
  ignored: ["reopen"],
}

/** The kinds that a decision about the payment settles. */
const decidable = new Set([
  "amount_mismatch",
  "currency_mismatch",
  "receiver_mismatch",
  "mode_mismatch",
  "held_by_gateway",
  "money_without_order",
  "unknown_payment",
  "paid_after_cancel_or_expiry",
  "paid_old_session",
  "out_of_stock_after_payment",
  "needs_decision",
])

/** One issue: what happened, what it means, and what can be done about it. */
export function IssueDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t, i18n } = useTranslation("ipn")
  const { data, error, refetch } = useIssue(id)
  const [isDeciding, setDeciding] = useState(false)
  const issue = data?.issue
  if (isDeciding && issue?.lane_id)
    return <DecidePayment laneId={issue.lane_id} onClose={() => setDeciding(false)} />
  return (
    <Drawer open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Drawer.Content>
        <Drawer.Header>
          <Drawer.Title>{issue ? sayKind(t, issue.kind) : t("issues.title")}</Drawer.Title>
          {issue && (
            <Drawer.Description className="text-ui-fg-subtle">
              {sayIssue(t, i18n.language, issue)}
            </Drawer.Description>
          )}
        </Drawer.Header>
        {error && !issue && <FailureNotice error={error} retry={() => void refetch()} />}
        {!issue && !error && (
          <div className="flex-1 px-6 py-4">
            <Skeleton className="h-64 w-full" />
          </div>
        )}
        {issue && <Facts issue={issue} />}
        {issue && <Actions issue={issue} onDone={onClose} onDecide={() => setDeciding(true)} />}
      </Drawer.Content>
    </Drawer>
  )
}

function Facts({ issue }: { issue: Issue }) {
  const { t } = useTranslation("ipn")
  const link = "text-ui-fg-interactive hover:text-ui-fg-interactive-hover"
  return (
    <Drawer.Body className="flex-1 divide-y overflow-y-auto p-0">
      <div className="flex flex-col gap-y-1 px-6 py-4">
        <Text size="small" leading="compact" weight="plus">
          {t("issues.what")}
        </Text>
        <Text size="small" className="text-ui-fg-subtle">
          {explainKind(t, issue.kind)}
        </Text>
      </div>
      <FactRow title={t("issues.columns.severity")}>
        <SeverityBadge severity={issue.severity} />
      </FactRow>
      <FactRow title={t("issues.columns.status")}>
        <StatusOfIssue status={issue.status} />
      </FactRow>
      <FactRow title={t("issues.columns.amount")}>
        <Money amount={issue.amount} currency={issue.currency_code} />
      </FactRow>
      {issue.due_at && (
        <FactRow title={t("issues.columns.due")}>
          <Moment at={issue.due_at} exact />
        </FactRow>
      )}
      <FactRow title={t("issues.columns.first")}>
        <Moment at={issue.first_seen_at} />
      </FactRow>
      <FactRow title={t("issues.columns.last")}>
        <Moment at={issue.last_seen_at} />
      </FactRow>
      <FactRow title={t("issues.columns.count")}>{issue.count}</FactRow>
      {issue.account_id && <FactRow title={t("issues.columns.account")}>{issue.account_id}</FactRow>}
      {issue.order_id && (
        <FactRow title={t("issues.columns.order")}>
          <OrderLink id={issue.order_id} number={issue.order_display_id} />
        </FactRow>
      )}
      {issue.detail.error && <FactRow title={t("message.error")}>{issue.detail.error}</FactRow>}
      {issue.note && <FactRow title={t("issues.lastNote")}>{issue.note}</FactRow>}
      {messagesOf(issue) && (
        <div className="px-6 py-4">
          <Link className={`${link} txt-small`} to={messagesOf(issue) ?? "/ipn"}>
            {t("issues.showMessages")}
          </Link>
        </div>
      )}
    </Drawer.Body>
  )
}

/** The list of messages with those that it is about. */
function messagesOf({ order_id, cart_id, account_id }: Issue): string | undefined {
  if (order_id) return `/ipn?order_id=${order_id}`
  if (cart_id) return `/ipn?reference=${cart_id}`
  return account_id ? `/ipn?account_id=${encodeURIComponent(JSON.stringify([account_id]))}` : undefined
}

function Actions({ issue, onDone, onDecide }: { issue: Issue; onDone: () => void; onDecide: () => void }) {
  const { t } = useTranslation("ipn")
  const { mutate, isPending, variables } = useActOnIssue(issue.id)
  const [note, setNote] = useState("")
  const noteId = useId()
  const act = (action: IssueAction) => mutate({ action, note: note.trim() }, { onSuccess: onDone })
  const canDecide = issue.lane_id && decidable.has(issue.kind) && issue.status !== "resolved"
  return (
    <>
      <div className="flex flex-col gap-y-2 border-t px-6 py-4">
        <Label size="small" weight="plus" htmlFor={noteId}>
          {t("note.optional")}
        </Label>
        <Textarea
          id={noteId}
          value={note}
          maxLength={300}
          placeholder={t("note.placeholder")}
          onChange={(event) => setNote(event.target.value)}
        />
        <ul className="txt-xsmall text-ui-fg-subtle flex flex-col gap-y-0.5">
          {possible[issue.status].map((action) => (
            <li key={action}>
              <span className="font-medium">{t(`issues.${action}`)}</span>: {t(`issues.${action}Help`)}
            </li>
          ))}
        </ul>
      </div>
      <Drawer.Footer className="flex-wrap">
        {possible[issue.status].map((action, index, all) => (
          <Button
            key={action}
            size="small"
            variant={index === all.length - 1 && !canDecide ? "primary" : "secondary"}
            isLoading={isPending && variables.action === action}
            disabled={isPending}
            onClick={() => act(action)}
          >
            {t(`issues.${action}`)}
          </Button>
        ))}
        {canDecide && (
          <Button size="small" onClick={onDecide}>
            {t("decide.action")}
          </Button>
        )}
      </Drawer.Footer>
    </>
  )
}
