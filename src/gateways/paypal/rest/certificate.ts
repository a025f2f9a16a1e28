import { X509Certificate, type KeyObject } from "node:crypto"

export type CertificateCheck =
  Readonly<{ kind: "trusted"; key: KeyObject }> | Readonly<{ kind: "unusable"; why: string }>

export type Trust = Readonly<{
  /** The name that the certificate must be made out to. */
  host: string
  /** When the message reached us: all certificates of the chain must be valid then. */
  at: Date
  roots: readonly string[]
  intermediates: readonly string[]
}>

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,20000}-----END CERTIFICATE-----/g

/**
 * The public key of the first certificate in a PEM file, when it is made out to the host, of RSA with 2048 bits or more,
 * and chains to a root over the certificates behind it or the intermediates. Never throws.
 */
export function checkCertificate(pem: string, trust: Trust): CertificateCheck {
  const unusable = (why: string) => ({ kind: "unusable", why }) as const
  try {
    const [leaf, ...served] = read((pem.match(block) ?? []).slice(0, 6))
    if (!leaf) return unusable("there is no certificate in it")
    const { publicKey } = leaf
    if (publicKey.asymmetricKeyType !== "rsa" || (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
      return unusable("its key is too weak")
    if (leaf.ca) return unusable("it belongs to an issuer of certificates")
    if (leaf.checkHost(trust.host, { wildcards: false }) === undefined)
      return unusable(`it is not made out to ${trust.host}`)
    const issuers = [...served, ...read(trust.intermediates)]
    return chains(leaf, issuers, read(trust.roots), trust.at)
      ? { kind: "trusted", key: publicKey }
      : unusable("it does not chain to a root that we trust, or is not valid now")
  } catch {
    return unusable("it cannot be read")
  }
}

function read(pems: readonly string[]): X509Certificate[] {
  return pems.map((pem) => new X509Certificate(pem))
}

function chains(
  leaf: X509Certificate,
  issuers: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  at: Date
): boolean {
  let current = leaf
  for (let length = 0; length < 5; length++) {
    if (!isValid(current, at)) return false
    const issued = (issuer: X509Certificate) =>
      issuer.ca && isValid(issuer, at) && current.checkIssued(issuer) && current.verify(issuer.publicKey)
    if (roots.some(issued)) return true
    const next = issuers.find((issuer) => issuer.fingerprint256 !== current.fingerprint256 && issued(issuer))
    if (!next) return false
    current = next
  }
  return false
}

function isValid({ validFrom, validTo }: X509Certificate, at: Date): boolean {
  return new Date(validFrom) <= at && at <= new Date(validTo)
}
