import { Migration } from "@medusajs/framework/mikro-orm/migrations"

/** How each attempt to settle a payment ended can be looked at. */
export class Migration20261122235900 extends Migration {
  override async up(): Promise<void> {
    this.addSql(`ALTER TABLE "ipn_lane" ADD COLUMN IF NOT EXISTS "history" jsonb NULL;`)
  }

  override async down(): Promise<void> {
    this.addSql(`alter table if exists "ipn_lane" drop column if exists "history";`)
  }
}
