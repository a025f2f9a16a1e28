import { readConfiguration } from "../../config/configuration"
import { completeSettings } from "../../config/settings"
import type { Overview } from "../../modules/ipn/browsing/overview"
import { checkPublicUrl, judgeAddressTest } from "../check-address"
import { checkClocks } from "../check-clock"
import { checkStore, type Infrastructure } from "../check-store"
import type { Finding } from "../finding"
import { print } from "../print"

const levels = (findings: readonly Finding[]) => findings.map(({ level }) => level)

describe("the public address", () => {
  it.each([
    ["https://shop.example.com", "ok"],
    ["http://shop.example.com", "wrong"],
    ["http://localhost:9000", "wrong"],
    ["https://10.0.0.7", "wrong"],
    ["https://172.20.1.1", "wrong"],
    ["https://[::1]:9000", "wrong"],
    ["https://medusa", "wrong"],
    ["https://172.200.1.1", "ok"],
  ])("%s is %s for live accounts", (url, level) => {
    expect(checkPublicUrl(url, true).level).toBe(level)
  })

  it("may be this machine's own while there are test accounts alone", () => {
    expect(checkPublicUrl("http://localhost:9000", false).level).toBe("note")
  })

  it.each(["changed", "redirected", "not_this_store", "unreachable"] as const)(
    "is wrong where a test message was %s, with what to do",
    (outcome) => {
      const url = "https://shop.example.com/hooks/ipn/main"
      const test = { outcome, notify_url: url, status: 301, detail: "x", took_ms: 1 }
      expect(judgeAddressTest("main", test)).toMatchObject({
        level: "wrong",
        about: "main",
        text: expect.stringContaining(url) as string,
        todo: expect.any(String) as string,
      })
    }
  )
})

describe("clocks", () => {
  it.each([
    [{ database: 0.2, fastestMessage: 0.5 }, ["ok"]],
    [{ database: 0, fastestMessage: null }, ["ok"]],
    [{ database: -30, fastestMessage: null }, ["wrong"]],
    [{ database: 0, fastestMessage: -20 }, ["wrong"]],
    [{ database: 0, fastestMessage: 400 }, ["note"]],
    [{ database: 90, fastestMessage: 90 }, ["wrong", "note"]],
  ])("%j are %j", (clocks, expected) => {
    expect(levels(checkClocks(clocks))).toEqual(expected)
  })
})

describe("the store", () => {
  const configuration = readConfiguration({
    publicUrl: "https://shop.example.com",
    tokenSecret: "test-only-token-secret-of-the-doctor",
    payloadKey: Buffer.from("test-only-payload-key-0123456789").toString("base64"),
    accounts: {
      main: {
        gateway: "sandbox",
        mode: "test",
        url: "http://127.0.0.1:1",
        apiKey: "test-only-sandbox-api-key",
        webhookSecrets: ["test-only-sandbox-webhook-secret"],
      },
    },
  })
  const shared: Infrastructure = {
    locking: "locking-redis",
    eventBus: "@medusajs/medusa/event-bus-redis",
    workflowEngine: "@medusajs/medusa/workflow-engine-redis",
  }
  const lone: Infrastructure = {
    locking: "in-memory",
    eventBus: "@medusajs/medusa/event-bus-local",
    workflowEngine: "@medusajs/medusa/workflow-engine-inmemory",
  }
  const settings = completeSettings(new Map([["alerts.addresses", ["owner@example.com"]]]))
  const look = (banners: Overview["banners"], infrastructure = shared, of = settings) =>
    checkStore({
      configuration,
      settings: of,
      overview: { received_today: 0, done_today: 0, waiting: 0, needs_you: 0, days: [], banners },
      infrastructure,
    })

  it("is well when all is there", () => {
    expect(new Set(levels(look([])))).toEqual(new Set(["ok"]))
    expect(print(look([]))).toContain("All is well.")
  })

  it("names what lives in one process's memory, and says when that is too little", () => {
    const told = print(look([], lone))
    expect(told).toContain("locks, events, workflows live in the memory of one process")
    expect(told).toContain("Nothing is wrong; 1 to note.")
  })

  it("is wrong when nobody settles", () => {
    const told = look([{ kind: "late", account_id: null, detail: "2026-11-22T20:00:00.000Z" }])
    expect(levels(told)).toContain("wrong")
    expect(print(told)).toContain("1 thing must be mended; 0 to note.")
  })

  it("says that nobody is mailed", () => {
    expect(print(look([{ kind: "no_email_provider", account_id: null, detail: null }]))).toContain(
      "nobody is mailed"
    )
  })

  it("says that the mails of test payments need an alert address", () => {
    expect(print(look([], shared, completeSettings(new Map())))).toContain(
      "the mails of test payments go nowhere: there is no alert address."
    )
  })
})
