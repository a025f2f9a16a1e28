import type { AccountHealth } from "../../modules/ipn/browsing/account-health"
import { checkAccount } from "../check-accounts"

const healthy = {
  id: "main",
  gateway_title: "Stripe",
  mode: "live",
  provider_id: "pp_ipn_main",
  taken_over: false,
  notify_url: "https://shop.example.com/hooks/ipn/main",
  secrets: [{ name: "apiKey", is_set: true, is_missing: false, hints: ["…a1f9"] }],
  state: "healthy",
  problems: [],
  paused: false,
  offered_in: 1,
  last_proven: { message_id: "ipnmsg_1", received_at: new Date("2026-11-23T00:00:00Z") },
  last_refusal: null,
  last_24_hours: { received: 1, refused: 0 },
} as unknown as AccountHealth

const said = (account: Partial<AccountHealth>) =>
  checkAccount({ ...healthy, ...account }, { production: true }).map(({ level, text }) => `${level} ${text}`)

const unset = (name: string, is_missing: boolean) => [{ name, is_set: false, is_missing, hints: [] }]

describe("an account", () => {
  it("that lacks nothing is well", () => {
    expect(said({})).toEqual(["ok The last proven message came at 2026-11-23T00:00:00.000Z."])
  })

  it("is wrong where buyers are offered to pay by it and its key is missing", () => {
    const secrets = unset("apiKey", true)
    expect(said({ secrets })).toContain("wrong apiKey is not set: no payment can be started.")
    expect(said({ secrets, offered_in: 0 })).toContain("note apiKey is not set: no payment can be started.")
  })

  it("is well without a secret that is optional", () => {
    expect(said({ secrets: unset("basicAuth", false) })).toEqual(said({}))
  })
})
