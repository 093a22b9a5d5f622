import { Button, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { hundredths, type Rounding } from '../../../shared/rules/money/money.ts'
import { copiedText, copyWithPercent, roundingNames } from '../../../shared/rules/price/printed/tariff-copy.ts'
import { longDate } from '../../../shared/rules/text/french.ts'
import { Note } from '../parts/feedback.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { optionsOf } from './options.ts'

/** Prepares a new dated version from the one on screen, with prices raised or lowered. Nothing is recorded yet. */
export const NewVersion = ({
  definition,
  from: initialFrom,
  taken,
  onMade,
  onClose,
}: {
  definition: Definition
  from: Day
  /** Days on which a version already starts. */
  taken: readonly Day[]
  onMade: (from: Day, definition: Definition) => void
  onClose: () => void
}) => {
  const [from, setFrom] = useState(initialFrom)
  const [percentText, setPercentText] = useState('0')
  const [rounding, setRounding] = useState<Rounding>('halfUpToFive')
  const percent = percentIn(percentText)
  const copied = percent === null || percent === 0 ? undefined : copyWithPercent(definition, percent, rounding)
  const isTaken = taken.includes(from)
  return (
    <Dialog opened title="Nouveau tarif daté" onClose={onClose}>
      <form
        className="dialog-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (percent === null || isTaken) return
          // Clones because the rules' types are read-only and the contract's are not.
          onMade(from, copied ? (structuredClone(copied.definition) as Definition) : { ...definition, decision: null })
        }}
      >
        <RequiredDayField
          label="S’applique à partir du"
          data-autofocus
          value={from}
          error={isTaken ? 'Une version commence déjà ce jour-là.' : undefined}
          onChange={setFrom}
        />
        <div className="row row-wide">
          <TextInput
            label="Augmentation, en %"
            description="0&nbsp;: mêmes prix. Un nombre négatif diminue."
            inputMode="decimal"
            value={percentText}
            error={percent === null ? 'Écrivez par exemple 2 ou 1,5.' : undefined}
            onChange={(event) => setPercentText(event.currentTarget.value)}
          />
          <Select
            label="Prix arrondis"
            w={290}
            description="Chaque prix, une seule fois."
            data={optionsOf(roundingNames)}
            value={rounding}
            onChange={(value) => {
              if (value !== null) setRounding(value)
            }}
          />
        </div>
        {copied && percent !== null ? <Note>{copiedText(copied, percent, rounding)}</Note> : null}
        <p className="soft small">
          La version d’avant reste valable jusqu’à la veille du {longDate(from)}. Rien n’est enregistré avant
          «&nbsp;Enregistrer&nbsp;».
        </p>
        <div className="dialog-foot">
          <Button onClick={onClose}>Annuler</Button>
          <Button type="submit" variant="filled" disabled={percent === null || isTaken}>
            Préparer le tarif
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Null when the text is not a percentage from −90 to 500. */
const percentIn = (text: string): number | null => {
  const typed = text
    .replace(/[\s%\u00a0\u202f+]/g, '')
    .replace('\u2212', '-')
    .replace(',', '.')
  if (typed === '') return 0
  const value = Number(typed)
  return Number.isNaN(value) || value < -90 || value > 500 ? null : hundredths(value) / 100
}
