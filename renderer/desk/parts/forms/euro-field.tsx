import { NumberInput, type NumberInputProps } from '@mantine/core'

/** An amount of money in euros, never negative. */
export const EuroField = (props: NumberInputProps) => (
  <NumberInput suffix="&nbsp;€" decimalScale={2} decimalSeparator="," allowNegative={false} {...props} />
)
