import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { Overwritten } from '../../../../shared/contract/procedure.ts'
import { entityText, fieldText, valueText } from '../../../../shared/record/record-words.ts'
import { refusalOf } from '../../../connection/refusal.ts'
import { Segment } from '../buttons.tsx'
import { Note } from '../feedback.tsx'

type Clash = NonNullable<Overwritten['clashes']>[number]

/** Two people on one record: what each left, field by field, and the choice between them. Nothing was recorded yet. */
export const Clashing = ({
  overwritten: { sentence, entity, by, clashes },
  canPut,
  isBusy,
  onChosen,
}: {
  overwritten: Overwritten
  /** Whether the form shows this field as the file keeps it. */
  canPut: (field: string) => boolean
  isBusy: boolean
  /** @param theirs what stays as the other left it */
  onChosen: (theirs: readonly Clash[]) => void
}) => {
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set())
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
              {canPut(field) ? (
                <Segment
                  label={`${fieldText(field)}\u00a0: que garder\u00a0?`}
                  options={[
                    ['theirs', `${by}\u00a0: ${valueText(theirs, field)}`],
                    ['yours', `Vous\u00a0: ${valueText(yours, field)}`],
                  ]}
                  value={kept.has(field) ? 'theirs' : 'yours'}
                  onChange={(choice) => {
                    const next = new Set(kept)
                    if (choice === 'theirs') next.add(field)
                    else next.delete(field)
                    setKept(next)
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
        <Button loading={isBusy} onClick={() => onChosen((clashes ?? []).filter(({ field }) => kept.has(field)))}>
          Enregistrer ce choix
        </Button>
      </div>
    </Note>
  )
}

export const tellAlreadyDone = (failure: unknown): void => {
  notifications.show({ color: 'green', message: refusalOf(failure).sentence })
}
