import type { Configuration } from "../config/configuration"
import type { Settings } from "../config/settings"
import type { Overview } from "../modules/ipn/browsing/overview"
import { note, ok, wrong, type Finding } from "./finding"

/** Where Medusa keeps what several processes would have to share. */
export type Infrastructure = Readonly<{ locking: string; eventBus: string; workflowEngine: string }>

/** Secrets, mails, what is late, and what several processes need. */
export function checkStore(told: {
  configuration: Configuration
  settings: Settings
  overview: Overview
  infrastructure: Infrastructure
}): Finding[] {
  return [
    ...checkSecrets(told.configuration),
    ...checkMails(told),
    checkWorkers(told.overview),
    ...checkInfrastructure(told.infrastructure),
  ]
}

function checkSecrets({ tokenKeys, payloadKeys }: Configuration): Finding[] {
  const make = "Set it from the environment; `openssl rand -base64 32` makes one."
  return [
    tokenKeys.length > 0
      ? ok("Store", "tokenSecret is set: storefronts can ask how a payment stands.")
      : note(
          "Store",
          "tokenSecret is not set: the storefront API is off, and mails hold no links to pay again.",
          make
        ),
    payloadKeys.length > 0
      ? ok("Store", "payloadKey is set: stored messages are encrypted.")
      : note("Store", "payloadKey is not set: stored messages are not encrypted.", make),
  ]
}

function checkMails({
  configuration,
  settings,
  overview,
}: {
  configuration: Configuration
  settings: Settings
  overview: Overview
}): Finding[] {
  const hasProvider = !overview.banners.some(({ kind }) => kind === "no_email_provider")
  const tests = [...configuration.accounts.values()].some(({ account }) => account.mode === "test")
  return [
    hasProvider
      ? ok("Store", "There is a notification provider for email.")
      : note(
          "Store",
          "There is no notification provider for email: nobody is mailed.",
          "Add one for the channel `email`, such as medusa-plugin-ipn/providers/smtp; see docs/emails.md."
        ),
    settings.alerts.addresses.length > 0
      ? ok("Store", "Alerts have an address.")
      : note(
          "Store",
          `Nobody is told of problems by email${tests ? ", and the mails of test payments go nowhere" : ""}: there is no alert address.`,
          "Set alerts.addresses in medusa-config, or in the admin: Settings > Payment notifications > Alerts."
        ),
  ]
}

function checkWorkers({ banners, waiting }: Overview): Finding {
  const late = banners.find(({ kind }) => kind === "late")
  return late
    ? wrong(
        "Store",
        `A payment waits to be handled since ${late.detail}: nobody works on it.`,
        "Start a process in Medusa's worker mode shared or worker; with server processes alone nothing is settled. If one runs, look in its log for [ipn]."
      )
    : ok("Store", `Nothing is late; ${waiting} wait${waiting === 1 ? "s" : ""} to be handled.`)
}

function checkInfrastructure({ locking, eventBus, workflowEngine }: Infrastructure): Finding[] {
  const lone = [
    ...(locking === "in-memory" ? ["locks"] : []),
    ...(/event-bus-local/.test(eventBus) ? ["events"] : []),
    ...(/workflow-engine-inmemory/.test(workflowEngine) ? ["workflows"] : []),
  ]
  if (lone.length === 0) return [ok("Store", "Locks, events and workflows are shared by all processes.")]
  return [
    note(
      "Store",
      `Medusa's ${lone.join(", ")} live in the memory of one process.`,
      "Fine for one process. With two or more (several servers, a server and a worker, --cluster), give Medusa its Redis modules for locking, events and workflows: else two processes may capture or refund the same payment at once."
    ),
  ]
}
