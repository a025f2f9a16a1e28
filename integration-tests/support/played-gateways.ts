import { freePort } from "../../scripts/free-port"
import { corrupt } from "../../src/gateways/conformance/attacks"
import { findGateway } from "../../src/gateways/find-gateway"
import type { Account, Gateway } from "../../src/gateways/gateway"
import { findSimulation, listSimulations } from "../../src/gateways/simulation/find-simulation"
import type { GatewaySimulation, PlayedGateway } from "../../src/gateways/simulation/gateway-simulation"
import { demoAccounts, notifyUrlOf, type Accounts } from "./store/accounts"
import { startStore, type OwnStore } from "./store/start-store"

/** A gateway that is played, with an account of the store that belongs to it. */
export type Seat = Readonly<{
  gateway: Gateway
  simulation: GatewaySimulation
  played: PlayedGateway
  /** As the store has it configured. */
  account: Account<unknown>
  providerId: string
  notifyUrl: string
  /** What the store's tables call the account: its name, or the provider whose webhooks are taken over. */
  accountId: string
  /** What its payments are in, lower-case. */
  currency: string
  /** A secret of the account that is not the current one any more; undefined where messages are signed with none of ours. */
  previousSecret: string | undefined
}>

/** All that one gateway is played with. */
export type Table = Readonly<{
  id: string
  main: Seat
  /** Where payments are reserved first: the same seat, or an account of its own. */
  reserving: Seat
  /** The same gateway of another merchant, which sends its messages to our account's address. */
  foreign: PlayedGateway
  /** A secret that is none of the account's. */
  strangersSecret: string | undefined
}>

/** One store with an account of every gateway that can be played, and these gateways. Messages wait to be delivered. */
export type PlayedGateways = Readonly<{
  store: OwnStore
  tables: ReadonlyMap<string, Table>
  stop(): Promise<void>
}>

export async function startPlayedGateways(): Promise<PlayedGateways> {
  const port = await freePort()
  const baseUrl = `http://localhost:${port}`
  const started: PlayedGateway[] = []
  const accounts: Record<string, Accounts[string]> = {}
  const tables = new Map<string, Table>()
  const stopGateways = () => Promise.all(started.map((played) => played.stop()))

  const sit = async (
    id: string,
    name: string,
    options: keyof Pick<GatewaySimulation, "config" | "reserving">
  ) => {
    const [gateway, simulation, demo] = [findGateway(id), await findSimulation(id), demoAccounts()[id]]
    if (!demo) throw new Error("demo/accounts.json is not up to date: npm run gateways")
    const providerId = demo.provider_id.replace(id, name)
    const notifyUrl = notifyUrlOf(baseUrl, name, providerId)
    const start = async () => {
      const one = await simulation.start({ notifyUrl, sendsAtOnce: false })
      started.push(one)
      return one
    }
    const played = await start()
    const config = { ...(simulation[options] ?? simulation.config)(played.url) }
    const rotated = gateway.secrets.find((option) => Array.isArray(config[option]))
    const current = rotated && (config[rotated] as string[])[0]
    const previousSecret = current && String(corrupt(current))
    if (rotated) config[rotated] = [current, previousSecret]
    accounts[name] = {
      gateway: id,
      mode: "test",
      provider_id: providerId,
      notify_url: notifyUrl,
      ...(gateway.operations ? {} : { simulator: played.url }),
      config,
    }
    const seat: Seat = {
      gateway,
      simulation,
      played,
      account: { id: name, mode: "test", config: gateway.config.parse(config) },
      providerId,
      notifyUrl,
      accountId: notifyUrl.slice(notifyUrl.lastIndexOf("/") + 1),
      currency: simulation.currency ?? "eur",
      previousSecret,
    }
    return { seat, start }
  }

  try {
    for (const id of listSimulations()) {
      const { seat: main, start } = await sit(id, id, "config")
      const reserving = main.simulation.reserving
        ? (await sit(id, `${id}-reserving`, "reserving")).seat
        : main
      const foreign = await start()
      const strangersSecret = main.previousSecret && String(corrupt(main.previousSecret))
      tables.set(id, { id, main, reserving, foreign, strangersSecret })
    }
    const settings = { orders: { failure_grace_minutes: 0 } }
    const store = await startStore({ port, accounts, env: { IPN_OPTIONS: JSON.stringify({ settings }) } })
    const stop = async () => {
      await store.stop()
      await stopGateways()
    }
    return { store, tables, stop }
  } catch (error) {
    await stopGateways()
    throw error
  }
}
