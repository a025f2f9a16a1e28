import { add, compare, isPositive, subtract, sumOf, zero, type Money } from "../../../src/domain/money"
import type { Effect, StoreView } from "../../../src/domain/plan"

type Row = {
  id: string
  money: Money
  inOrder: boolean
  halfUndone: boolean
  ours: boolean
  resource?: string
}
type Order = { id: string; canceled: boolean; canceledByUs: boolean; writtenOff: Money }

/** The effects after which Medusa adds up a payment's money. */
const ofPayments: ReadonlySet<Effect["kind"]> = new Set([
  "authorize_payment",
  "record_capture",
  "undo_capture",
  "record_refund",
  "undo_refund",
  "void_payment",
  "recount_payment",
])

/**
 * A Medusa store as far as plans know it. It refuses what Medusa would refuse or answer by calling the gateway, and it
 * can stop half way through an effect, as a killed process does.
 */
export class StoreModel {
  private order: Order | undefined
  private status: StoreView["session"]["status"] = "pending"
  private current = true
  private payment: { canceled: boolean; captures: Row[]; refunds: Row[]; counted: boolean } | undefined
  private readonly undone = { captures: new Set<string>(), refunds: new Set<string>() }
  /** What the order's transactions say was paid, less what was paid back. */
  private readonly transactions = new Map<string, Money>()
  private rows = 0

  constructor(
    private readonly asked: Money,
    private readonly cart: { id: string; total: Money } = { id: "cart_model", total: asked }
  ) {}

  get view(): StoreView {
    return {
      ...(this.order ? { order: { ...this.order, placedAt: 0, owed: this.owed } } : { cart: this.cart }),
      session: { status: this.status, current: this.current, rival: false },
      ...(this.payment
        ? {
            payment: {
              id: "pay_model",
              money: this.asked,
              canceled: this.payment.canceled,
              captures: this.payment.captures.map((row) => ({ ...row })),
              refunds: this.payment.refunds.map((row) => ({ ...row })),
              undone: { captures: this.undone.captures.size, refunds: this.undone.refunds.size },
              counted: this.payment.counted,
            },
          }
        : {}),
    }
  }

  /** What plans are there to bring about, without ids. */
  get outcome() {
    return {
      hasOrder: this.order !== undefined,
      session: this.status,
      isAuthorized: this.payment !== undefined && !this.payment.canceled,
      isCounted: this.payment?.counted,
      captured: this.captured,
      refunded: this.refunded,
      balance: this.balance,
    }
  }

  get captured(): Money {
    return this.total(this.payment?.captures)
  }

  get refunded(): Money {
    return this.total(this.payment?.refunds)
  }

  /** What the order's transactions add up to. */
  get balance(): Money {
    return sumOf([...this.transactions.values()], this.asked.currency)
  }

  get isCanceled(): boolean {
    return this.order?.canceled ?? false
  }

  /** A person cancels the order in the admin. */
  cancelOrder(): void {
    if (this.order) this.order = { ...this.order, canceled: true, canceledByUs: false }
  }

  /** Core deletes the session because the cart changed for a while, and makes another. */
  replaceSession(): void {
    this.status = "gone"
    this.current = false
  }

  /** A person refunds in the admin: Medusa books it at once, and the gateway knows it by its own id. */
  refundInAdmin(money: Money, resource?: string): void {
    if (!this.order || !this.payment) throw new Error("nothing to refund")
    if (compare(add(this.refunded, money), this.captured) > 0) throw new Error("more than captured")
    this.payment.refunds.push({ ...this.book("refund", money, true, resource), ours: false })
  }

  /** @param killed Whether the process dies between the two halves of the effect, where it has two. */
  apply(effect: Effect, killed = false): void {
    this.change(effect, killed)
    // Medusa adds up what a payment has after it wrote the rows of any change.
    if (this.payment && ofPayments.has(effect.kind)) this.payment.counted = !killed
  }

