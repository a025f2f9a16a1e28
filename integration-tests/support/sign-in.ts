import { adminEmail, adminPassword } from "./store/seeded"
import type { Store } from "./store/store"

/** Signs in as the seeded admin user; resolves to the token of the admin API. */
export async function signIn({ baseUrl }: Pick<Store, "baseUrl">): Promise<string> {
  const response = await fetch(`${baseUrl}/auth/user/emailpass`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: adminEmail, password: adminPassword }),
  })
  if (!response.ok) throw new Error(`Signing in answered ${response.status}`)
  return ((await response.json()) as { token: string }).token
}
