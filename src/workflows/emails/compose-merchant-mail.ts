import type { MedusaContainer } from "@medusajs/framework/types"
import { fromDecimal, type Money } from "../../domain/money"
import type { MailIssue } from "../../emails/mail"
import type { StoredIssue } from "../../modules/ipn/issues/stored-issue"
import { ipnModule } from "../../modules/ipn/name"
import type { OutboxRow } from "../../modules/ipn/outbox/claim-told"
import type IpnModuleService from "../../modules/ipn/service"
import { graph } from "../settle/read-rows"
import type { Composed } from "./compose-mail"

/** What rows of mails to the merchant hold, each its own. */
type Payload = Readonly<{
  account_id?: string
  lane_id?: string
  order_id?: string | null
  amount?: string | null
  currency_code?: string | null
  due_at?: string | null
  gateway_dispute_id?: string
  stage?: "opened" | "due" | "won" | "lost"
  issue_id?: string
  count?: number
  issues?: readonly string[]
  from?: string
  until?: string
}>

/** Reads what a mail to the merchant says, and looks again whether it is still true. */
export async function composeMerchantMail(
  container: MedusaContainer,
  row: OutboxRow,
  adminUrl: string
): Promise<Composed> {
  const payload = row.payload as Payload
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  switch (row.topic) {
    case "ipn.merchant-issue":
      return digest(container, ipn, payload, adminUrl)
    case "ipn.merchant-dispute":
      return dispute(container, ipn, payload, adminUrl)
    case "ipn.merchant-silence":
      return silence(ipn, payload, adminUrl)
    case "ipn.merchant-daily":
      return daily(ipn, payload, adminUrl)
    default:
      return { kind: "dropped", reason: `there is no mail ${row.topic}` }
  }
}

/** What was resolved or taken in hand meanwhile needs nobody any more. */
async function digest(
  container: MedusaContainer,
  ipn: IpnModuleService,
  { issues: facts = [] }: Payload,
  adminUrl: string
): Promise<Composed> {
  const found: MailIssue[] = []
  for (const fact of facts) {
    const [id = "", count] = fact.split(":")
    const issue = await ipn.issues.retrieve(id)
    if (issue?.status === "open" && String(issue.count) === count) found.push(await view(container, issue))
  }
  if (found.length === 0) return { kind: "dropped", reason: "nothing of it is open any more" }
  return {
    kind: "mail",
    mail: { kind: "ipn.merchant-issue", issues: found, adminUrl: `${adminUrl}/ipn/issues` },
  }
}

async function dispute(
  container: MedusaContainer,
  ipn: IpnModuleService,
  payload: Payload,
  adminUrl: string
): Promise<Composed> {
  const { stage = "opened", lane_id = "", gateway_dispute_id = "", order_id, account_id = "" } = payload
  const now = await ipn.mails.dispute(lane_id, gateway_dispute_id)
  const due = typeof now?.dueAt === "number" ? new Date(now.dueAt).toISOString() : payload.due_at
  if ((stage === "opened" || stage === "due") && now && now.state !== "opened") {
    return { kind: "dropped", reason: "the dispute is decided" }
  }
  if (stage === "due" && due !== payload.due_at) return { kind: "dropped", reason: "the deadline has moved" }
  return {
    kind: "mail",
    mail: {
      kind: "ipn.merchant-dispute",
      stage,
      account: account_id,
      money: readMoney(payload.amount, payload.currency_code),
      ...(due ? { dueAt: new Date(due) } : {}),
      orderNumber: await numberOf(container, order_id),
      adminUrl: order_id ? `${adminUrl}/orders/${order_id}` : `${adminUrl}/ipn/issues`,
    },
  }
}

async function silence(
  ipn: IpnModuleService,
  { issue_id = "", count }: Payload,
  adminUrl: string
): Promise<Composed> {
  const issue = await ipn.issues.retrieve(issue_id)
  if (!issue || issue.status !== "open" || issue.count !== count) {
    return { kind: "dropped", reason: "the gateway is no longer silent" }
  }
  const { since } = issue.detail
  return {
    kind: "mail",
    mail: {
      kind: "ipn.merchant-silence",
      account: issue.account_id ?? "",
      ...(since ? { since: new Date(since) } : {}),
      adminUrl: `${adminUrl}/ipn/issues`,
    },
  }
}

async function daily(
  ipn: IpnModuleService,
  { from = "", until = "" }: Payload,
  adminUrl: string
): Promise<Composed> {
  const [totals, { counts }] = await Promise.all([
    ipn.mails.day(new Date(from), new Date(until)),
    ipn.issues.list({}, { take: 0 }),
  ])
  return {
    kind: "mail",
    mail: {
      kind: "ipn.merchant-daily",
      day: new Date(from),
      totals: totals.map(({ accountId, ...rest }) => ({ account: accountId, ...rest })),
      openIssues: counts.open,
      adminUrl: `${adminUrl}/ipn/issues`,
    },
  }
}

async function view(container: MedusaContainer, issue: StoredIssue): Promise<MailIssue> {
  return {
    kind: issue.kind,
    severity: issue.severity,
    message: issue.message,
    money: readMoney(issue.amount, issue.currency_code),
    dueAt: issue.due_at ?? undefined,
    orderNumber: await numberOf(container, issue.order_id),
  }
}

async function numberOf(
  container: MedusaContainer,
  orderId: string | null | undefined
): Promise<string | undefined> {
  if (!orderId) return undefined
  const [order] = await graph<{ display_id: number }>(container, "order", { id: orderId }, [
    "id",
    "display_id",
  ])
  return order && String(order.display_id)
}

function readMoney(
  amount: string | null | undefined,
  currency: string | null | undefined
): Money | undefined {
  return amount && currency ? fromDecimal(amount, currency) : undefined
}
