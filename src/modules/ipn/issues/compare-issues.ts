import { isDeepStrictEqual } from "node:util"
import { isLasting } from "../../../domain/issue-kinds"
import type { Issue } from "../../../domain/issues"
import type { StoredIssue } from "./stored-issue"

export type Known = Pick<
  StoredIssue,
  "id" | "kind" | "subject" | "severity" | "status" | "amount" | "currency_code" | "detail" | "actor_id"
>

/** What must be written so that the stored issues agree with those that hold. */
export type IssueChanges = Readonly<{
  raise: readonly Issue[]
  reopen: readonly Readonly<{ id: string; issue: Issue }>[]
  /** Brought up to date, in whatever state they are. */
  refresh: readonly Readonly<{ id: string; issue: Issue }>[]
  resolve: readonly string[]
}>

/**
 * New problems are raised; resolved ones that hold again, or still, are opened again; ignored ones only when their money
 * or detail changed, and so are those of a lasting cause that a person resolved. What has become urgent is opened once
 * more. Open ones that hold no more are resolved.
 * @param known the scope's open, acknowledged and ignored issues, and whatever is stored of those that hold
 */
export function compareIssues(known: readonly Known[], holding: readonly Issue[]): IssueChanges {
  const keyOf = ({ kind, subject }: Pick<Issue, "kind" | "subject">) => `${kind} ${subject}`
  const stored = new Map(known.map((one) => [keyOf(one), one]))
  const held = new Map(holding.map((issue) => [keyOf(issue), issue]))
  const again = [...held].flatMap(([key, issue]) => {
    const found = stored.get(key)
    return found ? [{ id: found.id, issue, found }] : []
  })
  return {
    raise: [...held].filter(([key]) => !stored.has(key)).map(([, issue]) => issue),
    reopen: again.filter(({ issue, found }) => opensAgain(found, issue)).map(pick),
    refresh: again.filter(({ issue, found }) => !opensAgain(found, issue)).map(pick),
    resolve: known
      .filter((one) => !held.has(keyOf(one)) && (one.status === "open" || one.status === "acknowledged"))
      .map(({ id }) => id),
  }
}

function pick({ id, issue }: { id: string; issue: Issue }) {
  return { id, issue }
}

function opensAgain(known: Known, issue: Issue): boolean {
  switch (known.status) {
    case "open":
    case "acknowledged":
      return known.severity !== "urgent" && issue.severity === "urgent"
    case "resolved":
      return !(isLasting(known.kind) && known.actor_id !== null) || hasChanged(known, issue)
    case "ignored":
      return hasChanged(known, issue)
  }
}

function hasChanged(known: Known, { money, detail }: Issue): boolean {
  return (
    known.amount !== (money?.amount ?? null) ||
    known.currency_code !== (money?.currency ?? null) ||
    !isDeepStrictEqual(known.detail, JSON.parse(JSON.stringify(detail)))
  )
}
