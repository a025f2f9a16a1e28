import type { MailKind } from "./mail"

/** Whether a mail is sent, and who writes it. */
export type MailMode = "off" | "plugin" | "provider"

/** A mail's name among the settings: `ipn.payment-received` is `payment_received`. */
type NameOf<K extends MailKind> = K extends `ipn.${infer Rest}` ? Underscored<Rest> : never
type Underscored<T extends string> = T extends `${infer A}-${infer B}` ? `${A}_${Underscored<B>}` : T

type Modes = Readonly<Record<NameOf<MailKind>, MailMode>>

/** How a mail is set. */
export function modeOf({ emails }: Readonly<{ emails: Modes }>, kind: MailKind): MailMode {
  return emails[kind.slice("ipn.".length).replaceAll("-", "_") as NameOf<MailKind>]
}
