import { Button, TextInput } from '@mantine/core'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { formatNumber } from '../../../shared/rules/money/money.ts'
import { parseFamilyQuotient } from '../../../shared/rules/price/family-quotient.ts'
import { startRefusal } from './tariff-edit.ts'
import { useTypedNumber } from './typed-amount.ts'

/** Edits the brackets by their first values. */
export const BracketStarts = ({
  starts,
  isLocked,
  onChange,
}: {
  starts: readonly number[]
  isLocked: boolean
  onChange: (starts: readonly number[]) => void
}) => (
  <fieldset className="tariff-slots">
    <legend>Tranches de quotient familial, première valeur de chacune</legend>
    <div className="tariff-starts">
      {starts.map((_, index) => (
        <Start
          key={`${index} of ${starts.length}`}
          starts={starts}
          index={index}
          isLocked={isLocked}
          onChange={onChange}
        />
      ))}
      {isLocked ? null : (
        <Button
          aria-label="Ajouter une tranche"
          onClick={() => onChange(starts.length === 0 ? [0] : [...starts, (starts.at(-1) ?? 0) + 100])}
        >
          <IconPlus size={14} />
        </Button>
      )}
    </div>
  </fieldset>
)

const Start = ({
  starts,
  index,
  isLocked,
  onChange,
}: {
  starts: readonly number[]
  index: number
  isLocked: boolean
  onChange: (starts: readonly number[]) => void
}) => {
  const label = `Première valeur de la tranche ${index + 1}`
  const { id, text, refusal, type, leave } = useTypedNumber(
    label,
    starts[index] ?? 0,
    formatNumber,
    (typed) => {
      const read = parseFamilyQuotient(typed)
      if ('refusal' in read) return read
      const refused = startRefusal(starts, index, read.value)
      return refused === undefined ? read : { refusal: refused }
    },
    (value) => onChange(starts.with(index, value)),
  )
  return (
    <TextInput
      id={id}
      aria-label={label}
      aria-invalid={refusal !== undefined}
      title={refusal}
      error={refusal !== undefined}
      inputMode="decimal"
      disabled={isLocked || index === 0}
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
      onBlur={() => {
        // Emptying a bracket's field removes the bracket.
        if (text.trim() === '') onChange(starts.filter((__, at) => at !== index))
        else leave()
      }}
    />
  )
}
