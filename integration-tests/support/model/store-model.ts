import { add, compare, zero, type Money } from "../../../src/domain/money"
import type { Effect, StoreView } from "../../../src/domain/plan"

/**
 * A Medusa store as far as plans know it. It refuses what Medusa would refuse or answer by calling the gateway, and it
 * can stop half way through an effect, as a killed process does.
 */
export class StoreModel {
  private order: { id: string; canceled: boolean } | undefined
  private status: StoreView["session"]["status"] = "pending"
  private payment:
    { canceled: boolean; captures: { id: string; money: Money; inOrder: boolean }[] } | undefined

  constructor(
    private readonly asked: Money,
    private readonly cart: { id: string; total: Money } = { id: "cart_model", total: asked }
  ) {}

  get view(): StoreView {
    return {
      ...(this.order ? { order: this.order } : { cart: this.cart }),
      session: { status: this.status, current: true },
      ...(this.payment ? { payment: { id: "pay_model", money: this.asked, ...this.payment } } : {}),
    }
  }

  /** What plans are there to bring about, without ids. */
  get outcome() {
    return {
      hasOrder: this.order !== undefined,
      session: this.status,
      isAuthorized: this.payment !== undefined && !this.payment.canceled,
      captured: this.captured,
      inOrder: (this.payment?.captures ?? [])
        .filter(({ inOrder }) => inOrder)
        .reduce((total, { money }) => add(total, money), zero(this.asked.currency)),
    }
  }

  get captured(): Money {
    return (this.payment?.captures ?? []).reduce(
      (total, { money }) => add(total, money),
      zero(this.asked.currency)
    )
  }

  /** A person cancels the order in the admin. */
  cancelOrder(): void {
    if (this.order) this.order = { ...this.order, canceled: true }
  }

  /** @param killed Whether the process dies between the two halves of the effect, where it has two. */
  apply(effect: Effect, killed = false): void {
    switch (effect.kind) {
      case "mark_session":
        this.status = effect.status
        return
      case "authorize_payment":
        this.payment = { captures: this.payment?.captures ?? [], canceled: false }
        if (!killed) this.status = "authorized"
        return
      case "complete_cart":
        return this.completeCart(effect.cart_id)
      case "record_capture":
        return this.recordCapture(effect.money, !killed)
      case "record_transaction": {
        const capture = this.payment?.captures.find(({ id }) => id === effect.capture_id)
        if (!capture || capture.inOrder || !this.order)
          throw new Error("no capture waits for its transaction")
        capture.inOrder = true
      }
    }
  }

  private completeCart(id: string): void {
    if (this.order) throw new Error("the cart has an order already")
    if (id !== this.cart.id) throw new Error("another cart")
    if (this.payment && this.status !== "authorized") {
      throw new Error("Medusa would make a second payment, fail, and cancel at the gateway")
    }
    if (!this.payment && this.status !== "pending_authorization")
      throw new Error("nothing pays for the order")
    this.order = { id: "order_model", canceled: false }
  }

  private recordCapture(money: Money, inOrder: boolean): void {
    if (!this.order) throw new Error("Medusa would refund a capture that comes before its order")
    if (!this.payment || this.payment.canceled) throw new Error("nothing to capture on")
    if (compare(add(this.captured, money), this.asked) > 0) throw new Error("more than the payment")
    this.payment.captures.push({ id: `cap_${this.payment.captures.length}`, money, inOrder })
  }
}
