import { createServer, type Server } from "node:http"
import { knex, type Knex } from "@medusajs/framework/mikro-orm/knex"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { Webhook } from "standardwebhooks"
import { completeSettings } from "../../src/config/settings"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { callStore, tokenOf, waitForState } from "../support/buyer-status"
import { Alerts } from "../../src/modules/ipn/alerts/alerts"
import { Issues } from "../../src/modules/ipn/issues/issues"
import { tell as tellIn, type Told } from "../../src/modules/ipn/outbox/tell"
import { makeDue, settleAgain, waitForLane } from "../support/lanes"
import { liveGateway, liveTransfers, tellLive, type LiveType } from "../support/mail/live-gateway"
import { startMailServer, type MailServer, type TakenMail } from "../support/mail/mail-server"
import { send, signedMessage } from "../support/messages"
import { pauseAt, type End, type Moment } from "../support/pause-at"
import { startPaying, type Paying } from "../support/paying"
import { signIn } from "../support/sign-in"
import { startStore, type OwnStore } from "../support/store/start-store"
import { waitUntil } from "../support/store/wait-until"

const owner = "owner@example.com"
const playedProvider = join(__dirname, "..", "support", "played-provider")
const alertSecret = `whsec_${Buffer.from("only-for-tests-alerts-0000000000").toString("base64")}`

