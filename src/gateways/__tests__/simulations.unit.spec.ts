import { findGateway, listGateways } from "../find-gateway"
import type { Account } from "../gateway"
import { findSimulation, listSimulations } from "../simulation/find-simulation"
import { loopbackIo } from "../simulation/reader"
import type { GatewaySimulation, PlayedGateway } from "../simulation/gateway-simulation"

describe.each(listSimulations())("the simulator of %s", (id) => {
  const gateway = findGateway(id)
  let simulation: GatewaySimulation
  let played: PlayedGateway

  beforeAll(async () => {
    simulation = await findSimulation(id)
    played = await simulation.start({ notifyUrl: "http://127.0.0.1:1/nobody", sendsAtOnce: false })
  })
  afterAll(() => played.stop())

  const account = (): Account<unknown> => ({
    id,
    mode: "test",
    config: gateway.config.parse(simulation.config(played.url)),
  })

  it("plays for an account that the gateway takes", () => {
    expect(gateway.check?.(account()) ?? []).toEqual([])
    for (const config of [simulation.config, simulation.reserving ?? simulation.config]) {
      expect(gateway.config.safeParse(config(played.url)).success).toBe(true)
    }
  })

  const { operations } = gateway
  if (operations) {
    const moneyOf = (amount: string) => ({ amount, currency: simulation.currency ?? "eur" })
    const start = (reference: string, amount: string) =>
      operations.create(
        {
          reference,
          money: moneyOf(amount),
          notifyUrl: "http://127.0.0.1:1/nobody",
          returnUrl: "https://shop.example/return",
          cancelUrl: "https://shop.example/cart",
          email: "buyer@shop.example",
        },
        account(),
        loopbackIo
      )

    it("is asked for a payment again when the amount changed, and when it changed back", async () => {
      const asked = (amount: string) => start("payses_01TESTCHANGED", amount)
      const [first, dearer] = [await asked("42.00"), await asked("43.00"), await asked("42.00")]
      expect(dearer.gatewayPayment).not.toBe(first.gatewayPayment)
      expect(played.calls.filter(simulation.movesMoney)).toEqual([])
    })

    const { fetch, completes } = operations
    if (fetch && !completes) {
      it("is told of with the reference that a payment bears, whatever payment was asked about", async () => {
        const created = await start("payses_01TESTBORNE", "42.00")
        await played.open(created.next)
        await played.pay("payses_01TESTBORNE")
        const another = {
          reference: "payses_01TESTANOTHER",
          money: moneyOf("42.00"),
          gatewayPayments: created.gatewayPayment ? [created.gatewayPayment] : [],
        }
        const told = await fetch(another, account(), loopbackIo)
        const references = told.flatMap((event) => event.reference ?? [])
        expect([...new Set(references)]).toEqual(told.length > 0 ? ["payses_01TESTBORNE"] : [])
      })
    }
  }
})

it("gateways without a simulator are those that have no protocol of their own", () => {
  const played = listSimulations()
  expect(listGateways().filter((id) => !played.includes(id))).toEqual(["medusa-provider"])
})
