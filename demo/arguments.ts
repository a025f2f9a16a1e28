import { constants } from "node:os"
import { parseArgs } from "node:util"

export type DemoArguments = Readonly<{
  /** `show` keeps running with words for people; `once` ends after one purchase; `serve` makes none. */
  run: "show" | "once" | "serve"
  /** Whether stdout gets one line of JSON; all words go to stderr. */
  json: boolean
  /** Whether to begin with an empty database. */
  fresh: boolean
  port: number | undefined
  /** Whether the admin panel is built and served too. */
  admin: boolean
}>

export const usage = `npm run demo                             one purchase, then a store to try by hand, until Ctrl-C
npm run demo -- --once [--json]          one purchase; succeeds only when the order is paid
npm run demo -- --serve [--json]         a store to try, without a purchase
Further: --admin (build and serve the admin panel too), --fresh (begin with an empty database), --port <number> (of the store)`

/** @throws with a sentence when the arguments make no sense. */
export function readArguments(args: string[]): DemoArguments {
  const { values } = parseArgs({
    args,
    options: {
      once: { type: "boolean", default: false },
      serve: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      fresh: { type: "boolean", default: false },
      port: { type: "string" },
      admin: { type: "boolean", default: false },
    },
  })
  if (values.once && values.serve) throw new Error("--once and --serve exclude each other")
  const port = values.port === undefined ? undefined : Number(values.port)
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new Error(`--port must be a number from 1 to 65535, not ${values.port}`)
  }
  return {
    run: values.once ? "once" : values.serve ? "serve" : "show",
    json: values.json,
    fresh: values.fresh,
    admin: values.admin,
    port,
  }
}

/**
 * What the demo ends with when a signal stops it: 128 + the signal's number, as shells say it. For what serves until it
 * is stopped, SIGTERM and SIGHUP are a good end: 0. `--once` has only one, a paid order.
 */
export function exitCodeAfter(signal: "SIGINT" | "SIGTERM" | "SIGHUP", run: DemoArguments["run"]): number {
  const isGoodEnd = run !== "once" && signal !== "SIGINT"
  return isGoodEnd ? 0 : 128 + constants.signals[signal]
}
