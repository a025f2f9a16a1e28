import type { AccountHealth } from "../modules/ipn/browsing/account-health"
import { note, ok, wrong, type Finding } from "./finding"

/** What each account lacks, and how it does. */
export function checkAccount(account: AccountHealth, { production }: { production: boolean }): Finding[] {
  const { id, gateway_title: title, notify_url: url, taken_over: takenOver, last_refusal: refusal } = account
  return [
    ...account.secrets
      .filter(({ is_missing }) => is_missing)
      .map(({ name }) =>
        (account.offered_in > 0 ? wrong : note)(
          id,
          `${name} is not set: no payment can be started.`,
          `Set it in medusa-config, from the environment. Where to find it: ${title}'s page in the docs.`
        )
      ),
    ...account.secrets
      .filter(({ hints }) => hints.length > 1)
      .map(({ name, hints }) =>
        note(
          id,
          `${name} holds ${hints.length} secrets.`,
          "Remove the old ones once the gateway no longer uses them."
        )
      ),
    ...(production && account.mode === "test"
      ? [
          note(
            id,
            `This is a ${title} test account, in production.`,
            'Its payments bring no money. Remove it, or set mode: "live" with live keys.'
          ),
        ]
      : []),
    ...(account.offered_in === 0
      ? [
          note(
            id,
            "No region offers this way to pay.",
            `Turn on ${account.provider_id} in the admin: Settings > Regions > a region > Payment providers.`
          ),
        ]
      : []),
    ...(account.paused
      ? [
          note(
            id,
            "It is paused: messages are kept and nothing is settled.",
            "Resume it in the admin: Payment notifications > Gateways."
          ),
        ]
      : []),
    account.last_proven
      ? ok(id, `The last proven message came at ${account.last_proven.received_at.toISOString()}.`)
      : note(
          id,
          "No proven message has come yet.",
          takenOver
            ? `Its webhook keeps the address ${url}. Make a payment and look here again.`
            : `Give ${title} the notify address ${url} (steps: Payment notifications > Gateways > ${id} in the admin), and make a payment.`
        ),
    ...(refusal && account.last_24_hours.refused > 0
      ? [
          note(
            id,
            `${account.last_24_hours.refused} or more calls were refused in the last 24 hours; the last one: ${refusal.why}.`,
            adviceOn(refusal.why, title)
          ),
        ]
      : []),
    ...account.problems.map(({ kind, issue_id }) =>
      account.state === "failing"
        ? wrong(id, `There is an open issue: ${kind}.`, `See issue ${issue_id} in the admin.`)
        : note(id, `There is an open issue: ${kind}.`, `See issue ${issue_id} in the admin.`)
    ),
  ]
}

function adviceOn(why: string, title: string): string {
  if (why === "stale") return "The signed time was too old or in the future: check the clocks."
  if (why === "wrong-account") return `They are of another ${title} account: check which one sends here.`
  return `If they are ${title}'s own, the secret is not the right one; if not, somebody is trying.`
}
