// Preloaded into the programs that we start: when who started them is gone, however that came, they go too.
// What such a program starts itself (jest's workers) gets the same Node options, but other parents.
if (process.channel && process.env.IPN_STARTED_BY === String(process.ppid)) {
  process.on("disconnect", () => process.exit(1))
  process.channel.unref()
}
