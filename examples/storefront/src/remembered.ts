/** What this browser keeps from one visit to the next. Nothing depends on it: orders are placed without the browser. */
export const remembered = {
  region: entry("region"),
  cart: entry("cart"),
  /** The token of the payment that was started last: for who closed the tab, and for gateways that send nobody back. */
  payment: entry("payment"),
}

function entry(name: string) {
  return {
    read: () => localStorage.getItem(name) ?? undefined,
    write: (value: string) => localStorage.setItem(name, value),
    forget: () => localStorage.removeItem(name),
  }
}
