import { codeOf } from "../../../receiver/describe-error"

/**
 * An error without what a statement was given, which stands in the database's own error and would go to the log: only its
 * code is told, or its kind where it has none.
 */
export function withoutValues(error: unknown): Error {
  const what = codeOf(error) ?? (error instanceof Error ? error.name : "an unknown error")
  return Object.assign(new Error(`the database cannot store what was received: ${what}`), {
    code: codeOf(error),
  })
}
