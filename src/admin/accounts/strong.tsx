/** Text in which what stands between `**` is strong. */
export function Strong({ text }: { text: string }) {
  return text.split("**").map((part, index) =>
    index % 2 === 1 ? (
      <strong key={index} className="text-ui-fg-base font-medium">
        {part}
      </strong>
    ) : (
      part
    )
  )
}
