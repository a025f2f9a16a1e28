import { readFileSync } from "node:fs"
import { startHttpServer } from "../src/gateways/simulation/http-server"
import { startPaypalIpnSimulator } from "../src/gateways/paypal/simulator"
import type { Letter } from "../src/gateways/simulation/postman"
import { startSandboxSimulator } from "../src/gateways/sandbox/simulator"
import { startStripeSimulator } from "../src/gateways/stripe/simulator"
import type { Accounts } from "../integration-tests/support/store/accounts"

/** Where each account's gateway is played, and where to ask which messages it sent. */
export type GatewayAddresses = Readonly<{ simulators: Readonly<Record<string, string>>; deskUrl: string }>

/** One attempt of the sandbox to deliver a message. */
export type SentMessage = Readonly<{
  type: string
  reference: string
  status: number | null
  accepted: boolean
  sent_at: string
  took_ms: number
}>

const redeliverAfterMs = [500, 2_000, 10_000]

/**
 * The gateways' side of the demo, a process of its own as gateways are: plays the sandbox, Stripe and PayPal with their
 * payment pages. Its one argument is the demo's accounts file; says where it listens on the first line of stdout.
 */
async function main(accountsFile: string): Promise<void> {
  const accounts = JSON.parse(readFileSync(accountsFile, "utf8")) as Accounts
  const [sandbox, stripe, paypal] = await Promise.all([
    startSandboxSimulator({
      apiKey: option(accounts, "sandbox", "apiKey"),
      webhookSecret: option(accounts, "sandbox", "webhookSecrets"),
      redeliverAfterMs,
    }),
    startStripeSimulator({
      apiKey: option(accounts, "stripe", "apiKey"),
      webhookSecret: option(accounts, "stripe", "webhookSecrets"),
      notifyUrl: accounts.stripe?.notify_url ?? "",
      redeliverAfterMs,
    }),
    startPaypalIpnSimulator({ redeliverAfterMs }),
  ])
  const desk = await startHttpServer(({ method, path, body }) => {
    if (method === "POST" && path === "/paypal") {
      // Sent by `npm run send` in PayPal's name: PayPal says yes when the store asks about exactly these bytes.
      ;(paypal.letters as Letter[]).push({ id: "announced", to: "", body, headers: () => ({}) })
      return { status: 204 }
    }
    return { status: 200, headers: { "content-type": "application/json" }, body: deliveries() }
  })
  const deliveries = () =>
    JSON.stringify(
      sandbox.deliveries.map(({ letter, status, accepted, sentAt, tookMs }): SentMessage => {
        const message = JSON.parse(letter.body.toString("utf8")) as {
          type: string
          payment?: { reference: string }
        }
        return {
          type: message.type,
          reference: message.payment?.reference ?? "",
          status: status ?? null,
          accepted,
          sent_at: sentAt.toISOString(),
          took_ms: tookMs,
        }
      })
    )
  const addresses: GatewayAddresses = {
    simulators: { sandbox: sandbox.url, stripe: stripe.url, paypal: paypal.url },
    deskUrl: desk.url,
  }
  console.log(JSON.stringify(addresses))
}

/** An option of an account; of secrets the current one. */
function option(accounts: Accounts, account: string, name: string): string {
  const value = [accounts[account]?.config[name]].flat()[0]
  if (typeof value !== "string") throw new Error(`The accounts file has no ${name} of ${account}`)
  return value
}

main(process.argv[2] ?? "demo/accounts.json").catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
