import type { Created } from "../gateway"

/** Follows a buyer to the page that `create` named, submitting its form where there is one; redirects are followed on the gateway's own host only. */
export async function openPage(next: Created["next"]): Promise<void> {
  if (next.kind === "instructions") return
  let response =
    next.kind === "redirect"
      ? await fetch(next.url, { redirect: "manual" })
      : await fetch(next.url, { method: "POST", body: new URLSearchParams(next.fields), redirect: "manual" })
  for (let hops = 0; hops < 5 && response.status >= 300 && response.status < 400; hops++) {
    const to = new URL(response.headers.get("location") ?? "", next.url)
    if (to.origin !== new URL(next.url).origin) return
    response = await fetch(to, { redirect: "manual" })
  }
  if (!response.ok) throw new Error(`the gateway's page answered ${response.status}`)
}
