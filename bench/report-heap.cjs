// Loaded into the store's process: on SIGUSR2 it collects garbage and writes how many bytes of heap are used.
const { writeFileSync } = require("node:fs")
const { setFlagsFromString } = require("node:v8")
const { runInNewContext } = require("node:vm")

process.on("SIGUSR2", () => {
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc")
  collect()
  collect()
  writeFileSync(process.env.BENCH_HEAP_FILE, String(process.memoryUsage().heapUsed))
})
