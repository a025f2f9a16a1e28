import { Migration } from "@medusajs/framework/mikro-orm/migrations"

/** What changed lately is found without reading all lanes: buyers wait for it. */
export class Migration20261122205500 extends Migration {
  override async up(): Promise<void> {
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_ipn_lane_changed" ON "ipn_lane" ("updated_at") WHERE deleted_at IS NULL;`
    )
  }

  override async down(): Promise<void> {
    this.addSql(`drop index if exists "IDX_ipn_lane_changed";`)
  }
}
