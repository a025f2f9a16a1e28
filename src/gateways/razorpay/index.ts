import { defineGateway } from "../gateway"
import { checkRazorpayAccount, razorpayConfig, type RazorpayConfig } from "./config"
import { razorpayOperations } from "./operations"
import { parseRazorpayMessage } from "./parse"
import { setup } from "./setup"
import { verifyRazorpaySignature } from "./verify"

export default defineGateway<RazorpayConfig>({
  id: "razorpay",
  title: "Razorpay",
  docs: "https://razorpay.com/docs/webhooks/",
  config: razorpayConfig,
  secrets: ["keySecret", "webhookSecrets"],
  startsPaymentsWith: ["keySecret"],
  setup,
  check: checkRazorpayAccount,
  verify: verifyRazorpaySignature,
  parse: parseRazorpayMessage,
  operations: razorpayOperations,
})
