import { useAnswer } from "../client/use-answer"
import type { Query } from "../client/ask"
import type { Message, MessageDetail } from "./message"

export type MessageCounts = Readonly<Record<"all" | "needs_you" | "waiting" | "done" | "refused", number>>

/** One page of messages, the newest first. */
export function useMessages(query: Query, options?: { live?: boolean; enabled?: boolean }) {
  return useAnswer<{ messages: Message[]; count: number; searched_to: string | null }>(
    "/messages",
    query,
    options
  )
}

/** How many messages each tab has, with the same filters. */
export function useMessageCounts(query: Query) {
  return useAnswer<{ counts: MessageCounts }>("/message-counts", query)
}

/** One message with all that became of it. */
export function useMessage(id: string) {
  return useAnswer<{ message: MessageDetail }>(`/messages/${encodeURIComponent(id)}`)
}
