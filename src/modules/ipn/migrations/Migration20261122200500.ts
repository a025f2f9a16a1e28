import { Migration } from "@medusajs/framework/mikro-orm/migrations"

/** A message names the lanes that it told of, so that all messages about a payment are found; who erased what is kept. */
export class Migration20261122200500 extends Migration {
  override async up(): Promise<void> {
    this.addSql(`alter table if exists "ipn_message" add column if not exists "about" jsonb null;`)
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_message_about" ON "ipn_message" USING gin ("about") WHERE about IS NOT NULL AND deleted_at IS NULL;`
    )
    this.addSql(
      `create table if not exists "ipn_erasure" ("id" text not null, "subject" jsonb not null, "lanes" integer not null, "messages" integer not null, "events" integer not null, "actor_id" text not null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_erasure_pkey" primary key ("id"));`
    )
  }

  override async down(): Promise<void> {
    this.addSql(`drop table if exists "ipn_erasure" cascade;`)
    this.addSql(`drop index if exists "IDX_ipn_message_about";`)
    this.addSql(`alter table if exists "ipn_message" drop column if exists "about";`)
  }
}
