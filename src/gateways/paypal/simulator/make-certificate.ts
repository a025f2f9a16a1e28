import { randomBytes, sign, type KeyObject } from "node:crypto"

/** What a certificate made for tests says. */
export type CertificateInput = Readonly<{
  name: string
  /** The DNS name that it is made out to. */
  host?: string
  publicKey: KeyObject
  /** Who issues it. */
  issuer: Readonly<{ name: string; privateKey: KeyObject }>
  isIssuer?: boolean
  from: Date
  to: Date
}>

/** A certificate in PEM, as RFC 5280 writes it: version 3, signed with SHA-256 and RSA. Test only. */
export function makeCertificate(input: CertificateInput): string {
  const algorithm = sequence(oid("2a864886f70d01010b"), tlv(0x05))
  const extension = (id: string, isCritical: boolean, value: Buffer) =>
    sequence(oid(id), ...(isCritical ? [yes] : []), tlv(0x04, value))
  const extensions = [
    extension("551d13", true, sequence(...(input.isIssuer ? [yes] : []))),
    ...(input.host ? [extension("551d11", false, sequence(tlv(0x82, Buffer.from(input.host))))] : []),
  ]
  const content = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    nameOf(input.issuer.name),
    sequence(time(input.from), time(input.to)),
    nameOf(input.name),
    input.publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(...extensions))
  )
  const signature = sign("sha256", content, input.issuer.privateKey)
  const whole = sequence(content, algorithm, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? []
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n")
}

function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts)
  const { length } = value
  const long = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, "0"), "hex")
  const size =
    length < 0x80 ? Buffer.from([length]) : Buffer.concat([Buffer.from([0x80 | long.length]), long])
  return Buffer.concat([Buffer.from([tag]), size, value])
}

const yes = tlv(0x01, Buffer.from([0xff]))

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, ...parts)
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, "hex"))
}

function nameOf(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(oid("550403"), tlv(0x0c, Buffer.from(commonName)))))
}

function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]|\.\d+/g, "")
  return tlv(0x18, Buffer.from(text))
}
