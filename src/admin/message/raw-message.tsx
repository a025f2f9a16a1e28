import { Button, Copy, Skeleton } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { FailureNotice } from "../parts/failure-notice"
import { Section } from "../parts/section"
import type { MessageDetail } from "../queries/message"
import { useHeaders, usePayload } from "../queries/use-payload"

/** The message's bytes and headers, as far as they are kept; loaded only when somebody wants to see them. */
export function RawMessage({ message }: { message: MessageDetail }) {
  const { t } = useTranslation("ipn")
  const [isShown, setShown] = useState(false)
  const { data: payload, error, refetch } = usePayload(message.id, isShown)
  const { data: headers } = useHeaders(message.id, isShown)
  const isDropped = message.body_state === "pruned"
  return (
    <Section
      title={t("message.payload")}
      help={t("message.payloadHelp", {
        bytes: message.body_bytes,
        state: t(`message.bodyStates.${message.body_state}`),
      })}
      actions={
        !isDropped && (
          <Button size="small" variant="secondary" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
            {isShown ? t("message.hide") : t("message.show")}
          </Button>
        )
      }
    >
      {isShown && error && <FailureNotice error={error} retry={() => void refetch()} />}
      {isShown && !error && payload === undefined && (
        <div className="px-6 py-4">
          <Skeleton className="h-32 w-full" />
        </div>
      )}
      {isShown && payload !== undefined && (
        <div className="flex flex-col gap-y-4 px-6 py-4">
          <Text text={tidy(payload)} label={t("message.payload")} />
          {headers && (
            <Text
              label={t("message.headers")}
              text={Object.entries(headers.headers.headers)
                .map(([name, value]) => `${name}: ${value}`)
                .join("\n")}
            />
          )}
        </div>
      )}
    </Section>
  )
}

function Text({ text, label }: { text: string; label: string }) {
  return (
    <div className="bg-ui-bg-subtle border-ui-border-base relative rounded-lg border">
      <Copy content={text} className="text-ui-fg-muted absolute right-3 top-3" />
      <pre
        tabIndex={0}
        aria-label={label}
        className="text-ui-fg-base focus-visible:shadow-borders-focus max-h-[480px] overflow-auto whitespace-pre-wrap break-all rounded-lg p-4 pr-12 font-mono text-xs outline-none"
      >
        {text}
      </pre>
    </div>
  )
}

/** JSON with indents, a form line by line, everything else as it is. */
function tidy(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return /^[\w.%-]+=[^\s<]*$/.test(text) ? text.split("&").join("\n") : text
  }
}
