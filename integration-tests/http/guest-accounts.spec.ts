import { issueToken, tokenKeyOf, tokenLifeMs } from "../../src/domain/buyer-token"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { callStore, type StoreAnswer } from "../support/buyer-status"
import { waitForLane } from "../support/lanes"
import { liveGateway, tellLive } from "../support/mail/live-gateway"
import { startMailServer, type MailServer, type TakenMail } from "../support/mail/mail-server"
import { send, signedMessage } from "../support/messages"
import { pauseAt } from "../support/pause-at"
import { startPaying, type Paying } from "../support/paying"
import { startStore, type OwnStore } from "../support/store/start-store"
import { waitUntil } from "../support/store/wait-until"

const tokenSecret = "test-only-token-secret-of-the-guests-spec"
const owner = "owner@example.com"
const password = "test-only-password-of-a-guest"
const refusal = {
  type: "not_found",
  message: "This link is too old, or it was used already. Sign in, or reset your password.",
}

type Answer = { email: string; order: { id: string; display_id: number }; type?: string; message?: string }

describe("a guest's account", () => {
  let simulator: SandboxSimulator
  let mailServer: MailServer
  let store: OwnStore

  beforeAll(async () => {
    simulator = await startSandboxSimulator()
    mailServer = await startMailServer()
    store = await startStore({
      simulators: { sandbox: simulator.url },
      env: {
        SMTP_HOST: "127.0.0.1",
        SMTP_PORT: String(mailServer.port),
        SMTP_ENCRYPTION: "none",
        STOREFRONT_URL: "https://shop.example.com",
        IPN_OPTIONS: JSON.stringify({
          tokenSecret,
          takeOver: [liveGateway],
          settings: { alerts: { addresses: [owner] }, emails: { account_claim: "plugin" } },
          worker: { leaseMs: 1_500 },
        }),
      },
    })
  })
  afterAll(async () => {
    await store?.stop()
    await simulator?.stop()
    await mailServer?.stop()
  })

  const mailsTo = (address: string): TakenMail[] =>
    mailServer.mails.filter(({ to, text }) => to.includes(address) && text.includes("ipn_claim="))

  /** Buys and pays as a guest; resolves to the row of the mail that would offer an account. */
  async function pay(email?: string): Promise<{ checkout: Paying; rowId: string }> {
    const checkout = email
      ? { ...(await store.buyer.startCheckout({ providerId: "pp_system_default", email })), email }
      : await startPaying(store, { providerId: "pp_system_default" })
    await tellLive(store, checkout, "payment.captured", {}, 3)
    const { id } = await waitForLane(
      store,
      `ref:${checkout.sessionId}`,
      "has nothing to do",
      ({ isDue }) => !isDue
    )
    const { rows } = await store.sql.query<{ id: string; minutes: number }>(
      `select id, round(extract(epoch from due_at - created_at) / 60)::int as minutes from ipn_outbox
       where lane_id = $1 and topic = 'ipn.account-claim'`,
      [id]
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]?.minutes).toBe(10)
    return { checkout, rowId: rows[0]!.id }
  }

  /** Lets the ten minutes pass; resolves to how the mail ended. */
  async function due(rowId: string): Promise<{ state: string; error: string | null }> {
    await store.sql.query(
      `update ipn_outbox set due_at = now(), lease_until = null where id = $1 and state = 'waiting'`,
      [rowId]
    )
    return waitUntil("the mail ended", async () => {
      const { rows } = await store.sql.query<{ state: string; error: string | null }>(
        `select state, error from ipn_outbox where id = $1 and state <> 'waiting'`,
        [rowId]
      )
      return rows[0]
    })
  }

  const tokenIn = ({ text }: TakenMail): string => {
    const url = new URL(/https:\/\/shop\.example\.com\/account\/claim\?\S+/.exec(text)![0])
    return url.searchParams.get("ipn_claim")!
  }

  /** A guest who paid and got the mail. */
  async function offered(): Promise<{ email: string; token: string; checkout: Paying; rowId: string }> {
    const { checkout, rowId } = await pay()
    expect(await due(rowId)).toEqual({ state: "sent", error: null })
    const [mail] = mailsTo(checkout.email)
    return { email: checkout.email, token: tokenIn(mail!), checkout, rowId }
  }

  const look = (token: string, more = {}) =>
    callStore<Answer>(store, "GET", "/store/ipn/guest-account", { token, ...more })
  const claim = (token: string, body: object = { password }, more = {}) =>
    callStore<Answer>(store, "POST", "/store/ipn/guest-account", { token, body, ...more })

  async function auth(
    path: string,
    body: object,
    bearer?: string
  ): Promise<{ status: number; token?: string }> {
    const response = await fetch(`${store.baseUrl}/auth/${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      },
      body: JSON.stringify(body),
    })
    return { status: response.status, ...((await response.json()) as object) }
  }
  const signIn = (email: string, secret: string) => auth("customer/emailpass", { email, password: secret })
  const registerSignIn = (email: string, secret: string) =>
    auth("customer/emailpass/register", { email, password: secret })
  const asCustomer = (bearer: string | undefined, path: string, body?: object) =>
    callStore<Record<string, unknown>>(store, body ? "POST" : "GET", path, {
      headers: { authorization: `Bearer ${bearer}` },
      ...(body ? { body } : {}),
    })
  const ordersOf = async (bearer: string | undefined) =>
    ((await asCustomer(bearer, "/store/orders")).body["orders"] as { id: string }[]).map(({ id }) => id)

  async function customers(email: string): Promise<{ has_account: boolean; sign_ins: number }[]> {
    const { rows } = await store.sql.query<{ has_account: boolean; sign_ins: number }>(
      `select has_account, (
         select count(*)::int from auth_identity where app_metadata->>'customer_id' = customer.id and deleted_at is null
       ) as sign_ins from customer where email = $1 and deleted_at is null`,
      [email]
    )
    return rows
  }
  const expectRefused = ({ status, body }: StoreAnswer<Answer>) =>
    expect({ status, body }).toEqual({ status: 404, body: refusal })

  it("is offered by mail to the order's own address, ten minutes after the payment, once for a while", async () => {
    const { checkout, rowId } = await pay()
    expect(mailsTo(checkout.email)).toHaveLength(0)
    expect(await due(rowId)).toEqual({ state: "sent", error: null })
    const [mail, ...more] = mailsTo(checkout.email)
    expect(more).toEqual([])
    expect(mail?.to).toEqual([checkout.email])
    expect(mail?.subject).toBe("Ihr Kundenkonto bei Demo store")
    const token = tokenIn(mail!)
    const said = Buffer.from(token, "base64url").toString("latin1")
    for (const personal of [checkout.email, checkout.cartId, "order_", "cus_"]) {
      expect(said).not.toContain(personal)
    }
    const next = await pay(checkout.email)
    expect(await due(next.rowId)).toEqual({
      state: "dropped",
      error: "the customer has such a link already",
    })
  })

  it("can be claimed with a password: the order is the customer's, and Medusa lets them in", async () => {
    const { email, token, checkout } = await offered()
    const earlier = await pay(email)
    const [order] = await store.ordersOf(checkout.cartId)
    const [other] = await store.ordersOf(earlier.checkout.cartId)
    const told = { email, order: { id: order!.id, display_id: order!.display_id } }
    const seen = await look(token)
    expect({ status: seen.status, body: seen.body }).toEqual({ status: 200, body: told })
    expect(seen.headers.get("cache-control")).toBe("no-store")
    expect((await signIn(email, password)).status).toBe(401)
    const claimed = await claim(token)
    expect({ status: claimed.status, body: claimed.body }).toEqual({ status: 200, body: told })
    const { token: bearer } = await signIn(email, password)
    expect((await ordersOf(bearer)).sort()).toEqual([order!.id, other!.id].sort())
    expect(await customers(email)).toEqual([{ has_account: true, sign_ins: 1 }])
  })

  it("is claimed once: the link is spent, and so is every other link of that customer", async () => {
    const { email, token, checkout } = await offered()
    await store.sql.query(`update ipn_outbox set sent_at = now() - interval '15 days' where topic = $1`, [
      "ipn.account-claim",
    ])
    const second = await pay(email)
    expect(await due(second.rowId)).toMatchObject({ state: "sent" })
    const other = tokenIn(mailsTo(email).at(-1)!)
    expect(other).not.toBe(token)
    expect((await claim(token)).status).toBe(200)
    for (const spent of [token, other]) {
      expectRefused(await claim(spent, { password: "test-only-password-of-a-thief" }))
      expectRefused(await look(spent))
    }
    expect((await signIn(email, "test-only-password-of-a-thief")).status).toBe(401)
    expect((await signIn(email, password)).status).toBe(200)
    const third = await pay(checkout.email)
    expect(await due(third.rowId)).toEqual({
      state: "dropped",
      error: "there is an account for this address",
    })
  })

  it("is claimed once by two at the same moment", async () => {
    const { email, token } = await offered()
    const passwords = ["test-only-password-of-one-tab", "test-only-password-of-another"]
    const answers = await Promise.all(passwords.map((one) => claim(token, { password: one })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404])
    const signedIn = await Promise.all(passwords.map((one) => signIn(email, one)))
    expect(signedIn.map(({ status }) => status)).toEqual(
      answers.map(({ status }) => (status === 200 ? 200 : 401))
    )
    expect(await customers(email)).toEqual([{ has_account: true, sign_ins: 1 }])
  })

  it("asks for a password that is one, and says so before the link is spent", async () => {
    const { token } = await offered()
    for (const bad of [{}, { password: "short" }, { password: "x".repeat(201) }, { password: 12345678 }]) {
      const { status, body } = await claim(token, bad)
      expect({ status, message: body.message }).toEqual({
        status: 400,
        message: "Choose a password of at least 8 characters, and at most 200.",
      })
    }
    expect((await claim(token)).status).toBe(200)
  })

  describe("cannot be taken over", () => {
    const sign = (reference: string, at = new Date(), secret = tokenSecret) =>
      issueToken(tokenKeyOf(secret), "claim", reference, at)
    const referenceIn = (token: string) => Buffer.from(token, "base64url").subarray(9, -16).toString("utf8")

    it("by a link that was forged, changed, made for something else, or is too old", async () => {
      const { token, checkout } = await offered()
      const reference = referenceIn(token)
      const [rowId, fingerprint] = reference.split(".")
      const old = new Date(Date.now() - tokenLifeMs.claim - 1000)
      const wrong = [
        "",
        sign(reference, new Date(), "test-only-secret-of-some-other-store-0000"),
        sign(reference, old),
        issueToken(tokenKeyOf(tokenSecret), "status", reference, new Date()),
        sign(`${rowId}.${"A".repeat(22)}`),
        sign(`ipnout_01KAR3V8A6W3F9T2K5H8B4NZEQ.${fingerprint}`),
        sign(rowId!),
        String(checkout.sessionData["ipn_token"]),
      ]
      for (const one of wrong) expectRefused(await claim(one))
      expect(await customers(checkout.email)).toEqual([{ has_account: false, sign_ins: 0 }])
    })

    it("by a signed link to a mail that was never sent", async () => {
      const { token } = await offered()
      const { checkout, rowId } = await pay()
      expectRefused(await claim(sign(`${rowId}.${referenceIn(token).split(".")[1]}`)))
      expect(await customers(checkout.email)).toEqual([{ has_account: false, sign_ins: 0 }])
    })

    it("by whoever began a sign-in under the address before: their password and session end with the claim", async () => {
      const { checkout, rowId } = await pay()
      const thief = "test-only-password-of-a-thief"
      const { token: begun } = await registerSignIn(checkout.email, thief)
      expect(begun).toEqual(expect.any(String))
      expect(await due(rowId)).toMatchObject({ state: "sent" })
      expect((await claim(tokenIn(mailsTo(checkout.email)[0]!))).status).toBe(200)
      expect((await signIn(checkout.email, thief)).status).toBe(401)
      expect((await auth("token/refresh", {}, begun)).status).toBeGreaterThanOrEqual(400)
      expect((await asCustomer(begun, "/store/customers/me")).status).toBe(401)
      expect((await asCustomer(begun, "/store/customers", { email: checkout.email })).status).toBe(422)
      expect((await signIn(checkout.email, password)).status).toBe(200)
      expect(await customers(checkout.email)).toEqual([{ has_account: true, sign_ins: 1 }])
    })

    it("of a customer who has registered meanwhile: refused in the same words and time as a forged link", async () => {
      const { email, token } = await offered()
      const theirs = "test-only-password-of-their-own"
      const { token: begun } = await registerSignIn(email, theirs)
      expect((await asCustomer(begun, "/store/customers", { email })).status).toBe(200)
      const refused = await claim(token)
      expectRefused(refused)
      const forged = await claim("forged")
      expect(refused.tookMs).toBeGreaterThan(140)
      expect(forged.tookMs).toBeGreaterThan(140)
      expect((await signIn(email, password)).status).toBe(401)
      expect((await signIn(email, theirs)).status).toBe(200)
      const next = await pay(email)
      expect(await due(next.rowId)).toMatchObject({ state: "dropped" })
    })

    it("of a customer who signs in by another way than a password", async () => {
      const { email, token } = await offered()
      const { token: begun } = await registerSignIn(email, "test-only-password-of-their-own")
      expect((await asCustomer(begun, "/store/customers", { email })).status).toBe(200)
      await store.sql.query(
        `update provider_identity set provider = 'google', entity_id = 'a-number-of-google' where entity_id = $1`,
        [email]
      )
      expectRefused(await look(token))
      expectRefused(await claim(token))
      expect((await signIn(email, password)).status).toBe(401)
    })

    it("of a customer whose address is written in other letters, and of a member of the staff", async () => {
      const { email, token } = await offered()
      const shouted = email.toUpperCase()
      const { token: begun } = await registerSignIn(shouted, "test-only-password-of-their-own")
      expect((await asCustomer(begun, "/store/customers", { email: shouted })).status).toBe(200)
      expectRefused(await claim(token))
      const staff = await offered()
      await registerSignIn(staff.email, "test-only-password-of-the-staff")
      await store.sql.query(
        `update auth_identity set app_metadata = '{"user_id":"user_1"}' where id = (
           select auth_identity_id from provider_identity where entity_id = $1)`,
        [staff.email]
      )
      expectRefused(await claim(staff.token))
      expect((await signIn(staff.email, "test-only-password-of-the-staff")).status).toBe(200)
    })

    it("by a link that was sent to an address that is no longer the order's", async () => {
      const { email, token, checkout } = await offered()
      const [order] = await store.ordersOf(checkout.cartId)
      await store.sql.query(`update "order" set email = 'new-${email}' where id = $1`, [order?.id])
      expectRefused(await claim(token))
      await store.sql.query(`update customer set email = 'new-${email}' where email = $1`, [email])
      expectRefused(await claim(token))
      expect(await customers(`new-${email}`)).toEqual([{ has_account: false, sign_ins: 0 }])
    })

    it("from another sales channel", async () => {
      const { token } = await offered()
      const key = `pk_${"0".repeat(60)}`
      await store.sql.query(
        `insert into api_key (id, token, salt, redacted, title, type, created_by) values ('apk_guests', $1, '', 'pk', 'Other', 'publishable', 'test')`,
        [key]
      )
      await store.sql.query(`insert into sales_channel (id, name) values ('sc_guests', 'Other');`)
      await store.sql.query(
        `insert into publishable_api_key_sales_channel (publishable_key_id, sales_channel_id, id) values ('apk_guests', 'sc_guests', 'pksc_guests')`
      )
      expectRefused(await claim(token, { password }, { key }))
      expectRefused(await look(token, { key }))
      expect((await claim(token)).status).toBe(200)
    })

    it("through the alert addresses: of a test payment nobody but the order's own address gets a link", async () => {
      const checkout = await startPaying(store)
      expect(await send(await signedMessage(store, "sandbox", "payment.captured", checkout))).toBe(200)
      const { id } = await waitForLane(
        store,
        `ref:${checkout.sessionId}`,
        "has nothing to do",
        ({ isDue }) => !isDue
      )
      const { rows } = await store.sql.query<{ id: string }>(
        `select id from ipn_outbox where lane_id = $1 and topic = 'ipn.account-claim'`,
        [id]
      )
      expect(await due(rows[0]!.id)).toEqual({
        state: "dropped",
        error: "an account is offered to the order's own address only",
      })
      expect(mailsTo(owner)).toEqual([])
    })

    it("by trying: after a few passwords it is said when to come back", async () => {
      const { token } = await offered()
      await claim(token)
      let answer = await claim(token)
      for (let time = 0; time < 8 && answer.status !== 429; time++) answer = await claim(token)
      expect(answer.status).toBe(429)
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0)
    })
  })

  it("is made whole by claiming again when the process died half way", async () => {
    const { email, token } = await offered()
    const pause = await pauseAt(store.databaseUrl, store.sql, [
      { name: "the customer gets the account", table: "customer", on: "update", when: "new.has_account" },
    ])
    const cut = claim(token, { password: "test-only-password-that-was-cut" }).catch(() => undefined)
    await pause.reached()
    store.kill("SIGKILL")
    await store.exited()
    await pause.cutOff()
    await cut
    expect(await customers(email)).toEqual([{ has_account: false, sign_ins: 1 }])
    store = await store.restart()
    expect((await claim(token)).status).toBe(200)
    expect(await customers(email)).toEqual([{ has_account: true, sign_ins: 1 }])
    expect((await signIn(email, password)).status).toBe(200)
    expect((await signIn(email, "test-only-password-that-was-cut")).status).toBe(401)
  })

  it("is offered to nobody once it is switched off, and links that are out lead nowhere; a start says that mails cannot go", async () => {
    const { token } = await offered()
    const options = JSON.stringify({ tokenSecret, takeOver: [liveGateway] })
    store = await store.restart({ IPN_OPTIONS: options, SMTP_PORT: "1" })
    expect(store.logs()).toMatch(/none can be sent: The mail server 127\.0\.0\.1:1 cannot be reached/)
    expectRefused(await claim(token))
    const checkout = await startPaying(store, { providerId: "pp_system_default" })
    await tellLive(store, checkout, "payment.captured")
    const { id } = await waitForLane(
      store,
      `ref:${checkout.sessionId}`,
      "has nothing to do",
      ({ isDue }) => !isDue
    )
    const { rows } = await store.sql.query(
      `select 1 from ipn_outbox where lane_id = $1 and topic = 'ipn.account-claim'`,
      [id]
    )
    expect(rows).toEqual([])
  })
})
