import { toast } from "@medusajs/ui"
import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { sayForbidden } from "./say-forbidden"
import { ipnKey, statusOf } from "./use-answer"

/**
 * Something a person does. Afterwards everything on the page is asked again, so that it shows what is so now, also
 * where somebody else was quicker. What went wrong is said in a toast; `done` is what went well.
 */
export function useAction<Input, Answer>(
  run: (input: Input) => Promise<Answer>,
  done?: (answer: Answer) => string | undefined
): UseMutationResult<Answer, Error, Input> {
  const queryClient = useQueryClient()
  const { t } = useTranslation("ipn")
  return useMutation<Answer, Error, Input>({
    mutationFn: run,
    onSuccess: (answer) => {
      const said = done?.(answer)
      if (said) toast.success(said)
    },
    onError: (error) => {
      const status = statusOf(error)
      if (status === 409) toast.warning(t("failures.changed"), { description: error.message })
      else if (status === 403) toast.error(t("failures.forbidden"), { description: sayForbidden(t, error) })
      else if (status === undefined) toast.error(t("failures.offline"))
      else toast.error(t("failures.action"), { description: error.message })
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: [ipnKey] }),
  })
}
