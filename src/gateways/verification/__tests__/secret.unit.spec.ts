import { readSecrets, secret, secrets } from "../secret"

const form = { what: "the webhook secret", where: "the dashboard" }

it.each([
  ["", "is empty"],
  ["   ", "is empty"],
  [" 0123456789abcdef", "space or a line break"],
  ["0123456789abcdef\n", "space or a line break"],
  ["01234567 89abcdef", "holds a space"],
  ["0123456789\u0000abcdef", "holds a space or a control character"],
  ["short", "is too short: it has at least 16"],
  ["0123456789abcde\ud800", "is not valid text"],
])("refuses %j, saying what is wrong and where to copy it from", (text, problem) => {
  const message = secret(form).safeParse(text).error?.issues[0]?.message
  expect(message).toContain(problem)
  expect(message).toContain("Copy the webhook secret again from the dashboard.")
})

it("refuses a secret in another form than the gateway's", () => {
  const hex = secret({ ...form, encoding: "hex", length: 32 })
  expect(hex.safeParse("0123456789abcdef0123456789abcdef").success).toBe(true)
  expect(hex.safeParse("0123456789abcdef0123456789abcdeg").error?.issues[0]?.message).toContain("is not hex")
  expect(hex.safeParse("0123456789abcdef").error?.issues[0]?.message).toContain("must have 32 characters")
  const prefixed = secret({ ...form, encoding: "base64", prefix: "whsec_" })
  expect(prefixed.safeParse("whsec_MDEyMzQ1Njc4OWFiY2RlZg==").success).toBe(true)
  expect(prefixed.safeParse("MDEyMzQ1Njc4OWFiY2RlZg==").error?.issues[0]?.message).toContain(
    'must start with "whsec_"'
  )
  expect(prefixed.safeParse("whsec_MDEyMzQ1Njc4OWFiY2RlZg").error?.issues[0]?.message).toContain(
    "is not base64"
  )
})

it("says what to list when the list is missing or empty", () => {
  for (const nothing of [undefined, "text", []]) {
    expect(secrets(form).safeParse(nothing).error?.issues[0]?.message).toMatch(
      /^List the webhook secret in \[ \]/
    )
  }
})

it("reads keys at their places and gives nothing for what is no key", () => {
  expect(readSecrets(["abc", "", " ", "a b", undefined, 5])).toEqual([
    Buffer.from("abc"),
    ...Array(5).fill(undefined),
  ])
  expect(readSecrets(undefined)).toEqual([undefined])
  expect(readSecrets(["zz", "0f"], { encoding: "hex" })).toEqual([undefined, Buffer.from([15])])
  expect(readSecrets("whsec_MDE=", { encoding: "base64", prefix: "whsec_" })).toEqual([Buffer.from("01")])
  expect(readSecrets("MDE=", { encoding: "base64", prefix: "whsec_" })).toEqual([undefined])
})
