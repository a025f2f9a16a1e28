import { dirname, join } from "node:path"
import { boundedPath, boundRouteCache } from "../bounded-route-cache"

type Finder = { add(route: object): void; find(url: string, method: string): { name?: string } | null }

/** Medusa's own class, as installed. */
function newFinder(): Finder {
  const file = join(dirname(require.resolve("@medusajs/framework/http")), "routes-finder.js")
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- part of no public entry of the framework
  const { RoutesFinder } = require(file) as { RoutesFinder: new () => Finder }
  return new RoutesFinder()
}

/** What a call adds to Medusa's cache. */
function cachedBy(work: () => void): number {
  const cached = jest.spyOn(Map.prototype, "set")
  try {
    work()
    return cached.mock.calls.filter(([key]) => String(key).startsWith("GET:")).length
  } finally {
    cached.mockRestore()
  }
}

describe("Medusa's cache of routes", () => {
  beforeAll(() => expect(boundRouteCache()).toBe(true))

  it("holds one entry for all buyers who come back, however many there are", () => {
    const finder = newFinder()
    finder.add({ matcher: "/ipn/return/:account/:token", method: "GET", name: "return" })
    const grown = cachedBy(() => {
      for (let buyer = 0; buyer < 1_000; buyer++) {
        expect(finder.find(`/ipn/return/main/token-${buyer}`, "GET")).toMatchObject({ name: "return" })
      }
    })
    expect(grown).toBe(1)
  })

  it("is left as it is for every other path", () => {
    const finder = newFinder()
    finder.add({ matcher: "/store/ipn/status", method: "GET", name: "status" })
    expect(finder.find("/store/ipn/status", "GET")).toMatchObject({ name: "status" })
    expect(finder.find("/ipn/return/main", "GET")).toBeNull()
    expect(cachedBy(() => finder.find("/store/carts/cart_1", "GET"))).toBe(1)
  })

  it("is bounded once, however often it is asked for", () => {
    const { find } = Object.getPrototypeOf(newFinder()) as Finder
    expect(boundRouteCache()).toBe(true)
    expect((Object.getPrototypeOf(newFinder()) as Finder).find).toBe(find)
  })

  it.each([
    ["/ipn/return/main/abc", "/ipn/return/-/-"],
    ["/ipn/return/main/abc/", "/ipn/return/-/-"],
    ["/ipn/return/main/abc/more", "/ipn/return/main/abc/more"],
    ["/store/ipn/carts/cart_1/token", "/store/ipn/carts/-/token"],
    ["/store/carts/cart_1/complete", "/store/carts/cart_1/complete"],
  ])("%s is looked for as %s", (path, looked) => expect(boundedPath(path)).toBe(looked))
})
