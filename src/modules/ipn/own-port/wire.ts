import type { PayloadKey } from "../../../config/payload-key"
import type { ConfiguredAccount } from "../../../gateways/configured-account"
import type { Reply } from "../../../gateways/gateway"
import type { Refusal } from "../../../receiver/received"
import type { IncomingCall } from "../../../receiver/receiver"
import type { Log } from "../../../receiver/tallied-log"
import type { DatabaseAddress } from "../open-pool"

/** What the thread is given when it starts. Code cannot be handed over, so gateways are named. */
export type Brief = Readonly<{
  accounts: readonly (Omit<ConfiguredAccount, "gateway"> & Readonly<{ gatewayId: string }>)[]
  /** The accounts whose gateway the store brought as an object: their calls are handed on. */
  handedOn: ReadonlySet<string>
  payloadKeys: readonly PayloadKey[]
  database: DatabaseAddress
  address: Readonly<{ port: number; host?: string; trustedProxies: number }>
  /** Whether somebody here works on what is stored. */
  tellsStored: boolean
}>

/** What the thread cannot answer by itself, by what it asks with and is answered. */
export type Questions = {
  receive: { about: IncomingCall; answer: Reply }
  countUnproven: { about: string; answer: number }
}

export type Asked = {
  [Q in keyof Questions]: Readonly<{ kind: "asked"; id: number; what: Q; about: Questions[Q]["about"] }>
}[keyof Questions]

export type FromThread =
  | Readonly<{ kind: "listening"; port: number }>
  | Readonly<{ kind: "stored" }>
  | Readonly<{ kind: "refused"; refusal: Refusal }>
  | Readonly<{ kind: "log"; level: keyof Log; line: string }>
  | Asked

export type ToThread =
  | Readonly<{ kind: "answered"; id: number; answer: unknown }>
  | Readonly<{ kind: "failed"; id: number; why: string }>
  | Readonly<{ kind: "close" }>
