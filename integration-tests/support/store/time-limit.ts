// A store takes its time to start, more so on a busy machine.
jest.setTimeout(240_000)
