import "i18next"
import type { Words } from "./words"

// `t` of the namespace `ipn` takes only keys that exist; the dashboard's own namespace stays open.
declare module "i18next" {
  interface CustomTypeOptions {
    resources: { ipn: Words; translation: Record<string, string> }
    returnNull: false
  }
}
