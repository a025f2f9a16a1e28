import { messagesSpecs } from "./admin-api/messages"
import { paymentsSpecs } from "./admin-api/payments"
import { issuesSpecs } from "./admin-api/issues"
import { ledgerSpecs } from "./admin-api/ledger"
import { accountsSpecs } from "./admin-api/accounts"
import { settingsSpecs } from "./admin-api/settings"
import { replaysSpecs } from "./admin-api/replays"
import { decisionsSpecs } from "./admin-api/decisions"
import { overviewSpecs } from "./admin-api/overview"
import { refusalsSpecs } from "./admin-api/refusals"
import { thousandsSpecs } from "./admin-api/thousands"
import { openAdminApi } from "./admin-api/opened"

/** What an admin panel stands on: every list, every single thing and every action, on payments made by the sandbox. */
describe("the admin API", () => {
  const api = openAdminApi()

  messagesSpecs(api)
  paymentsSpecs(api)
  issuesSpecs(api)
  ledgerSpecs(api)
  accountsSpecs(api)
  settingsSpecs(api)
  replaysSpecs(api)
  decisionsSpecs(api)
  overviewSpecs(api)
  refusalsSpecs(api)
  describe("over several thousand messages", () => thousandsSpecs(api))
})
