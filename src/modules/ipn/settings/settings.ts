import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { z } from "@medusajs/framework/zod"
import { ulid } from "ulid"
import { describeIssue, sentenceOf, unknownOptions } from "../../../config/mistake"
import {
  completeSettings,
  contradictionsIn,
  definitionOf,
  flattenPins,
  settingKeys,
  type Pins,
  type SettingKey,
  type Settings as Values,
} from "../../../config/settings"

/** One setting as the owner sees it. */
export type ListedSetting = Readonly<{
  key: SettingKey
  value: unknown
  default: unknown
  /** Set in medusa-config: cannot be changed here. */
  pinned: boolean
  unit: string
  /** What it does, in one sentence. */
  sentence: string
  /** What it may be, as JSON Schema. */
  schema: Readonly<Record<string, unknown>>
}>

/** Why nothing was changed: one sentence for each key. */
export type Problem = Readonly<{ key: string; sentence: string }>

export type Changed =
  | Readonly<{ kind: "changed"; keys: readonly SettingKey[] }>
  | Readonly<{ kind: "refused"; problems: readonly Problem[] }>

export type SettingChange = Readonly<{
  id: string
  key: string
  from: unknown
  to: unknown
  actor_id: string
  created_at: Date
}>

/** How long a process may go on with settings that another one has changed. */
const cachedForMs = 1_000

/** What can be changed without a deploy: the default, unless the database says otherwise, unless medusa-config pins it. */
export class Settings {
  private cached: { at: number; values: Promise<Values> } | undefined
  private readonly pins: ReadonlyMap<string, unknown>

  /** @param now Milliseconds of a clock that only goes forward. */
  constructor(
    private readonly db: Knex,
    pins: Pins,
    private readonly accountIds: ReadonlySet<string>,
    private readonly now: () => number = () => performance.now()
  ) {
    this.pins = flattenPins(pins)
  }

  /** All settings as they hold now; a change made in another process is seen within a second. */
  async read(): Promise<Values> {
    const at = this.now()
    if (this.cached && at - this.cached.at < cachedForMs) return this.cached.values
    const values = this.readStored(this.db).then((stored) => this.merge(stored))
    const cached = { at, values }
    this.cached = cached
    values.catch(() => {
      if (this.cached === cached) this.cached = undefined
    })
    return values
  }

  async list(): Promise<ListedSetting[]> {
    const values = this.merge(await this.readStored(this.db))
    return settingKeys.map((key) => {
      const definition = definitionOf(key)!
      return {
        key,
        value: valueAt(values, key),
        default: definition.default,
        pinned: this.pins.has(key),
        unit: definition.unit,
        sentence: definition.about,
        schema: z.toJSONSchema(definition.schema, { io: "input" }) as Record<string, unknown>,
      }
    })
  }

  /**
   * Changes settings, all or none: what is pinned in medusa-config, unknown, or does not fit is refused with a sentence
   * for each. A setting that is given its default follows the default from then on.
   */
  async change(values: Readonly<Record<string, unknown>>, actorId: string): Promise<Changed> {
    const asked = new Map(Object.entries(values))
    const problems = [...asked].flatMap(([key, value]) => this.problemsOf(key, value))
    if (problems.length > 0) return { kind: "refused", problems }
    const changed = await this.db.transaction(async (trx): Promise<Changed> => {
      // Two changes at once are one after the other: each is judged together with what the other left.
      await trx.raw(`select pg_advisory_xact_lock(hashtext('ipn_setting'))`)
      const stored = await this.readStored(trx)
      const before = this.merge(stored)
      const after = this.merge(new Map([...stored, ...asked]))
      const contradictions = contradictionsIn(after, new Set(asked.keys()), this.accountIds)
      if (contradictions.length > 0) {
        return {
          kind: "refused",
          problems: contradictions.map(({ key, message }) => problem(key, [], message)),
        }
      }
      const keys = [...asked.keys()].map((key) => key as SettingKey)
      const different = keys.filter((key) => !isSame(valueAt(before, key), valueAt(after, key)))
      for (const key of keys) await store(trx, key, valueAt(after, key), actorId)
      for (const key of different) {
        await audit(trx, { key, from: valueAt(before, key), to: valueAt(after, key), actorId })
      }
      await wakeResumed(trx, before.accounts.paused, after.accounts.paused)
      return { kind: "changed", keys: different }
    })
    this.cached = undefined
    return changed
  }

