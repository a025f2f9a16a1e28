import { useTranslation } from "react-i18next"
import { tell } from "../client/ask"
import { useAction } from "../client/use-action"
import { useAnswer } from "../client/use-answer"

/** Goods that are held for a cart while its payment is under way. */
export type Hold = Readonly<{
  id: string
  cart_id: string
  state: "held" | "turned" | "ordered" | "released"
  expires_at: string
  order_id: string | null
  released_at: string | null
}>

/** The hold that a reservation belongs to; none for Medusa's own reservations. */
export function useHoldOf(reservationId: string) {
  return useAnswer<{ holds: Hold[] }>("/holds", { reservation_id: reservationId, limit: 1 })
}

/** Frees held goods before their time is over. */
export function useReleaseHold(done: () => void) {
  const { t } = useTranslation("ipn")
  return useAction(
    (id: string) => tell<{ hold: Hold }>(`/holds/${encodeURIComponent(id)}/release`),
    () => {
      done()
      return t("hold.released")
    }
  )
}
