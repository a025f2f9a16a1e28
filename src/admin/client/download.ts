import { sdk } from "./sdk"

/** Saves what the plugin's admin API answers as a file, also where the dashboard signs in by a token. */
export async function download(path: string, query: Record<string, unknown>, name: string): Promise<void> {
  const answer = await sdk.client.fetch<Response>(`/admin/ipn${path}`, {
    query,
    headers: { accept: "text/plain" },
  })
  const url = URL.createObjectURL(await answer.blob())
  const link = document.createElement("a")
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