  /** Who changed what, the newest first. */
  async changes(
    key?: string,
    { limit = 50, offset = 0 }: { limit?: number; offset?: number } = {}
  ): Promise<{ changes: SettingChange[]; count: number }> {
    const { rows } = await this.db.raw(
      `select id, key, "from"->'value' as "from", "to"->'value' as "to", actor_id, created_at, count(*) over ()::int as count
       from ipn_setting_change where deleted_at is null and (?::text is null or key = ?)
       order by created_at desc, id desc limit ? offset ?`,
      [key ?? null, key ?? null, limit, offset]
    )
    const found = rows as (SettingChange & { count: number })[]
    return { changes: found.map(({ count: _, ...change }) => change), count: found[0]?.count ?? 0 }
  }

  private problemsOf(key: string, value: unknown): Problem[] {
    const definition = definitionOf(key)
    if (!definition) {
      const text = unknownOptions([key], settingKeys).replaceAll("there is no option", "there is no setting")
      return [{ key, sentence: sentenceOf({ path: [], message: text }) }]
    }
    if (this.pins.has(key)) {
      return [
        problem(key, [], "it is pinned in medusa-config: change it there, or remove it from `settings`."),
      ]
    }
    const parsed = definition.schema.safeParse(value, { error: describeIssue })
    if (parsed.success) return []
    return parsed.error.issues.map((issue) => problem(key, issue.path, issue.message))
  }

  private merge(stored: ReadonlyMap<string, unknown>): Values {
    return completeSettings(new Map([...stored, ...this.pins]))
  }

  private async readStored(db: Knex): Promise<Map<string, unknown>> {
    const { rows } = await db.raw(
      `select key, value->'value' as value from ipn_setting where deleted_at is null`
    )
    return new Map((rows as { key: string; value: unknown }[]).map(({ key, value }) => [key, value]))
  }
}

function problem(key: string, path: readonly PropertyKey[], message: string): Problem {
  const place = path.length > 0 ? `, "${path.map(String).join('", "')}"` : ""
  return { key, sentence: sentenceOf({ path: [], message }, `Setting \`${key}\`${place}`) }
}

async function store(trx: Knex, key: SettingKey, value: unknown, actorId: string): Promise<void> {
  if (isSame(value, definitionOf(key)?.default)) {
    await trx.raw(`delete from ipn_setting where key = ?`, [key])
    return
  }
  await trx.raw(
    `insert into ipn_setting (id, key, value, actor_id) values (?, ?, ?::jsonb, ?)
     on conflict (key) where deleted_at is null do update set
       value = excluded.value, actor_id = excluded.actor_id, updated_at = now()`,
    [`ipnset_${ulid()}`, key, JSON.stringify({ value }), actorId]
  )
}

async function audit(
  trx: Knex,
  change: { key: string; from: unknown; to: unknown; actorId: string }
): Promise<void> {
  await trx.raw(
    `insert into ipn_setting_change (id, key, "from", "to", actor_id) values (?, ?, ?::jsonb, ?::jsonb, ?)`,
    [
      `ipnsch_${ulid()}`,
      change.key,
      JSON.stringify({ value: change.from }),
      JSON.stringify({ value: change.to }),
      change.actorId,
    ]
  )
}

/** Payments that wait because their account was paused go on at once. */
async function wakeResumed(trx: Knex, before: readonly string[], after: readonly string[]): Promise<void> {
  const resumed = before.filter((id) => !after.includes(id))
  if (resumed.length === 0) return
  await trx.raw(
    `update ipn_lane set due_at = now(), updated_at = now()
     where due_at is not null and reason = 'account_paused' and account_id = any(?::text[]) and deleted_at is null`,
    [resumed]
  )
}

function valueAt(values: Values, key: SettingKey): unknown {
  const [group = "", name] = key.split(".")
  const node = (values as unknown as Record<string, unknown>)[group]
  return name === undefined ? node : (node as Record<string, unknown>)[name]
}

/** Whether two JSON values are equal, whatever the order of their keys. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
