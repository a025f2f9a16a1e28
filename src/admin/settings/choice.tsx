import { Select } from "@medusajs/ui"

/** One of several values, by a label that only screen readers need: what is chosen says it to all others. */
export function Choice({
  label,
  options,
  value,
  onChange,
  isDisabled = false,
}: {
  label: string
  options: readonly { value: string; label: string }[]
  value: string
  onChange: (value: string) => void
  isDisabled?: boolean
}) {
  return (
    <Select size="small" value={value} onValueChange={onChange} disabled={isDisabled}>
      <Select.Trigger aria-label={label}>
        <Select.Value />
      </Select.Trigger>
      <Select.Content>
        {options.map((option) => (
          <Select.Item key={option.value} value={option.value}>
            {option.label}
          </Select.Item>
        ))}
      </Select.Content>
    </Select>
  )
}
