import { z } from "@medusajs/framework/zod"
import { findGateway, listGateways } from "../find-gateway"
import { defineGateway } from "../gateway"

it("lists the gateways' folders and nothing else", () => {
  expect(listGateways()).toContain("sandbox")
  for (const other of ["verification", "conformance", "__tests__"])
    expect(listGateways()).not.toContain(other)
})

it("finds a gateway by its id, and takes one that is handed in", () => {
  const sandbox = findGateway("sandbox")
  expect(sandbox.id).toBe("sandbox")
  expect(findGateway(sandbox)).toBe(sandbox)
})

it("takes a gateway with options of its own kind, as a store that brings its own writes it", () => {
  const own = defineGateway<{ token: string }>({
    id: "own",
    title: "Own",
    docs: "https://pay.example/docs",
    config: z.strictObject({ token: z.string().min(16) }),
    secrets: ["token"],
    verify: () => ({ kind: "refused", why: "missing" }),
    parse: () => [],
  })
  expect(findGateway(own)).toBe(own)
})

it.each(["", "paypall", "../gateways/sandbox", "sandbox/", "Sandbox", "verification", "__proto__"])(
  "answers %j with a sentence that lists what there is",
  (id) =>
    expect(() => findGateway(id)).toThrow(/^There is no gateway ".*"; the built-in ones are: .*sandbox.*\.$/)
)
