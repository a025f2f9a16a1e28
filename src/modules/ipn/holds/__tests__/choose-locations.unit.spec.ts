import fc from "fast-check"
import { chooseLocations, type Wanted } from "../choose-locations"
import type { Level } from "../reserving"

const want = (quantity: number | string, more: Partial<Wanted> = {}): Wanted => ({
  lineItemId: "line",
  inventoryItemId: "lamp",
  quantity: String(quantity),
  allowBackorder: false,
  locationIds: ["berlin", "lyon"],
  ...more,
})
const level = (location_id: string, stocked: number | string, reserved = 0): Level => ({
  inventory_item_id: "lamp",
  location_id,
  stocked: String(stocked),
  reserved: String(reserved),
})
const places = (wanted: readonly Wanted[], levels: readonly Level[]) =>
  chooseLocations(wanted, levels).chosen.map(({ locationId }) => locationId)

describe("where goods are held", () => {
  it("at the first location that has all of a line", () => {
    expect(places([want(2)], [level("berlin", 3, 2), level("lyon", 2)])).toEqual(["lyon"])
    expect(places([want("0.3")], [level("berlin", "0.3")])).toEqual(["berlin"])
  })

  it("nowhere, where no single location has all of it, or none of the sales channel does", () => {
    expect(chooseLocations([want(2)], [level("berlin", 1), level("lyon", 1)])).toMatchObject({
      chosen: [],
      short: [{}],
    })
    expect(chooseLocations([want(1)], [level("oslo", 5)])).toMatchObject({ chosen: [], short: [{}] })
  })

  it("where it is stocked, of what may be ordered without stock; nowhere, where it is stocked nowhere", () => {
    const backorder = want(2, { allowBackorder: true })
    expect(places([backorder], [level("berlin", 0)])).toEqual(["berlin"])
    expect(chooseLocations([backorder], [])).toEqual({ chosen: [], short: [] })
  })

  it("never more than a location has, however many lines want it", () => {
    const quantity = fc.integer({ min: 1, max: 4 })
    const inStock = fc.integer({ min: 0, max: 9 })
    fc.assert(
      fc.property(fc.array(quantity, { maxLength: 6 }), inStock, inStock, (quantities, berlin, lyon) => {
        const { chosen, short } = chooseLocations(
          quantities.map((one) => want(one)),
          [level("berlin", berlin), level("lyon", lyon)]
        )
        const held = (place: string) =>
          chosen
            .filter(({ locationId }) => locationId === place)
            .reduce((sum, one) => sum + Number(one.quantity), 0)
        expect(held("berlin")).toBeLessThanOrEqual(berlin)
        expect(held("lyon")).toBeLessThanOrEqual(lyon)
        expect(chosen.length + short.length).toBe(quantities.length)
      })
    )
  })
})
