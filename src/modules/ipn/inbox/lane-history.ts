/** How settling a lane ended, once or several times in a row. Plain JSON, as it lies in the lane. */
export type LaneAttempt = Readonly<{
  state: string
  reason: string | null
  error: string | null
  /** How often in a row it ended like this, the first and the last time. ISO 8601. */
  times: number
  since: string
  at: string
}>

const keptAttempts = 20

/**
 * SQL for the lane's new history, the newest first: what ended like the time before is counted there. Bindings: state,
 * reason and error, as texts.
 */
export const nextHistory = `(
  select jsonb_agg(one order by place) from (
    select one, place
    from (select ?::text as state, ?::text as reason, left(?::text, 500) as error) told
    cross join lateral (
      select history->0->>'state' = told.state
         and history->0->>'reason' is not distinct from told.reason
         and history->0->>'error' is not distinct from told.error as is_same
    ) compared
    cross join lateral jsonb_array_elements(
      jsonb_build_array(jsonb_build_object(
        'state', told.state, 'reason', told.reason, 'error', told.error,
        'times', case when is_same then (history->0->>'times')::int + 1 else 1 end,
        'since', case when is_same then history->0->'since' else to_jsonb(now()) end,
        'at', now()
      )) || case when is_same then history - 0 else coalesce(history, '[]') end
    ) with ordinality as kept(one, place)
    where place <= ${keptAttempts}
  ) last
)`
