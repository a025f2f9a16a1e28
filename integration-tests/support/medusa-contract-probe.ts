import { writeFileSync } from "node:fs"
import {
  addShippingMethodToCartWorkflow,
  completeCartWorkflow,
  completeCartWorkflowId,
  createCartWorkflow,
  createPaymentCollectionForCartWorkflow,
  createPaymentSessionsWorkflow,
} from "@medusajs/medusa/core-flows"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type {
  ExecArgs,
  ICartModuleService,
  ILockingModule,
  IPaymentModuleService,
  IWorkflowEngineService,
  MedusaContainer,
} from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { expectPayment, expectPaymentOfProvider } from "../../src/modules/ipn/inbox/expected-payments"
import { releaseStock } from "../../src/workflows/orders/release-stock"
import { cartOf } from "../../src/workflows/settle/complete-cart"
import { readCaptureAmount } from "../../src/providers/payment/capture-amount"
import {
  installedProviders,
  recordAuthorization,
  recordRefundRow,
  recordSessionAgain,
  recordSessionStatus,
  recordVoid,
  removeCapture,
  removeRefund,
  withoutTakingBack,
} from "../../src/workflows/settle/payment-records"
import { readPaymentRows, type CaptureRow, type SessionRow } from "../../src/modules/ipn/payment-rows"
import { addTransaction, bookRefund } from "../../src/workflows/settle/order-money"
import { orderOfRow, readOrder, type OrderRow } from "../../src/workflows/settle/read-order"
import { exact, graph } from "../../src/workflows/settle/read-rows"
import { readSeeded } from "./store/seeded"

/** What a probe found, or the error that it met. */
export type Finding = Readonly<{ found?: unknown; error?: string }>
export type Findings = Readonly<Record<keyof typeof probes, Finding>>

const provider = "pp_system_default"
type Row = Record<string, unknown>
type Context = Readonly<{
  container: MedusaContainer
  db: Knex
  payments: IPaymentModuleService
  /** The calls that reached a payment provider since the last look. */
  takeCalls(): string[]
  /** `shipped`: with a delivery, so that it can be completed. */
  startCheckout(options?: { shipped: boolean }): Promise<Checkout>
  row(table: string, id: string): Promise<Row>
}>
type Checkout = Readonly<{ cartId: string; collectionId: string; sessionId: string }>

/**
 * Does with the installed Medusa what our code relies on, and writes down what it finds. Run with `medusa exec` and
 * IPN_CONTRACT_FILE; medusa-contract.spec.ts says what must be found.
 */
export default async function probe({ container }: ExecArgs): Promise<void> {
  const db = container.resolve<Knex>(ContainerRegistrationKeys.PG_CONNECTION)
  const payments = container.resolve<IPaymentModuleService>(Modules.PAYMENT)
  const context: Context = {
    container,
    db,
    payments,
    takeCalls: countProviderCalls(payments, db),
    startCheckout: (options) => startCheckout(container, db, options?.shipped ?? false),
    async row(table, id) {
      const { rows } = await db.raw(`select * from "${table}" where id = ?`, [id])
      return (rows as Row[])[0] ?? {}
    },
  }
  const findings: Record<string, Finding> = {}
  for (const [name, run] of Object.entries(probes)) {
    try {
      findings[name] = { found: await run(context) }
    } catch (error) {
      findings[name] = { error: String(error) }
    }
  }
  writeFileSync(process.env.IPN_CONTRACT_FILE ?? "", JSON.stringify(findings))
}