  private change(effect: Effect, killed: boolean): void {
    switch (effect.kind) {
      case "mark_session":
        this.status = effect.status
        return
      case "restore_session":
        if (this.order) throw new Error("the cart has an order already")
        this.current = true
        if (this.status === "gone") this.status = "pending"
        return
      case "authorize_payment":
        if (this.status === "gone") throw new Error("no session to authorise")
        this.payment = { captures: [], refunds: [], counted: false, ...this.payment, canceled: false }
        if (!killed) this.status = "authorized"
        return
      case "complete_cart":
        return this.completeCart(effect.cart_id)
      case "revive_order":
        this.order = { ...this.requireOrder(true), canceled: false, canceledByUs: false }
        return
      case "cancel_order":
        if (isPositive(this.captured)) throw new Error("the order is paid")
        this.order = { ...this.requireOrder(), canceled: true, canceledByUs: true }
        return
      case "record_capture": {
        this.requireOrder()
        if (!this.payment || this.payment.canceled) throw new Error("nothing to capture on")
        if (compare(add(this.captured, effect.money), this.asked) > 0)
          throw new Error("more than the payment")
        this.payment.captures.push(this.book("capture", effect.money, !killed))
        return
      }
      case "record_transaction":
        return this.bookRow(this.rowOf("captures", effect.capture_id), effect.money)
      case "undo_capture":
        return this.unbook("captures", effect.capture_id, killed)
      case "record_refund": {
        if (!this.payment || !this.order) throw new Error("nothing to refund")
        if (compare(add(this.refunded, effect.money), this.captured) > 0)
          throw new Error("more than captured")
        this.payment.refunds.push(this.book("refund", effect.money, !killed, effect.resource))
        return
      }
      case "record_refund_transaction":
        return this.bookRow(
          this.rowOf("refunds", effect.refund_id),
          subtract(zero(effect.money.currency), effect.money)
        )
      case "undo_refund":
        return this.unbook("refunds", effect.refund_id, killed)
      case "write_off": {
        const order = this.requireOrder()
        this.order = { ...order, writtenOff: add(order.writtenOff, effect.money) }
        return
      }
      case "recount_payment":
        if (!this.payment) throw new Error("nothing to add up")
        return
      case "void_payment":
        if (!this.payment || isPositive(this.captured)) throw new Error("not an open authorisation")
        this.payment.canceled = true
        if (!killed) this.status = "canceled"
    }
  }

  private completeCart(id: string): void {
    if (this.order) throw new Error("the cart has an order already")
    if (id !== this.cart.id) throw new Error("another cart")
    if (!this.current) throw new Error("Medusa would complete it by another session")
    if (this.payment && this.status !== "authorized") {
      throw new Error("Medusa would make a second payment, fail, and cancel at the gateway")
    }
    if (!this.payment && this.status !== "pending_authorization")
      throw new Error("nothing pays for the order")
    this.order = {
      id: "order_model",
      canceled: false,
      canceledByUs: false,
      writtenOff: zero(this.asked.currency),
    }
  }

  private requireOrder(canceled = false): Order {
    if (!this.order) throw new Error("Medusa would refund a capture that comes before its order")
    if (this.order.canceled !== canceled) throw new Error("the order's state is another")
    return this.order
  }

  private get owed(): Money {
    const total = this.cart.total
    // Refunds take as much off the order's total as they pay back.
    const due = subtract(subtract(total, this.order!.writtenOff), this.refunded)
    return subtract(due, this.balance)
  }

  private book(kind: "capture" | "refund", money: Money, inOrder: boolean, resource?: string): Row {
    const row: Row = {
      id: `${kind}_${this.rows++}`,
      money,
      inOrder: false,
      halfUndone: false,
      ours: true,
      ...(resource ? { resource } : {}),
    }
    if (inOrder) this.bookRow(row, kind === "capture" ? money : subtract(zero(money.currency), money))
    return row
  }

  private bookRow(row: Row, money: Money): void {
    if (row.inOrder) throw new Error("it stands in the order already")
    row.inOrder = true
    this.transactions.set(row.id, money)
  }

  private unbook(kind: "captures" | "refunds", id: string, killed: boolean): void {
    const row = this.rowOf(kind, id)
    const back = kind === "captures" ? subtract(zero(row.money.currency), row.money) : row.money
    if (row.inOrder) this.transactions.set(`${id}:back`, back)
    row.halfUndone = row.inOrder
    if (killed) return
    this.payment![kind] = this.payment![kind].filter((one) => one.id !== id)
    this.undone[kind].add(id)
  }

  private rowOf(kind: "captures" | "refunds", id: string): Row {
    const row = this.payment?.[kind].find((one) => one.id === id)
    if (!row) throw new Error(`no such row: ${id}`)
    return row
  }

  private total(rows: readonly Row[] | undefined): Money {
    return sumOf(
      (rows ?? []).map(({ money }) => money),
      this.asked.currency
    )
  }
}
