/** The name under which the module is registered in Medusa's container. */
export const ipnModule = "ipn"