const probes = {
  /** The methods that reserving is led over, and what they stand on. */
  inventory({ container }: Context) {
    const found = container.resolve(Modules.INVENTORY) as unknown as Record<string, unknown>
    const within = (name: string, method: string) =>
      typeof (found[name] as Record<string, unknown> | undefined)?.[method]
    return Promise.resolve({
      ...Object.fromEntries(
        [
          "confirmInventory",
          "createReservationItems_",
          "updateReservationItems_",
          "deleteReservationItems_",
          "deleteReservationItemsByLineItem_",
          "restoreReservationItemsByLineItem_",
        ].map((name) => [name, typeof found[name]])
      ),
      transaction: within("baseRepository_", "transaction"),
      list: within("reservationItemService_", "list"),
    })
  },

  methods({ payments }: Context) {
    const found = payments as unknown as Record<string, unknown>
    const names = [
      "createPayments",
      "updatePayments",
      "createPaymentSessions",
      "updatePaymentSessions",
      "deleteCaptures",
      "createRefunds",
      "deleteRefunds",
      "maybeUpdatePaymentCollection_",
    ]
    return Promise.resolve(Object.fromEntries(names.map((name) => [name, typeof found[name]])))
  },

  providers: ({ container }: Context) => Promise.resolve(installedProviders(container)),

  async sessionStatus({ container, row, takeCalls, startCheckout }: Context) {
    const { sessionId, collectionId } = await startCheckout()
    const before = await row("payment_session", sessionId)
    takeCalls()
    const after: Record<string, unknown> = {}
    for (const status of ["pending_authorization", "error", "canceled"]) {
      await recordSessionStatus(container, { id: sessionId, collectionId }, status)
      after[status] = (await row("payment_session", sessionId)).status
    }
    const { status, updated_at, ...others } = await row("payment_session", sessionId)
    const unchanged = Object.keys(others).filter((name) => same(others[name], before[name])).length
    return {
      before: before.status,
      after,
      others: Object.keys(others).length - unchanged,
      calls: takeCalls(),
    }
  },

  async authorization({ container, db, row, takeCalls, startCheckout }: Context) {
    const checkout = await startCheckout()
    takeCalls()
    const id = await authorize(container, checkout)
    const payment = await row("payment", id)
    const session = await row("payment_session", checkout.sessionId)
    const collection = await row("payment_collection", checkout.collectionId)
    const again = await authorize(container, checkout, id)
    const { rows } = await db.raw(`select count(*)::int as count from payment where payment_session_id = ?`, [
      checkout.sessionId,
    ])
    return {
      payment: pick(
        payment,
        "amount",
        "raw_amount",
        "currency_code",
        "provider_id",
        "data",
        "canceled_at",
        "captured_at"
      ),
      belongs:
        payment.payment_session_id === checkout.sessionId &&
        payment.payment_collection_id === checkout.collectionId,
      session: { status: session.status, authorized: session.authorized_at !== null },
      collection: pick(collection, "status", "authorized_amount", "captured_amount"),
      again: again === id,
      payments: (rows as { count: number }[])[0]?.count,
      calls: takeCalls(),
    }
  },

  async authorizationOfCanceled({ container, payments, row, startCheckout }: Context) {
    const checkout = await startCheckout()
    const id = await authorize(container, checkout)
    await (payments as unknown as { updatePayments(data: Row): Promise<unknown> }).updatePayments({
      id,
      canceled_at: new Date(),
    })
    const canceled = (await row("payment", id)).canceled_at !== null
    await authorize(container, checkout, id)
    return { canceled, after: (await row("payment", id)).canceled_at }
  },

  /** What core does with a payment when it cannot finish, in the container of our own completions. */
  async takingBack({ container, row, takeCalls, startCheckout }: Context) {
    const id = await authorize(container, await startCheckout())
    takeCalls()
    const kept = withoutTakingBack(container).resolve<IPaymentModuleService>(Modules.PAYMENT)
    await kept.cancelPayment(id)
    const canceled = (await row("payment", id)).canceled_at !== null
    await kept.capturePayment({ payment_id: id, is_captured: true })
    const refused = await kept.refundPayment({ payment_id: id }).then(() => "", String)
    return { canceled, refused, calls: takeCalls() }
  },

  async capture({ container, payments, row, takeCalls, startCheckout }: Context) {
    const checkout = await startCheckout()
    const id = await authorize(container, checkout)
    takeCalls()
    const take = async (amount: string) => {
      const payment = await payments.capturePayment({
        payment_id: id,
        amount: amount as unknown as number,
        is_captured: true,
        captured_by: "ipn:probe",
      })
      return payment.captures ?? []
    }
    const first = await take("10.10")
    const afterFirst = await row("payment", id)
    const second = await take("14.85")
    const captureRow = await row("capture", first[0]?.id ?? "")
    return {
      returned: [first.length, second.length],
      row: pick(captureRow, "raw_amount", "created_by"),
      hasTime: captureRow.created_at instanceof Date,
      capturedAt: [afterFirst.captured_at !== null, (await row("payment", id)).captured_at !== null],
      collection: pick(await row("payment_collection", checkout.collectionId), "status", "captured_amount"),
      calls: takeCalls(),
    }
  },

  /** A capture and refunds recorded, and taken back again. */
  async corrections({ container, payments, row, takeCalls, startCheckout }: Context) {
    const checkout = await startCheckout()
    const id = await authorize(container, checkout)
    takeCalls()
    const { captures } = await payments.capturePayment({
      payment_id: id,
      amount: "24.95" as unknown as number,
      is_captured: true,
      captured_by: "ipn:probe",
    })
    const { collectionId } = checkout
    const refund = await recordRefundRow(container, {
      paymentId: id,
      collectionId,
      amount: "10.10",
      createdBy: "ipn:probe",
      note: "probe",
      gatewayRefundId: "re_probe",
    })
    const refundRow = pick(await row("refund", refund), "raw_amount", "created_by", "metadata")
    const refunded = pick(await row("payment_collection", collectionId), "status", "refunded_amount")
    await removeRefund(container, { id: refund, collectionId })
    const unrefunded = pick(await row("payment_collection", collectionId), "refunded_amount")
    await removeCapture(container, { id: captures?.[0]?.id ?? "", paymentId: id, collectionId })
    return {
      refund: refundRow,
      refunded,
      unrefunded,
      rowsLeft: [(await row("refund", refund)).id, (await row("capture", captures?.[0]?.id ?? "")).id].filter(
        Boolean
      ).length,
      uncaptured: pick(await row("payment_collection", collectionId), "status", "captured_amount"),
      capturedAt: (await row("payment", id)).captured_at,
      calls: takeCalls(),
    }
  },

  async voiding({ container, row, takeCalls, startCheckout }: Context) {
    const { sessionId, collectionId, ...checkout } = await startCheckout()
    const id = await authorize(container, { ...checkout, sessionId, collectionId })
    takeCalls()
    await recordVoid(container, { id, sessionId, collectionId })
    return {
      canceled: (await row("payment", id)).canceled_at !== null,
      session: (await row("payment_session", sessionId)).status,
      calls: takeCalls(),
    }
  },

  /** A session that core has deleted, there again under its own id. */
  async sessionAgain({ container, db, payments, row, takeCalls, startCheckout }: Context) {
    const { sessionId, collectionId } = await startCheckout()
    await payments.deletePaymentSession(sessionId)
    const gone = (await row("payment_session", sessionId)).id === undefined
    takeCalls()
    await recordSessionAgain(container, {
      id: sessionId,
      providerId: provider,
      collectionId,
      amount: "24.95",
      currency: "eur",
      others: [],
    })
    const { rows } = await db.raw(
      `select id, status, raw_amount, payment_collection_id from payment_session where id = ? and deleted_at is null`,
      [sessionId]
    )
    const again = (rows as Row[])[0] ?? {}
    return {
      gone,
      again: pick(again, "status", "raw_amount"),
      belongs: again.payment_collection_id === collectionId,
      calls: takeCalls(),
    }
  },

  /** What a provider can read of a capture while core asks it for one. */
  async captureAmount({ container, payments, takeCalls, startCheckout }: Context) {
    const checkout = await startCheckout()
    const id = await authorize(container, checkout)
    takeCalls()
    await payments.capturePayment({ payment_id: id, amount: 10.1 })
    return takeCalls()
  },

  async expected({ db, startCheckout }: Context) {
    const { sessionId, collectionId, cartId } = await startCheckout()
    const noted = await expectPayment(db, {
      accountId: "probe",
      reference: sessionId,
      amount: "24.95",
      currency: "eur",
    })
    const taken = await expectPaymentOfProvider(db, "taken", provider, sessionId)
    const others = await expectPaymentOfProvider(db, "taken", "pp_other_other", sessionId)
    const found = [noted, taken].map((one) => ({
      money: one?.money,
      cart: one?.cartId === cartId,
      collection: one?.paymentCollectionId === collectionId,
    }))
    return { found, others: others ?? null }
  },

  /** A collection for a payment that is attached to an order, under an id of ours; made again it is refused. */
  async collectionOfOurs({ payments, row, takeCalls }: Context) {
    const id = "pay_col_ofOurs"
    takeCalls()
    const make = () =>
      payments.createPaymentCollections({
        id,
        currency_code: "eur",
        amount: "24.95" as unknown as number,
      } as Parameters<typeof payments.createPaymentCollections>[0] & { id: string })
    const made = await make()
    const again = await make().then(
      () => "made",
      () => "refused"
    )
    return {
      id: made.id === id,
      row: pick(await row("payment_collection", id), "raw_amount", "currency_code", "status"),
      again,
      calls: takeCalls(),
    }
  },

  /** What core's workflow table keeps of the completion of a cart, by which a crash is told from a finished one. */
  async completion({ container, startCheckout }: Context) {
    const { cartId } = await startCheckout({ shipped: true })
    const transactionId = `ipn_probe_${cartId}`
    const from = new Date(Date.now() - 60_000).toISOString()
    const { result: order } = await completeCartWorkflow(container).run({
      input: { id: cartId },
      context: { transactionId },
    })
    const engine = container.resolve<IWorkflowEngineService>(Modules.WORKFLOW_ENGINE)
    const read = (filter: Record<string, unknown>) =>
      engine.listWorkflowExecutions({ workflow_id: completeCartWorkflowId, state: "done", ...filter })
    const isOfCart = ({ context }: { context: unknown }) => cartOf(context) === cartId
    return {
      placed: order.id.startsWith("order_"),
      own: (await read({ transaction_id: transactionId })).map(isOfCart),
      since: (await read({ created_at: { $gte: from } })).filter(isOfCart).length,
    }
  },

  /** How much is reserved for an order while somebody holds core's lock of the goods, and after it. */
  async stockLock({ container, db, startCheckout }: Context) {
    const { cartId } = await startCheckout({ shipped: true })
    const { result: order } = await completeCartWorkflow(container).run({ input: { id: cartId } })
    const { rows } = await db.raw(
      `select reservation.line_item_id, reservation.inventory_item_id from reservation_item reservation
       join order_item item on item.item_id = reservation.line_item_id
       where item.order_id = ? and reservation.deleted_at is null`,
      [order.id]
    )
    const lines = (rows as Row[]).map((row) => String(row.line_item_id))
    const goods = (rows as Row[]).map((row) => String(row.inventory_item_id))
    const reserved = async () => {
      const { rows: left } = await db.raw(
        `select count(*)::int as count from reservation_item where line_item_id = any(?::text[]) and deleted_at is null`,
        [lines]
      )
      return (left as { count: number }[])[0]?.count
    }
    let released: Promise<void> = Promise.resolve()
    const held = await container.resolve<ILockingModule>(Modules.LOCKING).execute(goods, async () => {
      released = releaseStock(container, lines)
      for (let look = 0; look < 50; look++) if ((await reserved()) !== lines.length) break
      return reserved()
    })
    await released
    return { lines: lines.length, held, after: await reserved() }
  },

  /** A paid order with a refund, as we read it from the tables in one statement and as Medusa's query tells it. */
  async paymentRows({ container, db, payments, startCheckout }: Context) {
    const checkout = await startCheckout({ shipped: true })
    const { cartId, collectionId, sessionId } = checkout
    const paymentId = await authorize(container, checkout)
    const { result: placed } = await completeCartWorkflow(container).run({ input: { id: cartId } })
    const { captures = [] } = await payments.capturePayment({
      payment_id: paymentId,
      amount: "24.95" as unknown as number,
      is_captured: true,
      captured_by: "ipn:probe",
    })
    await addTransaction(
      container,
      placed.id,
      { amount: "24.95", currency: "eur" },
      "capture",
      captures[0]?.id ?? ""
    )
    const refundId = await recordRefundRow(container, {
      paymentId,
      collectionId,
      amount: "10.10",
      createdBy: "ipn:probe",
      note: "probe",
      gatewayRefundId: "re_probe",
    })
    await bookRefund(container, placed.id, refundId, { amount: "10.10", currency: "eur" })

    const rows = await readPaymentRows(db, { sessionId, cartId, collectionId })
    const session = (
      await graph<SessionRow>(container, "payment_session", { id: sessionId }, [
        ...["id", "status", "provider_id", "amount", "raw_amount", "currency_code", "data"],
        ...[
          "payment_collection_id",
          "payment.id",
          "payment.amount",
          "payment.raw_amount",
          "payment.canceled_at",
        ],
        ...["captures", "refunds"].flatMap((what) =>
          ["id", "amount", "raw_amount", "created_by", "created_at"].map((name) => `payment.${what}.${name}`)
        ),
        "payment.refunds.metadata",
      ])
    )[0]
    const siblings = await graph<{ id: string; status: string }>(
      container,
      "payment_session",
      { payment_collection_id: collectionId },
      ["id", "status"]
    )
    return {
      ours: {
        order: rows.orderId === placed.id && rows.order && showOrder(orderOfRow(rows.order)),
        session: rows.session && showSession(rows.session),
        siblings: rows.siblings,
      },
      medusas: {
        order: showOrder((await readOrder(container, placed.id))!),
        session: session && showSession(session),
        siblings,
      },
      byCollection: (await readPaymentRows(db, { sessionId, collectionId })).orderId === placed.id,
      ofNobody: await readPaymentRows(db, { sessionId: "payses_nobody" }),
    }
  },

  async completedAt({ container, row, startCheckout }: Context) {
    const { cartId } = await startCheckout()
    const carts = container.resolve<ICartModuleService>(Modules.CART)
    const write = async (completed_at: Date | null) => {
      await carts.updateCarts(cartId, { completed_at } as Parameters<typeof carts.updateCarts>[1])
      return (await row("cart", cartId)).completed_at !== null
    }
    return [await write(new Date()), await write(null)]
  },
}

