import type { ReactNode } from 'react'
import type { FamilyShown, OfferedPeriod } from '../../../shared/contract/portal/home.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { Select } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { useUnsavedInput } from '../unsaved-input.ts'
import { RegistrationForm } from './registration-form.tsx'

type Named = { readonly id: number; readonly name: string }
type Step = 'facility' | 'activityType' | 'activity'

const steps: readonly { readonly step: Step; readonly label: string }[] = [
  { step: 'facility', label: '1. Choix de l’équipement' },
  { step: 'activityType', label: '2. Choix du type d’activité' },
  { step: 'activity', label: '3. Choix de l’activité' },
]

/** Each choice narrows the next one; a single option is chosen automatically. */
export const PeriodChoice = ({
  child,
  periods,
}: {
  child: Pick<FamilyShown['children'][number], 'id' | 'firstName'>
  periods: readonly OfferedPeriod[]
}) => {
  const {
    value: chosen,
    set: setChosen,
    discard,
  } = useUnsavedInput<Partial<Record<Step | 'period', number>>>(`inscription ${child.id}`, {})
  const questions: ReactNode[] = []
  let left = periods
  for (const { step, label } of steps) {
    const options = distinct(left.map((period) => period[step]))
    const answer = answerAmong(options, chosen[step])
    questions.push(
      <Select
        key={step}
        label={label}
        value={`${answer?.id ?? ''}`}
        onChange={({ target }) => setChosen({ ...chosen, [step]: Number(target.value) })}
        options={[
          ...(answer ? [] : [{ value: '', text: 'Choisissez…', isDisabled: true }]),
          ...options.map(({ id, name }) => ({ value: `${id}`, text: name })),
        ]}
      />,
    )
    if (!answer) return <div className="form">{questions}</div>
    left = left.filter((period) => period[step].id === answer.id)
    // When none of the remaining periods can be requested, show why now, not after two more questions.
    if (left.every(({ refusal }) => refusal !== null)) break
  }
  const open = left.filter(({ refusal }) => refusal === null)
  const period = answerAmong(open, chosen.period)
  return (
    <div className="form">
      {questions}
      <fieldset>
        <legend className="legend-q">{questions.length + 1}. Choix de la période</legend>
        <div className="choices">
          {left.map((one) => (
            <PeriodOption
              key={one.id}
              period={one}
              isChosen={one.id === period?.id}
              onChoose={() => setChosen({ ...chosen, period: one.id })}
            />
          ))}
        </div>
      </fieldset>
      {open.length === 0 && (
        <Notice>
          <p>
            Rien ne peut être demandé ici pour {child.firstName} en ce moment. La raison est écrite sous chaque période.
          </p>
        </Notice>
      )}
      {period && <RegistrationForm key={period.id} child={child} period={period} onRecorded={discard} />}
    </div>
  )
}

/** A period that cannot be requested stays in the list, with the reason. */
const PeriodOption = ({
  period: { name, from, to, refusal },
  isChosen,
  onChoose,
}: {
  period: OfferedPeriod
  isChosen: boolean
  onChoose: () => void
}) => (
  <label className="choice">
    <input type="radio" name="period" checked={isChosen} disabled={refusal !== null} onChange={onChoose} />
    <span>
      {name}
      <small>
        Du {shortDay(from)} au {shortDay(to)}
      </small>
      {refusal !== null && <small>{refusal}</small>}
    </span>
  </label>
)

const distinct = (all: readonly Named[]): Named[] => [...new Map(all.map((one) => [one.id, one])).values()]

const answerAmong = <Option extends Named>(
  options: readonly Option[],
  chosen: number | undefined,
): Option | undefined => (options.length === 1 ? options[0] : options.find(({ id }) => id === chosen))
