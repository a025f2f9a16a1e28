import { owner, type Staff } from "./store/staff"
import type { Store } from "./store/store"

/** Signs in; resolves to the token of the admin API. Default: as the seeded admin user. */
export async function signIn({ baseUrl }: Pick<Store, "baseUrl">, as: Staff = owner): Promise<string> {
  const response = await fetch(`${baseUrl}/auth/user/emailpass`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(as),
  })
  if (!response.ok) throw new Error(`Signing in answered ${response.status}`)
  return ((await response.json()) as { token: string }).token
}
