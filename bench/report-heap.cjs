// Loaded into the store's process and its threads: on SIGUSR2 all collect garbage, and how many bytes of heap they use
// together, buffers outside of it included, is written.
const { writeFileSync } = require("node:fs")
const { setFlagsFromString } = require("node:v8")
const { runInNewContext } = require("node:vm")
const { BroadcastChannel, isMainThread } = require("node:worker_threads")

const channel = new BroadcastChannel("ipn-bench-heap")
channel.unref()

function usedHeap() {
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc")
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

if (isMainThread) {
  let used
  const write = () => writeFileSync(process.env.BENCH_HEAP_FILE, JSON.stringify(used))
  process.on("SIGUSR2", () => {
    used = [usedHeap()]
    write()
    channel.postMessage("collect")
  })
  channel.onmessage = ({ data }) => {
    used.push(data)
    write()
  }
} else {
  channel.onmessage = ({ data }) => {
    if (data === "collect") channel.postMessage(usedHeap())
  }
}
