import type { GatewaySimulation } from "../../simulation/gateway-simulation"
import { openPage } from "../../simulation/open-page"
import { plainSimulator } from "../../simulation/start-simulator"
import { startSandboxSimulator } from "./start-sandbox-simulator"

export * from "./start-sandbox-simulator"

const apiKey = "test-only-sandbox-api-key"
const webhookSecret = "test-only-sandbox-webhook-secret"

/** Plays the sandbox, which is told with each payment where its messages go. */
const simulation: GatewaySimulation = {
  config: (url) => ({ url, apiKey, webhookSecrets: [webhookSecret] }),
  movesMoney: ({ method, path }) => method === "POST" && /^\/payments\/[^/]+\//.test(path),
  async start({ notifyUrl: _, ...options }) {
    const sandbox = await startSandboxSimulator({ ...options, apiKey, webhookSecret })
    const idOf = (reference: string) => sandbox.paymentOf(reference).id
    return {
      ...plainSimulator(sandbox),
      open: openPage,
      pay: (reference, amount) => sandbox.pay(idOf(reference), amount?.amount),
      authorize: (reference) => sandbox.authorize(idOf(reference)),
      decline: (reference) => sandbox.decline(idOf(reference)),
      capture: (reference, { amount }) => sandbox.capture(idOf(reference), amount),
      async refund(reference, { amount }) {
        await sandbox.refund(idOf(reference), amount)
      },
      void: (reference) => sandbox.cancel(idOf(reference)),
      dispute: (reference) => sandbox.dispute(idOf(reference)),
      decide: (reference, as) => sandbox.dispute(idOf(reference), as),
      signWith: sandbox.signWith,
    }
  },
}

export default simulation
