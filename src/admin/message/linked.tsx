import { useTranslation } from "react-i18next"
import { Link } from "react-router-dom"
import { Copied } from "../parts/copied"
import { FactRow } from "../parts/fact-row"
import { Section } from "../parts/section"
import type { MessageDetail } from "../queries/message"

/** What the message belongs to in Medusa. */
export function Linked({ message }: { message: MessageDetail }) {
  const { t } = useTranslation("ipn")
  const { order_id, order_display_id, customer_id, email, cart_id, payment_session_id } = message
  if (!order_id && !customer_id && !email && !cart_id && !payment_session_id) return null
  const link = "text-ui-fg-interactive hover:text-ui-fg-interactive-hover"
  return (
    <Section title={t("message.linked")}>
      {order_id && (
        <FactRow title={t("message.order")}>
          <Link className={link} to={`/orders/${order_id}`}>
            {order_display_id === null ? order_id : `#${order_display_id}`}
          </Link>
        </FactRow>
      )}
      {(customer_id ?? email) && (
        <FactRow title={t("message.customer")}>
          {customer_id ? (
            <Link className={link} to={`/customers/${customer_id}`}>
              {email ?? customer_id}
            </Link>
          ) : (
            email
          )}
        </FactRow>
      )}
      {cart_id && (
        <FactRow title={t("message.cart")}>
          <Copied text={cart_id} />
        </FactRow>
      )}
      {payment_session_id && (
        <FactRow title={t("message.session")}>
          <Copied text={payment_session_id} />
        </FactRow>
      )}
    </Section>
  )
}
