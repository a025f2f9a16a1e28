import type { Money } from "../../domain/money"
import type { Created } from "../gateway"
import type { ApiCall, Simulator, SimulatorOptions } from "./start-simulator"

/**
 * What `simulator/index.ts` of a gateway's folder exports as default: how to play that gateway over HTTP. Specs and the
 * demo find it by the folder; nothing else is told of it.
 */
export type GatewaySimulation = Readonly<{
  /**
   * The options of one test account, as in medusa-config without `gateway` and `mode`. Secrets are made up for tests and
   * their names say so. `url` is where the simulator listens.
   */
  config(url: string): Readonly<Record<string, unknown>>
  /** The same for an account that only reserves the money when the buyer pays, where `authorize` needs one of its own. */
  reserving?(url: string): Readonly<Record<string, unknown>>
  /** What its payments are in, lower-case, where it takes no euros. */
  currency?: string
  /**
   * Whether a call of the API moves money or gives up a claim to it. Taking the last step of a payment that its buyer
   * approved is none, where the gateway leaves that step to the store.
   */
  movesMoney(call: Pick<ApiCall, "method" | "path">): boolean
  start(options: SimulationOptions): Promise<PlayedGateway>
}>

export type SimulationOptions = SimulatorOptions &
  Readonly<{
    /** Where messages go when the gateway's API is not told with each payment: set in the gateway's dashboard. */
    notifyUrl: string
  }>

/**
 * What buyer, merchant and bank do at the gateway. A payment is named by our reference. Each resolves when the messages
 * that the gateway sends because of it were delivered, or kept back (`sendsAtOnce: false`). What a gateway does not know
 * is left out.
 */
export type PlayedGateway = Simulator &
  Readonly<{
    /** Follows the buyer to the hosted page, submitting the form where there is one. Gateways that are told all by `create` do nothing. */
    open(next: Created["next"]): Promise<void>
    /** The buyer pays on the hosted page; `amount` only where a buyer (or a forger) can pay another one. */
    pay(reference: string, amount?: Money): Promise<void>
    /** The buyer pays and the money is only authorised: captured later by the merchant. */
    authorize?(reference: string): Promise<void>
    /** The buyer's bank says no; the buyer may try again. */
    decline(reference: string): Promise<void>
    /** The merchant captures, refunds or voids in the gateway's dashboard, not through the store. */
    capture?(reference: string, money: Money): Promise<void>
    refund(reference: string, money: Money): Promise<void>
    void?(reference: string): Promise<void>
    /** The buyer's bank takes the money back until it is decided. */
    dispute?(reference: string): Promise<void>
    decide?(reference: string, as: "won" | "lost"): Promise<void>
    /** Sends messages signed with this secret from now on; only where messages are signed with a secret of ours. */
    signWith?(secret: string): void
  }>
