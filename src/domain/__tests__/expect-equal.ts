import { isDeepStrictEqual } from "node:util"

/**
 * `expect(value).toEqual(wanted)` for what is said of thousands of generated cases: jest notes the stack at each call,
 * which takes longer than most of the cases.
 */
export function expectEqual<T>(value: T, wanted: unknown): void {
  if (!isDeepStrictEqual(value, wanted)) expect(value).toEqual(wanted)
}
