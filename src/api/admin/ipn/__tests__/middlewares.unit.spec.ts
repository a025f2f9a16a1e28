import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { ipnPolicies } from "../../../../policies/ipn"
import { adminIpnMiddlewares } from "../middlewares"

const root = join(__dirname, "..")

/** Every route of the folder as Medusa finds it: `GET /admin/ipn/messages/:id`. */
const routes = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => /(?:^|\/)route\.ts$/.test(file))
  .flatMap((file) => {
    const path = relative(".", join(".", file))
      .replace(/\/?route\.ts$/, "")
      .replace(/\[(\w+)\]/g, ":$1")
    const text = readFileSync(join(root, file), "utf8")
    return [...text.matchAll(/export (?:async function|const) (GET|POST|DELETE)\b/g)].map(
      ([, method]) => `${method} /admin/ipn/${path}`
    )
  })

const guarded = adminIpnMiddlewares.map(({ methods, matcher }) => `${String(methods)} ${String(matcher)}`)

describe("the admin routes", () => {
  it("each check what they are asked, and name the permission that they need", () => {
    expect(routes.length).toBeGreaterThan(40)
    expect(guarded.toSorted()).toEqual(routes.toSorted())
    expect(adminIpnMiddlewares.filter(({ middlewares }) => !middlewares?.length)).toEqual([])
  })

  it("need permissions that can be given", () => {
    const known = ipnPolicies.policies.map(({ resource, operation }) => `${resource}:${operation}`)
    const needed = adminIpnMiddlewares.flatMap(({ policies }) =>
      [policies ?? []].flat().map(({ resource, operation }) => `${resource}:${operation}`)
    )
    expect(needed).toHaveLength(adminIpnMiddlewares.length)
    expect([...new Set(needed)].filter((one) => !known.includes(one))).toEqual([])
    expect(known.filter((one) => !needed.includes(one))).toEqual([])
  })

  it("show payloads with a permission of their own only", () => {
    const payloads = adminIpnMiddlewares.filter(({ matcher }) => /payload|headers|eras/.test(String(matcher)))
    expect(
      payloads.flatMap(({ policies }) => [policies ?? []].flat().map(({ resource }) => resource))
    ).toEqual(payloads.map(() => "ipn_payload"))
  })
})
