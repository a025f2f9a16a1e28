import { Migration } from "@medusajs/framework/mikro-orm/migrations"

export class Migration20261122163642 extends Migration {
  // Beyond what the models say: an index into the gateway's ids, and none on deleted_at, which every insert would pay for.
  override async up(): Promise<void> {
    this.addSql(
      `create table if not exists "ipn_effect" ("id" text not null, "lane_id" text not null, "kind" text not null, "object_id" text not null, "state" text check ("state" in ('started', 'done', 'undone')) not null, "detail" jsonb null, "started_at" timestamptz not null, "done_at" timestamptz null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_effect_pkey" primary key ("id"));`
    )
    this.addSql(
      `CREATE UNIQUE INDEX IF NOT EXISTS "IDX_ipn_effect_lane_id_kind_object_id_unique" ON "ipn_effect" ("lane_id", "kind", "object_id") WHERE deleted_at IS NULL;`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_effect_object_id" ON "ipn_effect" ("object_id") WHERE deleted_at IS NULL;`
    )

    this.addSql(
      `create table if not exists "ipn_expected_payment" ("id" text not null, "account_id" text not null, "reference" text not null, "amount" text not null, "currency_code" text not null, "payment_collection_id" text null, "cart_id" text null, "gateway_payment_ids" jsonb not null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_expected_payment_pkey" primary key ("id"));`
    )
    this.addSql(
      `CREATE UNIQUE INDEX IF NOT EXISTS "IDX_ipn_expected_payment_account_id_reference_unique" ON "ipn_expected_payment" ("account_id", "reference") WHERE deleted_at IS NULL;`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_expected_payment_gateway_payment_ids" ON "ipn_expected_payment" USING gin ("gateway_payment_ids" jsonb_path_ops);`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_expected_payment_cart_id" ON "ipn_expected_payment" ("cart_id") WHERE deleted_at IS NULL;`
    )

    this.addSql(
      `create table if not exists "ipn_lane" ("id" text not null, "account_id" text not null, "key" text not null, "state" text check ("state" in ('waiting', 'settled', 'unmatched', 'review', 'failed')) not null default 'waiting', "reason" text null, "detail" jsonb null, "error" text null, "due_at" timestamptz null, "lease_until" timestamptz null, "fence" integer not null default 0, "attempts" integer not null default 0, "version" integer not null default 0, "facts" jsonb null, "payment_session_id" text null, "cart_id" text null, "order_id" text null, "first_due_at" timestamptz not null, "settled_at" timestamptz null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_lane_pkey" primary key ("id"));`
    )
    this.addSql(
      `CREATE UNIQUE INDEX IF NOT EXISTS "IDX_ipn_lane_account_id_key_unique" ON "ipn_lane" ("account_id", "key") WHERE deleted_at IS NULL;`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_lane_due" ON "ipn_lane" ("due_at") WHERE due_at IS NOT NULL AND deleted_at IS NULL;`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_lane_payment_session_id" ON "ipn_lane" ("payment_session_id") WHERE deleted_at IS NULL;`
    )

    this.addSql(
      `create table if not exists "ipn_message" ("id" text not null, "account_id" text not null, "gateway_id" text not null, "method" text not null, "query" text not null, "headers" jsonb not null, "body" text not null, "ip" text not null, "proof" text check ("proof" in ('proven', 'unproven', 'confirmed', 'denied')) not null, "proof_detail" jsonb not null, "unreadable" text null, "told" jsonb null, "received_at" timestamptz not null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_message_pkey" primary key ("id"));`
    )
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_message_told" ON "ipn_message" ("id") WHERE told IS NOT NULL AND deleted_at IS NULL;`);
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_message_unproven" ON "ipn_message" ("account_id") WHERE proof = 'unproven' AND deleted_at IS NULL;`
    )

    this.addSql(
      `create table if not exists "ipn_payment_event" ("id" text not null, "account_id" text not null, "key" text not null, "lane_id" text not null, "message_id" text null, "type" text not null, "statement" jsonb not null, "occurred_at" timestamptz not null, "received_at" timestamptz not null, "outcome" text check ("outcome" in ('applied', 'already_applied', 'ignored', 'unmatched', 'review', 'refused')) null, "outcome_reason" text null, "settled_at" timestamptz null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_payment_event_pkey" primary key ("id"));`
    )
    this.addSql(
      `CREATE UNIQUE INDEX IF NOT EXISTS "IDX_ipn_payment_event_account_id_key_unique" ON "ipn_payment_event" ("account_id", "key") WHERE deleted_at IS NULL;`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_payment_event_lane_id" ON "ipn_payment_event" ("lane_id") WHERE deleted_at IS NULL;`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_payment_event_message_id" ON "ipn_payment_event" ("message_id") WHERE deleted_at IS NULL;`
    )

    this.addSql(
      `create table if not exists "ipn_refusal" ("id" text not null, "account_id" text not null, "slot" integer not null, "why" text not null, "detail" text null, "ip" text not null, "refused_at" timestamptz not null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_refusal_pkey" primary key ("id"));`
    )
    this.addSql(
      `CREATE UNIQUE INDEX IF NOT EXISTS "IDX_ipn_refusal_account_id_slot_unique" ON "ipn_refusal" ("account_id", "slot") WHERE deleted_at IS NULL;`
    )
  }

  override async down(): Promise<void> {
    this.addSql(`drop table if exists "ipn_effect" cascade;`)

    this.addSql(`drop table if exists "ipn_expected_payment" cascade;`)

    this.addSql(`drop table if exists "ipn_lane" cascade;`)

    this.addSql(`drop table if exists "ipn_message" cascade;`)

    this.addSql(`drop table if exists "ipn_payment_event" cascade;`)

    this.addSql(`drop table if exists "ipn_refusal" cascade;`)
  }
}
