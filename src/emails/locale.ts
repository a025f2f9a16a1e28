import { de } from "./locales/de"
import { en } from "./locales/en"
import { es } from "./locales/es"
import { fr } from "./locales/fr"
import { pt } from "./locales/pt"
import type { Words } from "./words"

/** The languages that mails are written in. */
export const languages = ["en", "de", "es", "fr", "pt"] as const
export type Language = (typeof languages)[number]

export const words: Readonly<Record<Language, Words>> = { en, de, es, fr, pt }

/** Countries where one of our languages is the one that nearly everybody reads. */
const languageOfCountry: ReadonlyMap<string, Language> = new Map([
  ...of("de", "de at li"),
  ...of("es", "es mx ar co cl pe ve ec gt cu bo do hn py sv ni cr pa uy"),
  ...of("fr", "fr mc sn ci"),
  ...of("pt", "pt br ao mz"),
  ...of("en", "gb us ie au nz"),
])

/**
 * The words of the first locale that we have, with its own country for dates and amounts: "de-AT" is German with
 * Austrian dates. Then the country's language, then the fallback.
 * @param wanted BCP 47 tags, the most telling first; what is no tag is passed over.
 */
export function wordsFor(
  wanted: readonly (string | null | undefined)[],
  { country, fallback }: Readonly<{ country?: string | null | undefined; fallback: Language }>
): Words {
  for (const tag of wanted) {
    const known = tag ? readTag(tag) : undefined
    if (known) return { ...words[known.language], tag: known.tag }
  }
  const guessed = country ? languageOfCountry.get(country.toLowerCase()) : undefined
  return guessed && country
    ? { ...words[guessed], tag: `${guessed}-${country.toUpperCase()}` }
    : words[fallback]
}

function readTag(tag: string): { language: Language; tag: string } | undefined {
  try {
    const locale = new Intl.Locale(tag.replaceAll("_", "-"))
    const language = languages.find((one) => one === locale.language)
    return language && { language, tag: locale.baseName }
  } catch {
    return undefined
  }
}

function of(language: Language, countries: string): [string, Language][] {
  return countries.split(" ").map((country) => [country, language])
}
