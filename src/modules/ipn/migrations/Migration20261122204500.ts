import { Migration } from "@medusajs/framework/mikro-orm/migrations"

/** What a crash cut is found without reading all that was ever done. */
export class Migration20261122204500 extends Migration {
  override async up(): Promise<void> {
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_effect_open" ON "ipn_effect" ("started_at") WHERE state = 'started' AND deleted_at IS NULL;`
    )
  }

  override async down(): Promise<void> {
    this.addSql(`drop index if exists "IDX_ipn_effect_open";`)
  }
}
