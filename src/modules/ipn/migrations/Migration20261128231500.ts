import { Migration } from "@medusajs/framework/mikro-orm/migrations"

/**
 * What is received is kept in a table of its own until it is sorted into messages, events and lanes. It has no model:
 * nobody reads it but who sorts, and what Medusa adds to a model's table would be written before each acknowledgement.
 */
export class Migration20261128231500 extends Migration {
  override async up(): Promise<void> {
    this.addSql(
      `create table if not exists "ipn_intake" ("id" text not null, "entries" text not null, "created_at" timestamptz not null default now(), constraint "ipn_intake_pkey" primary key ("id"));`
    )
    // What was stored by the version before and is not sorted yet.
    this.addSql(
      `insert into "ipn_intake" (id, entries) select replace(id, 'ipnmsg_', 'ipnint_'), json_build_array(row_to_json(m))::text from "ipn_message" m where told is not null;`
    )
    this.addSql(`delete from "ipn_message" where told is not null;`)
    this.addSql(`drop index if exists "IDX_ipn_message_told";`)
    this.addSql(`alter table if exists "ipn_message" drop column if exists "told";`)
  }

  override async down(): Promise<void> {
    // Acknowledged and in no other table yet: a gateway sends none of it again.
    this.addSql(
      `do $$ begin if exists (select 1 from "ipn_intake") then raise exception 'ipn_intake holds messages that are not sorted yet: let a worker sort them first'; end if; end $$;`
    )
    this.addSql(`alter table if exists "ipn_message" add column if not exists "told" jsonb null;`)
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_message_told" ON "ipn_message" ("id") WHERE told IS NOT NULL AND deleted_at IS NULL;`
    )
    this.addSql(`drop table if exists "ipn_intake" cascade;`)
  }
}
