import type { Message } from "../../gateway"
import { readForm } from "../../verification/ordered-form"

/** The variables of a message by name. */
export type Fields = ReadonlyMap<string, string>

/** A mass payment of 250 items has about 2,300 variables. */
const maxFields = 5000

/**
 * The variables of a message. Its charset is named by its own `charset` variable, windows-1252 unless the store's
 * profile says otherwise (https://developer.paypal.com/api/nvp-soap/ipn/IPNandPDTVariables/). A charset that we do not
 * know, or that the bytes are not in, spoils a name but no fact, so windows-1252 is taken, which reads any bytes.
 * @throws RangeError when the body is no form or has a variable twice.
 */
export function readFields(message: Message): Fields {
  const fields = readForm(message.body, { charset: "windows-1252", maxFields })
  const charset = fields.get("charset")
  if (charset === undefined || charset === "windows-1252") return fields
  try {
    const read = readForm(message.body, { charset, maxFields })
    return [...read.keys()].every((name) => fields.has(name)) ? read : fields
  } catch {
    return fields
  }
}
