/** Where cards will be, while they are loading. */
export function CardsSkeleton({ count = 4 }: { count?: number }) {
  return (
    <div className="grid grid-cols-1 gap-3 xl:grid-cols-2" aria-busy>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="bg-ui-bg-component h-48 w-full animate-pulse rounded-lg" />
      ))}
    </div>
  )
}
