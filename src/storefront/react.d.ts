/** The two hooks that ./react.mts uses. React brings no types of its own, and the helper should need no package for them. */
declare module "react" {
  export function useState<T>(initial: T): [T, (next: T) => void]
  export function useEffect(effect: () => (() => void) | undefined, dependencies: readonly unknown[]): void
}
