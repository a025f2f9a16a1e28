/** What the store says of a payment. See docs/storefront.md. */
export type PaymentStatus = {
  state:
    | "awaiting_buyer"
    | "processing"
    | "pending"
    | "authorized"
    | "paid"
    | "failed"
    | "canceled"
    | "expired"
    | "review"
  /** Whether a page may stop waiting. */
  terminal: boolean
  /** Changes whenever anything else does. */
  version: string
  /** Decimal string in major units. */
  amount: string
  currency_code: string
  /** The gateway's name. */
  method: string
  /** Whether it is paid with test money. */
  test: boolean
  /** Whether the buyer is emailed what becomes of it. Never of a test payment. */
  will_email: boolean
  order: { id: string; display_id: number } | null
  reason: { code: string; message: string; retryable: boolean } | null
  instructions: {
    lines: string[]
    reference: string | null
    due_at: string | null
    /** The text of a QR code that the buyer's bank reads. */
    qr: string | null
    /** The QR code as an SVG: `<img src={`data:image/svg+xml,${encodeURIComponent(qr_svg)}`} alt="QR code" />`. */
    qr_svg: string | null
  } | null
  hold: { expires_at: string } | null
  next: { action: "pay" | "wait" | "retry" | "none"; to: PayAt | null; retry_after_ms: number }
}

/** Where the buyer pays. */
export type PayAt =
  | { kind: "redirect"; url: string }
  | { kind: "form"; url: string; fields: Record<string, string> }
  | { kind: "instructions"; lines: string[]; reference?: string; dueAt?: string; qr?: string }

/** An account that a guest is offered, and the order that led to it. */
export type GuestAccount = { email: string; order: { id: string; display_id: number } }

export type StoreOptions = {
  /** The address of the Medusa store. */
  baseUrl: string
  publishableKey: string
  /** Ends the call; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined
  /** Default: the global one. */
  fetch?: typeof fetch | undefined
}
export type PaymentOptions = StoreOptions & {
  /** The payment's token: `ipn_token` of the session's data, or of the return page's address. */
  token: string
}

/** An answer that trying again does not change: `status` 404 means that the token is wrong or too old. */
export class PaymentError extends Error {
  override name = "PaymentError"
  constructor(
    readonly status: number,
    message: string,
    /** The answer's body. */
    readonly body: { status?: PaymentStatus } & Record<string, unknown>
  ) {
    super(message)
  }
}

/** What became of the payment, now. */
export const readPayment = (options: PaymentOptions): Promise<PaymentStatus> => call(options, "GET", "status")

/** Has the store ask the gateway now. @throws PaymentError 429 within ten seconds of the last time, 503 while it is down. */
export const refreshPayment = (options: PaymentOptions): Promise<PaymentStatus> =>
  call(options, "POST", "refresh")

/**
 * Starts another payment for the same cart or order, with another account where one is named. Go on with the `token`
 * that comes back, and send the buyer to `next`. @throws PaymentError 409 while it is paid or on its way.
 */
export const retryPayment = (
  options: PaymentOptions & { account?: string | undefined; returnUrl?: string | undefined }
): Promise<{ token: string; next: PayAt | null; status: PaymentStatus }> =>
  call(options, "POST", "retry", { account: options.account, return_url: options.returnUrl })

/**
 * Exchanges the token of an email's link, `ipn_resume` in the return page's address, for one to wait with. Goes on through
 * lost connections. @throws PaymentError 404 for a link that is wrong or too old.
 */
export const resumePayment = (options: PaymentOptions): Promise<{ token: string; status: PaymentStatus }> =>
  persist(options.signal, () => call(options, "GET", "resume"))

/** Whose account a link of an email offers. @throws PaymentError 404 when it is too old, or was used. */
export const readGuestAccount = (options: PaymentOptions): Promise<GuestAccount> =>
  call(options, "GET", "guest-account")

/**
 * Makes the account that a link of an email offers; sign in with the email that comes back and the password.
 * @throws PaymentError 400 for a password of less than 8 characters, 404 as above.
 */
