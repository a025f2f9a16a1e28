import type { Money } from "../../../domain/money"
import type { GatewaySimulation } from "../../simulation/gateway-simulation"
import { openPage } from "../../simulation/open-page"
import { plainSimulator } from "../../simulation/start-simulator"
import { toAdyenAmount } from "../amounts"
import { startAdyenSimulator } from "./start-adyen-simulator"

export * from "./start-adyen-simulator"

const apiKey = "test-only-adyen-api-key-for-the-demo"
const hmacKey = "7E570000000000000000000000000000000000000000000000000000000DE300"
const merchantAccount = "OnlyForTestsECOM"

/**
 * Plays Adyen with an account that captures by hand. When the buyer pays, the merchant captures at once in the Customer
 * Area; `authorize` leaves the capture to the store.
 */
const simulation: GatewaySimulation = {
  config: (simulator) => ({
    merchantAccount,
    apiKey,
    hmacKeys: [hmacKey],
    captureMethod: "manual",
    simulator,
  }),
  movesMoney: ({ method, path }) => method === "POST" && /\/payments\/[^/]+\/\w+$|\/cancels$/.test(path),
  async start({ notifyUrl, ...options }) {
    const adyen = await startAdyenSimulator({ ...options, apiKey, hmacKey, merchantAccount, notifyUrl })
    const { books, told } = adyen
    const amountOf = (money: Money) => toAdyenAmount(money)
    return {
      ...plainSimulator(adyen),
      open: openPage,
      async pay(reference, amount) {
        const payment = await told(() => books.pay(books.linkOf(reference), amount && amountOf(amount)))
        await told(() => books.capture(payment))
      },
      async authorize(reference) {
        await told(() => books.pay(books.linkOf(reference)))
      },
      decline: (reference) => told(() => books.decline(books.linkOf(reference))),
      async capture(reference, money) {
        await told(() => books.capture(books.paymentOf(reference), amountOf(money)))
      },
      async refund(reference, money) {
        await told(() => books.refund(books.paymentOf(reference), amountOf(money)))
      },
      async void(reference) {
        await told(() => books.cancel(books.paymentOf(reference)))
      },
      dispute: (reference) => told(() => books.dispute(books.paymentOf(reference))),
      decide: (reference, as) => told(() => books.decide(books.paymentOf(reference), as)),
      signWith: adyen.signWith,
    }
  },
}

export default simulation
