import { isIP } from "node:net"
import type { AddressTest } from "../modules/ipn/setup/test-address"
import { note, ok, wrong, type Finding } from "./finding"

/** Whether gateways can reach `publicUrl` at all, by its form alone. */
export function checkPublicUrl(publicUrl: string, hasLive: boolean): Finding {
  const { protocol, hostname } = new URL(publicUrl)
  if (isPrivate(hostname)) {
    const text = `The public address ${publicUrl} exists on this machine or network only; gateways cannot reach it.`
    const todo =
      "Set publicUrl in medusa-config to the address under which the internet reaches this store; a tunnel serves for trying."
    return hasLive ? wrong("Store", text, todo) : note("Store", text, todo)
  }
  if (protocol !== "https:") {
    return wrong(
      "Store",
      `The public address ${publicUrl} is not encrypted; most gateways refuse it.`,
      "Put HTTPS in front of Medusa and write publicUrl with https://."
    )
  }
  return ok("Store", `The public address is ${publicUrl}.`)
}

function isPrivate(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "")
  if (host === "localhost" || /\.(?:localhost|local|internal|test)$/.test(host)) return true
  if (isIP(host) === 4) return /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(host)
  if (isIP(host) === 6) return /^(?:::1?$|f[cd]|fe[89ab])/i.test(host)
  return !host.includes(".")
}

/** What a test message to a notify address showed. */
export function judgeAddressTest(account: string, test: AddressTest): Finding {
  const { notify_url: url, status, detail } = test
  switch (test.outcome) {
    case "arrived":
      return ok(account, `A test message to ${url} arrived unchanged, in ${test.took_ms} ms.`)
    case "changed":
      return wrong(
        account,
        `A test message to ${url} arrived, but something on the way changed its bytes: no signature will match.`,
        "Look for a proxy, firewall or function that parses and rewrites request bodies, and let it pass /hooks untouched."
      )
    case "redirected":
      return wrong(
        account,
        `${url} redirects (${status}) to ${detail ?? "somewhere else"}; gateways do not follow.`,
        "Set publicUrl to the address that answers without a redirect, and change the notify address at the gateway too."
      )
    case "not_this_store":
      return wrong(
        account,
        `${url} was answered with ${status}, and not by this store as it is configured here.`,
        "Check that publicUrl leads to this Medusa, that the running store has this version and configuration, and that no login, firewall or robot check stands in front of /hooks."
      )
    case "unreachable":
      return wrong(
        account,
        `Nobody answered at ${url}: ${detail}.`,
        "Start the store, and check its DNS name, certificate, firewall and reverse proxy. The doctor calls it from this machine."
      )
  }
}
