import { createContext, useCallback, useContext, useEffect, useState, type ReactNode } from "react"
import type { HttpTypes } from "@medusajs/types"
import { Outlet } from "react-router-dom"
import { Loading, Page, Problem } from "./page"
import { remembered } from "./remembered"
import { sdk } from "./store"
import { sayError } from "./use-load"

type Cart = HttpTypes.StoreCart
type Region = HttpTypes.StoreRegion

type Shop = {
  regions: readonly Region[]
  /** Where the buyer is: it decides the currency and the ways to pay. Absent until the store has told its regions. */
  region: Region | undefined
  /** Why the shop cannot be shown. */
  problem: string | undefined
  chooseRegion(id: string): Promise<void>
  /** Absent before the first thing is in it, and again once it was bought. */
  cart: Cart | undefined
  setCart(cart: Cart): void
  /** The cart as the store has it now. A cart that was bought is forgotten: the gateway's message may do that any time. */
  refreshCart(): Promise<void>
  addToCart(variantId: string, quantity: number): Promise<void>
}

const ShopContext = createContext<Shop | undefined>(undefined)

export function useShop(): Shop {
  const shop = useContext(ShopContext)
  if (!shop) throw new Error("useShop needs a ShopProvider around it")
  return shop
}

/** The region, for pages within {@link WhileOpen}. */
export function useRegion(): Region {
  return useShop().region!
}

/** Pages that sell something: shown once it is known where and for which currency. */
export function WhileOpen() {
  const { region, problem } = useShop()
  if (region) return <Outlet />
  if (problem === undefined) return <Loading />
  return (
    <Page title="The shop is closed">
      <Problem>{problem}</Problem>
      <button onClick={() => location.reload()}>Try again</button>
    </Page>
  )
}

export function ShopProvider({ children }: { children: ReactNode }) {
  const [regions, setRegions] = useState<readonly Region[]>([])
  const [regionId, setRegionId] = useState(remembered.region.read())
  const [cart, setCart] = useState<Cart>()
  const [problem, setProblem] = useState<string>()

  const refreshCart = useCallback(async () => setCart(await readCart()), [])

  useEffect(() => {
    Promise.all([sdk.store.region.list(), refreshCart()]).then(
      ([found]) => {
        setRegions(found.regions)
        if (found.regions.length === 0) setProblem("It sells nowhere yet: add a region in the store's admin.")
      },
      (reason: unknown) => setProblem(sayError(reason))
    )
  }, [refreshCart])

  const region = regions.find(({ id }) => id === (cart?.region_id ?? regionId)) ?? nearest(regions)

  async function chooseRegion(id: string) {
    remembered.region.write(id)
    setRegionId(id)
    if (cart) setCart((await sdk.store.cart.update(cart.id, { region_id: id })).cart)
  }

  async function addToCart(variant_id: string, quantity: number) {
    const open = cart ?? (await sdk.store.cart.create({ region_id: region!.id })).cart
    remembered.cart.write(open.id)
    setCart((await sdk.store.cart.createLineItem(open.id, { variant_id, quantity })).cart)
  }

  const shop = { regions, region, problem, chooseRegion, cart, setCart, refreshCart, addToCart }
  return <ShopContext.Provider value={shop}>{children}</ShopContext.Provider>
}

/** The region of the country that the browser is set to. */
function nearest(regions: readonly Region[]): Region | undefined {
  const country = new Intl.Locale(navigator.language).region?.toLowerCase()
  return regions.find(({ countries }) => countries?.some(({ iso_2 }) => iso_2 === country)) ?? regions[0]
}

async function readCart(): Promise<Cart | undefined> {
  const id = remembered.cart.read()
  if (!id) return undefined
  try {
    const { cart } = await sdk.store.cart.retrieve(id, { fields: "+completed_at" })
    if (!(cart as Cart & { completed_at?: string | null }).completed_at) return cart
  } catch (error) {
    if ((error as { status?: number }).status !== 404) throw error
  }
  remembered.cart.forget()
  return undefined
}
