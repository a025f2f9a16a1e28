"use client"

import { useEffect, useState } from "react"
import { PaymentError, waitForPayment, type PaymentOptions, type PaymentStatus } from "./index.mjs"

export type PaymentWait = {
  /** What is known; undefined before the first answer. */
  status: PaymentStatus | undefined
  /** A token that is wrong or too old (`status` 404). Lost connections are no errors: they are tried again. */
  error: PaymentError | undefined
}

/** Waits for a payment while the component is shown. With another token it starts anew. */
export function usePayment({
  baseUrl,
  publishableKey,
  token,
}: Omit<PaymentOptions, "signal" | "token"> & { token: string | undefined }): PaymentWait {
  const [wait, setWait] = useState<PaymentWait & { of: string | undefined }>(nothing)
  useEffect(() => {
    if (token === undefined) return undefined
    const gone = new AbortController()
    const tell = (told: Partial<PaymentWait>) => {
      if (!gone.signal.aborted) setWait({ status: undefined, error: undefined, of: token, ...told })
    }
    waitForPayment({
      baseUrl,
      publishableKey,
      token,
      signal: gone.signal,
      onChange: (status) => tell({ status }),
    }).catch((error: unknown) => {
      if (error instanceof PaymentError) tell({ error })
    })
    return () => gone.abort()
  }, [baseUrl, publishableKey, token])
  return wait.of === token ? wait : nothing
}

const nothing = { status: undefined, error: undefined, of: undefined }
