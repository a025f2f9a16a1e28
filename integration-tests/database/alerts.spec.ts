import { completeSettings, type Settings } from "../../src/config/settings"
import type { Issue } from "../../src/domain/issues"
import { Alerts } from "../../src/modules/ipn/alerts/alerts"
import { Issues } from "../../src/modules/ipn/issues/issues"
import { alertRecipient } from "../../src/modules/ipn/mails/recipient"
import { tell, type Told } from "../../src/modules/ipn/outbox/tell"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"

const owners = ["owner@example.com", "books@example.com"]
const minute = 60_000

let database: PluginDatabase
let settings: Settings
let alerts: Alerts
let issues: Issues

function configure(values: Readonly<Record<string, unknown>> = {}): void {
  settings = completeSettings(new Map(Object.entries({ "alerts.addresses": owners, ...values })))
}

beforeAll(async () => {
  database = await createPluginDatabase()
  const outbox = { tell: (rows: readonly Told[]) => tell(database.db, rows), wake: () => undefined }
  alerts = new Alerts(database.db, outbox, { read: () => Promise.resolve(settings) }, true)
  issues = new Issues(database.db, outbox, alerts)
})
beforeEach(async () => {
  await database.db.raw("truncate ipn_issue, ipn_outbox")
  configure()
})
afterAll(async () => database?.drop())

const issue = (subject: string, more: Partial<Issue> = {}): Issue => ({
  kind: "needs_decision",
  subject,
  severity: "warning",
  accountId: "main",
  laneId: subject,
  detail: { reason: "amount_short" },
  ...more,
})

type Row = {
  channel: string
  topic: string
  to: string | null
  issues: string[] | null
  due_at: Date
  payload: Record<string, unknown>
}
async function rowsOf(channel: string, topic: string): Promise<Row[]> {
  const { rows } = await database.db.raw(
    `select channel, topic, payload->>'to' as "to", payload->'issues' as issues, due_at, payload from ipn_outbox
     where channel = ? and topic = ? order by id`,
    [channel, topic]
  )
  return rows as Row[]
}
const digests = () => rowsOf("mail", "ipn.merchant-issue")
/** Lets time pass for all that was told. */
async function pass(ms: number): Promise<void> {
  await database.db.raw(`update ipn_outbox set created_at = created_at - ? * interval '1 millisecond'`, [ms])
}

describe("new issues", () => {
  it("are gathered for 15 minutes into one mail for each address, and told once, however often they come", async () => {
    for (let time = 0; time < 3; time++) await issues.raise(issue("lane_1"))
    await issues.raise(issue("lane_2"))
    expect(await alerts.tellDigests()).toBe(0)
    await pass(16 * minute)
    await issues.raise(issue("lane_3"))
    await Promise.all([alerts.tellDigests(), alerts.tellDigests(), alerts.tellDigests()])
    const mails = await digests()
    expect(mails.map(({ to }) => to).sort()).toEqual(owners.map(alertRecipient).sort())
    for (const { issues: told } of mails) expect(told).toHaveLength(3)
    await pass(20 * minute)
    expect(await alerts.tellDigests()).toBe(0)
  })

  it("are told at once together with an urgent one, which leads the list and is shown in the admin", async () => {
    await issues.raise(issue("lane_1"))
    await issues.raise(issue("lane_2", { severity: "urgent" }))
    expect(await alerts.tellDigests()).toBe(2)
    const [mail] = await digests()
    const { issues: listed } = await issues.list({}, { order: "first_seen_at" })
    const idOf = (subject: string) => listed.find((one) => one.subject === subject)!.id
    expect(mail?.issues).toEqual([`${idOf("lane_2")}:1`, `${idOf("lane_1")}:1`])
    expect((await rowsOf("feed", "ipn.issue.opened")).map(({ payload }) => payload["issue_id"])).toEqual([
      idOf("lane_2"),
    ])
    expect(await rowsOf("webhook", "ipn.issue.opened")).toHaveLength(2)
  })

  it("are held in quiet hours, urgent or not, and told when they end; webhooks are not", async () => {
    configure({ "alerts.quiet_hours": "22:00-07:00", "emails.time_zone": "Europe/Berlin" })
    await issues.raise(issue("lane_1", { severity: "urgent" }))
    expect(await alerts.tellDigests(Date.parse("2026-11-22T23:30:00Z"))).toBe(0)
    expect(await rowsOf("webhook", "ipn.issue.opened")).toHaveLength(1)
    expect(await alerts.tellDigests(Date.parse("2026-11-23T05:59:00Z"))).toBe(0)
    expect(await alerts.tellDigests(Date.parse("2026-11-23T06:00:00Z"))).toBe(2)
  })

  it("are told again only when they open again", async () => {
    await issues.raise(issue("lane_1", { severity: "urgent" }))
    expect(await alerts.tellDigests()).toBe(2)
    await issues.agree({ kinds: ["needs_decision"], subject: "lane_1" }, [])
    expect(await alerts.tellDigests()).toBe(0)
    await issues.raise(issue("lane_1", { severity: "urgent" }))
    expect(await alerts.tellDigests()).toBe(2)
  })
})

