import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { z } from "@medusajs/framework/zod"
import { fromDecimal, type Money } from "../../../../../domain/money"
import { ipnOf } from "../../module"
import type { adjustBody } from "../query"

type Body = z.infer<typeof adjustBody>

/** Writes an entry by hand, with who and why. */
export async function POST(request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) {
  const { account_id, debit, credit, note, order_id, occurred_at, idempotency_key, ...money } =
    request.validatedBody
  const ipn = ipnOf(request)
  if (!ipn.configuration.accounts.has(account_id)) {
    throw new MedusaError(MedusaError.Types.INVALID_DATA, `No account "${account_id}" is configured.`)
  }
  const adjusted = await ipn.ledger.adjust({
    accountId: account_id,
    debit,
    credit,
    money: readMoney(money.amount, money.currency_code),
    actorId: request.auth_context.actor_id,
    note,
    orderId: order_id,
    occurredAt: occurred_at,
    key: idempotency_key,
  })
  if (adjusted.kind === "refused") throw new MedusaError(MedusaError.Types.INVALID_DATA, adjusted.message)
  response.json({ ledger_entry: adjusted.entry })
}

function readMoney(amount: string, currency: string): Money {
  try {
    return fromDecimal(amount, currency)
  } catch (error) {
    throw new MedusaError(MedusaError.Types.INVALID_DATA, `${(error as Error).message}.`)
  }
}
