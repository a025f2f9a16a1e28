const { default: Sequencer } = require("@jest/test-sequencer")

/** Specs that need no store come first: meanwhile the database is made that the stores of all others are copies of. */
module.exports = class extends Sequencer {
  sort(tests) {
    const needsStore = ({ context }) => Boolean(context.config.globalSetup)
    const sorted = super.sort(tests)
    return [...sorted.filter((test) => !needsStore(test)), ...sorted.filter(needsStore)]
  }
}
