import { Tooltip } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { Day } from "../queries/use-overview"

const height = 48
const width = 14
const gap = 6

const parts = [
  { name: "done", color: "var(--tag-green-icon)" },
  { name: "open", color: "var(--tag-orange-icon)" },
  { name: "failed", color: "var(--tag-red-icon)" },
  { name: "refused", color: "var(--tag-neutral-icon)" },
] as const

/** How the last 14 days went, each day a bar; what it holds is in its tooltip, and said to screen readers. */
export function DayBars({ days }: { days: readonly Day[] }) {
  const { t, i18n } = useTranslation("ipn")
  const most = Math.max(1, ...days.map(totalOf))
  const format = new Intl.DateTimeFormat(i18n.language, { day: "numeric", month: "short", timeZone: "UTC" })
  const say = (day: Day) =>
    t("overview.day", { ...numbersOf(day), day: format.format(new Date(`${day.day}T00:00:00Z`)) })
  return (
    <svg
      role="img"
      aria-label={[t("overview.days"), ...days.map(say)].join(". ")}
      viewBox={`0 0 ${days.length * (width + gap) - gap} ${height}`}
      className="h-12 w-full max-w-[320px]"
    >
      {days.map((day, index) => (
        <Tooltip key={day.day} content={say(day)}>
          <g transform={`translate(${index * (width + gap)} 0)`}>
            <rect width={width} height={height} rx={2} fill="var(--bg-component)" />
            {stack(day, most).map(({ name, color, y, size }) => (
              <rect key={name} y={y} width={width} height={size} rx={1} fill={color} />
            ))}
          </g>
        </Tooltip>
      ))}
    </svg>
  )
}

function numbersOf({ done, waiting, needs_you, failed, refused }: Day) {
  return { done, open: waiting + needs_you - failed, failed, refused }
}

function totalOf(day: Day): number {
  return Object.values(numbersOf(day)).reduce((sum, count) => sum + count, 0)
}

/** The parts of a bar from the bottom up; what is there is seen, however little. */
function stack(day: Day, most: number) {
  const numbers = numbersOf(day)
  let y = height
  return parts
    .filter(({ name }) => numbers[name] > 0)
    .map((part) => {
      const size = Math.max(2, (numbers[part.name] / most) * height)
      y = Math.max(0, y - size)
      return { ...part, y, size }
    })
}
