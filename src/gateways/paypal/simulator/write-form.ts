import { encodeWindows1252 } from "../../verification/windows-1252"

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** `23:04:06 Feb 02, 2009 PST` */
export function writeDate(date: Date): string {
  const pacific = new Date(date.getTime() - 8 * 3_600_000)
  const [day = "", time = ""] = pacific.toISOString().split(/[T.]/)
  const [year, month, dayOfMonth] = day.split("-")
  return `${time} ${months[Number(month) - 1]} ${dayOfMonth}, ${year} PST`
}

/** The variables as a form in PayPal's way of escaping, in its charset. */
export function writeForm(
  variables: Readonly<Record<string, string>>,
  charset: "windows-1252" | "utf-8"
): Buffer {
  const escape = (text: string) =>
    [...(charset === "utf-8" ? Buffer.from(text) : encodeWindows1252(text))]
      .map((byte) => {
        const character = String.fromCharCode(byte)
        if (/[A-Za-z0-9_.-]/.test(character)) return character
        return character === " " ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
      })
      .join("")
  return Buffer.from(
    Object.entries(variables)
      .map(([name, value]) => `${escape(name)}=${escape(value)}`)
      .join("&")
  )
}
