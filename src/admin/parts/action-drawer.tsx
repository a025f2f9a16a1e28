import { Button, Drawer, Label, Text, Textarea } from "@medusajs/ui"
import { useId, useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"

export type ActionDrawerProps = Readonly<{
  open: boolean
  onClose: () => void
  title: string
  description?: string
  /** What it will do, in words: shown before it is done. */
  children?: ReactNode
  submitLabel: string
  /** Whether a reason is asked for: it is kept with who did it. */
  note?: "none" | "optional" | "required"
  isDangerous?: boolean
  canSubmit?: boolean
  /** It was done: all that is left is to close. */
  isDone?: boolean
  isPending: boolean
  onSubmit: (note: string) => void
}>

/** Something that a person does: says what it will do, asks for a reason where it needs one, and does it. */
export function ActionDrawer(props: ActionDrawerProps) {
  const { open, onClose, title, description, children, submitLabel, note: wanted = "none" } = props
  const { isDangerous = false, canSubmit = true, isDone = false, isPending, onSubmit } = props
  const { t } = useTranslation("ipn")
  const [note, setNote] = useState("")
  const noteId = useId()
  const text = note.trim()
  return (
    <Drawer open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Drawer.Content>
        <Drawer.Header>
          <Drawer.Title>{title}</Drawer.Title>
          {description && (
            <Drawer.Description className="text-ui-fg-subtle">{description}</Drawer.Description>
          )}
        </Drawer.Header>
        <form
          className="flex flex-1 flex-col overflow-hidden"
          onSubmit={(event) => {
            event.preventDefault()
            if (!isPending && canSubmit && (wanted !== "required" || text)) onSubmit(text)
          }}
        >
          <Drawer.Body className="flex flex-1 flex-col gap-y-6 overflow-y-auto">
            {children}
            {wanted !== "none" && (
              <div className="flex flex-col gap-y-2">
                <Label size="small" weight="plus" htmlFor={noteId}>
                  {wanted === "required" ? t("note.label") : t("note.optional")}
                </Label>
                <Textarea
                  id={noteId}
                  value={note}
                  maxLength={300}
                  aria-required={wanted === "required"}
                  aria-describedby={`${noteId}-hint`}
                  placeholder={t("note.placeholder")}
                  onChange={(event) => setNote(event.target.value)}
                />
                <Text id={`${noteId}-hint`} size="xsmall" className="text-ui-fg-subtle">
                  {t("note.kept")}
                </Text>
              </div>
            )}
          </Drawer.Body>
          <Drawer.Footer>
            {!isDone && (
              <Drawer.Close asChild>
                <Button size="small" variant="secondary" type="button">
                  {t("actions.cancel")}
                </Button>
              </Drawer.Close>
            )}
            <Button
              size="small"
              type="submit"
              variant={isDangerous ? "danger" : "primary"}
              isLoading={isPending}
              disabled={!canSubmit || (wanted === "required" && !text)}
            >
              {submitLabel}
            </Button>
          </Drawer.Footer>
        </form>
      </Drawer.Content>
    </Drawer>
  )
}
