import type { Answer } from "./http-server"

/** Text that stands in HTML as it is. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A button of a page: what it does, what it is called, whether it is the main one. */
export type PageButton = Readonly<{ action: string; label: string; main?: boolean }>

/** A form whose buttons post `action` to an address, with the inputs given as HTML. */
export function buttons(to: string, list: readonly PageButton[], inputs = ""): string {
  const written = list.map(
    ({ action, label, main }) =>
      `<button name="action" value="${escapeHtml(action)}"${main ? ' class="main"' : ""}>${escapeHtml(label)}</button>`
  )
  return `<form method="post" action="${escapeHtml(to)}">${inputs}${written.join("")}</form>`
}

/** Names and values, one below another. */
export function facts(list: readonly (readonly [name: string, value: string])[]): string {
  return `<dl>${list.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join("")}</dl>`
}

/** A whole page. `say` is read out by screen readers when the page opens. */
export function page(
  title: string,
  content: string,
  { say, wide = false }: { say?: string; wide?: boolean } = {}
): Answer {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; --ink: #18181b; --soft: #52525b; --paper: #fff; --ground: #f4f4f5; --line: #d4d4d8; --main: #1d4ed8; }
@media (prefers-color-scheme: dark) { :root { --ink: #fafafa; --soft: #a1a1aa; --paper: #18181b; --ground: #09090b; --line: #3f3f46; --main: #2563eb; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: ${wide ? "70rem" : "26rem"}; margin: 0 auto; padding: 1.5rem; background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; }
h1 { margin: 0 0 .25rem; font-size: 1.25rem; }
p { margin: 0 0 1rem; color: var(--soft); }
.say { padding: .75rem; border: 1px solid var(--line); border-radius: .5rem; color: var(--ink); }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0 0 1.25rem; }
dt { color: var(--soft); } dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: .5rem; }
button, input { min-height: 2.75rem; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--paper); color: var(--ink); font: inherit; }
button { flex: 1 1 auto; cursor: pointer; }
button.main { flex-basis: 100%; border-color: var(--main); background: var(--main); color: #fff; font-weight: 600; }
input { width: 7rem; }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
.scroll { overflow-x: auto; } table { width: 100%; border-collapse: collapse; }
th, td { padding: .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
</style>
</head>
<body><main>
<h1>${escapeHtml(title)}</h1>
${say ? `<p class="say" role="status">${escapeHtml(say)}</p>` : ""}
${content}
</main></body>
</html>
`
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
    },
    body: html,
  }
}

/** Sends the browser on with a GET. */
export function seeOther(location: string): Answer {
  return { status: 303, headers: { location, "cache-control": "no-store" } }
}
