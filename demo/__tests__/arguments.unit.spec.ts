import { exitCodeAfter, readArguments } from "../arguments"

it("without arguments the demo shows, for people, on a free port", () => {
  expect(readArguments([])).toEqual({ run: "show", json: false, fresh: false, admin: false, port: undefined })
})

it.each([
  [["--once", "--json"], { run: "once", json: true }],
  [["--serve", "--json", "--port", "9100"], { run: "serve", json: true, port: 9100 }],
  [["--fresh", "--admin"], { run: "show", fresh: true, admin: true }],
])("reads %j", (args, expected) => {
  expect(readArguments(args)).toMatchObject(expected)
})

it.each([
  [["--once", "--serve"], "exclude each other"],
  [["--port", "0"], "from 1 to 65535, not 0"],
  [["--port", "65536"], "not 65536"],
  [["--port", "http"], "not http"],
  [["--ports", "9000"], "--ports"],
  [["once"], "once"],
])("refuses %j", (args, sentence) => {
  expect(() => readArguments(args)).toThrow(sentence)
})

it.each([
  ["once", "SIGINT", 130],
  ["once", "SIGTERM", 143],
  ["once", "SIGHUP", 129],
  ["serve", "SIGINT", 130],
  ["serve", "SIGTERM", 0],
  ["serve", "SIGHUP", 0],
  ["show", "SIGINT", 130],
  ["show", "SIGTERM", 0],
  ["show", "SIGHUP", 0],
] as const)(
  "--%s ends after %s with %s: no purchase that was cut short is a success",
  (run, signal, code) => {
    expect(exitCodeAfter(signal, run)).toBe(code)
  }
)
