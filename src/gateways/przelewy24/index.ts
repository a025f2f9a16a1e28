import { defineGateway } from "../gateway"
import { confirmPrzelewy24Payment } from "./confirm"
import { przelewy24Operations } from "./operations"
import { checkPrzelewy24Account, przelewy24Options, type Przelewy24Options } from "./options"
import { parsePrzelewy24Message } from "./parse"
import { setup } from "./setup"
import { verifyPrzelewy24Message } from "./verify"

export default defineGateway<Przelewy24Options>({
  id: "przelewy24",
  title: "Przelewy24",
  docs: "https://developers.przelewy24.pl/index.php?en",
  config: przelewy24Options,
  secrets: ["crcKeys", "apiKey"],
  setup,
  check: checkPrzelewy24Account,
  verify: verifyPrzelewy24Message,
  parse: parsePrzelewy24Message,
  confirm: confirmPrzelewy24Payment,
  operations: przelewy24Operations,
})
