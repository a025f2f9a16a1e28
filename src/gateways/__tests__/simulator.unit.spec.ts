import { checkSimulator, hostOf, simulatorUrl } from "../simulator"

const hosts = { live: "https://live.example", test: "https://test.example" }
const account = (mode: "live" | "test", simulator?: string) => ({ id: "a", mode, config: { simulator } })

it.each(["http://127.0.0.1:4242", "http://localhost:80", "http://[::1]:9"])("accepts %s", (url) => {
  expect(simulatorUrl.safeParse(url).success).toBe(true)
  expect(hostOf(account("test", url), hosts)).toBe(url)
})

it.each([
  "https://127.0.0.1",
  "http://127.0.0.1.evil.example",
  "http://127.0.0.1@evil.example",
  "http://evil.example",
  "http://10.0.0.1",
  "http://127.0.0.1:80/path",
  "http://127.0.0.1:80?x",
  "http://127.0.0.1:80\n",
])("refuses %j, and calls the gateway's own host", (url) => {
  expect(simulatorUrl.safeParse(url).success).toBe(false)
  expect(hostOf(account("test", url), hosts)).toBe("https://test.example")
})

it("never sends a live account to a simulator", () => {
  expect(hostOf(account("live", "http://127.0.0.1:4242"), hosts)).toBe("https://live.example")
  expect(checkSimulator(account("live", "http://127.0.0.1:4242"))).toEqual([
    expect.stringContaining("remove"),
  ])
  expect(checkSimulator(account("live"))).toEqual([])
  expect(checkSimulator(account("test", "http://127.0.0.1:4242"))).toEqual([])
})
