const width = 160
const height = 32

/** How a number moved, oldest first: a line without axes. */
export function SparkLine({ values, label }: { values: readonly number[]; label: string }) {
  if (values.length < 2) return null
  const least = Math.min(...values, 0)
  const most = Math.max(...values, 0)
  const span = most - least || 1
  const x = (index: number) => (index / values.length) * width
  const y = (value: number) => height - 2 - ((value - least) / span) * (height - 4)
  // A balance stays as it is until it moves: steps, not slopes.
  const path = values
    .map((value, index) => (index === 0 ? `M0 ${y(value)}` : `H${x(index)} V${y(value)}`))
    .concat(`H${width}`)
    .join(" ")
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className="h-8 w-full"
      role="img"
      aria-label={label}
    >
      <path d={`${path} V${y(0)} H0 Z`} fill="var(--tag-blue-bg)" />
      <path
        d={path}
        fill="none"
        stroke="var(--tag-blue-icon)"
        strokeWidth={1.5}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  )
}
