/** How a message stands, in the words that people see; the first that fits. */
export const messageStates = [
  "failed",
  "review",
  "unmatched",
  "settling",
  "waiting",
  "applied",
  "already_applied",
  "ignored",
] as const
export type MessageState = (typeof messageStates)[number]

/** The tabs of the list. */
export const messageTabs = {
  needs_you: ["failed", "review", "unmatched"],
  waiting: ["waiting", "settling"],
  done: ["applied", "already_applied", "ignored"],
} as const satisfies Record<string, readonly MessageState[]>
export type MessageTab = keyof typeof messageTabs

/** An event that has not come to its end. */
export const isOpenEvent = `(event.outcome is null or event.outcome in ('review', 'unmatched'))`

/** The place of a state among all, from 1 as Postgres counts: the least of several needs most attention. */
const placeOf = (state: MessageState) => messageStates.indexOf(state) + 1

const stateOfEvent = `case
  when ${isOpenEvent} and lane.state = 'failed' then ${placeOf("failed")}
  when event.outcome = 'review' then ${placeOf("review")}
  when event.outcome = 'unmatched' then ${placeOf("unmatched")}
  when event.outcome is null and lane.lease_until > now() then ${placeOf("settling")}
  when event.outcome is null then ${placeOf("waiting")}
  when event.outcome = 'applied' then ${placeOf("applied")}
  when event.outcome in ('already_applied', 'refused') then ${placeOf("already_applied")}
  else ${placeOf("ignored")} end`

/**
 * A message's state in SQL, over `message`. Of several events the one that needs most attention counts; a message that
 * told only what was known is `already_applied`, one that told nothing `ignored`.
 */
export const stateOfMessage = `(case
  when message.unreadable is not null then 'review'
  else coalesce(
    (select (array[${messageStates.map((state) => `'${state}'`).join(", ")}])[min(${stateOfEvent})]
     from ipn_payment_event event join ipn_lane lane on lane.id = event.lane_id
     where event.message_id = message.id and event.deleted_at is null),
    (select case when lane.state = 'failed' then 'failed' when lane.lease_until > now() then 'settling' else 'waiting' end
     from ipn_lane lane
     where message.about is null and lane.account_id = message.account_id and lane.key = 'msg:' || message.id
       and lane.state <> 'settled' and lane.deleted_at is null),
    case when message.about is null then 'ignored' else 'already_applied' end)
  end)`
