import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { busChannel } from "../outbox/bus"
import { tell } from "../outbox/tell"
import type { StoredHold } from "./stored-hold"

export type HoldNews = "taken" | "extended" | "released"

/** Tells other plugins what became of held goods, in the commit that made it so. */
export async function tellHold(sql: Knex, news: HoldNews, hold: StoredHold): Promise<void> {
  const { id, cartId, claims, expiresAt, takenAt, reservations, because } = hold
  const fact = `${id}:${takenAt.getTime()}`
  await tell(sql, [
    {
      channel: busChannel,
      topic: `ipn.hold.${news}`,
      fact: news === "extended" ? `${fact}:${expiresAt.getTime()}` : fact,
      payload: {
        hold_id: id,
        cart_id: cartId,
        payment_session_ids: Object.keys(claims),
        reservation_ids: reservations.map((reservation) => reservation.id),
        expires_at: expiresAt.toISOString(),
        ...(news === "released" ? { because } : {}),
      },
    },
  ])
}
