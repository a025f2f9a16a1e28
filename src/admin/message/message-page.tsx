import { Badge as Tag, Button, Container, Skeleton } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { DecidePayment } from "../decisions/decide-payment"
import { sayEvents } from "../messages/event-words"
import { FailureNotice } from "../parts/failure-notice"
import { Section } from "../parts/section"
import { StateBadge } from "../parts/state-badge"
import { TwoColumns } from "../parts/two-columns"
import type { Lane, MessageDetail } from "../queries/message"
import { useAskGateway } from "../queries/use-ask-gateway"
import { useMessage } from "../queries/use-messages"
import { Attempts } from "./attempts"
import { Linked } from "./linked"
import { RawMessage } from "./raw-message"
import { Related } from "./related"
import { ReplayMessage } from "./replay-message"
import { VerificationSection } from "./verification"
import { Statement } from "./statement"
import { WorkOnPayment } from "./work-on-payment"

/** One message: what it says, what the store made of it, and what can be done about it. */
export function MessagePage({ id }: { id: string }) {
  const { data, error, refetch } = useMessage(id)
  if (error && !data)
    return (
      <Container className="p-0">
        <FailureNotice error={error} retry={() => void refetch()} />
      </Container>
    )
  if (!data)
    return (
      <TwoColumns main={<Skeleton className="h-96 w-full" />} side={<Skeleton className="h-64 w-full" />} />
    )
  const { message } = data
  return (
    <TwoColumns
      main={
        <>
          <Says message={message} />
          <Did message={message} />
          {message.lanes.map(({ id: laneId }) => (
            <Attempts key={laneId} laneId={laneId} />
          ))}
          <RawMessage message={message} />
        </>
      }
      side={
        <>
          <VerificationSection message={message} />
          <Linked message={message} />
          <Related messages={message.related} />
        </>
      }
    />
  )
}

function Says({ message }: { message: MessageDetail }) {
  const { t } = useTranslation("ipn")
  return (
    <Section
      level="h1"
      title={
        <span className="flex flex-wrap items-center gap-2">
          {sayEvents(t, message)}
          {message.mode === "test" && <Tag size="2xsmall">{t("common.test")}</Tag>}
        </span>
      }
      help={`${message.gateway_title} · ${message.account_id}`}
      actions={
        <>
          <StateBadge state={message.state} of={message} />
          <Actions message={message} />
        </>
      }
    >
      {message.events.map((event) => (
        <Statement key={event.id} event={event} receivedAt={message.received_at} />
      ))}
      {message.events.length === 0 && (
        <p className="txt-small text-ui-fg-subtle px-6 py-4">
          {message.unreadable ? t("message.unreadable") : t("message.toldNothing")}
        </p>
      )}
      {message.unreadable && (
        <p className="text-ui-fg-subtle break-words px-6 py-4 font-mono text-xs">{message.unreadable}</p>
      )}
    </Section>
  )
}

function Actions({ message }: { message: MessageDetail }) {
  const { t } = useTranslation("ipn")
  const [open, setOpen] = useState<"replay" | "decide">()
  const lane = message.lanes.find(isOurs) ?? message.lanes[0]
  const undecided = message.lanes.find(({ state }) => state === "review" || state === "unmatched")
  return (
    <>
      {lane?.payment_session_id && <AskButton lane={lane} />}
      <Button
        size="small"
        variant={message.state === "failed" ? "primary" : "secondary"}
        onClick={() => setOpen("replay")}
      >
        {t("replay.action")}
      </Button>
      {undecided && (
        <Button size="small" onClick={() => setOpen("decide")}>
          {t("decide.action")}
        </Button>
      )}
      {open === "replay" && <ReplayMessage id={message.id} onClose={() => setOpen(undefined)} />}
      {open === "decide" && undecided && (
        <DecidePayment laneId={undecided.id} onClose={() => setOpen(undefined)} />
      )}
    </>
  )
}

function AskButton({ lane }: { lane: Lane }) {
  const { t } = useTranslation("ipn")
  const { mutate, isPending } = useAskGateway(`/lanes/${lane.id}`)
  return (
    <Button size="small" variant="secondary" isLoading={isPending} onClick={() => mutate(undefined)}>
      {t("ask.action")}
    </Button>
  )
}

function isOurs({ payment_session_id }: Lane): boolean {
  return payment_session_id !== null
}

function Did({ message }: { message: MessageDetail }) {
  const { t } = useTranslation("ipn")
  const lanes = message.lanes.filter(
    ({ effects, decisions, error, reason, due_at }) =>
      effects.length + decisions.length > 0 || error || reason || due_at
  )
  return (
    <Section title={t("message.did")}>
      {lanes.map((lane) => (
        <WorkOnPayment key={lane.id} lane={lane} events={message.events} />
      ))}
      {lanes.length === 0 && (
        <p className="txt-small text-ui-fg-subtle px-6 py-4">
          {message.unreadable ? t("message.didWait") : t("message.didNothing")}
        </p>
      )}
    </Section>
  )
}