async function startCheckout(container: MedusaContainer, db: Knex, shipped: boolean): Promise<Checkout> {
  const seeded = await readSeeded({ query: (sql: string) => db.raw(sql) } as unknown as Parameters<
    typeof readSeeded
  >[0])
  const { result: cart } = await createCartWorkflow(container).run({
    input: {
      region_id: seeded.regionId,
      sales_channel_id: seeded.salesChannelId,
      email: "probe@example.com",
      shipping_address: { country_code: "de" },
      items: [{ variant_id: seeded.variantIds["t-shirt"], quantity: 1 }],
    },
  })
  if (shipped) {
    await addShippingMethodToCartWorkflow(container).run({
      input: { cart_id: cart.id, options: [{ id: seeded.shippingOptionId }] },
    })
  }
  await createPaymentCollectionForCartWorkflow(container).run({ input: { cart_id: cart.id } })
  const { rows } = await db.raw(
    `select payment_collection_id as id from cart_payment_collection where cart_id = ? and deleted_at is null`,
    [cart.id]
  )
  const collectionId = (rows as { id: string }[])[0]?.id ?? ""
  const { result: session } = await createPaymentSessionsWorkflow(container).run({
    input: { payment_collection_id: collectionId, provider_id: provider },
  })
  return { cartId: cart.id, collectionId, sessionId: session.id }
}