describe("mails once", () => {
  let simulator: SandboxSimulator
  let mailServer: MailServer
  let store: OwnStore
  let alertServer: Server
  const alerts: { type: string; data: Record<string, unknown> }[] = []

  beforeAll(async () => {
    simulator = await startSandboxSimulator()
    mailServer = await startMailServer()
    alertServer = createServer((request, response) => {
      let body = ""
      request.setEncoding("utf8").on("data", (text: string) => (body += text))
      request.on("end", () => {
        const headers = request.headers as Record<string, string>
        alerts.push(new Webhook(alertSecret).verify(body, headers) as (typeof alerts)[number])
        response.writeHead(204).end()
      })
    })
    await new Promise<void>((listening) => alertServer.listen(0, "127.0.0.1", listening))
    store = await startStore({
      simulators: { sandbox: simulator.url },
      env: {
        SMTP_HOST: "127.0.0.1",
        SMTP_PORT: String(mailServer.port),
        SMTP_ENCRYPTION: "none",
        IPN_OTHER_PROVIDERS: JSON.stringify([
          {
            resolve: playedProvider,
            id: "transfer",
            options: { simulator: simulator.url, takesOrders: true },
          },
        ]),
        IPN_OPTIONS: JSON.stringify({
          takeOver: [liveGateway, liveTransfers],
          alertWebhook: {
            url: `http://127.0.0.1:${(alertServer.address() as AddressInfo).port}/alerts`,
            secrets: [alertSecret],
          },
          settings: {
            alerts: { addresses: [owner] },
            orders: { when: "pending", cancel_unpaid_on_failure: true },
            emails: { payment_reminder: "plugin", merchant_daily: "plugin" },
          },
          worker: { leaseMs: 1_500 },
        }),
      },
    })
  })
  afterAll(async () => {
    await store?.stop()
    await simulator?.stop()
    await mailServer?.stop()
    alertServer?.closeAllConnections()
    await new Promise((closed) => (alertServer ? alertServer.close(closed) : closed(undefined)))
  })

  const tell = (checkout: Paying, type: LiveType, more: Record<string, unknown> = {}, times = 1) =>
    tellLive(store, checkout, type, more, times)
  const buy = () => startPaying(store, { providerId: "pp_system_default" })
  const mailsTo = (address: string): TakenMail[] => mailServer.mails.filter(({ to }) => to.includes(address))
  const subjectsTo = (address: string): string[] => mailsTo(address).map(({ subject }) => subject)
  const alertsOf = (cartId: string) => alerts.filter(({ data }) => data["cart_id"] === cartId)

  /** A token to ask with, for a payment that another provider started. */
  const tokenFor = async ({ cartId }: Paying): Promise<string> =>
    (await callStore<{ token: string }>(store, "POST", `/store/ipn/carts/${cartId}/token`)).body.token

  /** Waits until the lane has nothing to do and no mail of it waits to be sent. */
  async function settled({ sessionId }: Paying, says = "has nothing to do"): Promise<string> {
    const { id } = await waitForLane(store, `ref:${sessionId}`, says, ({ isDue }) => !isDue)
    await waitUntil("no mail of it waits", async () => {
      const { rows } = await store.sql.query(
        `select 1 from ipn_outbox where lane_id = $1 and channel = 'mail' and state = 'waiting' and due_at <= now()`,
        [id]
      )
      return rows.length === 0
    })
    return id
  }
  /** Lets the time of grace of a failure pass. */
  async function graceOver({ sessionId }: Paying): Promise<void> {
    await waitForLane(store, `ref:${sessionId}`, "waits out its grace", ({ state }) => state === "waiting")
    await store.sql.query(
      `update ipn_payment_event set statement = jsonb_set(jsonb_set(statement, '{receivedAt}', to_jsonb(now() - interval '11 minutes')),
         '{occurredAt}', to_jsonb(now() - interval '11 minutes'))
       where lane_id = (select id from ipn_lane where key = $1)`,
      [`ref:${sessionId}`]
    )
    await makeDue(store, `ref:${sessionId}`)
  }
  async function mailDueNow(laneId: string, topic: string): Promise<void> {
    const { rowCount } = await store.sql.query(
      `update ipn_outbox set due_at = now(), lease_until = null
       where lane_id = $1 and topic = $2 and channel = 'mail' and state = 'waiting'`,
      [laneId, topic]
    )
    expect(rowCount).toBe(1)
  }
  const stateOf = async (laneId: string, topic: string) =>
    (
      await store.sql.query<{ state: string; error: string | null }>(
        `select state, error from ipn_outbox where lane_id = $1 and topic = $2 and channel = 'mail'`,
        [laneId, topic]
      )
    ).rows

  it("sends the owner a sample by the way that the real mail goes", async () => {
    const response = await fetch(`${store.baseUrl}/admin/ipn/emails/ipn.refund-completed/sample`, {
      method: "POST",
      headers: { authorization: `Bearer ${await signIn(store)}`, "content-type": "application/json" },
      body: JSON.stringify({ language: "de" }),
    })
    const { sample } = (await response.json()) as { sample: { to: string } }
    await waitUntil("the sample is there", () => mailsTo(sample.to).length === 1)
    expect(subjectsTo(sample.to)[0]).toMatch(/^\[Sample\] .*1042/)
  })

  describe("tells the merchant", () => {
    let db: Knex
    let alerts: Alerts
    let issues: Issues
    beforeAll(() => {
      db = knex({ client: "pg", connection: store.databaseUrl, pool: { min: 0, max: 2 } })
      const outbox = { tell: (rows: readonly Told[]) => tellIn(db, rows), wake: () => undefined }
      const settings = completeSettings(
        new Map<string, unknown>([
          ["alerts.addresses", [owner]],
          ["emails.merchant_daily", "plugin"],
        ])
      )
      alerts = new Alerts(db, outbox, { read: () => Promise.resolve(settings) }, false)
      issues = new Issues(db, outbox, alerts)
    })
    afterAll(async () => db?.destroy())

    it("what the day before brought, once, in numbers of the ledger", async () => {
      const yesterday = new Date(Date.now() - 86_400_000).toISOString()
      await store.sql.query(
        `insert into ipn_ledger_entry (id, account_id, entry, debit, credit, amount, currency_code, lane_id, subject, ordinal, occurred_at)
         values ('ipnled_spec', 'sandbox', 'payment', 'a', 'b', '1234.50', 'eur', 'ipnlane_spec', 'spec:pay', 1, $1)`,
        [yesterday]
      )
      await alerts.tellDay()
      await alerts.tellDay()
      await waitUntil("the mail is there", () => mailsTo(owner).length > 0)
      const [mail, ...more] = mailsTo(owner)
      expect(more).toEqual([])
      expect(mail?.text).toMatch(/1,234\.50/)
      expect(mail?.text).toContain("sandbox")
      expect(mail?.subject).toMatch(/^Payments of /)
    })

    it("of a silent gateway, once for each time, and shows it in the admin", async () => {
      const before = mailsTo(owner).length
      const silence = {
        kind: "gateway_silent",
        subject: "paypal",
        severity: "urgent",
        accountId: "paypal",
        detail: { never: true },
      } as const
      for (let time = 0; time < 3; time++) await issues.raise(silence)
      await waitUntil("the mail is there", () => mailsTo(owner).length > before)
      expect(subjectsTo(owner).slice(before)).toEqual([expect.stringContaining("paypal")])
      const shown = () =>
        store.sql.query<{ title: string }>(
          `select data->>'title' as title from notification where channel = 'feed' and status = 'success'`
        )
      await waitUntil("it is shown", async () => (await shown()).rows.length > 0)
      expect((await shown()).rows).toEqual([{ title: expect.any(String) as unknown }])
      await issues.agree({ kinds: ["gateway_silent"], subject: "paypal" }, [])
    })
  })

  it("tells the customer what to pay until when, and reminds them, while the money has not come", async () => {
    const checkout = await startPaying(store, { providerId: "pp_played_transfer" })
    const due = new Date(Date.now() + 5 * 86_400_000)
    const told = (type: LiveType) =>
      tellLive(store, checkout, type, { due: due.toISOString() }, 3, liveTransfers.provider)
    await told("payment.pending")
    const laneId = await settled(checkout)
    expect(mailsTo(checkout.email)).toEqual([])
    await mailDueNow(laneId, "ipn.order-waiting")
    await waitUntil("the mail is there", () => mailsTo(checkout.email).length === 1)
    const { rows } = await store.sql.query<{ hours: number }>(
      `select round(extract(epoch from $2::timestamptz - due_at) / 3600)::int as hours from ipn_outbox
       where lane_id = $1 and topic = 'ipn.payment-reminder'`,
      [laneId, due]
    )
    expect(rows).toEqual([{ hours: 24 }])
    await mailDueNow(laneId, "ipn.payment-reminder")
    await waitUntil("the reminder is there", () => mailsTo(checkout.email).length === 2)
    await told("payment.captured")
    await settled(checkout)
    await waitUntil("it is thanked for", () => mailsTo(checkout.email).length === 3)
    const [order] = await store.ordersOf(checkout.cartId)
    expect(subjectsTo(checkout.email)).toEqual([
      `Bestellung ${order?.display_id}: wir warten auf Ihre Zahlung`,
      expect.stringMatching(new RegExp(`\\b${order?.display_id}\\b`)),
      `Bestellung ${order?.display_id}: Zahlung erhalten`,
    ])
    const day = new Intl.DateTimeFormat("de-DE", { dateStyle: "long", timeZone: "UTC" }).format(due)
    for (const { text } of mailsTo(checkout.email).slice(0, 2)) {
      expect(text).toContain(day)
      expect(text).toContain("ipn_resume=")
      expect(text).not.toContain(checkout.cartId)
    }
  })

  it("tells the customer of an order that is cancelled unpaid, in one mail and not in two", async () => {
    const checkout = await buy()
    await tell(checkout, "payment.pending")
    await settled(checkout)
    await tell(checkout, "payment.failed", {}, 2)
    await graceOver(checkout)
    const laneId = await settled(checkout)
    await waitUntil("the mail is there", () => mailsTo(checkout.email).length > 0)
    const [order] = await store.ordersOf(checkout.cartId)
    expect(order).toMatchObject({ status: "canceled" })
    await settleAgain(store, `ref:${checkout.sessionId}`)
    await settled(checkout)
    expect(subjectsTo(checkout.email)).toEqual([expect.stringContaining(`${order?.display_id}`)])
    expect(await stateOf(laneId, "ipn.order-cancelled-unpaid")).toEqual([{ state: "sent", error: null }])
    expect(await stateOf(laneId, "ipn.payment-failed")).toEqual([])
    await mailDueNow(laneId, "ipn.order-waiting")
    await settled(checkout)
    expect(await stateOf(laneId, "ipn.order-waiting")).toMatchObject([{ state: "dropped" }])
  })

  it("tells the customer of a payment once, in their language, although the message came five times", async () => {
    const checkout = await buy()
    const token = await tokenFor(checkout)
    await tell(checkout, "payment.captured", {}, 5)
    await settled(checkout)
    expect(await waitForState(store, token, "paid")).toMatchObject({ test: false, will_email: true })
    await settleAgain(store, `ref:${checkout.sessionId}`)
    const laneId = await settled(checkout)
    await waitUntil("the mail is there", () => mailsTo(checkout.email).length > 0)
    expect(mailsTo(checkout.email)).toHaveLength(1)
    const [order] = await store.ordersOf(checkout.cartId)
    const [mail] = mailsTo(checkout.email)
    expect(mail).toMatchObject({
      from: '"Demo store" <shop@example.com>',
      subject: `Bestellung ${order?.display_id}: Zahlung erhalten`,
      messageId: expect.stringMatching(/^<ipnout_\w+@localhost>$/) as string,
    })
    const amount = new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" }).format(
      Number(checkout.amount)
    )
    for (const text of [mail!.text, mail!.html]) {
      expect(text).toContain(amount)
      expect(text).toContain("T-shirt")
    }
    expect(await stateOf(laneId, "ipn.payment-received")).toEqual([{ state: "sent", error: null }])
  })

  it("drops the mail of a failure when a success came before it went", async () => {
    const checkout = await buy()
    await tell(checkout, "payment.failed", {}, 3)
    await waitForLane(store, `ref:${checkout.sessionId}`, "waits out its grace", ({ state, reason }) => {
      return state === "waiting" && reason === "failed_in_grace"
    })
    await tell(checkout, "payment.captured", {}, 2)
    await settled(checkout)
    await waitUntil("the mail is there", () => mailsTo(checkout.email).length > 0)
    expect(subjectsTo(checkout.email)).toEqual([expect.stringContaining("Zahlung erhalten")])
  })

  it("tells the customer of a failure once its grace is over, with a link that names nobody", async () => {
    const checkout = await buy()
    await tell(checkout, "payment.failed", {}, 3)
    await graceOver(checkout)
    await settled(checkout)
    await waitUntil("the mail is there", () => mailsTo(checkout.email).length > 0)
    expect(subjectsTo(checkout.email)).toEqual(["Ihre Zahlung hat nicht geklappt"])
    const [mail] = mailsTo(checkout.email)
    expect(mail?.text).not.toContain(checkout.cartId)
    expect(mail?.text).not.toContain(checkout.email)
  })

  it("tells the customer of each refunded total once, with what came back now", async () => {
    const checkout = await buy()
    await tell(checkout, "payment.captured")
    await settled(checkout)
    await tell(checkout, "refund.succeeded", { resource: "re_1", amount: "5.00" }, 3)
    await settled(checkout)
    await tell(checkout, "refund.succeeded", { resource: "re_2", amount: "2.50" }, 2)
    await settled(checkout)
    await waitUntil("the mails are there", () => mailsTo(checkout.email).length === 3)
    const [, first, second] = mailsTo(checkout.email)
    expect(first?.subject).toContain("Ihre Erstattung")
    expect(first?.text).toMatch(/5,00\s€ erstattet/)
    expect(second?.text).toMatch(/2,50\s€ erstattet/)
    expect(second?.text).toMatch(/Bisher erstattet: 7,50\s€/)
  })

  it("tells the merchant of a dispute with its deadline, and of its end; the customer hears nothing of it", async () => {
    const checkout = await buy()
    await tell(checkout, "payment.captured")
    await settled(checkout)
    const before = mailsTo(owner).length
    const due = new Date(Date.now() + 9 * 86_400_000).toISOString()
    await tell(checkout, "dispute.opened", { resource: "dp_1", due }, 4)
    const laneId = await settled(checkout)
    await tell(checkout, "dispute.won", { resource: "dp_1" }, 2)
    await settled(checkout)
    await waitUntil("the mails are there", () => mailsTo(owner).length >= before + 2)
    const [order] = await store.ordersOf(checkout.cartId)
    expect(subjectsTo(owner).slice(before)).toEqual([
      `A customer disputes a payment: Order #${order?.display_id}`,
      `Dispute won: Order #${order?.display_id}`,
    ])
    expect(mailsTo(owner)[before]?.text).toContain("Answer by")
    expect(subjectsTo(checkout.email)).toHaveLength(1)
    // What was to remind of it is dropped when its time comes.
    await store.sql.query(`update ipn_outbox set due_at = now() where lane_id = $1 and fact like '%:due:%'`, [
      laneId,
    ])
    await waitUntil("the reminder is dropped", async () => {
      const { rows } = await store.sql.query(
        `select 1 from ipn_outbox where lane_id = $1 and fact like '%:due:%' and state = 'dropped'`,
        [laneId]
      )
      return rows.length === 1
    })
    await waitUntil("the webhook was told", () => alertsOf(checkout.cartId).length >= 4)
    expect(
      alertsOf(checkout.cartId)
        .map(({ type }) => type)
        .sort()
    ).toEqual(["ipn.dispute.opened", "ipn.dispute.won", "ipn.issue.opened", "ipn.issue.resolved"])
  })

  it("tells the merchant of a new issue once, not of each message", async () => {
    const before = mailsTo(owner).length
    const checkout = await buy()
    for (let time = 0; time < 3; time++) {
      await tell(
        checkout,
        "payment.captured",
        { currency: "usd", payment: `pay_usd_${checkout.sessionId}` },
        2
      )
    }
    await waitUntil("the mail is there", () => mailsTo(owner).length > before, { withinMs: 90_000 })
    expect(subjectsTo(owner).slice(before)).toEqual(["Payments: Paid in another currency"])
    expect(subjectsTo(checkout.email)).toEqual([])
  })

  it("mails the merchant alone about a test payment, in the place of the customer", async () => {
    const checkout = await startPaying(store)
    const before = mailsTo(owner).length
    expect(await send(await signedMessage(store, "sandbox", "payment.pending", checkout))).toBe(200)
    const laneId = await settled(checkout)
    expect(await waitForState(store, tokenOf(checkout), "processing")).toMatchObject({
      test: true,
      will_email: false,
      reason: { message: "We are confirming your payment with Sandbox. You can close this page." },
    })
    await mailDueNow(laneId, "ipn.order-waiting")
    await waitUntil("the mail is there", () => mailsTo(owner).length > before)
    expect(subjectsTo(owner).at(-1)).toMatch(/^\[Test\] Bestellung \d+: wir warten auf Ihre Zahlung$/)
    expect(subjectsTo(checkout.email)).toEqual([])
  })

  it("does not say that it waits for a payment that has come meanwhile", async () => {
    const checkout = await startPaying(store)
    expect(await send(await signedMessage(store, "sandbox", "payment.pending", checkout))).toBe(200)
    await settled(checkout)
    expect(await send(await signedMessage(store, "sandbox", "payment.captured", checkout))).toBe(200)
    const laneId = await settled(checkout)
    await mailDueNow(laneId, "ipn.order-waiting")
    await settled(checkout)
    expect(await stateOf(laneId, "ipn.order-waiting")).toEqual([
      { state: "dropped", error: "it was paid meanwhile" },
    ])
  })

  it("respects an order that wants no notifications, and tells nobody of what is older than a day", async () => {
    const [silent, old] = [await buy(), await buy()]
    await store.sql.query(
      `create or replace function test_silence() returns trigger language plpgsql as $$
       begin if new.email = '${silent.email}' then new.no_notification = true; end if; return new; end $$;
       create trigger test_silence before insert on "order" for each row execute function test_silence()`
    )
    const token = await tokenFor(silent)
    await tell(silent, "payment.captured")
    const laneId = await settled(silent)
    expect(await waitForState(store, token, "paid")).toMatchObject({ will_email: false })
    expect(await stateOf(laneId, "ipn.payment-received")).toEqual([
      { state: "dropped", error: "the order wants no notifications" },
    ])
    await tell(old, "payment.captured")
    await settled(old)
    await waitUntil("the payment was told", () => mailsTo(old.email).length === 1)
    const at = new Date(Date.now() - 25 * 3_600_000).toISOString()
    await tell(old, "refund.succeeded", { resource: "re_old", amount: "1.00", at })
    const oldLane = await settled(old)
    expect(await stateOf(oldLane, "ipn.refund-completed")).toEqual([])
  })

  it("waits for a mail server that says later, and gives up at once where an address is refused", async () => {
    const [later, never] = [await buy(), await buy()]
    mailServer.answer((recipient, attempt) => {
      if (recipient === later.email && attempt === 1) return { code: 451, text: "Greylisted" }
      return recipient === never.email ? { code: 550, text: `No such user <${recipient}>` } : undefined
    })
    await tell(later, "payment.captured")
    await tell(never, "payment.captured")
    await waitUntil("both were tried", () =>
      [later, never].every(({ email }) => mailServer.tried.includes(email))
    )
    const laterLane = (await waitForLane(store, `ref:${later.sessionId}`, "is known", () => true)).id
    await waitUntil(
      "it waits",
      async () => (await stateOf(laterLane, "ipn.payment-received"))[0]?.error !== null
    )
    await store.sql.query(`update ipn_outbox set due_at = now() where lane_id = $1 and state = 'waiting'`, [
      laterLane,
    ])
    await waitUntil("the mail is there", () => mailsTo(later.email).length === 1)
    const neverLane = await settled(never)
    const [refused] = await stateOf(neverLane, "ipn.payment-received")
    expect(refused).toMatchObject({
      state: "failed",
      error: expect.stringContaining("No such user") as string,
    })
    expect(refused?.error).not.toContain(never.email)
    expect(mailServer.tried.filter((one) => one === never.email)).toHaveLength(1)
    const [order] = await store.ordersOf(never.cartId)
    const { rows } = await store.sql.query(
      `select status, detail from ipn_issue where kind = 'email_failed' and order_id = $1`,
      [order?.id]
    )
    expect(rows).toEqual([{ status: "open", detail: { reason: "mail_refused" } }])
    mailServer.answer(() => undefined)
  })

  it("gives up a mail that fails again and again, and an address that is none at once: both are an issue", async () => {
    const [failing, nowhere] = [await buy(), await buy()]
    mailServer.answer((recipient) =>
      recipient === failing.email ? { code: 451, text: "Try again later" } : undefined
    )
    await store.sql.query(
      `create or replace function test_address() returns trigger language plpgsql as $$
       begin if new.email = '${nowhere.email}' then new.email = 'nobody at home'; end if; return new; end $$;
       create trigger test_address before insert on "order" for each row execute function test_address()`
    )
    await tell(failing, "payment.captured")
    await tell(nowhere, "payment.captured")
    const failingLane = (await waitForLane(store, `ref:${failing.sessionId}`, "is known", () => true)).id
    await waitUntil(
      "it waits",
      async () => ((await stateOf(failingLane, "ipn.payment-received"))[0]?.error ?? null) !== null
    )
    await store.sql.query(
      `update ipn_outbox set attempts = 19, due_at = now() where lane_id = $1 and topic = 'ipn.payment-received'`,
      [failingLane]
    )
    const nowhereLane = await settled(nowhere)
    await settled(failing)
    expect([
      await stateOf(failingLane, "ipn.payment-received"),
      await stateOf(nowhereLane, "ipn.payment-received"),
    ]).toMatchObject([
      [{ state: "failed", error: expect.stringContaining("Try again later") as unknown }],
      [{ state: "failed", error: "the address is not one that mail can go to" }],
    ])
    expect(mailServer.tried.some((address) => address.includes("nobody"))).toBe(false)
    const orders = [...(await store.ordersOf(failing.cartId)), ...(await store.ordersOf(nowhere.cartId))]
    const { rows } = await store.sql.query(
      `select detail from ipn_issue where kind = 'email_failed' and status = 'open' and order_id = any($1) order by detail->>'reason'`,
      [orders.map(({ id }) => id)]
    )
    expect(rows).toEqual([
      { detail: { reason: "bad_address" } },
      { detail: { reason: "mail_failed", count: 20 } },
    ])
    mailServer.answer(() => undefined)
  })

  it("waits for a provider of email where the store has none, for a day; a banner and one issue say so", async () => {
    const provider = (enabled: boolean) =>
      store.sql.query(`update notification_provider set is_enabled = $1 where 'email' = any(channels)`, [
        enabled,
      ])
    type Overview = { overview: { banners: { kind: string }[] } }
    const banners = async () =>
      (await store.admin<Overview>("GET", "/admin/ipn/overview")).overview.banners.map(({ kind }) => kind)
    const issue = async () =>
      (
        await store.sql.query<{ status: string }>(
          `select status from ipn_issue where kind = 'email_failed' and subject = 'no_email_provider'`
        )
      ).rows
    expect(await banners()).not.toContain("no_email_provider")
    await provider(false)
    const [patient, late] = [await buy(), await buy()]
    const lanes: string[] = []
    for (const checkout of [patient, late]) {
      await tell(checkout, "payment.captured")
      const { id } = await waitForLane(
        store,
        `ref:${checkout.sessionId}`,
        "is settled",
        ({ isDue }) => !isDue
      )
      expect(await store.ordersOf(checkout.cartId)).toMatchObject([{ payment_status: "captured" }])
      await waitUntil(
        "it was tried",
        async () => ((await stateOf(id, "ipn.payment-received"))[0]?.error ?? null) !== null
      )
      lanes.push(id)
    }
    expect(await stateOf(lanes[0]!, "ipn.payment-received")).toMatchObject([{ state: "waiting" }])
    expect([await banners(), await issue()]).toEqual([
      expect.arrayContaining(["no_email_provider"]),
      [{ status: "open" }],
    ])
    await store.sql.query(
      `update ipn_outbox set attempts = 143, due_at = now() where lane_id = $1 and topic = 'ipn.payment-received'`,
      [lanes[1]]
    )
    await waitUntil(
      "the day is over for one",
      async () => (await stateOf(lanes[1]!, "ipn.payment-received"))[0]?.state === "failed"
    )
    await provider(true)
    await mailDueNow(lanes[0]!, "ipn.payment-received")
    await waitUntil("the other is sent", () => mailsTo(patient.email).length === 1)
    expect(mailsTo(late.email)).toEqual([])
    await waitUntil("the issue is over", async () => (await issue())[0]?.status === "resolved")
  })

  describe("SIGKILL", () => {
    const moments: Readonly<Record<string, readonly [write: string, end: End]>> = {
      "just before the mail is written down": ["ipn_outbox insert", "cutOff"],
      "just before it is sent": ["notification insert", "cutOff"],
      "before the outbox knows that it was sent": ["ipn_outbox update", "cutOff"],
      "between the server's yes and our note of it": ["notification update", "cutOff"],
      "just after the mail was written down": ["ipn_outbox insert", "release"],
      "just after it was handed over to be sent": ["notification insert", "release"],
    }
    const all = Object.entries(moments).map(([name, [write, end]]) => [name, write, end] as const)
    const checkouts = new Map<string, Paying>()

    function momentOf(write: string, { email, sessionId }: Paying): Omit<Moment, "name"> {
      const ours = `new.channel = 'mail' and new.topic = 'ipn.payment-received' and new.payload->>'payment_session_id' = '${sessionId}'`
      const [table = "", on] = write.split(" ") as [string, Moment["on"]]
      const when = {
        "ipn_outbox insert": ours,
        "ipn_outbox update": `${ours} and new.state = 'sent'`,
        "notification insert": `new."to" = '${email}'`,
        "notification update": `new."to" = '${email}' and new.status = 'success'`,
      }[write]!
      return { table, on, when }
    }

    beforeAll(async () => {
      for (const [name] of all) checkouts.set(name, await buy())
      const pause = await pauseAt(
        store.databaseUrl,
        store.sql,
        all.map(([name, write, end]) => ({ name, end, ...momentOf(write, checkouts.get(name)!) }))
      )
      for (const checkout of checkouts.values()) await tell(checkout, "payment.captured")
      await pause.reached()
      store.kill("SIGKILL")
      await store.exited()
      await pause.end()
      // What the crash cut is taken up when its claim lapses: at once here, after three minutes else. No claim is held
      // by anyone alive now: one that is must not lapse, or its mail goes out again.
      await store.sql.query(`update ipn_outbox set lease_until = now() where state = 'waiting'`)
      store = await store.restart()
      for (const checkout of checkouts.values()) await tell(checkout, "payment.captured", {}, 2)
    })

    it.each(all)("%s: one mail, or the same again, known by its Message-ID", async (name, write) => {
      const checkout = checkouts.get(name)!
      await waitForLane(store, `ref:${checkout.sessionId}`, "has nothing to do", ({ isDue }) => !isDue)
      const laneId = await settled(checkout)
      expect(await stateOf(laneId, "ipn.payment-received")).toEqual([{ state: "sent", error: null }])
      const mails = mailsTo(checkout.email)
      expect(mails).toHaveLength(write === "notification update" ? 2 : 1)
      expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1)
    })
  })

  it("hands what a mail says to the store's own template, and no link of it stays in the database", async () => {
    const set = (key: string, value: unknown) =>
      store.sql.query(`insert into ipn_setting (id, key, value, actor_id) values ($1, $2, $3, 'test')`, [
        `ipnset_${key}`,
        key,
        JSON.stringify({ value }),
      ])
    await set("emails.payment_received", "provider")
    await set("emails.templates", { "ipn.payment-received": "d-1234" })
    // Another second may pass before a process reads its settings again.
    await waitUntil("the setting holds", async () => {
      const checkout = await buy()
      await tell(checkout, "payment.captured")
      const { id } = await waitForLane(
        store,
        `ref:${checkout.sessionId}`,
        "has nothing to do",
        ({ isDue }) => !isDue
      )
      const notificationOf = async () =>
        (
          await store.sql.query<{ template: string; data: Record<string, unknown>; status: string }>(
            `select template, data, status from notification
             where idempotency_key = (select id || ':1' from ipn_outbox where lane_id = $1 and topic = 'ipn.payment-received')`,
            [id]
          )
        ).rows[0]
      await waitUntil("it was tried", async () => {
        const found = await notificationOf()
        return found !== undefined && found.status !== "pending"
      })
      const found = await notificationOf()
      if (found?.template !== "d-1234") return false
      const { currency, amount } = checkout
      expect(found.data).toMatchObject({
        kind: "ipn.payment-received",
        paid: { amount, currency },
        locale: "de-DE",
        subject: expect.stringContaining("Zahlung erhalten") as string,
        shop: { name: "Demo store" },
      })
      await waitUntil("its links are gone", async () => !("links" in ((await notificationOf())?.data ?? {})))
      expect(JSON.stringify(await notificationOf())).not.toContain("ipn_resume")
      // The SMTP provider has no templates, and says so.
      const [row] = await stateOf(id, "ipn.payment-received")
      expect(row).toMatchObject({ state: "waiting", error: expect.stringContaining("no content") as string })
      return true
    })
  })
})
