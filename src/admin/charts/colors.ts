/** Medusa's own colours, which follow the theme. */
export const chartColors = {
  good: "var(--tag-green-icon)",
  bad: "var(--tag-red-icon)",
  waiting: "var(--tag-orange-icon)",
  calm: "var(--tag-blue-icon)",
} as const
