import { createRequire } from "node:module"
import { dirname, join } from "node:path"

type Finder = { find(url: string, method: string): unknown }

/** Paths of ours with a part that is another for every buyer, and the one path that stands for all of them. */
const endless: readonly (readonly [RegExp, string])[] = [
  [/^\/ipn\/return\/[^/]+\/[^/]+\/?$/, "/ipn/return/-/-"],
  [/^\/store\/ipn\/carts\/[^/]+\/token\/?$/, "/store/ipn/carts/-/token"],
]

/**
 * Keeps Medusa's cache of routes from growing with every token. Its RoutesFinder remembers each path that was ever asked
 * for, for ever (2.21.2: framework/dist/http/routes-finder.js), and looks before any middleware of a plugin runs. The
 * routes that it finds for these paths are the same for all of them.
 * @returns whether it is so; a version of Medusa without this cache needs nothing.
 */
export function boundRouteCache(): boolean {
  const find = readFinder()
  if (!find) return false
  const { prototype } = find
  if ("ipnBounded" in prototype) return true
  const findRoute = prototype.find
  Object.defineProperty(prototype, "ipnBounded", { value: true })
  prototype.find = function (this: Finder, url, method) {
    return findRoute.call(this, boundedPath(url), method)
  }
  return true
}

/** The path under which a route is looked for. */
export function boundedPath(url: string): string {
  return endless.find(([pattern]) => pattern.test(url))?.[1] ?? url
}

/** The class is part of no public entry of the framework. */
function readFinder(): { prototype: Finder } | undefined {
  try {
    const require = createRequire(__filename)
    const file = join(dirname(require.resolve("@medusajs/framework/http")), "routes-finder.js")
    const { RoutesFinder } = require(file) as { RoutesFinder?: { prototype: Finder } }
    return typeof RoutesFinder?.prototype.find === "function" ? RoutesFinder : undefined
  } catch {
    return undefined
  }
}
