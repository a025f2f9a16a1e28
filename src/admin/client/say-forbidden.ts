import type { TFunction } from "i18next"

/** Which permission a refused call lacked, as people say it: Medusa names them as `ipn_message:read`. */
export function sayForbidden(t: TFunction<"ipn">, { message }: Pick<Error, "message">): string {
  const [permission] = message.match(/\b\w+:(?:read|create|update|delete)\b/) ?? []
  return permission ? t("failures.permission", { permission }) : t("failures.noRole")
}
