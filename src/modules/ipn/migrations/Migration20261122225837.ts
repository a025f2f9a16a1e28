import { Migration } from "@medusajs/framework/mikro-orm/migrations";

export class Migration20261122225837 extends Migration {

  override async up(): Promise<void> {
    this.addSql(`alter table if exists "ipn_hold" drop constraint if exists "ipn_hold_cart_id_unique";`);
    this.addSql(`create table if not exists "ipn_hold" ("id" text not null, "cart_id" text not null, "state" text check ("state" in ('held', 'turned', 'ordered', 'released')) not null, "claims" jsonb not null, "expires_at" timestamptz not null, "taken_at" timestamptz not null, "reservations" jsonb not null, "order_id" text null, "due_at" timestamptz null, "released_at" timestamptz null, "because" text null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "ipn_hold_pkey" primary key ("id"));`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_hold_deleted_at" ON "ipn_hold" ("deleted_at") WHERE deleted_at IS NULL;`);
    this.addSql(`CREATE UNIQUE INDEX IF NOT EXISTS "IDX_ipn_hold_cart_id_unique" ON "ipn_hold" ("cart_id") WHERE deleted_at IS NULL;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_hold_due" ON "ipn_hold" ("due_at") WHERE due_at IS NOT NULL AND deleted_at IS NULL;`);
    this.addSql(`CREATE INDEX IF NOT EXISTS "IDX_ipn_hold_turned" ON "ipn_hold" ("state") WHERE state = 'turned' AND deleted_at IS NULL;`);
  }

  override async down(): Promise<void> {
    this.addSql(`drop table if exists "ipn_hold" cascade;`);
  }

}
