import { useEffect, useRef, type ReactNode } from "react"

let isFirst = true

/** A page: its title, in the tab too. Whoever comes from another page begins at its heading. */
export function Page({ title, children }: { title: string; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} - Example shop`
  }, [title])
  useEffect(() => {
    if (!isFirst) heading.current?.focus()
    isFirst = false
  }, [])
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </>
  )
}

/** What went wrong, read out at once. */
export function Problem({ children }: { children: ReactNode }) {
  return children ? (
    <p className="notice problem" role="alert">
      {children}
    </p>
  ) : null
}

export function Loading({ says = "One moment" }: { says?: string }) {
  return <div className="spinner" role="status" aria-label={says} />
}
