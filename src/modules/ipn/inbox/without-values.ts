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

/** The code of an error of the database or the network (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined
}
