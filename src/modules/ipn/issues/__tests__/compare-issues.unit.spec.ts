import type { IssueKind } from "../../../../domain/issue-kinds"
import type { Issue } from "../../../../domain/issues"
import { fromDecimal } from "../../../../domain/money"
import { compareIssues, type Known } from "../compare-issues"

const issue = (kind: IssueKind = "amount_mismatch", amount = "60"): Issue => ({
  kind,
  subject: "ipnlane_1",
  severity: "warning",
  money: fromDecimal(amount, "eur"),
  detail: { reason: "amount_short" },
})
const known = (status: Known["status"], more: Partial<Known> = {}): Known => ({
  id: "ipniss_1",
  kind: "amount_mismatch",
  subject: "ipnlane_1",
  severity: "warning",
  status,
  amount: "60.00",
  currency_code: "eur",
  detail: { reason: "amount_short" },
  actor_id: null,
  ...more,
})

describe("a problem that holds", () => {
  it("is raised when nobody knew of it", () => {
    expect(compareIssues([], [issue()])).toEqual({ raise: [issue()], reopen: [], refresh: [], resolve: [] })
  })

  it.each<[string, Known, Issue, "reopen" | "refresh"]>([
    ["open", known("open"), issue(), "refresh"],
    ["open, of another amount now", known("open"), issue("amount_mismatch", "70"), "refresh"],
    ["acknowledged", known("acknowledged"), issue(), "refresh"],
    ["acknowledged, and urgent now", known("acknowledged"), { ...issue(), severity: "urgent" }, "reopen"],
    ["urgent for long", known("open", { severity: "urgent" }), { ...issue(), severity: "urgent" }, "refresh"],
    ["less urgent now", known("open", { severity: "urgent" }), issue(), "refresh"],
    ["resolved by itself", known("resolved"), issue(), "reopen"],
    ["resolved by a person", known("resolved", { actor_id: "user_1" }), issue(), "reopen"],
    ["ignored", known("ignored", { actor_id: "user_1" }), issue(), "refresh"],
    ["ignored, of another amount now", known("ignored"), issue("amount_mismatch", "70"), "reopen"],
    [
      "ignored, of another detail now",
      known("ignored", { detail: { reason: "cart_changed" } }),
      issue(),
      "reopen",
    ],
    [
      "of a lasting cause, resolved by a person",
      known("resolved", { kind: "refund_failed", actor_id: "user_1" }),
      issue("refund_failed"),
      "refresh",
    ],
    [
      "of a lasting cause, resolved by a person, of another amount now",
      known("resolved", { kind: "refund_failed", actor_id: "user_1" }),
      issue("refund_failed", "70"),
      "reopen",
    ],
    [
      "of a lasting cause, resolved by itself",
      known("resolved", { kind: "refund_failed" }),
      issue("refund_failed"),
      "reopen",
    ],
  ])("and is %s", (_, stored, held, what) => {
    const changes = compareIssues([stored], [held])
    expect(changes).toEqual({
      raise: [],
      reopen: [],
      refresh: [],
      resolve: [],
      [what]: [{ id: "ipniss_1", issue: held }],
    })
  })
})

describe("a problem that holds no more", () => {
  it.each<[Known["status"], string[]]>([
    ["open", ["ipniss_1"]],
    ["acknowledged", ["ipniss_1"]],
    ["ignored", []],
    ["resolved", []],
  ])("and is %s", (status, resolve) => {
    expect(compareIssues([known(status)], [])).toEqual({ raise: [], reopen: [], refresh: [], resolve })
  })

  it("leaves others of the same lane alone", () => {
    const other = known("open", { id: "ipniss_2", kind: "paid_twice" })
    expect(compareIssues([known("open"), other], [issue()])).toMatchObject({ resolve: ["ipniss_2"] })
  })
})
