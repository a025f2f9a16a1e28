import { z } from "@medusajs/framework/zod"
import { languages } from "../../../../emails/locale"

const language = z.enum(languages).optional()

export const previewMailQuery = z.object({ language })
export const sendSampleBody = z.object({ language })
