import { startHttpServer, type Answer, type Call } from "./http-server"
import { createPostman, type Postman, type PostmanOptions } from "./postman"

export type SimulatorOptions = PostmanOptions &
  Readonly<{
    /** Default: a free one. */
    port?: number
    /** Asked about calls that the gateway itself would refuse: for messages that were sent in its name by others. */
    otherwise?(call: Call): Answer | undefined
  }>

/** A call that the store made to the gateway, and what it was answered. */
export type ApiCall = Call & Readonly<{ status: number }>

/** A program that plays one gateway: its API, its hosted payment page, and its messages. */
export type Simulator = Pick<Postman, "letters" | "deliveries" | "deliver" | "redeliver" | "settled"> &
  Readonly<{
    /** `http://127.0.0.1:<port>` */
    url: string
    /** Every call to the gateway's API, in order. Calls of the hosted page are not among them. */
    calls: readonly ApiCall[]
    /** Makes the API answer 503 from now on, or work again. The hosted page goes on working. */
    setDown(down: boolean): void
    /**
     * From now on the API does what these calls ask for and cuts the connection instead of answering them; without an
     * argument all are answered again.
     */
    loseAnswersTo(calls?: (call: Call) => boolean): void
    /** Waits for what is under way and closes the server. */
    stop(): Promise<void>
  }>

/** What a gateway answers. Undefined from `page` hands the call on to `api`. */
export type SimulatedGateway = Readonly<{
  page(call: Call): Answer | undefined
  api(call: Call): Answer
}>

/** Starts the server that all simulators share. */
export async function startSimulator(
  options: SimulatorOptions,
  play: (postman: Postman, url: () => string) => SimulatedGateway
): Promise<Simulator> {
  const postman = createPostman(options)
  const calls: ApiCall[] = []
  let down = false
  let isLost: ((call: Call) => boolean) | undefined
  let url = ""
  const gateway = play(postman, () => url)
  const server = await startHttpServer((call) => {
    const page = gateway.page(call)
    if (page) return page
    const own = down ? { status: 503, body: "" } : gateway.api(call)
    const answer = (!down && own.status >= 400 && options.otherwise?.(call)) || own
    calls.push({ ...call, status: answer.status })
    return isLost?.(call) ? undefined : answer
  }, options.port)
  url = server.url
  return {
    url,
    calls,
    letters: postman.letters,
    deliveries: postman.deliveries,
    deliver: postman.deliver,
    redeliver: postman.redeliver,
    settled: postman.settled,
    setDown(value) {
      down = value
    },
    loseAnswersTo(lost) {
      isLost = lost
    },
    async stop() {
      await postman.settled()
      await server.stop()
    },
  }
}

/** What all simulators share, without the controls of its own gateway. */
export function plainSimulator({
  url,
  calls,
  letters,
  deliveries,
  deliver,
  redeliver,
  settled,
  setDown,
  loseAnswersTo,
  stop,
}: Simulator): Simulator {
  return { url, calls, letters, deliveries, deliver, redeliver, settled, setDown, loseAnswersTo, stop }
}
