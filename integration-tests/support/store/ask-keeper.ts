/** The address of the run's keeper. @throws where there is none. */
export function keeperUrl(): string {
  const { IPN_TEST_KEEPER } = process.env
  if (!IPN_TEST_KEEPER)
    throw new Error(
      "Nobody keeps stores here: specs with a store belong to the projects `http`, `browser`, `package`"
    )
  return IPN_TEST_KEEPER
}

/** What the keeper answers. @throws in its words. */
export async function askKeeper(path: string): Promise<string> {
  const answer = await fetch(`${keeperUrl()}${path}`)
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return text
}
