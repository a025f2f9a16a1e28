import { Migration } from "@medusajs/framework/mikro-orm/migrations"

/** Adjustments of the ledger say who made them, and Postgres itself refuses to change or delete an entry. */
export class Migration20261122193354 extends Migration {
  override async up(): Promise<void> {
    this.addSql(`alter table if exists "ipn_ledger_entry" add column if not exists "actor_id" text null;`)

    this.addSql(`create or replace function ipn_ledger_is_append_only() returns trigger language plpgsql as $body$
      begin
        raise exception 'ipn_ledger_entry is append only: post another entry instead';
      end
    $body$;`)
    this.addSql(`drop trigger if exists "ipn_ledger_entry_append_only" on "ipn_ledger_entry";`)
    this.addSql(`create trigger "ipn_ledger_entry_append_only" before update or delete on "ipn_ledger_entry"
      for each row execute function ipn_ledger_is_append_only();`)
  }

  override async down(): Promise<void> {
    this.addSql(`drop trigger if exists "ipn_ledger_entry_append_only" on "ipn_ledger_entry";`)
    this.addSql(`drop function if exists ipn_ledger_is_append_only();`)
    this.addSql(`alter table if exists "ipn_ledger_entry" drop column if exists "actor_id";`)
  }
}
