export const holdStates = ["started", "pending", "transfer"] as const
export type HoldState = (typeof holdStates)[number]

/** How many minutes goods are held for an account's payments of a state; `*` means all accounts. */
export type HoldLength = Readonly<{ account: string; state: HoldState; minutes: number }>

/** The lines of the setting `stock.hold_minutes`, whose keys are `<account>:<state>`. */
export function readLengths(value: unknown): HoldLength[] {
  return Object.entries(value as Record<string, number>).map(([key, minutes]) => {
    const [account = "*", state = "started"] = key.split(":")
    return { account, state: state as HoldState, minutes }
  })
}

export function writeLengths(lengths: readonly HoldLength[]): Record<string, number> {
  return Object.fromEntries(lengths.map(({ account, state, minutes }) => [`${account}:${state}`, minutes]))
}
