/**
 * What the store owner does at the gateway, one sentence for each step, by language; English is always there. Names in
 * the gateway's dashboard stand between `**`. The notify address is shown beside the steps.
 */
export type GatewaySetup = Readonly<{ en: readonly string[] }> & Readonly<Record<string, readonly string[]>>
