import { defineWidgetConfig } from "@medusajs/admin-sdk"
import type { AdminReservation, DetailWidgetProps } from "@medusajs/framework/types"
import { Button, Text } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { ActionDrawer } from "../parts/action-drawer"
import { writeMoment } from "../parts/moment"
import { Section } from "../parts/section"
import { useHoldOf, useReleaseHold } from "../queries/use-holds"

/** On a reservation that we made for a buyer who is paying: until when, and how to free it. */
const ReservationHold = ({ data: reservation }: DetailWidgetProps<AdminReservation>) => {
  const { t, i18n } = useTranslation("ipn")
  const [isAsked, setAsked] = useState(false)
  const { data } = useHoldOf(reservation.id)
  const release = useReleaseHold(() => setAsked(false))
  const hold = data?.holds[0]
  if (hold?.state !== "held") return null
  return (
    <Section
      title={t("hold.title")}
      actions={
        <Button size="small" variant="secondary" onClick={() => setAsked(true)}>
          {t("hold.release")}
        </Button>
      }
    >
      <Text size="small" className="text-ui-fg-subtle px-6 py-4">
        {t("hold.until", { at: writeMoment(hold.expires_at, i18n.language) })}
      </Text>
      <ActionDrawer
        open={isAsked}
        onClose={() => setAsked(false)}
        title={t("hold.releaseTitle")}
        description={t("hold.releaseHelp")}
        submitLabel={t("hold.release")}
        isDangerous
        isPending={release.isPending}
        onSubmit={() => release.mutate(hold.id)}
      />
    </Section>
  )
}

export const config = defineWidgetConfig({ zone: "reservation.details.side", id: "ipn-reservation-hold" })

export default ReservationHold
