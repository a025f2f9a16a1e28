import type { ReactNode } from "react"

/** The layout of Medusa's detail pages: the main thing left, what is known besides right. */
export function TwoColumns({ main, side }: { main: ReactNode; side: ReactNode }) {
  return (
    <div className="flex w-full flex-col gap-x-4 gap-y-3 xl:flex-row xl:items-start">
      <div className="flex w-full min-w-0 flex-col gap-y-3">{main}</div>
      <div className="flex w-full max-w-[100%] flex-col gap-y-3 xl:max-w-[440px]">{side}</div>
    </div>
  )
}
