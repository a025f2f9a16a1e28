import { startSandboxSimulator, type SandboxSimulator } from "../../../src/gateways/sandbox/simulator"
import { settledTruth } from "../../support/invariants"
import { waitForReview } from "../../support/lanes"
import { deliver, send, signedMessage } from "../../support/messages"
import { startPaying, type Paying } from "../../support/paying"
import { demoAccounts, specAccounts } from "../../support/store/accounts"
import { signIn } from "../../support/sign-in"
import { startStore, type OwnStore } from "../../support/store/start-store"

export type Row = Readonly<Record<string, unknown>> & { readonly id: string }
export type Answer = Readonly<{
  status: number
  body: Record<string, unknown>
  text: string
  headers: Headers
}>

export type AdminApi = ReturnType<typeof openAdminApi>

/** A store with payments of every kind, and the words to ask its admin API. What stands in it is there once specs run. */
export function openAdminApi() {
  let sandbox: SandboxSimulator
  let store: OwnStore
  let token: string
  let paid: Paying
  let short: Paying
  let disputed: Paying

  beforeAll(async () => {
    sandbox = await startSandboxSimulator({ sendsAtOnce: false })
    store = await startStore({
      simulators: { sandbox: sandbox.url },
      accounts: { ...specAccounts(), razorpay: demoAccounts().razorpay! },
      env: { IPN_OPTIONS: JSON.stringify({ settings: { retention: { payload_days: 30 } } }) },
    })
    token = await signIn(store)
    ;[paid, short, disputed] = [await startPaying(store), await startPaying(store), await startPaying(store)]
    await sandbox.pay(idOf(paid))
    await sandbox.pay(idOf(short), "3.00")
    await sandbox.pay(idOf(disputed))
    await sandbox.deliver()
    await settledTruth(store, paid)
    await settledTruth(store, disputed)
    await waitForReview(store, short.sessionId)
    await sandbox.refund(idOf(disputed), "5.00")
    await sandbox.dispute(idOf(disputed))
    await sandbox.fee(idOf(paid), "0.35")
    await sandbox.deliver({ times: 2 })
    await settledTruth(store, disputed)
    await settledTruth(store, paid)
    // Forged: refused and not stored.
    const forged = await signedMessage(store, "sandbox", "payment.captured", paid)
    expect(await send({ ...forged, body: Buffer.concat([Buffer.from(forged.body), Buffer.from(" ")]) })).toBe(
      401
    )
    // Proven, and without sense: within a minute its account counts as failing.
    await deliver(
      await signedMessage(store, "razorpay", "payment.captured", paid, { edit: () => `{"id":"evt_x"}` })
    )
    // PayPal's classic messages prove nothing; nobody answers for it here.
    await deliver(await signedMessage(store, "paypal", "Completed", paid))
  })

  afterAll(async () => {
    await store?.stop()
    await sandbox?.stop()
  })

  const idOf = ({ sessionId }: Paying) => sandbox.paymentOf(sessionId).id

  async function call(method: "GET" | "POST", path: string, body?: unknown, as = token): Promise<Answer> {
    const response = await fetch(`${store.baseUrl}/admin/ipn/${path}`, {
      method,
      headers: { authorization: `Bearer ${as}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get("content-type")?.includes("json")
    return {
      status: response.status,
      body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
      text,
      headers: response.headers,
    }
  }

  async function get<T = Record<string, unknown>>(path: string): Promise<T> {
    const { status, body, text } = await call("GET", path)
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${text.slice(0, 500)}`)
    return body as T
  }

  async function post<T = Record<string, unknown>>(path: string, body?: unknown): Promise<T> {
    const answer = await call("POST", path, body)
    if (answer.status !== 200)
      throw new Error(`POST ${path} answered ${answer.status}: ${answer.text.slice(0, 500)}`)
    return answer.body as T
  }

  const messages = async (query: string) =>
    (await get<{ messages: Row[] }>(`messages?limit=200&${query}`)).messages

  const orderOf = async ({ cartId }: Paying) => (await store.ordersOf(cartId))[0]!

  const laneOf = async ({ sessionId }: Paying) =>
    (await get<{ lanes: Row[] }>(`lanes?reference=${sessionId}`)).lanes[0]!

  return {
    get store() {
      return store
    },
    get sandbox() {
      return sandbox
    },
    /** Paid in full. */
    get paid() {
      return paid
    },
    /** Paid too little, in review. */
    get short() {
      return short
    },
    /** Refunded in part and disputed. */
    get disputed() {
      return disputed
    },
    call,
    get,
    post,
    messages,
    orderOf,
    laneOf,
    idOf,
  }
}
