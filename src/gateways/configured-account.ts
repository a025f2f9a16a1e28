import type { Account, Gateway } from "./gateway"

/** An account together with the gateway that speaks for it, as the rest of the house holds it. */
export type ConfiguredAccount = Readonly<{
  account: Account<unknown>
  gateway: Gateway
  /** The address that the gateway calls: `<publicUrl>/hooks/ipn/<account>`, or `<publicUrl>/hooks/payment/<provider>` where taken over. */
  notifyUrl: string
  /** The Medusa payment provider whose payments these are: `pp_ipn_<account>`, or the taken-over provider. */
  providerId: string
  /** Whether the payments are made by another Medusa payment provider, whose webhooks we receive. */
  takenOver: boolean
}>
