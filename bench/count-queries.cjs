// Loaded into the store's process: keeps the number of its database queries in a file.
const { openSync, writeSync } = require("node:fs")
const { createRequire } = require("node:module")
const { isMainThread } = require("node:worker_threads")

if (isMainThread) countQueries()

function countQueries() {
  const file = openSync(process.env.BENCH_QUERIES_FILE, "w")
  let count = 0
  let written

  // Not at each query: what is measured would wait for the file.
  setInterval(() => {
    if (written === count) return
    written = count
    writeSync(file, String(count).padStart(12), 0)
  }, 50).unref()

  // Medusa's database layer may bring a `pg` of its own.
  const clients = [require, createRequire(require.resolve("@mikro-orm/postgresql"))].map(
    (from) => from("pg").Client.prototype
  )
  for (const client of new Set(clients)) {
    const { query } = client
    client.query = function (...args) {
      count += 1
      return query.apply(this, args)
    }
  }
}
