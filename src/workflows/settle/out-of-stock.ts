import { MedusaError } from "@medusajs/framework/utils"

/** An order cannot be placed, or stand again, because its goods are gone. A person must decide. */
export class OutOfStock extends Error {
  override name = "OutOfStock"
}

/** Runs a part of core that reserves stock, and says in our words when there is not enough of it. */
export async function reserving<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code, message = "" } = error as { code?: string; message?: string }
    // The inventory module gives its own refusal no code.
    const isShort =
      code === MedusaError.Codes.INSUFFICIENT_INVENTORY || message.startsWith("Not enough stock available")
    if (!isShort) throw error
    throw new OutOfStock(message, { cause: error })
  }
}
