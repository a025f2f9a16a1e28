"use client"

import { useEffect, useState } from "react"
import {
  PaymentError,
  resumePayment,
  waitForPayment,
  type PaymentStatus,
  type StoreOptions,
} from "./index.mjs"

export type PaymentWait = {
  /** What is known; undefined before the first answer. */
  status: PaymentStatus | undefined
  /** The token to retry or refresh with: the one given, or the one that an email's link was exchanged for. */
  token: string | undefined
  /** A token that is wrong or too old (`status` 404). Lost connections are no errors: they are tried again. */
  error: PaymentError | undefined
}

type PaymentToWaitFor = Pick<StoreOptions, "baseUrl" | "publishableKey"> & {
  /** `ipn_token` of the return page's address. */
  token?: string | null | undefined
  /** `ipn_resume` of the address, where an email's link leads. */
  resume?: string | null | undefined
}

/** Waits for a payment while the component is shown. With another token it starts anew. */
export function usePayment({ baseUrl, publishableKey, token, resume }: PaymentToWaitFor): PaymentWait {
  const of = token ?? resume ?? undefined
  const [wait, setWait] = useState<PaymentWait & { of: string | undefined }>(nothing)
  useEffect(() => {
    if (of === undefined) return undefined
    const gone = new AbortController()
    const options = { baseUrl, publishableKey, signal: gone.signal }
    const tell = (told: Partial<PaymentWait>) => {
      if (!gone.signal.aborted) setWait({ ...nothing, of, ...told })
    }
    async function follow() {
      const known = token ?? (await resumePayment({ ...options, token: of! })).token
      await waitForPayment({
        ...options,
        token: known,
        onChange: (status) => tell({ status, token: known }),
      })
    }
    follow().catch((error: unknown) => {
      if (error instanceof PaymentError) tell({ error })
    })
    return () => gone.abort()
  }, [baseUrl, publishableKey, token, of])
  return wait.of === of ? wait : nothing
}

const nothing = { status: undefined, token: undefined, error: undefined, of: undefined }
