import { InlineTip, Input, Label, RadioGroup, Skeleton, Text } from "@medusajs/ui"
import { useId, useState } from "react"
import { useTranslation } from "react-i18next"
import { ActionDrawer } from "../parts/action-drawer"
import { FailureNotice } from "../parts/failure-notice"
import { Money, writeMoney } from "../parts/money"
import { WillList } from "../parts/will-list"
import {
  useDecide,
  useDecisionPreview,
  type DecisionKind,
  type Preview,
  type Wish,
} from "../queries/use-decision"

type Accept = "accept_part" | "accept_full"

/** A person decides about a payment in review: each choice says what it will do, and why is asked for. */
export function DecidePayment({ laneId, onClose }: { laneId: string; onClose: () => void }) {
  const { t, i18n } = useTranslation("ipn")
  const [kind, setKind] = useState<DecisionKind>()
  const [target, setTarget] = useState("")
  const [amount, setAmount] = useState("")
  const [accept, setAccept] = useState<Accept>()
  // Leaving it is always possible: its preview says what else is.
  const { data: first, error, refetch } = useDecisionPreview(laneId, { kind: "ignore" })
  const wish = kind && wishOf(kind, { target: target.trim(), amount: amount.trim(), accept })
  const { data: shown, error: refused } = useDecisionPreview(laneId, wish)
  const { mutate, isPending } = useDecide(laneId)
  const now = first?.preview.now
  const preview = shown?.preview
  return (
    <ActionDrawer
      open
      onClose={onClose}
      title={t("decide.title")}
      {...(now ? { description: sayReason(now.reason) } : {})}
      submitLabel={t("decide.confirm")}
      note="required"
      isDangerous={kind === "refund"}
      canSubmit={preview?.outcome === "possible" && !preview.now.busy}
      isPending={isPending}
      onSubmit={(note) =>
        wish && preview && mutate({ ...wish, seen: preview.seen, note }, { onSuccess: onClose })
      }
    >
      {error && <FailureNotice error={error} retry={() => void refetch()} />}
      {!now && !error && <Skeleton className="h-40 w-full" />}
      {now && <Amounts now={now} />}
      {now && (
        <div className="flex flex-col gap-y-2">
          <Text size="small" weight="plus" id="ipn-decide-choose">
            {t("decide.choose")}
          </Text>
          <RadioGroup
            aria-labelledby="ipn-decide-choose"
            value={kind ?? ""}
            onValueChange={(value) => setKind(value as DecisionKind)}
          >
            {now.possible.map((one) => (
              <RadioGroup.ChoiceBox
                key={one}
                value={one}
                label={t(`decide.kinds.${one}`)}
                description={t(`decide.kindHelp.${one}`)}
              />
            ))}
          </RadioGroup>
        </div>
      )}
      {kind === "attach" && (
        <Field label={t("decide.target")} help={t("decide.targetHelp")} value={target} onChange={setTarget} />
      )}
      {kind === "refund" && (
        <Field label={t("decide.amount")} help={t("decide.amountHelp")} value={amount} onChange={setAmount} />
      )}
      {preview?.difference && (
        <div className="flex flex-col gap-y-2">
          <Text size="small">
            {t("decide.differs", {
              target: writeAmount(preview.difference.target, i18n.language),
              told: writeAmount(preview.difference.told, i18n.language),
            })}
          </Text>
          <RadioGroup
            aria-label={t("decide.difference")}
            value={accept ?? ""}
            onValueChange={(value) => setAccept(value as Accept)}
          >
            {(["accept_part", "accept_full"] as const).map((one) => (
              <RadioGroup.ChoiceBox
                key={one}
                value={one}
                label={t(`decide.kinds.${one}`)}
                description={t(`decide.kindHelp.${one}`)}
              />
            ))}
          </RadioGroup>
        </div>
      )}
      {refused && wish && <Refusal why={refused.message} />}
      {preview?.outcome === "not_possible" && <Refusal why={preview.why ?? ""} />}
      {preview?.outcome === "possible" && preview.will && (
        <div className="flex flex-col gap-y-2">
          <Text size="small" weight="plus">
            {t("decide.would")}
          </Text>
          <WillList will={preview.will} />
        </div>
      )}
      {now?.busy && <Refusal why={t("decide.busy")} />}
    </ActionDrawer>
  )

  function sayReason(reason: string | null): string {
    return reason === null ? "" : t(`reasons.${reason as "amount_short"}`, { defaultValue: reason })
  }
}

/** What is asked for, as far as it is filled in; nothing where something is missing. */
function wishOf(
  kind: DecisionKind,
  { target, amount, accept }: { target: string; amount: string; accept: Accept | undefined }
): Wish | undefined {
  if (kind === "refund") return amount ? { kind, amount } : { kind }
  if (kind !== "attach") return { kind }
  if (!/^((order|cart)_\w+|#?\d{1,9})$/.test(target)) return undefined
  return {
    kind,
    ...(target.startsWith("cart_") ? { cart_id: target } : { order_id: target }),
    ...(accept ? { accept } : {}),
  }
}

function Amounts({ now }: { now: Preview["now"] }) {
  const { t } = useTranslation("ipn")
  const told = now.captured.length > 0 ? now.captured : now.authorized
  return (
    <dl className="grid grid-cols-2 gap-2">
      <dt className="txt-small text-ui-fg-subtle">{t("decide.expected")}</dt>
      <dd className="txt-small text-right">
        <Money amount={now.expected?.amount ?? null} currency={now.expected?.currency_code ?? null} />
      </dd>
      <dt className="txt-small text-ui-fg-subtle">{t("decide.told")}</dt>
      <dd className="txt-small-plus flex flex-col text-right">
        {told.map(({ amount, currency_code }) => (
          <Money key={currency_code} amount={amount} currency={currency_code} />
        ))}
        {told.length === 0 && "–"}
      </dd>
    </dl>
  )
}

function Field(of: { label: string; help: string; value: string; onChange: (text: string) => void }) {
  const id = useId()
  return (
    <div className="flex flex-col gap-y-2">
      <Label size="small" weight="plus" htmlFor={id}>
        {of.label}
      </Label>
      <Input id={id} value={of.value} maxLength={300} onChange={(event) => of.onChange(event.target.value)} />
      <Text size="xsmall" className="text-ui-fg-subtle">
        {of.help}
      </Text>
    </div>
  )
}

function Refusal({ why }: { why: string }) {
  const { t } = useTranslation("ipn")
  return (
    <InlineTip variant="warning" label={t("decide.impossible")}>
      {why}
    </InlineTip>
  )
}

function writeAmount({ amount, currency_code }: { amount: string; currency_code: string }, language: string) {
  return writeMoney(amount, currency_code, language)
}