export const claimGuestAccount = (options: PaymentOptions & { password: string }): Promise<GuestAccount> =>
  call(options, "POST", "guest-account", { password: options.password })

/** A token for the payment session that a cart has; send a signed-in customer's `authorization` by `fetch`. */
export const createPaymentToken = (options: StoreOptions & { cartId: string }): Promise<{ token: string }> =>
  call({ ...options, token: "" }, "POST", `carts/${encodeURIComponent(options.cartId)}/token`)

/**
 * Waits until the payment ended, well or not, and resolves to how; tells every change on the way. Goes on through lost
 * connections and restarts of the store. @throws PaymentError for a token that is wrong or too old.
 */
export async function waitForPayment(
  options: PaymentOptions & { onChange?: ((status: PaymentStatus) => void) | undefined }
): Promise<PaymentStatus> {
  let status: PaymentStatus | undefined
  do {
    const query: string = status ? `?wait=25&since=${status.version}` : ""
    const told = await persist<PaymentStatus>(options.signal, () => call(options, "GET", `status${query}`))
    if (told.version !== status?.version) options.onChange?.(told)
    status = told
  } while (!status.terminal)
  return status
}

/** Sends the buyer's browser to the gateway; false where there is nowhere to go, as with a bank transfer. */
export function goToPayment(next: PayAt | null): boolean {
  const { document, location } = globalThis as unknown as Browser
  if (next?.kind === "redirect") location.assign(next.url)
  else if (next?.kind === "form") {
    const form = document.createElement("form")
    form.method = "POST"
    form.action = next.url
    for (const name in next.fields) {
      const input = document.createElement("input")
      input.type = "hidden"
      input.name = name
      input.value = next.fields[name]!
      form.append(input)
    }
    document.body.append(form)
    form.submit()
  } else return false
  return true
}

async function call<T>(options: PaymentOptions, method: string, path: string, body?: object): Promise<T> {
  const { baseUrl, publishableKey, token, signal } = options
  signal?.throwIfAborted()
  const gone = new AbortController()
  const abort = () => gone.abort(signal?.reason)
  // Longer than the store keeps a line open: then nobody is at the other end any more.
  const timer = setTimeout(() => gone.abort(new Error("The store does not answer")), 40_000)
  signal?.addEventListener("abort", abort)
  try {
    const response = await (options.fetch ?? fetch)(`${baseUrl.replace(/\/+$/, "")}/store/ipn/${path}`, {
      method,
      headers: {
        "x-publishable-api-key": publishableKey,
        "x-ipn-token": token,
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
      ...({ cache: "no-store" } as object),
      signal: gone.signal,
    })
    const answer = (await response.json().catch(() => ({}))) as T & { message?: string }
    if (response.ok) return answer
    const seconds = Number(response.headers.get("retry-after"))
    throw new PaymentError(response.status, answer.message ?? `The store answered ${response.status}`, {
      ...answer,
      retry_after_ms: seconds * 1000,
    })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener("abort", abort)
  }
}

/** Asks until there is an answer: only what trying again does not change is thrown. */
async function persist<T>(signal: AbortSignal | undefined, ask: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await ask()
    } catch (error) {
      signal?.throwIfAborted()
      const refused = error instanceof PaymentError ? error : undefined
      if (refused && refused.status < 500 && refused.status !== 429 && refused.status !== 408) throw error
      const backOff = Math.min(30_000, 500 * 2 ** failures) * (0.5 + Math.random() / 2)
      await sleep(Math.max(backOff, Number(refused?.body["retry_after_ms"]) || 0), signal)
    }
  }
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal!.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop)
      resolve()
    }, ms)
    signal?.addEventListener("abort", stop)
  })
}

/** As much of a browser as is used here: the helper runs on servers too. */
type Browser = {
  location: { assign(url: string): void }
  document: {
    createElement(name: "form"): Form
    createElement(name: "input"): { type: string; name: string; value: string }
    body: { append(element: object): void }
  }
}
type Form = { method: string; action: string; append(element: object): void; submit(): void }
