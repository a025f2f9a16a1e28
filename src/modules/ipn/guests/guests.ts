import { createHash } from "node:crypto"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { tokenLifeMs } from "../../../domain/buyer-token"
import type { Asking, Buyers } from "../waiting/buyers"
import { readGuest, type Guest, type NoGuest } from "./read-guest"

/** A link's token, and until when it is good. */
export type Offer = Readonly<{ token: string; until: Date }>

/**
 * Accounts that guests may claim by a link in a mail. The link's token is signed and kept nowhere: it names the mail's
 * row in the outbox, and fits one customer with one address only. It is spent once that customer has an account.
 */
export class Guests {
  constructor(
    private readonly db: Knex,
    private readonly buyers: Buyers
  ) {}

  async ofOrder(orderId: string): Promise<Guest | NoGuest> {
    return readGuest(this.db, orderId)
  }

  /** The token of a mail that offers a guest an account; undefined where no token secret is configured. */
  offer(outboxId: string, guest: Guest, now = new Date()): Offer | undefined {
    const token = this.buyers.issue("claim", `${outboxId}.${fingerprint(guest)}`, now)
    return token === undefined ? undefined : { token, until: new Date(now.getTime() + tokenLifeMs.claim) }
  }

  /**
   * Who was offered an account, by the reference that a token names; undefined when that offer was never made, is for
   * another customer or address by now, was taken up, or is of another sales channel.
   */
  async ofReference(reference: string, by: Asking): Promise<Guest | undefined> {
    const [outboxId = "", given] = reference.split(".")
    const { rows } = await this.db.raw(
      `select order_id from ipn_outbox
       where id = ? and channel = 'mail' and topic = 'ipn.account-claim' and attempts > 0 and deleted_at is null`,
      [outboxId]
    )
    const orderId = (rows as { order_id: string | null }[])[0]?.order_id
    const guest = orderId ? await this.ofOrder(orderId) : undefined
    if (!guest || "reason" in guest || fingerprint(guest) !== given) return undefined
    const { salesChannelId } = guest.order
    return salesChannelId === null || by.salesChannelIds.includes(salesChannelId) ? guest : undefined
  }

  /** Whether another mail offered this customer an account, by a link that is still good. */
  async hasOffer(customerId: string, exceptOutboxId: string): Promise<boolean> {
    const { rows } = await this.db.raw(
      `select 1 from "order" placed join ipn_outbox told on told.order_id = placed.id
       where placed.customer_id = ? and told.channel = 'mail' and told.topic = 'ipn.account-claim'
         and told.state = 'sent' and told.id <> ? and told.sent_at > now() - ? * interval '1 millisecond' limit 1`,
      [customerId, exceptOutboxId, tokenLifeMs.claim]
    )
    return (rows as unknown[]).length > 0
  }
}

/** Changes with the customer and the address: a token for one fits no other. */
function fingerprint({ customerId, email }: Guest): string {
  return createHash("sha256").update(`${customerId}\n${email}`).digest("base64url").slice(0, 22)
}
