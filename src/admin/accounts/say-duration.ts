const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const

/** `1.2 sec`, `3 min`; a dash where there is none. */
export function sayDuration(seconds: number | null, language: string): string {
  if (seconds === null) return "–"
  const [unit, size] = units.find(([, one]) => seconds >= one) ?? units[3]
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: unit === "second" ? 1 : 0,
  }).format(seconds / size)
}
