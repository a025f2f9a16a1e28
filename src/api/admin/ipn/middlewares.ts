import {
  type MedusaNextFunction,
  type MedusaRequest,
  type MedusaResponse,
  validateAndTransformBody,
  validateAndTransformQuery,
  type MiddlewareRoute,
} from "@medusajs/framework/http"
import { z } from "@medusajs/framework/zod"
import type { IpnResource } from "../../../policies/ipn"
import { previewMailQuery, sendSampleBody } from "./emails/query"
import { eraseBody, listErasuresQuery } from "./erasures/query"
import { listHoldsQuery } from "./holds/query"
import { actOnIssueBody, ignoreIssuesBody, listIssuesQuery } from "./issues/query"
import { decideBody, previewDecisionBody } from "./lanes/decide-query"
import { ignoreLanesBody, previewIgnoreBody } from "./lanes/ignore-query"
import { listLanesQuery } from "./lanes/query"
import {
  adjustBody,
  exportEntriesQuery,
  listDriftQuery,
  listEntriesQuery,
  readBalancesQuery,
} from "./ledger/query"
import { countMessagesQuery, listMessagesQuery, messageFields } from "./messages/query"
import { replayMessageBody } from "./messages/replay-query"
import {
  compareBody,
  explainBody,
  listDifferencesQuery,
  listReconciliationsQuery,
} from "./reconciliations/query"
import { listReplaysQuery, replayBody } from "./replays/query"
import { listRefusalsQuery } from "./refusals/query"
import { changeSettingsBody, listChangesQuery } from "./settings/query"

type Operation = "read" | "create" | "update" | "delete"
type Middleware = NonNullable<MiddlewareRoute["middlewares"]>[number]

const nothing = z.object({})

/** A route that reads: strict about what it is asked. */
function get(
  path: string,
  resource: IpnResource,
  query: z.ZodType = nothing,
  fields: string[] = []
): MiddlewareRoute {
  return {
    methods: ["GET"],
    matcher: `/admin/ipn/${path}`,
    middlewares: [
      validateAndTransformQuery(query as z.ZodObject, {
        defaults: fields,
        allowed: fields,
        isList: false,
      }) as Middleware,
    ],
    policies: [{ resource, operation: "read" }],
  }
}

/** A route that changes something: strict about what it is told. */
function post(
  path: string,
  [resource, operation]: [IpnResource, Operation],
  body: z.ZodType = nothing
): MiddlewareRoute {
  return {
    methods: ["POST"],
    matcher: `/admin/ipn/${path}`,
    middlewares: [emptyBody, validateAndTransformBody(body as z.ZodObject) as Middleware],
    policies: [{ resource, operation }],
  }
}

/** A call without a body means the same as one with `{}`. */
function emptyBody(request: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction): void {
  request.body ??= {}
  next()
}

/** What the admin routes accept, and which permission each needs where a store uses roles. */
export const adminIpnMiddlewares: MiddlewareRoute[] = [
  get("overview", "ipn_message"),
  get("messages", "ipn_message", listMessagesQuery, messageFields),
  get("message-counts", "ipn_message", countMessagesQuery),
  get("messages/:id", "ipn_message"),
  get("messages/:id/payload", "ipn_payload"),
  get("messages/:id/headers", "ipn_payload"),
  post("messages/:id/replay", ["ipn_replay", "create"], replayMessageBody),
  post("messages/:id/erase", ["ipn_payload", "delete"]),
  get("refusals", "ipn_message", listRefusalsQuery),
  get("holds", "ipn_lane", listHoldsQuery),
  get("holds/:id", "ipn_lane"),
  post("holds/:id/release", ["ipn_lane", "update"]),
  get("lanes", "ipn_lane", listLanesQuery),
  post("lanes/preview-ignore", ["ipn_lane", "read"], previewIgnoreBody),
  post("lanes/ignore", ["ipn_lane", "update"], ignoreLanesBody),
  get("lanes/:id", "ipn_lane"),
  post("lanes/:id/ask", ["ipn_lane", "update"]),
  post("lanes/:id/dry-run", ["ipn_lane", "read"]),
  post("lanes/:id/preview-decision", ["ipn_lane", "read"], previewDecisionBody),
  post("lanes/:id/decide", ["ipn_lane", "update"], decideBody),
  get("replays", "ipn_replay", listReplaysQuery),
  post("replays", ["ipn_replay", "create"], replayBody),
  post("replays/count", ["ipn_replay", "read"], replayBody),
  get("replays/:id", "ipn_replay"),
  get("orders/:id", "ipn_lane"),
  post("orders/:id/ask", ["ipn_lane", "update"]),
  get("issues", "ipn_issue", listIssuesQuery),
  post("issues/ignore", ["ipn_issue", "update"], ignoreIssuesBody),
  get("issues/:id", "ipn_issue"),
  ...["acknowledge", "resolve", "ignore", "reopen"].map((verb) =>
    post(`issues/:id/${verb}`, ["ipn_issue", "update"], actOnIssueBody)
  ),
  get("ledger", "ipn_ledger_entry", listEntriesQuery),
  get("ledger/balances", "ipn_ledger_entry", readBalancesQuery),
  get("ledger/drift", "ipn_ledger_entry", listDriftQuery),
  get("ledger/export", "ipn_ledger_entry", exportEntriesQuery),
  post("ledger/adjustments", ["ipn_ledger_entry", "create"], adjustBody),
  get("reconciliations", "ipn_reconciliation", listReconciliationsQuery),
  post("reconciliations", ["ipn_reconciliation", "create"], compareBody),
  get("reconciliations/:id", "ipn_reconciliation"),
  get("reconciliations/:id/differences", "ipn_reconciliation", listDifferencesQuery),
  post("differences/:id/pull", ["ipn_reconciliation", "update"]),
  post("differences/:id/explain", ["ipn_reconciliation", "update"], explainBody),
  get("accounts", "ipn_account"),
  get("accounts/:id", "ipn_account"),
  post("accounts/:id/pause", ["ipn_account", "update"]),
  post("accounts/:id/resume", ["ipn_account", "update"]),
  post("accounts/:id/test", ["ipn_account", "update"]),
  get("emails/:kind", "ipn_setting", previewMailQuery),
  post("emails/:kind/sample", ["ipn_setting", "update"], sendSampleBody),
  get("settings", "ipn_setting"),
  post("settings", ["ipn_setting", "update"], changeSettingsBody),
  get("setting-changes", "ipn_setting", listChangesQuery),
  get("erasures", "ipn_payload", listErasuresQuery),
  post("erasures", ["ipn_payload", "delete"], eraseBody),
]
