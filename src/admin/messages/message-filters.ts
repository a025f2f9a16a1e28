import { createDataTableFilterHelper } from "@medusajs/ui"
import type { TFunction } from "i18next"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import type { Query } from "../client/ask"
import type { ListInUrl } from "../lists/use-list-in-url"
import { writeMoment } from "../parts/moment"
import { eventTypes } from "../queries/event-types"
import type { Message, MessageState } from "../queries/message"
import { useAccounts } from "../queries/use-accounts"

export const filterIds = [
  "state",
  "account_id",
  "event_type",
  "proof",
  "mode",
  "order_id",
  "reference",
  "amount",
  "currency_code",
  "received_at",
] as const

const states = [
  "waiting",
  "settling",
  "applied",
  "already_applied",
  "ignored",
  "review",
  "unmatched",
  "failed",
] as const satisfies readonly MessageState[]

const helper = createDataTableFilterHelper<Record<(typeof filterIds)[number], string> & Message>()

/** The filters of the list of messages. */
export function useMessageFilters() {
  const { t, i18n } = useTranslation("ipn")
  const core = useTranslation().t
  const { data } = useAccounts()
  const accounts = data?.accounts
  return useMemo(
    () => [
      helper.accessor("received_at", {
        type: "date",
        label: t("messages.filters.received"),
        format: "date-time",
        formatDateValue: (date) => writeMoment(date.toISOString(), i18n.language),
        rangeOptionLabel: core("filters.date.custom"),
        rangeOptionStartLabel: core("filters.date.starting"),
        rangeOptionEndLabel: core("filters.date.ending"),
        options: sinceOptions(core),
      }),
      helper.accessor("state", {
        type: "multiselect",
        label: t("messages.filters.state"),
        options: states
          .filter((state) => state !== "unmatched")
          .map((state) => ({
            label: t(`states.${state}`),
            value: state === "review" ? "review,unmatched" : state,
          })),
      }),
      helper.accessor("event_type", {
        type: "multiselect",
        label: t("messages.filters.event"),
        options: eventTypes.map((type) => ({ label: t(`events.${type}`), value: type })),
      }),
      helper.accessor("account_id", {
        type: "multiselect",
        label: t("messages.filters.account"),
        options: (accounts ?? []).map(({ id, gateway_title }) => ({
          label: `${gateway_title} (${id})`,
          value: id,
        })),
      }),
      helper.accessor("proof", {
        type: "multiselect",
        label: t("messages.filters.proof"),
        options: (["proven", "confirmed", "unproven"] as const).map((proof) => ({
          label: t(`proofs.${proof}`),
          value: proof,
        })),
      }),
      helper.accessor("mode", {
        type: "radio",
        label: t("messages.filters.mode"),
        options: (["live", "test"] as const).map((mode) => ({ label: t(`common.${mode}`), value: mode })),
      }),
      helper.accessor("amount", { type: "string", label: t("messages.filters.amount") }),
      helper.accessor("currency_code", { type: "string", label: t("messages.filters.currency") }),
      helper.accessor("order_id", { type: "string", label: t("messages.filters.order") }),
      helper.accessor("reference", { type: "string", label: t("messages.filters.reference") }),
    ],
    [t, core, accounts, i18n.language]
  )
}

/** Midnight and the days before, in Medusa's own words. */
function sinceOptions(core: TFunction) {
  const ago = (days: number) => {
    const date = new Date()
    date.setHours(0, 0, 0, 0)
    date.setDate(date.getDate() - days)
    return { $gte: date.toISOString() }
  }
  return [
    { label: core("filters.date.today"), value: ago(0) },
    { label: core("filters.date.lastSevenDays"), value: ago(7) },
    { label: core("filters.date.lastThirtyDays"), value: ago(30) },
    { label: core("filters.date.lastNinetyDays"), value: ago(90) },
  ]
}

/** What the API is asked, without the page. */
export function messageQuery(list: ListInUrl): Query {
  const { currency_code, ...filters } = list.filters as Record<string, Query[string]>
  return {
    ...filters,
    ...(typeof currency_code === "string" ? { currency_code: currency_code.toLowerCase() } : {}),
    q: list.search,
  }
}
