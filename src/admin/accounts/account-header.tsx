import { Badge, Button, Container, Heading, InlineTip, Text } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { tell } from "../client/ask"
import { useAction } from "../client/use-action"
import { ActionDrawer } from "../parts/action-drawer"
import type { AccountDetail, AddressTest } from "../queries/use-accounts"
import { AccountBadge } from "./account-badge"

/** An account's name and state, a test message to its address, and pausing it. */
export function AccountHeader({ account }: { account: AccountDetail }) {
  const { t } = useTranslation("ipn")
  const [isAsked, setAsked] = useState(false)
  const path = `/accounts/${encodeURIComponent(account.id)}`
  const test = useAction(() => tell<{ test: AddressTest }>(`${path}/test`))
  const verb = account.paused ? "resume" : "pause"
  const pause = useAction(
    () => tell(`${path}/${verb}`),
    () => {
      setAsked(false)
      return t(`gateways.${verb}Done`)
    }
  )
  return (
    <Container className="divide-y p-0">
      <div className="flex flex-wrap items-center justify-between gap-4 px-6 py-4">
        <div className="flex flex-col gap-y-0.5">
          <div className="flex items-center gap-x-2">
            <Heading>{account.gateway_title}</Heading>
            {account.mode === "test" && <Badge size="2xsmall">{t("common.test")}</Badge>}
          </div>
          <Text size="small" className="text-ui-fg-subtle">
            {account.taken_over ? t("gateways.takenOver", { id: account.id }) : account.id}
          </Text>
        </div>
        <div className="flex items-center gap-x-2">
          <AccountBadge state={account.state} />
          <Button
            size="small"
            variant="secondary"
            isLoading={test.isPending}
            onClick={() => test.mutate(undefined)}
          >
            {t("gateways.test")}
          </Button>
          <Button size="small" variant="secondary" onClick={() => setAsked(true)}>
            {t(`gateways.${verb}`)}
          </Button>
        </div>
      </div>
      {test.data && <TestResult test={test.data.test} />}
      <ActionDrawer
        open={isAsked}
        onClose={() => setAsked(false)}
        title={t(`gateways.${verb}Title`, { account: account.id })}
        description={t(`gateways.${verb}Help`)}
        submitLabel={t(`gateways.${verb}`)}
        isPending={pause.isPending}
        onSubmit={() => pause.mutate(undefined)}
      />
    </Container>
  )
}

function TestResult({ test }: { test: AddressTest }) {
  const { t } = useTranslation("ipn")
  const { outcome, notify_url: url, detail, status, took_ms: ms } = test
  return (
    <div className="px-6 py-4" role="status">
      <InlineTip
        variant={outcome === "arrived" ? "success" : "error"}
        label={t(outcome === "arrived" ? "gateways.testWell" : "gateways.testIll")}
        className="break-words"
      >
        {t(`gateways.tested.${outcome}`, { url, detail: detail ?? "–", status: status ?? "–", ms })}
      </InlineTip>
    </div>
  )
}
