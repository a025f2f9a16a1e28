import { InlineTip, Text } from "@medusajs/ui"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { useAction } from "../client/use-action"
import { ActionDrawer } from "../parts/action-drawer"

/** What became of several things: how many were ignored, and what each of the others is by now. */
export type Ignored = Readonly<{ count: number; others: readonly string[] }>

/** Ignores several things for one reason: says before which, and after what became of each. */
export function IgnoreDrawer({
  title,
  help,
  canSubmit,
  run,
  said,
  onClose,
  children,
}: {
  title: string
  help: string
  canSubmit: boolean
  run: (note: string) => Promise<Ignored>
  said: (count: number) => string
  onClose: () => void
  children: ReactNode
}) {
  const { t } = useTranslation("ipn")
  const [ignored, setIgnored] = useState<Ignored>()
  const { mutate, isPending } = useAction(run, (done) => {
    setIgnored(done)
    return done.count > 0 ? said(done.count) : undefined
  })
  return (
    <ActionDrawer
      open
      onClose={onClose}
      title={title}
      description={help}
      submitLabel={ignored ? t("actions.close") : t("ignoring.submit")}
      note={ignored ? "none" : "required"}
      canSubmit={ignored !== undefined || canSubmit}
      isDone={ignored !== undefined}
      isPending={isPending}
      onSubmit={(note) => (ignored ? onClose() : mutate(note))}
    >
      {!ignored && children}
      {ignored && <Text size="small">{said(ignored.count)}</Text>}
      {ignored && ignored.others.length > 0 && (
        <InlineTip variant="warning" label={t("ignoring.changed")}>
          <ul>
            {ignored.others.map((line, index) => (
              <li key={index}>{line}</li>
            ))}
          </ul>
        </InlineTip>
      )}
    </ActionDrawer>
  )
}
