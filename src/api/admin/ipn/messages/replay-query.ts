import { z } from "@medusajs/framework/zod"

/** `dry_run`: only says what it would do. */
export const replayMessageBody = z.object({ dry_run: z.boolean().default(false) })
