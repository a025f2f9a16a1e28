// Preloaded into the processes that specs and the demo start: when who started us is gone, however that came, go too.
if (process.channel) {
  process.on("disconnect", () => process.exit(1))
  process.channel.unref()
}