it("a silent gateway is a mail of its own, once for each time that it falls silent, and in no digest", async () => {
  const silent = issue("main", { kind: "gateway_silent", severity: "urgent" })
  await issues.raise(silent)
  await issues.raise(silent)
  expect((await rowsOf("mail", "ipn.merchant-silence")).map(({ to }) => to).sort()).toEqual(
    owners.map(alertRecipient).sort()
  )
  await pass(20 * minute)
  expect(await alerts.tellDigests()).toBe(0)
})

describe("the day before", () => {
  const at = (time: string) => new Date(time)
  const entry = (subject: string, kind: string, amount: string, occurredAt: string) =>
    database.db.raw(
      `insert into ipn_ledger_entry (id, account_id, entry, debit, credit, amount, currency_code, lane_id, subject, ordinal, occurred_at)
       values (?, 'main', ?, 'a', 'b', ?, 'eur', ?, ?, 1, ?)`,
      [`ipnled_${subject}`, kind, amount, subject.split(":")[0] ?? "", subject, occurredAt]
    )

  it("is told once, with what the ledger says of that day in the store's time zone", async () => {
    configure({ "emails.merchant_daily": "plugin", "emails.time_zone": "Europe/Berlin" })
    // Berlin's 21 November is from 23:00 to 23:00 UTC.
    await entry("lane_1:pay", "payment", "10.10", "2026-11-20T23:00:00Z")
    await entry("lane_2:pay", "payment", "20.20", "2026-11-21T22:59:59Z")
    await entry("lane_2:fee", "fee", "0.50", "2026-11-21T12:00:00Z")
    await entry("lane_1:ref", "refund", "1.10", "2026-11-21T12:00:00Z")
    await entry("lane_0:pay", "payment", "99.00", "2026-11-20T22:59:59Z")
    await entry("lane_3:pay", "payment", "99.00", "2026-11-21T23:00:00Z")
    for (const now of ["2026-11-21T23:11:00Z", "2026-11-22T00:11:00Z", "2026-11-22T22:59:00Z"]) {
      await alerts.tellDay(at(now))
    }
    const mails = await rowsOf("mail", "ipn.merchant-daily")
    expect(mails.map(({ to }) => to).sort()).toEqual(owners.map(alertRecipient).sort())
    expect(mails[0]?.payload).toMatchObject({
      day: "2026-11-21",
      from: "2026-11-20T23:00:00.000Z",
      until: "2026-11-21T23:00:00.000Z",
    })
    expect((await rowsOf("webhook", "ipn.daily")).map(({ payload }) => payload)).toEqual([
      {
        day: "2026-11-21",
        totals: [
          {
            account_id: "main",
            currency_code: "eur",
            payments: 2,
            paid: "30.30",
            refunded: "1.10",
            fees: "0.50",
          },
        ],
      },
    ])
    await alerts.tellDay(at("2026-11-22T23:11:00Z"))
    expect(await rowsOf("mail", "ipn.merchant-daily")).toHaveLength(4)
  })

  it("waits for the end of quiet hours, and is no mail unless it is switched on", async () => {
    await alerts.tellDay(at("2026-11-25T00:11:00Z"))
    expect(await rowsOf("mail", "ipn.merchant-daily")).toEqual([])
    configure({ "emails.merchant_daily": "plugin", "alerts.quiet_hours": "22:00-07:00" })
    await alerts.tellDay(at("2026-11-25T00:11:00Z"))
    const [mail] = await rowsOf("mail", "ipn.merchant-daily")
    expect(mail?.due_at).toEqual(at("2026-11-25T07:00:00Z"))
  })
})
