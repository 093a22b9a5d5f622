import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { Overwritten } from '../../../../shared/contract/procedure.ts'
import { entityText, fieldText, valueText } from '../../../../shared/record/record-words.ts'
import { refusalOf } from '../../../connection/refusal.ts'
import { SegmentedControl } from '../buttons.tsx'
import { Note } from '../feedback.tsx'

type Clash = NonNullable<Overwritten['clashes']>[number]

/**
 * Two people changed the same record: shows both values of each field, and lets this person choose. Nothing of this
 * person's form is recorded yet.
 */
export const EditConflict = ({
  overwritten: { sentence, entity, by, clashes },
  canFill,
  isBusy,
  onChosen,
}: {
  overwritten: Overwritten
  /** Whether the form can be filled with the field's stored value. */
  canFill: (field: string) => boolean
  isBusy: boolean
  /** @param theirs fields for which the other person's value is kept */
  onChosen: (theirs: readonly Clash[]) => void
}) => {
  const [theirFields, setTheirFields] = useState<ReadonlySet<string>>(new Set())
  return (
    <Note tone="warn" alert>
      <b>{sentence}</b> Votre saisie est gardée, rien n’est encore enregistré.
      {clashes === null ? (
        <p>Ce que vous retirez ou remplacez ({entityText(entity).toLocaleLowerCase('fr')}) a changé.</p>
      ) : null}
      <dl className="clashes">
        {(clashes ?? []).map(({ field, theirs, yours }) => (
          <div key={field}>
            <dt>{fieldText(field)}</dt>
            <dd>
              {canFill(field) ? (
                <SegmentedControl
                  label={`${fieldText(field)}\u00a0: que garder\u00a0?`}
                  options={[
                    ['theirs', `${by}\u00a0: ${valueText(theirs, field)}`],
                    ['yours', `Vous\u00a0: ${valueText(yours, field)}`],
                  ]}
                  value={theirFields.has(field) ? 'theirs' : 'yours'}
                  onChange={(choice) => {
                    const next = new Set(theirFields)
                    if (choice === 'theirs') next.add(field)
                    else next.delete(field)
                    setTheirFields(next)
                  }}
                />
              ) : (
                `${by}\u00a0: ${valueText(theirs, field)}`
              )}
            </dd>
          </div>
        ))}
      </dl>
      <div className="row">
        <Button
          loading={isBusy}
          onClick={() => onChosen((clashes ?? []).filter(({ field }) => theirFields.has(field)))}
        >
          Enregistrer ce choix
        </Button>
      </div>
    </Note>
  )
}

/** For the refusal of a repeated call, whose first answer was lost: the change is made, so it is shown as a success. */
export const notifyAlreadyDone = (failure: unknown): void => {
  notifications.show({ color: 'green', message: refusalOf(failure).sentence })
}
