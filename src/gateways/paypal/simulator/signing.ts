import { generateKeyPairSync, sign, type KeyObject } from "node:crypto"
import { crc32 as zipCrc32 } from "node:zlib"
import { makeCertificate } from "./make-certificate"

/** Keys and certificates that play PayPal's, made anew in each process. Test only. */
export type TestSigner = Readonly<{
  privateKey: KeyObject
  /** What PayPal serves: its certificate, and here the root behind it. */
  pem: string
}>

const pair = () => generateKeyPairSync("rsa", { modulusLength: 2048 })
const years = 365 * 86_400_000

/** A signer for the sandbox, or for another host, with a root of its own. */
export function makeSigner(
  host = "messageverificationcerts.sandbox.paypal.com",
  from = new Date("2020-01-01T00:00:00Z"),
  to = new Date(from.getTime() + 30 * years)
): TestSigner {
  const root = pair()
  const leaf = pair()
  const issuer = { name: "Test-only Root CA", privateKey: root.privateKey }
  const rootPem = makeCertificate({
    name: issuer.name,
    publicKey: root.publicKey,
    issuer,
    isIssuer: true,
    from: new Date("2000-01-01T00:00:00Z"),
    to: new Date("2100-01-01T00:00:00Z"),
  })
  const leafPem = makeCertificate({ name: host, host, publicKey: leaf.publicKey, issuer, from, to })
  return { privateKey: leaf.privateKey, pem: leafPem + rootPem }
}

let made: TestSigner | undefined

/** The one signer that simulators of this process share: making keys takes a while. */
export function testSigner(): TestSigner {
  made ??= makeSigner()
  return made
}

export const certificatePath = "/v1/notifications/certs/CERT-test-only-0000"

/** The headers of a message. https://developer.paypal.com/api/rest/webhooks/rest/ */
export function signHeaders(
  { privateKey }: TestSigner,
  body: Uint8Array,
  about: Readonly<{ id: string; at: Date; webhookId: string; host: string }>
): Record<string, string> {
  const time = about.at.toISOString().replace(/\.\d+Z$/, "Z")
  const text = `${about.id}|${time}|${about.webhookId}|${zipCrc32(Buffer.from(body))}`
  return {
    "paypal-transmission-id": about.id,
    "paypal-transmission-time": time,
    "paypal-transmission-sig": sign("sha256", Buffer.from(text), privateKey).toString("base64"),
    "paypal-cert-url": `${about.host}${certificatePath}`,
    "paypal-auth-algo": "SHA256withRSA",
    "paypal-auth-version": "v2",
  }
}
