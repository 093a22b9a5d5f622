import { Button } from '@mantine/core'
import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import type { Overwritten } from '../../../shared/contract/procedure.ts'
import { changedParts } from '../../../shared/record/record-parts.ts'
import { fieldText, valueText } from '../../../shared/record/record-words.ts'
import { Note } from '../parts/feedback.tsx'

/**
 * A conflict between two people who edited the same version: lists the other person's changes, price by price, and asks
 * which grid to keep.
 */
export const VersionConflict = ({
  overwritten: { sentence, by, clashes },
  before,
  isBusy,
  onKeep,
  onTake,
}: {
  overwritten: Overwritten
  before: Definition
  isBusy: boolean
  onKeep: () => void
  onTake: () => void
}) => {
  const changes = (clashes ?? []).flatMap(
    ({ field, theirs }) =>
      changedParts(field, before, theirs, () => null) ?? [
        { name: fieldText(field), before: null, after: valueText(theirs, field) },
      ],
  )
  return (
    <Note tone="warn" alert>
      <b>{sentence}</b> Votre saisie est gardée, rien n’est encore enregistré. Ce que {by} a changé{'\u00a0'}:
      <ul>
        {changes.map((change) => (
          <li key={change.name}>
            {change.name}
            {'\u00a0'}: {change.before === null ? '' : `${change.before} → `}
            {change.after ?? 'retiré'}
          </li>
        ))}
      </ul>
      <div className="row">
        <Button onClick={onTake}>Reprendre ce qui est enregistré</Button>
        <Button loading={isBusy} onClick={onKeep}>
          Enregistrer ma saisie
        </Button>
      </div>
    </Note>
  )
}
