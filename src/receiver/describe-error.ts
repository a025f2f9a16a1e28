import { printable } from "./tallied-log"

/**
 * What an error is, without what it was about: a database's message may quote the values it was given, so where the
 * error has a code only the code is told.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return "an unknown error"
  const code = codeOf(error)
  return printable(code ? `${error.name} ${code}` : `${error.name}: ${error.message}`)
}

/** The code of an error of the database or the network (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined
}
