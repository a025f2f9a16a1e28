// Preloaded into the programs that we start: when who started them is gone, however that came, they go too.
// What such a program starts itself (jest's workers) gets the same Node options, but other parents.
const startedBy = Number(process.env.IPN_STARTED_BY)
if (process.channel && startedBy === process.ppid) {
  process.on("disconnect", () => process.exit(1))
  process.channel.unref()
} else if (startedBy && !isRunning(startedBy)) {
  // Gone before we came this far.
  process.exit(1)
}

function isRunning(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code !== "ESRCH"
  }
}
