/** A program that not every machine has and that some specs ask. */
export type NeededProgram = Readonly<{
  name: string
  isInstalled: boolean
  /** How it comes onto the machine: the end of a sentence. */
  install: string
}>

/**
 * `describe` for specs that ask a program. Where it is missing they are left out, and `npm test` says so at its end; in CI
 * they are never left out.
 */
export function describeWith(
  { name, isInstalled, install }: NeededProgram,
  claim: string,
  specs: () => void
): void {
  if (isInstalled) describe(claim, specs)
  else if (process.env.CI) throw new Error(`${name} is missing, and in CI no spec is left out: ${install}`)
  else describe.skip(`${claim} (left out: ${name} is missing; ${install})`, specs)
}

/** What jest's JSON says of a test, as far as it matters here. */
export type TestResult = Readonly<{ status: string; ancestorTitles: readonly string[] }>

/** A sentence for each reason why tests were not run, with how many they were. */
export function sayLeftOut(tests: readonly TestResult[]): string[] {
  const counts = new Map<string, number>()
  for (const { status, ancestorTitles } of tests) {
    if (status !== "pending") continue
    const [reason] = ancestorTitles.flatMap((title) => /\(left out: (.+)\)$/.exec(title)?.[1] ?? [])
    const why = reason ?? "their names were not asked for"
    counts.set(why, (counts.get(why) ?? 0) + 1)
  }
  return [...counts].map(([why, count]) => `${count} left out: ${why}`)
}
