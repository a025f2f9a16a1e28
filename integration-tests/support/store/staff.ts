import { adminEmail, adminPassword } from "./seeded"
import type { Store } from "./store"

/** Who signs in to the admin. */
export type Staff = Readonly<{ email: string; password: string }>

/** The seeded admin user. */
export const owner: Staff = { email: adminEmail, password: adminPassword }

/**
 * Invites somebody to the admin of a store that uses Medusa's roles, who accepts: their role has these permissions and
 * no others, as `ipn_message:read`.
 */
export async function hire(store: Store, name: string, permissions: readonly string[]): Promise<Staff> {
  const staff = { email: `${name}@example.com`, password: "test-only-staff-password" }
  const policies = await Promise.all(
    permissions.map(async (key) => {
      const { policies: found } = await store.admin<{ policies: { id: string; key: string }[] }>(
        "GET",
        `/admin/rbac/policies?key=${encodeURIComponent(key)}`
      )
      const policy = found.find((one) => one.key === key)
      if (!policy) throw new Error(`Medusa knows no permission ${key}`)
      return policy.id
    })
  )
  const { role } = await store.admin<{ role: { id: string } }>("POST", "/admin/rbac/roles", {
    name,
    policy_ids: policies,
  })
  const { invite } = await store.admin<{ invite: { token: string } }>("POST", "/admin/invites", {
    email: staff.email,
    roles: [role.id],
  })
  const { token } = await post<{ token: string }>(`${store.baseUrl}/auth/user/emailpass/register`, staff)
  await post(`${store.baseUrl}/admin/invites/accept?token=${invite.token}`, { email: staff.email }, token)
  return staff
}

async function post<T>(url: string, body: object, token?: string): Promise<T> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}
