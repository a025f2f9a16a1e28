import { randomBytes, randomUUID } from "node:crypto"
import { add, compare, fromDecimal, isPositive, subtract, zero, type Money } from "../../../domain/money"
import type { Answer, Call } from "../../simulation/http-server"
import { buttons, facts, page, seeOther, type PageButton } from "../../simulation/page"
import type { Postman } from "../../simulation/postman"
import { startSimulator, type Simulator, type SimulatorOptions } from "../../simulation/start-simulator"
import { writeDate, writeForm } from "./write-form"

/** A payment page that a buyer was sent to with the `_xclick` form. */
export type PaypalCheckout = {
  readonly id: string
  /** The fields of the form as the browser posted them. */
  readonly fields: ReadonlyMap<string, string>
  readonly amount: Money
  status: "open" | "pending" | "authorized" | "completed" | "failed" | "denied" | "voided" | "expired"
  /** PayPal's id of the payment or of its authorisation, once there is one. */
  transaction?: string
  captured: Money
  refunded: Money
}

export type ClassicPaypalOptions = SimulatorOptions &
  Readonly<{
    /** The merchant ID of whoever the form's `business` is. */
    receiverId?: string
    /** What messages are in. Default "windows-1252", as at PayPal. */
    charset?: "windows-1252" | "utf-8"
  }>

/** What the buyer, the owner or PayPal does; each sends its message and waits for its delivery. */
export type PaypalIpnControls = Readonly<{
  checkouts(): readonly PaypalCheckout[]
  checkoutOf(reference: string): PaypalCheckout
  /** Pays at once or, where the form asks for an authorisation, reserves. Another amount may be paid. */
  pay(id: string, amount?: string): Promise<void>
  /** Pays by eCheck or under PayPal's review: complete later with `complete`, or `fail`. */
  pend(id: string, reason?: string): Promise<void>
  complete(id: string): Promise<void>
  fail(id: string): Promise<void>
  deny(id: string): Promise<void>
  /** Captures a part of an authorised payment in the owner's account. Default: what is left. */
  capture(id: string, amount?: string): Promise<void>
  void(id: string): Promise<void>
  expire(id: string): Promise<void>
  refund(id: string, amount?: string): Promise<void>
  /** A buyer's complaint or chargeback takes the money back. */
  reverse(id: string, reason?: string): Promise<void>
  cancelReversal(id: string, reason?: string): Promise<void>
  openCase(id: string): Promise<void>
  closeCase(id: string): Promise<void>
  /** A genuine message about somebody else's money, sent to an address of the attacker's choice. */
  payOtherReceiver(notifyUrl: string, fields: Readonly<Record<string, string>>): Promise<void>
}>

export type PaypalIpnSimulator = Simulator & PaypalIpnControls

/**
 * Plays PayPal's sandbox: the page that the `_xclick` form opens, messages in windows-1252, and the postback, which is
 * answered VERIFIED for exactly the bytes of a message that was sent and INVALID for anything else. A message is sent
 * until the answer is 200. @see https://developer.paypal.com/api/nvp-soap/ipn/IPNImplementation/
 */
export async function startPaypalIpnSimulator(
  options: ClassicPaypalOptions = {}
): Promise<PaypalIpnSimulator> {
  let controls: PaypalIpnControls | undefined
  const simulator = await startSimulator({ judge: (status) => status === 200, ...options }, (postman) => {
    const ledger = createLedger(postman, options)
    controls = ledger
    return { page: (call) => answerPage(ledger, call), api: (call) => answerPostback(postman, call) }
  })
  return { ...simulator, ...(controls as PaypalIpnControls) }
}

type Ledger = PaypalIpnControls &
  Readonly<{ open(fields: ReadonlyMap<string, string>): PaypalCheckout | string }>

