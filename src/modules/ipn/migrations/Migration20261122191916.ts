import { Migration } from "@medusajs/framework/mikro-orm/migrations";

export class Migration20261122191916 extends Migration {

  // Written without the indexes on deleted_at that every insert would pay for.
  override async up(): Promise<void> {
    this.addSql(`create table if not exists "ipn_day_count" ("id" text not null, "account_id" text not null, "day" text not null, "received" integer not null default 0, "refused" integer not null default 0, "first_at" timestamptz null, "last_at" timestamptz null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_day_count_pkey" primary key ("id"));`);
    this.addSql(`CREATE UNIQUE INDEX IF NOT EXISTS "IDX_ipn_day_count_account_id_day_unique" ON "ipn_day_count" ("account_id", "day") WHERE deleted_at IS NULL;`);

    this.addSql(`create table if not exists "ipn_decision" ("id" text not null, "lane_id" text not null, "kind" text check ("kind" in ('accept_part', 'accept_full', 'refund', 'attach', 'ignore')) not null, "reason" text not null, "fingerprint" text not null, "detail" jsonb null, "actor_id" text not null, "note" text not null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_decision_pkey" primary key ("id"));`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_decision_lane_id" ON "ipn_decision" ("lane_id") WHERE deleted_at IS NULL;`);

    this.addSql(`create table if not exists "ipn_difference" ("id" text not null, "reconciliation_id" text not null, "account_id" text not null, "kind" text check ("kind" in ('only_at_gateway', 'only_here', 'amount_differs', 'refund_missing', 'open_too_long')) not null, "reference" text null, "gateway_payment_id" text null, "lane_id" text null, "order_id" text null, "here_amount" text null, "gateway_amount" text null, "currency_code" text null, "told" jsonb null, "state" text check ("state" in ('open', 'pulled', 'attached', 'explained')) not null default 'open', "actor_id" text null, "note" text null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_difference_pkey" primary key ("id"));`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_difference_reconciliation_id" ON "ipn_difference" ("reconciliation_id") WHERE deleted_at IS NULL;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_difference_state" ON "ipn_difference" ("state") WHERE deleted_at IS NULL;`);

    this.addSql(`create table if not exists "ipn_issue" ("id" text not null, "kind" text not null, "subject" text not null, "severity" text check ("severity" in ('info', 'warning', 'urgent')) not null, "status" text check ("status" in ('open', 'acknowledged', 'resolved', 'ignored')) not null default 'open', "account_id" text null, "lane_id" text null, "order_id" text null, "cart_id" text null, "amount" text null, "currency_code" text null, "detail" jsonb null, "due_at" timestamptz null, "count" integer not null default 1, "first_seen_at" timestamptz not null, "last_seen_at" timestamptz not null, "resolved_at" timestamptz null, "actor_id" text null, "note" text null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_issue_pkey" primary key ("id"));`);
    this.addSql(`CREATE UNIQUE INDEX IF NOT EXISTS "IDX_ipn_issue_kind_subject_unique" ON "ipn_issue" ("kind", "subject") WHERE deleted_at IS NULL;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_issue_status_last_seen_at" ON "ipn_issue" ("status", "last_seen_at") WHERE deleted_at IS NULL;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_issue_lane_id" ON "ipn_issue" ("lane_id") WHERE deleted_at IS NULL;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_issue_order_id" ON "ipn_issue" ("order_id") WHERE deleted_at IS NULL;`);

    this.addSql(`create table if not exists "ipn_ledger_entry" ("id" text not null, "account_id" text not null, "entry" text check ("entry" in ('payment', 'fee', 'refund', 'dispute', 'reversal', 'payout', 'adjustment')) not null, "debit" text not null, "credit" text not null, "amount" text not null, "currency_code" text not null, "lane_id" text null, "subject" text not null, "ordinal" integer not null, "gateway_payment_id" text null, "order_id" text null, "note" text null, "occurred_at" timestamptz not null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_ledger_entry_pkey" primary key ("id"));`);
    this.addSql(`CREATE UNIQUE INDEX IF NOT EXISTS "IDX_ipn_ledger_entry_account_id_subject_ordinal_unique" ON "ipn_ledger_entry" ("account_id", "subject", "ordinal") WHERE deleted_at IS NULL;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_ledger_entry_lane_id" ON "ipn_ledger_entry" ("lane_id") WHERE deleted_at IS NULL;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_ledger_entry_order_id" ON "ipn_ledger_entry" ("order_id") WHERE deleted_at IS NULL;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_ledger_entry_account_id_currency_code_occurred_at" ON "ipn_ledger_entry" ("account_id", "currency_code", "occurred_at") WHERE deleted_at IS NULL;`);

    this.addSql(`create table if not exists "ipn_outbox" ("id" text not null, "channel" text not null, "topic" text not null, "fact" text not null, "payload" jsonb not null, "state" text check ("state" in ('waiting', 'sent', 'dropped', 'failed')) not null default 'waiting', "due_at" timestamptz null, "lease_until" timestamptz null, "attempts" integer not null default 0, "error" text null, "sent_at" timestamptz null, "lane_id" text null, "order_id" text null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_outbox_pkey" primary key ("id"));`);
    this.addSql(`CREATE UNIQUE INDEX IF NOT EXISTS "IDX_ipn_outbox_channel_topic_fact_unique" ON "ipn_outbox" ("channel", "topic", "fact") WHERE deleted_at IS NULL;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_outbox_due" ON "ipn_outbox" ("due_at") WHERE state = 'waiting' AND deleted_at IS NULL;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_outbox_order_id" ON "ipn_outbox" ("order_id") WHERE deleted_at IS NULL;`);

    this.addSql(`create table if not exists "ipn_reconciliation" ("id" text not null, "account_id" text not null, "from_at" timestamptz not null, "to_at" timestamptz not null, "state" text check ("state" in ('waiting', 'running', 'done', 'failed')) not null default 'waiting', "lease_until" timestamptz null, "compared" integer not null default 0, "differences" integer not null default 0, "error" text null, "actor_id" text null, "finished_at" timestamptz null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_reconciliation_pkey" primary key ("id"));`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_reconciliation_account_id" ON "ipn_reconciliation" ("account_id") WHERE deleted_at IS NULL;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_reconciliation_open" ON "ipn_reconciliation" ("state") WHERE state in ('waiting', 'running') AND deleted_at IS NULL;`);

    this.addSql(`create table if not exists "ipn_replay" ("id" text not null, "selection" jsonb not null, "state" text check ("state" in ('waiting', 'running', 'done', 'failed')) not null default 'waiting', "lease_until" timestamptz null, "cursor" text null, "total" integer not null default 0, "done" integer not null default 0, "failed" integer not null default 0, "error" text null, "actor_id" text not null, "finished_at" timestamptz null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_replay_pkey" primary key ("id"));`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_replay_open" ON "ipn_replay" ("state") WHERE state in ('waiting', 'running') AND deleted_at IS NULL;`);

    this.addSql(`create table if not exists "ipn_setting" ("id" text not null, "key" text not null, "value" jsonb not null, "actor_id" text not null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_setting_pkey" primary key ("id"));`);
    this.addSql(`CREATE UNIQUE INDEX IF NOT EXISTS "IDX_ipn_setting_key_unique" ON "ipn_setting" ("key") WHERE deleted_at IS NULL;`);

    this.addSql(`create table if not exists "ipn_setting_change" ("id" text not null, "key" text not null, "from" jsonb null, "to" jsonb null, "actor_id" text not null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_setting_change_pkey" primary key ("id"));`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_setting_change_key" ON "ipn_setting_change" ("key") WHERE deleted_at IS NULL;`);

    this.addSql(`alter table if exists "ipn_message" drop constraint if exists "ipn_message_proof_check";`);

    this.addSql(`alter table if exists "ipn_expected_payment" add column if not exists "ask_at" timestamptz null, add column if not exists "asked_at" timestamptz null, add column if not exists "asks" integer not null default 0;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_expected_payment_payment_collection_id" ON "ipn_expected_payment" ("payment_collection_id") WHERE deleted_at IS NULL;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_expected_payment_ask" ON "ipn_expected_payment" ("ask_at") WHERE ask_at IS NOT NULL AND deleted_at IS NULL;`);

    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_lane_order_id" ON "ipn_lane" ("order_id") WHERE deleted_at IS NULL;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_lane_state" ON "ipn_lane" ("state") WHERE state <> 'settled' AND deleted_at IS NULL;`);

    this.addSql(`alter table if exists "ipn_message" add column if not exists "body_state" text check ("body_state" in ('exact', 'redacted', 'sealed', 'pruned')) not null default 'exact', add column if not exists "seal_key_id" text null;`);
    this.addSql(`alter table if exists "ipn_message" add constraint "ipn_message_proof_check" check("proof" in ('proven', 'unproven', 'confirmed'));`);
  }

  override async down(): Promise<void> {
    this.addSql(`drop table if exists "ipn_day_count" cascade;`);

    this.addSql(`drop table if exists "ipn_decision" cascade;`);

    this.addSql(`drop table if exists "ipn_difference" cascade;`);

    this.addSql(`drop table if exists "ipn_issue" cascade;`);

    this.addSql(`drop table if exists "ipn_ledger_entry" cascade;`);

    this.addSql(`drop table if exists "ipn_outbox" cascade;`);

    this.addSql(`drop table if exists "ipn_reconciliation" cascade;`);

    this.addSql(`drop table if exists "ipn_replay" cascade;`);

    this.addSql(`drop table if exists "ipn_setting" cascade;`);

    this.addSql(`drop table if exists "ipn_setting_change" cascade;`);

    this.addSql(`alter table if exists "ipn_message" drop constraint if exists "ipn_message_proof_check";`);

    this.addSql(`drop index if exists "IDX_ipn_expected_payment_payment_collection_id";`);
    this.addSql(`drop index if exists "IDX_ipn_expected_payment_ask";`);
    this.addSql(`alter table if exists "ipn_expected_payment" drop column if exists "ask_at", drop column if exists "asked_at", drop column if exists "asks";`);

    this.addSql(`drop index if exists "IDX_ipn_lane_order_id";`);
    this.addSql(`drop index if exists "IDX_ipn_lane_state";`);

    this.addSql(`alter table if exists "ipn_message" drop column if exists "body_state", drop column if exists "seal_key_id";`);

    this.addSql(`alter table if exists "ipn_message" add constraint "ipn_message_proof_check" check("proof" in ('proven', 'unproven', 'confirmed', 'denied'));`);
  }

}
