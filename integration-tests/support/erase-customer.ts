import type { ExecArgs } from "@medusajs/framework/types"
import { eraseCustomerWorkflow } from "../../src/workflows/privacy/erase-customer"

/** Erases the customer that IPN_ERASE_CUSTOMER names. Run with `medusa exec`. */
export default async function eraseCustomer({ container }: ExecArgs): Promise<void> {
  await eraseCustomerWorkflow(container).run({
    input: { customer_id: process.env.IPN_ERASE_CUSTOMER ?? "", actor_id: "user_of_the_spec" },
  })
}
