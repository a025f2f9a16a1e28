import HmacValidator from "@adyen/api-library/lib/src/utils/hmacValidator"
import type { NotificationRequestItem } from "@adyen/api-library/lib/src/typings/notification/notificationRequestItem"
import type { Sender } from "../../conformance/recording"
import type { AdyenConfig } from "../config"

const validator = new HmacValidator()

type Body = { notificationItems: { NotificationRequestItem: NotificationRequestItem }[] }

/** Plays Adyen; each item is signed by Adyen's own SDK. The keys are test-only, made up: no account of Adyen's has them. */
export const sender: Sender<AdyenConfig> = {
  account: {
    id: "adyen",
    mode: "test",
    config: {
      merchantAccount: "OnlyForTestsECOM",
      hmacKeys: ["7E57000000000000000000000000000000000000000000000000000000007E57"],
      apiKey: "test-only-adyen-api-key-000000",
      captureMethod: "manual",
    },
  },
  sign(message, { config }) {
    const body = JSON.parse(Buffer.from(message.body).toString("utf8")) as Body
    for (const { NotificationRequestItem: item } of body.notificationItems) {
      const hmacSignature = validator.calculateHmac(item, config.hmacKeys[0] ?? "")
      item.additionalData = { ...item.additionalData, hmacSignature }
    }
    return { ...message, body: Buffer.from(JSON.stringify(body)) }
  },
}
