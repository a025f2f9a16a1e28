import { Tooltip } from "@medusajs/ui"

/** One bar: its parts from the bottom up, and what is said of it. */
export type Bar = Readonly<{
  id: string
  label: string
  parts: readonly Readonly<{ value: number; color: string }>[]
}>

const height = 96
const width = 24
const gap = 8

/** Bars side by side, in Medusa's colours; each says its numbers when pointed at. */
export function DayBars({ bars, title }: { bars: readonly Bar[]; title: string }) {
  const sums = bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0))
  const most = Math.max(...sums, 1)
  return (
    <div className="flex h-24 w-full items-end gap-x-1.5" role="img" aria-label={title}>
      {bars.map(({ id, label, parts }) => {
        let top = height
        return (
          <Tooltip key={id} content={label}>
            <svg
              className="hover:bg-ui-bg-base-hover h-full min-w-0 flex-1 rounded"
              viewBox={`0 0 ${width} ${height}`}
              preserveAspectRatio="none"
              aria-hidden
            >
              <rect x={0} y={height - 2} width={width} height={2} fill="var(--border-base)" />
              {parts.map(({ value, color }) => {
                if (value === 0) return null
                const size = Math.max((value / most) * (height - gap), 3)
                top -= size
                return <rect key={color} x={0} y={top} width={width} height={size} fill={color} />
              })}
            </svg>
          </Tooltip>
        )
      })}
    </div>
  )
}
