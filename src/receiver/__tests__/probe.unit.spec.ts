import { probeAnswer, probeHeader } from "../probe"
import { createReceiver } from "../receiver"
import { accountsOf, genuineCall, publicUrl, sandboxAccount } from "./accounts"
import { createMemoryInbox, createMemoryLog } from "./memory-inbox"

const asked = "0123456789abcdef0123456789abcdef"
const notifyUrl = `${publicUrl}/hooks/ipn/sandbox`

function setUp() {
  const memory = createMemoryInbox()
  const { log } = createMemoryLog()
  return {
    ...memory,
    receiver: createReceiver({ accounts: accountsOf(sandboxAccount), inbox: memory.inbox, log }),
  }
}

describe("a call of the store to itself", () => {
  it("is answered with what only the receiver of these bytes at this address knows, and is forgotten", async () => {
    const { receiver, stored, refusals } = setUp()
    const call = { ...genuineCall("ev_1"), headers: { [probeHeader]: asked } }
    expect(await receiver.receive(call)).toEqual({
      status: 200,
      body: probeAnswer(asked, notifyUrl, call.body),
    })
    expect([stored, refusals]).toEqual([[], []])
  })

  it("is told apart by its bytes and its address", () => {
    const body = Buffer.from("{}")
    const answers = [
      probeAnswer(asked, notifyUrl, body),
      probeAnswer(asked, notifyUrl, Buffer.from("{} ")),
      probeAnswer(asked, `${notifyUrl}2`, body),
      probeAnswer(asked.replace("0", "f"), notifyUrl, body),
    ]
    expect(new Set(answers).size).toBe(4)
  })

  it.each(["", "0123", `${asked}0`, "<script>alert(1)</script>"])(
    "is nothing special with the header %j: a forged message is refused",
    async (header) => {
      const { receiver, stored } = setUp()
      const call = { ...genuineCall("ev_1"), headers: { [probeHeader]: header, "sandbox-signature": "t=1" } }
      expect((await receiver.receive(call)).status).toBe(401)
      expect(stored).toEqual([])
    }
  )
})