function createLedger(postman: Postman, options: ClassicPaypalOptions): Ledger {
  const { charset = "windows-1252", receiverId = "258DLEHY2BDK6" } = options
  const checkouts = new Map<string, PaypalCheckout>()

  function find(id: string): PaypalCheckout {
    const found = checkouts.get(id)
    if (!found) throw new Error(`there is no checkout ${id}`)
    return found
  }

  async function send(to: string, variables: Readonly<Record<string, string>>): Promise<void> {
    const id = randomBytes(7).toString("hex")
    const body = writeForm(
      {
        ...variables,
        charset,
        test_ipn: "1",
        notify_version: "3.9",
        verify_sign: randomUUID(),
        ipn_track_id: id,
      },
      charset
    )
    const headers = () => ({
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": "PayPal IPN ( https://www.paypal.com/ipn )",
    })
    await postman.send({ id, to, body, headers })
  }

  /** A message about a checkout's money. */
  async function tell(
    { fields, amount }: PaypalCheckout,
    status: string,
    transaction: string,
    money: Money,
    more: Readonly<Record<string, string>> = {}
  ): Promise<void> {
    const business = fields.get("business") ?? ""
    await send(fields.get("notify_url") ?? "", {
      mc_gross: money.amount,
      payment_date: writeDate(new Date()),
      payment_status: status,
      first_name: "Jörg",
      last_name: "O’Brien €",
      payer_email: "buyer@example.com",
      payer_id: "BN5JZ2V7MLEV4",
      business,
      receiver_email: business.includes("@") ? business : "shop@example.com",
      receiver_id: receiverId,
      item_name: fields.get("item_name") ?? "",
      mc_currency: amount.currency.toUpperCase(),
      txn_id: transaction,
      txn_type: "web_accept",
      custom: fields.get("custom") ?? "",
      invoice: fields.get("invoice") ?? "",
      ...more,
    })
  }

  const about = (checkout: PaypalCheckout) => {
    if (!checkout.transaction) throw new Error(`the checkout is ${checkout.status}: nothing was paid`)
    return checkout.transaction
  }

  async function takeBack(id: string, status: string, money: Money, reason: string): Promise<void> {
    const found = find(id)
    const more = { parent_txn_id: about(found), reason_code: reason, txn_type: "" }
    await tell(found, status, newTransaction(), money, more)
  }

  async function end(
    id: string,
    status: "failed" | "denied" | "voided" | "expired",
    word: string
  ): Promise<void> {
    const found = find(id)
    found.status = status
    await tell(found, word, about(found), found.amount)
  }

  async function tellCase(id: string, kind: "new_case" | "adjustment"): Promise<void> {
    const found = find(id)
    const business = found.fields.get("business") ?? ""
    await send(found.fields.get("notify_url") ?? "", {
      txn_type: kind,
      txn_id: about(found),
      case_id: "PP-D-12345",
      case_type: "dispute",
      reason_code: "non_receipt",
      case_creation_date: writeDate(new Date()),
      business,
      receiver_id: receiverId,
      custom: found.fields.get("custom") ?? "",
    })
  }

  return {
    checkouts: () => [...checkouts.values()],
    checkoutOf(reference) {
      const found = [...checkouts.values()].filter((one) => one.fields.get("custom") === reference).at(-1)
      if (!found) throw new Error(`there is no checkout for ${reference}`)
      return found
    },
    open(fields) {
      const missing = ["business", "amount", "currency_code", "notify_url", "return"].find(
        (name) => !fields.get(name)
      )
      if (missing) return `The form has no ${missing}.`
      const invoice = fields.get("invoice")
      const paid = [...checkouts.values()].some(
        (one) => one.transaction && invoice && one.fields.get("invoice") === invoice
      )
      if (paid) return "This invoice has already been paid."
      const amount = fromDecimal(fields.get("amount") ?? "", fields.get("currency_code") ?? "")
      const none = zero(amount.currency)
      const made: PaypalCheckout = {
        id: randomUUID(),
        fields,
        amount,
        status: "open",
        captured: none,
        refunded: none,
      }
      checkouts.set(made.id, made)
      return made
    },

    async pay(id, amount) {
      const found = find(id)
      const money = amount === undefined ? found.amount : fromDecimal(amount, found.amount.currency)
      found.transaction = newTransaction()
      if (found.fields.get("paymentaction") === "authorization") {
        found.status = "authorized"
        const more = {
          pending_reason: "authorization",
          auth_id: found.transaction,
          auth_amount: money.amount,
          auth_status: "Pending",
        }
        return tell(found, "Pending", found.transaction, money, more)
      }
      found.status = "completed"
      found.captured = money
      await tell(found, "Completed", found.transaction, money, { mc_fee: "0.35" })
    },
    async pend(id, reason = "echeck") {
      const found = find(id)
      found.status = "pending"
      found.transaction = newTransaction()
      await tell(found, "Pending", found.transaction, found.amount, { pending_reason: reason })
    },
    async complete(id) {
      const found = find(id)
      found.status = "completed"
      found.captured = found.amount
      await tell(found, "Completed", about(found), found.amount, { mc_fee: "0.35" })
    },
    fail: (id) => end(id, "failed", "Failed"),
    deny: (id) => end(id, "denied", "Denied"),
    void: (id) => end(id, "voided", "Voided"),
    expire: (id) => end(id, "expired", "Expired"),
    async capture(id, amount) {
      const found = find(id)
      const left = subtract(found.amount, found.captured)
      const money = amount === undefined ? left : fromDecimal(amount, left.currency)
      if (found.status !== "authorized" || !isPositive(money) || compare(money, left) > 0)
        throw new Error("cannot capture this")
      found.captured = add(found.captured, money)
      const more = {
        parent_txn_id: about(found),
        auth_id: about(found),
        auth_amount: found.amount.amount,
        mc_fee: "0.35",
      }
      await tell(found, "Completed", newTransaction(), money, more)
    },
    async refund(id, amount) {
      const found = find(id)
      const left = subtract(found.captured, found.refunded)
      const money = amount === undefined ? left : fromDecimal(amount, left.currency)
      if (!isPositive(money) || compare(money, left) > 0) throw new Error("cannot refund this")
      found.refunded = add(found.refunded, money)
      await takeBack(id, "Refunded", negative(money), "refund")
    },
    reverse: (id, reason = "chargeback") => takeBack(id, "Reversed", negative(find(id).captured), reason),
    cancelReversal: (id, reason = "chargeback") =>
      takeBack(id, "Canceled_Reversal", find(id).captured, reason),
    openCase: (id) => tellCase(id, "new_case"),
    closeCase: (id) => tellCase(id, "adjustment"),
    async payOtherReceiver(notifyUrl, fields) {
      await send(notifyUrl, {
        payment_status: "Completed",
        payment_date: writeDate(new Date()),
        txn_id: newTransaction(),
        txn_type: "web_accept",
        business: "somebody@else.example",
        receiver_email: "somebody@else.example",
        receiver_id: "AAAAAAAAAAAAA",
        ...fields,
      })
    },
  }
}

/** VERIFIED for the bytes of a message that was sent, in answer to `cmd=_notify-validate&` and those bytes. */
export function answerPostback(postman: Pick<Postman, "letters">, call: Call): Answer {
  const prefix = Buffer.from("cmd=_notify-validate&")
  const asks =
    call.method === "POST" && call.path === "/cgi-bin/webscr" && call.headers["user-agent"] !== undefined
  if (!asks || !call.body.subarray(0, prefix.length).equals(prefix)) return { status: 404, body: "" }
  const sent = postman.letters.some((letter) => letter.body.equals(call.body.subarray(prefix.length)))
  return {
    status: 200,
    headers: { "content-type": "text/html; charset=UTF-8" },
    body: sent ? "VERIFIED" : "INVALID",
  }
}

function answerPage(ledger: Ledger, call: Call): Answer | undefined {
  const [, root, id] = call.path.split("/")
  if (root === "pay") {
    const found = ledger.checkouts().find((one) => one.id === id)
    if (!found) return { status: 404, body: "There is no such payment." }
    return call.method === "POST" ? actAsBuyer(ledger, found, call) : paymentPage(found)
  }
  const fields = new Map(
    call.method === "POST" ? new URLSearchParams(call.body.toString("utf8")) : call.query
  )
  if (call.path !== "/cgi-bin/webscr" || fields.get("cmd") !== "_xclick") return undefined
  const opened = ledger.open(fields)
  if (typeof opened === "string") return page("PayPal simulator", "", { say: opened })
  return seeOther(`/pay/${opened.id}`)
}

function actAsBuyer(ledger: Ledger, found: PaypalCheckout, call: Call): Answer {
  const action = new URLSearchParams(call.body.toString("utf8")).get("action")
  const back = found.fields.get("return") ?? ""
  if (action === "cancel" && found.status === "open")
    return seeOther(found.fields.get("cancel_return") ?? back)
  if (action === "decline")
    return paymentPage(found, "Your card was declined. Nothing was charged. You can try again.")
  if (found.status === "open")
    (action === "later" ? ledger.pend(found.id) : ledger.pay(found.id)).catch(() => undefined)
  return seeOther(back)
}

function paymentPage(found: PaypalCheckout, say?: string): Answer {
  const amount = `${found.amount.amount} ${found.amount.currency.toUpperCase()}`
  const about = facts([
    ["Amount", amount],
    ["To", found.fields.get("business") ?? ""],
    ["For", found.fields.get("item_name") ?? "Order"],
  ])
  const open: PageButton[] = [
    { action: "pay", label: `Pay ${amount}`, main: true },
    { action: "later", label: "Pay by eCheck" },
    { action: "decline", label: "Decline" },
    { action: "cancel", label: "Cancel" },
  ]
  const list = found.status === "open" ? open : [{ action: "back", label: "Back to the shop", main: true }]
  const said = say ?? (found.status === "open" ? undefined : `This payment is ${found.status}.`)
  return page(
    "PayPal simulator",
    `<p>No real money moves on this page.</p>${about}${buttons(`/pay/${found.id}`, list)}`,
    said ? { say: said } : {}
  )
}

function newTransaction(): string {
  return randomBytes(9).toString("hex").slice(0, 17).toUpperCase()
}

function negative(money: Money): Money {
  return subtract(zero(money.currency), money)
}
