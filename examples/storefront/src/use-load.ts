import { useEffect, useState } from "react"

type Loaded<T> = { data: T | undefined; error: string | undefined }

/** Loads something while the page is shown, anew when a dependency changes. */
export function useLoad<T>(load: () => Promise<T>, dependencies: readonly unknown[]): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ data: undefined, error: undefined })
  useEffect(() => {
    let gone = false
    load().then(
      (data) => gone || setLoaded({ data, error: undefined }),
      (error: unknown) => gone || setLoaded({ data: undefined, error: sayError(error) })
    )
    return () => {
      gone = true
    }
    // What is loaded depends on these, not on the function, which is new each time.
  }, dependencies)
  return loaded
}

/** A sentence for people, whatever was thrown. */
export function sayError(error: unknown): string {
  const message = error instanceof Error ? error.message : ""
  if (error instanceof TypeError || message === "") return "The shop cannot be reached just now. Try again."
  return message
}
