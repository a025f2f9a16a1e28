const mark = "The mail server refused this mail for good"

/** The sentence of a refusal that will not change by trying again: with the server's answer. */
export function refusalOf(answer: string): string {
  return `${mark}: ${answer}`
}

/** Whether an error's text says so; it may stand within the words of others. */
export function isRefusal(message: string): boolean {
  return message.includes(mark)
}