function showSession({ amount, raw_amount, payment, ...session }: SessionRow) {
  const show = (row: CaptureRow) => [row.id, exact(row), row.created_by, new Date(row.created_at).getTime()]
  return {
    ...pick(session, "id", "status", "provider_id", "currency_code", "data", "payment_collection_id"),
    amount: exact({ amount, raw_amount }),
    payment: payment && {
      id: payment.id,
      amount: exact(payment),
      canceled_at: payment.canceled_at ?? null,
      captures: payment.captures.map(show),
      refunds: payment.refunds.map((refund) => [...show(refund), refund.metadata]),
    },
  }
}

function showOrder(order: OrderRow) {
  const { captureIds, refundIds, reversedIds, ...rest } = order
  return { ...rest, captureIds: [...captureIds], refundIds: [...refundIds], reversedIds: [...reversedIds] }
}

/** Amounts with a fraction that a binary number does not have. */
async function authorize(
  container: MedusaContainer,
  checkout: Checkout,
  paymentId?: string
): Promise<string> {
  return recordAuthorization(container, {
    id: checkout.sessionId,
    providerId: provider,
    collectionId: checkout.collectionId,
    amount: "24.95",
    currency: "eur",
    data: { session_id: checkout.sessionId },
    paymentId,
  })
}

/** Notes every call that core hands to a payment provider, with the amount that a provider could read of a capture. */
function countProviderCalls(payments: IPaymentModuleService, db: Knex): () => string[] {
  const service = (payments as unknown as { paymentProviderService_: Record<string, unknown> })
    .paymentProviderService_
  const calls: string[] = []
  const names = [
    "createSession",
    "updateSession",
    "deleteSession",
    "authorizePayment",
    "getStatus",
    "capturePayment",
    "refundPayment",
    "cancelPayment",
  ]
  for (const name of names) {
    const original = service[name] as (id: string, input: Row) => Promise<unknown>
    if (typeof original !== "function") throw new Error(`Medusa's payment provider service has no ${name}`)
    service[name] = async (id: string, input: { context?: { idempotency_key?: string } }) => {
      const key = input.context?.idempotency_key
      const amount = name === "capturePayment" && key ? await readCaptureAmount(db, key) : undefined
      calls.push(amount === undefined ? name : `${name} ${amount}`)
      return original.call(service, id, input)
    }
  }
  return () => calls.splice(0)
}

function pick(row: Row, ...names: string[]): Row {
  return Object.fromEntries(names.map((name) => [name, row[name]]))
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
