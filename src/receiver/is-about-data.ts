/** Whether the database refuses the values themselves, such as a NUL in a text (https://www.postgresql.org/docs/current/errcodes-appendix.html, class 22). */
export function isAboutData(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("22")
  )
}
