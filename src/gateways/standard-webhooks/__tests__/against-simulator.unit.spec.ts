import type { Account } from "../../gateway"
import { startReader, type Reader } from "../../simulation/reader"
import type { PlayedGateway } from "../../simulation/gateway-simulation"
import { standardWebhooksConfig, type StandardWebhooksConfig } from "../config"
import gateway from "../index"
import simulation, { startStandardWebhooksSender, type StandardWebhooksSender } from "../simulator"

const eur = (amount: string) => ({ amount, currency: "eur" })
const newSecret = `whsec_${Buffer.from("test-only-standard-webhooks-next").toString("base64")}`

let config: StandardWebhooksConfig
let reader: Reader
let played: PlayedGateway
const account = (): Account<StandardWebhooksConfig> => ({ id: "newpay", mode: "test", config })

beforeEach(async () => {
  config = standardWebhooksConfig.parse(simulation.config(""))
  reader = await startReader(gateway, account)
  played = await simulation.start({ notifyUrl: reader.notifyUrl })
})
afterEach(async () => {
  await played.stop()
  await reader.stop()
})

it("takes a buyer who is declined once and then pays on the gateway's page", async () => {
  const page = `${played.url}/pay/payses_1?amount=42.00&currency=eur&return=https://shop.example/done`
  await played.open({ kind: "redirect", url: page })
  for (const action of ["decline", "pay"]) {
    const answer = await fetch(page, {
      method: "POST",
      body: new URLSearchParams({ action }),
      redirect: "manual",
    })
    expect(answer.headers.get("location")).toBe("https://shop.example/done")
  }
  await played.settled()
  expect(reader.verdicts).toEqual(["proven", "proven"])
  expect(reader.facts()).toMatchObject({ captured: [eur("42.00")], attemptsFailed: 1, modes: ["test"] })
})

it("reads a whole life in any order and however often it is told", async () => {
  await played.open({ kind: "redirect", url: `${played.url}/pay/payses_1?amount=42.00&currency=eur` })
  await played.authorize?.("payses_1")
  await played.capture?.("payses_1", eur("30.00"))
  await played.capture?.("payses_1", eur("12.00"))
  await played.refund("payses_1", eur("5.00"))
  await played.dispute?.("payses_1")
  await played.decide?.("payses_1", "lost")
  const told = reader.facts()
  expect(told).toMatchObject({
    authorized: [eur("42.00")],
    captured: [eur("42.00")],
    refunded: [eur("5.00")],
    disputes: [{ state: "lost", money: eur("42.00") }],
    paidTimes: 1,
  })
  await played.deliver({ times: 2, shuffle: 7 })
  expect(reader.facts()).toEqual(told)
})

it("shows another amount as what it is, and a void as the end", async () => {
  await played.pay("payses_1", eur("41.99"))
  expect(reader.facts().captured).toEqual([eur("41.99")])
  await played.open({ kind: "redirect", url: `${played.url}/pay/payses_2?amount=42.00&currency=eur` })
  await played.void?.("payses_2")
  expect(reader.events.at(-1)).toMatchObject({ type: "payment.canceled", reference: "payses_2" })
})

it("is told again with the same id and a new signature while the store is down", async () => {
  reader.answerWith(503)
  await played.pay("payses_1", eur("42.00"))
  reader.answerWith(0)
  await played.redeliver()
  await played.redeliver()
  expect(played.deliveries.map(({ accepted }) => accepted)).toEqual([false, true])
  expect(reader.facts().captured).toEqual([eur("42.00")])
})

it("believes a sender that signs with both secrets during a rotation, then the new one only", async () => {
  const sender: StandardWebhooksSender = await startStandardWebhooksSender({
    secret: config.secrets?.[0] ?? "",
    notifyUrl: reader.notifyUrl,
  })
  try {
    const payment = sender.paymentOf("payses_1", eur("42.00"))
    const old = config.secrets?.[0] ?? ""
    sender.signWith(newSecret, old)
    await sender.tell("payment.succeeded", payment)
    config = { ...config, secrets: [newSecret] }
    await sender.tell("payment.succeeded", payment)
    sender.signWith(old)
    await sender.tell("payment.succeeded", payment)
    expect(reader.verdicts).toEqual(["proven", "proven", "refused"])
    expect(sender.deliveries.map(({ status }) => status)).toEqual([200, 200, 401])
  } finally {
    await sender.stop()
  }
})
