import {
  createApiKeysWorkflow,
  createInventoryLevelsWorkflow,
  createProductsWorkflow,
  createRegionsWorkflow,
  createSalesChannelsWorkflow,
  createShippingOptionsWorkflow,
  createShippingProfilesWorkflow,
  createStockLocationsWorkflow,
  createTaxRegionsWorkflow,
  createUsersWorkflow,
  linkSalesChannelsToApiKeyWorkflow,
  linkSalesChannelsToStockLocationWorkflow,
  updateStoresWorkflow,
} from "@medusajs/medusa/core-flows"
import type { ExecArgs } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, FeatureFlag, Modules, ProductStatus } from "@medusajs/framework/utils"
import { adminEmail, adminPassword, catalogue } from "./seeded"

/**
 * Fills an empty store with what a purchase needs: a region in euros and one in US dollars that offer every payment
 * provider, a warehouse, delivery, three products and somebody to sign in as. Run with `medusa exec`.
 */
export default async function seed({ container }: ExecArgs): Promise<void> {
  const link = container.resolve(ContainerRegistrationKeys.LINK)
  const payment = container.resolve(Modules.PAYMENT)
  const fulfillment = container.resolve(Modules.FULFILLMENT)
  const inventory = container.resolve(Modules.INVENTORY)
  const auth = container.resolve(Modules.AUTH)

  const { result: channels } = await createSalesChannelsWorkflow(container).run({
    input: { salesChannelsData: [{ name: "Webshop" }] },
  })
  const channel = first(channels)
  await updateStoresWorkflow(container).run({
    input: {
      selector: {},
      update: {
        name: "Demo store",
        default_sales_channel_id: channel.id,
        supported_currencies: [{ currency_code: "eur", is_default: true }, { currency_code: "usd" }],
      },
    },
  })
  const providers = await payment.listPaymentProviders({ is_enabled: true }, { take: 1000 })
  await createRegionsWorkflow(container).run({
    input: {
      regions: [
        { name: "Europe", currency_code: "eur", countries: ["de"] },
        { name: "United States", currency_code: "usd", countries: ["us"] },
      ].map((region) => ({ ...region, payment_providers: providers.map(({ id }) => id) })),
    },
  })
  await createTaxRegionsWorkflow(container).run({
    input: ["de", "us"].map((country_code) => ({ country_code, provider_id: "tp_system" })),
  })

  const { result: locations } = await createStockLocationsWorkflow(container).run({
    input: {
      locations: [
        { name: "Warehouse", address: { city: "Berlin", country_code: "DE", address_1: "Hauptstrasse 1" } },
      ],
    },
  })
  const location = first(locations)
  await linkSalesChannelsToStockLocationWorkflow(container).run({
    input: { id: location.id, add: [channel.id] },
  })
  await link.create({
    [Modules.STOCK_LOCATION]: { stock_location_id: location.id },
    [Modules.FULFILLMENT]: { fulfillment_provider_id: "manual_manual" },
  })
  const { result: profiles } = await createShippingProfilesWorkflow(container).run({
    input: { data: [{ name: "Default", type: "default" }] },
  })
  const profile = first(profiles)
  const fulfillmentSet = await fulfillment.createFulfillmentSets({
    name: "Warehouse delivery",
    type: "shipping",
    service_zones: [
      {
        name: "Everywhere",
        geo_zones: ["de", "us"].map((country_code) => ({ country_code, type: "country" as const })),
      },
    ],
  })
  await link.create({
    [Modules.STOCK_LOCATION]: { stock_location_id: location.id },
    [Modules.FULFILLMENT]: { fulfillment_set_id: fulfillmentSet.id },
  })
  await createShippingOptionsWorkflow(container).run({
    input: [
      {
        name: "Standard delivery",
        price_type: "flat",
        provider_id: "manual_manual",
        service_zone_id: first(fulfillmentSet.service_zones).id,
        shipping_profile_id: profile.id,
        type: { label: "Standard", description: "In two to three days.", code: "standard" },
        prices: ["eur", "usd"].map((currency_code) => ({ currency_code, amount: 5 })),
        rules: [
          { attribute: "enabled_in_store", value: "true", operator: "eq" },
          { attribute: "is_return", value: "false", operator: "eq" },
        ],
      },
    ],
  })
  await createProductsWorkflow(container).run({
    input: {
      products: Object.entries(catalogue).map(([handle, { title, price }]) => ({
        title,
        handle,
        status: ProductStatus.PUBLISHED,
        shipping_profile_id: profile.id,
        options: [{ title: "Size", values: ["One size"] }],
        variants: [
          {
            title,
            sku: handle,
            manage_inventory: true,
            options: { Size: "One size" },
            prices: ["eur", "usd"].map((currency_code) => ({ currency_code, amount: price })),
          },
        ],
        sales_channels: [{ id: channel.id }],
      })),
    },
  })
  const items = await inventory.listInventoryItems({})
  await createInventoryLevelsWorkflow(container).run({
    input: {
      inventory_levels: items.map((item) => ({
        location_id: location.id,
        inventory_item_id: item.id,
        stocked_quantity: catalogue[item.sku as keyof typeof catalogue].stock,
      })),
    },
  })
  const { result: keys } = await createApiKeysWorkflow(container).run({
    input: { api_keys: [{ title: "Webshop", type: "publishable", created_by: "" }] },
  })
  await linkSalesChannelsToApiKeyWorkflow(container).run({ input: { id: first(keys).id, add: [channel.id] } })

  const roles = FeatureFlag.isFeatureEnabled("rbac") ? ["role_super_admin"] : []
  const { result: users } = await createUsersWorkflow(container).run({
    input: { users: [{ email: adminEmail, roles }] },
  })
  const { authIdentity, error } = await auth.register("emailpass", {
    body: { email: adminEmail, password: adminPassword },
  })
  if (!authIdentity) throw new Error(`The admin user could not be registered: ${error}`)
  await auth.updateAuthIdentities({ id: authIdentity.id, app_metadata: { user_id: first(users).id } })
}

function first<T>(list: readonly T[]): T {
  const [item] = list
  if (item === undefined) throw new Error("Medusa created nothing")
  return item
}
