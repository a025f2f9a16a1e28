import { Migration } from "@medusajs/framework/mikro-orm/migrations"

/** What the admin's lists of messages look up: an account's latest, those that cannot be read, by event type and by amount. */
export class Migration20261122202728 extends Migration {
  override async up(): Promise<void> {
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_message_account_id_id" ON "ipn_message" ("account_id", "id") WHERE deleted_at IS NULL;`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_message_unreadable" ON "ipn_message" ("id") WHERE unreadable IS NOT NULL AND deleted_at IS NULL;`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_payment_event_type_message_id" ON "ipn_payment_event" ("type", "message_id") WHERE deleted_at IS NULL;`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_payment_event_money" ON "ipn_payment_event" ((statement->'money'->>'currency'), (statement->'money'->>'amount'), "message_id") WHERE deleted_at IS NULL;`
    )
  }

  override async down(): Promise<void> {
    this.addSql(`drop index if exists "IDX_ipn_payment_event_money";`)
    this.addSql(`drop index if exists "IDX_ipn_payment_event_type_message_id";`)
    this.addSql(`drop index if exists "IDX_ipn_message_unreadable";`)
    this.addSql(`drop index if exists "IDX_ipn_message_account_id_id";`)
  }
}
