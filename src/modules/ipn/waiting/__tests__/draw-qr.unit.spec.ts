import { encode } from "uqr"
import { drawQr } from "../draw-qr"

/** A transfer as EPC069-12 writes one, with letters that HTML knows. */
const transfer =
  "BCD\n002\n1\nSCT\n\nÄrzte & <Söhne>\nDE02120300000000202051\nEUR12.30\n\nRF18539007547034\n\n"

describe("the drawing of a QR code", () => {
  it("holds exactly the code's dark modules, with four light ones around", () => {
    const svg = drawQr(transfer)!
    const { size, data } = encode(transfer, { ecc: "M", border: 0 })
    const whole = size + 8
    expect(svg).toContain(`viewBox="0 0 ${whole} ${whole}"`)
    const drawn = Array.from({ length: whole }, () => Array<boolean>(whole).fill(false))
    const [, light, dark] = /<path fill="#fff" d="([^"]+)"\/><path d="([^"]+)"\/>/.exec(svg)!
    expect(light).toBe(`M0 0h${whole}v${whole}H0z`)
    for (const [, x, y, length] of dark!.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
      drawn[Number(y)]!.fill(true, Number(x), Number(x) + Number(length))
    }
    const around = Array<boolean>(4).fill(false)
    const row = (modules: readonly boolean[]) => [...around, ...modules, ...around]
    const empty = Array.from({ length: 4 }, () => Array<boolean>(whole).fill(false))
    expect(drawn).toEqual([...empty, ...data.map(row), ...empty])
  })

  it("can be embedded: a title, a size, and nothing of the text", () => {
    const svg = drawQr('"><script>alert(1)</script>&')!
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="(\d+)" height="\1" viewBox="0 0 (\d+) \2" role="img" shape-rendering="crispEdges"><title>[\w ]+<\/title><path fill="#fff" d="[\w ]+"\/><path d="[\w -]+"\/><\/svg>$/
    )
    const [, pixels, modules] = /width="(\d+)".*viewBox="0 0 (\d+) /.exec(svg)!
    expect(Number(pixels) / Number(modules)).toBe(5)
  })

  it("is none for no text, and for one that no phone would read", () => {
    expect(drawQr("")).toBeUndefined()
    expect(drawQr("ü".repeat(601))).toBeUndefined()
    expect(drawQr("ü".repeat(600))).toBeDefined()
  })
})
