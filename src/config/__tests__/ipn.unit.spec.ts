import { ipn } from "../ipn"
import type { IpnOptionsInput } from "../options"

const options: IpnOptionsInput = {
  publicUrl: "https://shop.example.com",
  accounts: {
    main: { gateway: "stripe", mode: "test" },
    "paypal-eu": { gateway: "paypal", mode: "live" },
  },
}

describe("ipn()", () => {
  it("hands out the plugin and its module with the same options", () => {
    const { plugin, modules } = ipn(options)
    expect(plugin).toEqual({ resolve: "medusa-plugin-ipn", options })
    expect(modules()[0]).toEqual({
      resolve: "medusa-plugin-ipn/modules/ipn",
      dependencies: expect.arrayContaining(["workflows"]) as unknown,
      options,
    })
  })

  it("hands out Medusa's payment module bound to ours, with one provider per account beside the store's own", () => {
    const own = { resolve: "@medusajs/medusa/payment-stripe", id: "stripe", options: { apiKey: "test-only" } }
    const provider = (account: string) => ({
      resolve: "medusa-plugin-ipn/providers/payment",
      id: account,
      options: { account },
    })
    const payment = ipn(options).modules({ providers: [own] })[1]
    expect(payment).toMatchObject({ resolve: "@medusajs/medusa/payment", dependencies: ["ipn"] })
    expect(payment?.options).toEqual({ providers: [own, provider("main"), provider("paypal-eu")] })
    expect(ipn(options).modules()).toHaveLength(2)
  })

  it.each([
    undefined,
    null,
    {},
    { publicUrl: undefined, accounts: { main: { gateway: "stripe", apiKey: undefined } } },
    { accounts: undefined },
    { accounts: null },
    { accounts: "main" },
    { accounts: ["main"] },
    { accounts: { main: undefined } },
    { takeOver: 7 },
  ])("never throws, so that a build needs no secrets: %j", (wrong) => {
    const { plugin, modules } = ipn(wrong as unknown as IpnOptionsInput)
    expect(plugin.resolve).toBe("medusa-plugin-ipn")
    for (const payment of [undefined, null, {}, { providers: undefined }, { providers: null }]) {
      expect(modules(payment as unknown as Parameters<typeof modules>[0])).toHaveLength(2)
    }
  })
})
