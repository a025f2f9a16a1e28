import { expect, it } from "@jest/globals"
import { paymentEventTypes } from "../../../domain/payment-event"
import { eventTypes } from "../event-types"

it("the admin pages know every payment event", () => {
  expect(eventTypes).toEqual(paymentEventTypes)
})
