import { completeSettings, eventMode, flattenPins, policyOf, settingKeys } from "../settings"

describe("settings", () => {
  const defaults = completeSettings(new Map())

  it("are all there when nobody chose any", () => {
    expect(defaults).toEqual({
      alerts: { addresses: [], feed: true, language: "en", quiet_hours: null },
      emails: {
        payment_received: "plugin",
        order_waiting: "plugin",
        payment_reminder: "off",
        payment_failed: "plugin",
        order_cancelled_unpaid: "plugin",
        refund_completed: "plugin",
        account_claim: "off",
        merchant_issue: "plugin",
        merchant_dispute: "plugin",
        merchant_silence: "plugin",
        merchant_daily: "off",
        templates: {},
        language: "en",
        contact: null,
        reminder_hours: 24,
        time_zone: "UTC",
      },
      orders: {
        when: "authorized",
        failure_grace_minutes: 10,
        partial: "await",
        tolerance_percent: 0,
        cancel_unpaid_after_hours: null,
        cancel_unpaid_on_failure: false,
        late_payment: "revive",
      },
      stock: {
        hold_on_start: false,
        hold_on_pending: true,
        hold_minutes: {},
        after_failure: "release",
        longest_days: 14,
      },
      events: {},
      accounts: { paused: [] },
      reconcile: { ask: true, silence_hours: null },
      retention: { payload_days: 90, message_days: 395 },
    })
    expect(policyOf(defaults)).toMatchObject({ orderWhen: "authorized", failureGraceMs: 600_000 })
  })

  it("are taken from values by key, and a value that does not fit any more is as if nobody chose", () => {
    const settings = completeSettings(
      new Map<string, unknown>([
        ["orders.when", "paid"],
        ["orders.partial", "sometimes"],
        ["orders.cancel_unpaid_after_hours", 48],
        ["events", { "main:fee": "ignore" }],
        ["of another version", 1],
      ])
    )
    expect(settings).toEqual({
      ...defaults,
      orders: { ...defaults.orders, when: "paid", cancel_unpaid_after_hours: 48 },
      events: { "main:fee": "ignore" },
    })
  })

  it("are pinned by what stands in medusa-config, also where that is no or never", () => {
    const pins = flattenPins({
      orders: { when: "paid", cancel_unpaid_after_hours: null, partial: undefined },
      reconcile: { ask: false },
      events: {},
    })
    expect(Object.fromEntries(pins)).toEqual({
      "orders.when": "paid",
      "orders.cancel_unpaid_after_hours": null,
      "reconcile.ask": false,
      events: {},
    })
    expect(settingKeys).toEqual(expect.arrayContaining([...pins.keys()]))
  })
})

describe("what is done with an event", () => {
  const mode = (events: Record<string, "handle" | "record" | "ignore">) =>
    eventMode({ events }, "main", "dispute.opened")

  it("is to handle it when nobody chose", () => expect(mode({})).toBe("handle"))

  it("is said by the most specific line", () => {
    const lines = {
      "main:dispute.opened": "ignore",
      "main:*": "record",
      "*:dispute.opened": "handle",
      "*:*": "ignore",
    } as const
    const { "main:dispute.opened": _, ...withoutFirst } = lines
    const { "main:*": __, ...withoutSecond } = withoutFirst
    expect(mode(lines)).toBe("ignore")
    expect(mode(withoutFirst)).toBe("record")
    expect(mode(withoutSecond)).toBe("handle")
    expect(mode({ "*:*": "record" })).toBe("record")
    expect(mode({ "other:*": "ignore", "*:fee": "ignore" })).toBe("handle")
  })

  it("is to handle it for accounts and types that are named as what every object has", () => {
    expect(eventMode({ events: {} }, "__proto__", "constructor")).toBe("handle")
  })
})
