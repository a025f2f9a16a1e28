import { z } from "@medusajs/framework/zod"
import type { Io, Message } from "../../gateway"
import { hostOf } from "../../simulator"
import type { PaypalAccount, PaypalApp } from "../options"
import { callPaypal } from "./api"
import { checkCertificate, type CertificateCheck } from "./certificate"
import { apiHosts, signers } from "./hosts"
import { isSigned, readTransmission, type Transmission } from "./transmission"
import { intermediates, roots } from "./trusted-issuers"

/**
 * Whether PayPal signed a message for one of the account's webhooks: by the certificate that it names, fetched from
 * PayPal and chained to a root; where the certificate cannot be used, PayPal itself is asked.
 * @throws Error while neither can be done: tried again later.
 */
export async function isByPaypal(
  message: Message,
  account: PaypalAccount,
  app: PaypalApp,
  io: Io
): Promise<boolean> {
  const transmission = readTransmission(message, account)
  if ("refused" in transmission) return false
  const certificate = await readCertificate(transmission, message.receivedAt, account, io)
  if (certificate.kind === "trusted")
    return isSigned(transmission, message.body, app.webhookIds, certificate.key)
  for (const webhookId of app.webhookIds) {
    if (await askPaypal(transmission, message, webhookId, account, io)) return true
  }
  return false
}

const aDay = 86_400_000

async function readCertificate(
  { certificateUrl }: Transmission,
  at: Date,
  account: PaypalAccount,
  io: Io
): Promise<CertificateCheck> {
  class NotThere extends Error {}
  try {
    const pem = await io.remember(`paypal-certificate:${account.id}:${certificateUrl}`, aDay, async () => {
      const { status, body } = await io.request({ method: "GET", url: certificateUrl })
      if (status === 200 && body.length > 0) return Buffer.from(body).toString("latin1")
      const passes = status < 400 || status >= 500 || status === 408 || status === 429
      throw passes ? new Error(`PayPal answered ${status} for a certificate`) : new NotThere()
    })
    return checkCertificate(pem, {
      host: signers[account.mode],
      at,
      intermediates,
      // A program that plays PayPal on this machine makes certificates of its own, with their root behind them.
      roots: hostOf(account, apiHosts) === apiHosts[account.mode] ? roots : (pem.match(lastBlock) ?? []),
    })
  } catch (error) {
    if (error instanceof NotThere) return { kind: "unusable", why: "it is not there" }
    throw error
  }
}

const lastBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/

const verification = z.looseObject({ verification_status: z.enum(["SUCCESS", "FAILURE"]) })

/** The event goes back as it came: written anew by us it would no longer be what was signed. */
async function askPaypal(
  transmission: Transmission,
  message: Message,
  webhookId: string,
  account: PaypalAccount,
  io: Io
): Promise<boolean> {
  const about = JSON.stringify({
    auth_algo: transmission.algorithm,
    cert_url: transmission.certificateUrl,
    transmission_id: transmission.id,
    transmission_sig: transmission.signature,
    transmission_time: transmission.time,
    webhook_id: webhookId,
  })
  const body = `${about.slice(0, -1)},"webhook_event":${Buffer.from(message.body).toString("utf8")}}`
  const call = { method: "POST", path: "/v1/notifications/verify-webhook-signature", body } as const
  return (await callPaypal(call, verification, account, io)).verification_status === "SUCCESS"
}
