import { ExclamationCircle, LockClosedSolid } from "@medusajs/icons"
import { Button, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { sayForbidden } from "../client/say-forbidden"
import { statusOf } from "../client/use-answer"

/** Instead of what could not be loaded: why, and a button that tries again. A missing permission is named. */
export function FailureNotice({ error, retry }: { error: Error; retry?: () => void }) {
  const { t } = useTranslation("ipn")
  const status = statusOf(error)
  const [Icon, title] =
    status === 403
      ? [LockClosedSolid, t("failures.forbidden")]
      : status === 404
        ? [ExclamationCircle, t("failures.notFound")]
        : status === undefined
          ? [ExclamationCircle, t("failures.offline")]
          : [ExclamationCircle, t("failures.load")]
  return (
    <div role="alert" className="flex w-full flex-col items-center justify-center gap-y-4 px-6 py-16">
      <div className="flex flex-col items-center gap-y-3 text-center">
        <Icon className="text-ui-fg-subtle" />
        <div className="flex max-w-md flex-col items-center gap-y-1">
          <Text size="small" leading="compact" weight="plus">
            {title}
          </Text>
          {status !== undefined && status !== 404 && (
            <Text size="small" className="text-ui-fg-muted break-words">
              {status === 403 ? sayForbidden(t, error) : error.message}
            </Text>
          )}
        </div>
      </div>
      {retry && status !== 403 && status !== 404 && (
        <Button variant="secondary" size="small" onClick={retry}>
          {t("failures.retry")}
        </Button>
      )}
    </div>
  )
}
