import { createTransport } from "nodemailer"
import { explain } from "./explain"
import type { SmtpOptions } from "./options"

/** Times of one try, in milliseconds: whoever called tries again. */
const times = {
  connectionTimeout: 15_000,
  greetingTimeout: 15_000,
  socketTimeout: 60_000,
  dnsTimeout: 15_000,
}

/** A pool of connections to the mail server; none is opened before there is a mail. */
export function createPool(options: SmtpOptions) {
  const { host, user, password, encryption, ca, maxConnections, rateLimit } = options
  const secure = options.secure ?? options.port === 465
  return createTransport({
    pool: true,
    host,
    port: options.port ?? (secure ? 465 : 587),
    secure,
    requireTLS: !secure && encryption === "required",
    ignoreTLS: encryption === "none",
    tls: { rejectUnauthorized: true, minVersion: "TLSv1.2", ...(ca ? { ca } : {}) },
    ...(user && password ? { auth: { user, pass: password } } : {}),
    maxConnections,
    ...(rateLimit ? { rateLimit, rateDelta: 1000 } : {}),
    ...times,
  })
}

/** Signs in and sends nothing. Returns why no mail could be sent, in one sentence; undefined when all is well. */
export async function checkConnection(options: SmtpOptions): Promise<string | undefined> {
  const pool = createPool(options)
  try {
    await pool.verify()
    return undefined
  } catch (error) {
    return explain(error, options).sentence
  } finally {
    pool.close()
  }
}
