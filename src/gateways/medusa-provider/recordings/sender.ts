import type { Sender } from "../../conformance/recording"
import type { TakenOverOptions } from "../options"

/** Plays a payment provider that is installed in Medusa: answers with the recording's action, or that it is not its own. */
export const sender: Sender<TakenOverOptions> = {
  account: { id: "acme_acme", mode: "test", config: { provider: "pp_acme_acme" } },
  sign: (message) => message,
  askProvider(providerId, { account, says, confirmed }) {
    const isAsked = providerId === account.config.provider
    return says === "yes" && isAsked ? confirmed : { action: "not_supported" }
  },
}
