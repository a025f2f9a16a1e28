// Another language is one more file in ./languages, named by its code; what it lacks stays English.
const files = import.meta.glob<Record<string, unknown>>("./languages/*.ts", {
  eager: true,
  import: "default",
})

/** The plugin's words as Medusa's dashboard takes them, by language; all in the namespace `ipn`. */
export default Object.fromEntries(
  Object.entries(files).map(([path, words]) => [path.replace(/^.*\/|\.ts$/g, ""), { ipn: words }])
)
