import { encode } from "uqr"

/** Light modules around the code, which scanners need: ISO/IEC 18004 asks for four. */
const quietModules = 4
/** Of a module at the drawing's own size: enough for a phone in front of a screen. */
const modulePixels = 5
/** A bank's code is below 350 bytes; much longer ones make a drawing that no phone reads from a screen. */
const mostBytes = 1_200

/**
 * A QR code of a text as an SVG: dark on white in dark pages too, with a title for screen readers. It holds rectangles
 * and nothing else, no letter of the text either, so a page may embed it. Undefined for a text that is too long to scan.
 */
export function drawQr(text: string): string | undefined {
  if (text === "" || Buffer.byteLength(text) > mostBytes) return undefined
  const known = drawn.get(text) ?? draw(text)
  drawn.delete(text)
  drawn.set(text, known)
  if (drawn.size > mostDrawn) drawn.delete(drawn.keys().next().value!)
  return known
}

/** Drawing takes some five milliseconds, and a waiting buyer's browser asks again and again: the last ones are kept. */
const drawn = new Map<string, string>()
const mostDrawn = 1_000

function draw(text: string): string {
  // Bank transfers ask for correction level M: EPC069-12, section 3.1.
  const { size, data } = encode(text, { ecc: "M", border: quietModules })
  const dark = data
    .flatMap((row, y) => runsOf(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`))
    .join("")
  const pixels = size * modulePixels
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${pixels}" height="${pixels}" viewBox="0 0 ${size} ${size}" role="img" shape-rendering="crispEdges"><title>QR code to pay with</title><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${dark}"/></svg>`
}

/** Where dark modules begin in a row, and how many stand side by side. */
function runsOf(row: readonly boolean[]): [start: number, length: number][] {
  const runs: [number, number][] = []
  for (const [x, isDark] of row.entries()) {
    const last = runs.at(-1)
    if (!isDark) continue
    if (last && last[0] + last[1] === x) last[1]++
    else runs.push([x, 1])
  }
  return runs
}
