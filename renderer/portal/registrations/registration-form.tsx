import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { OfferedPeriod, WeekCost } from '../../../shared/contract/portal/home.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { whyNotRegister } from '../../../shared/rules/people/conditions.ts'
import { invalidDayText } from '../../../shared/rules/people/sign-up.ts'
import { counted, numericDay, shortDay, typedDay } from '../../../shared/rules/text/french.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { orpc } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { WeekTable, type WeekTick } from '../parts/week-table.tsx'
import { queries, sentenceOf } from '../queries.ts'
import { useUnsavedInput } from '../unsaved-input.ts'
import { QuestionMark } from './question-mark.tsx'

type FieldName = 'from' | 'to'

/** Form of a registration: dates, filled in with those of the period, and an optional typical week. */
export const RegistrationForm = ({
  child,
  period,
  onRecorded,
}: {
  child: { readonly id: number; readonly firstName: string }
  period: OfferedPeriod
  onRecorded: () => void
}) => {
  const about = `inscription ${child.id} ${period.id}`
  const dates = useUnsavedInput<Record<FieldName, string>>(`${about} dates`, {
    from: numericDay(period.from),
    to: numericDay(period.to),
  })
  const week = useUnsavedInput<readonly WeekTick[]>(`${about} semaine`, [])
  const [errors, setErrors] = useState<Partial<Record<FieldName, string>>>({})
  const [, goTo] = useLocation()
  const requestFor = useRequestId()
  const register = useMutation(orpc.demandes.register.mutationOptions({ meta: { isErrorShownInline: true } }))

  const refuse = (place: FieldName, why: string) => {
    setErrors({ [place]: why })
    document.getElementById(`date-${place}`)?.focus()
  }
  const record = async (event: FormEvent) => {
    event.preventDefault()
    if (register.isPending) return
    const [from, to] = [typedDay(dates.value.from), typedDay(dates.value.to)]
    if (from === null) return refuse('from', invalidDayText(dates.value.from))
    if (to === null) return refuse('to', invalidDayText(dates.value.to))
    const why = whyNotRegister({ span: { from, to }, period, others: [] })
    if (why !== null) return refuse('from', why)
    setErrors({})
    const asked = { child: child.id, period: period.id, from, to, week: [...week.value] }
    try {
      const receipt = await register.mutateAsync({ ...asked, request: requestFor.begin(asked) })
      requestFor.answered()
      await queries.invalidateQueries()
      dates.discard()
      week.discard()
      onRecorded()
      goTo(`/recu/${receipt.id}`, { state: { isNew: true } })
    } catch (error) {
      const { why: kind, field, sentence } = refusalOf(error)
      if (kind !== 'noAnswer') requestFor.answered()
      if (field === 'from' || field === 'to') refuse(field, sentence)
    }
  }

  const dateField = (place: FieldName, label: string) => (
    <Field
      id={`date-${place}`}
      label={label}
      hint="jj/mm/aaaa"
      inputMode="numeric"
      autoComplete="off"
      value={dates.value[place]}
      error={errors[place]}
      onChange={({ target }) => dates.set({ ...dates.value, [place]: target.value })}
    />
  )
  const hasFieldError = errors.from !== undefined || errors.to !== undefined
  return (
    <form className="form" onSubmit={(event) => void record(event)} noValidate>
      <fieldset className="stack-s">
        <legend className="legend-q">5. Dates proposées</legend>
        <p className="hint">Gardez-les&nbsp;: vous choisirez les jours ensuite, dans «&nbsp;Mes réservations&nbsp;».</p>
        <div className="date-pair">
          {dateField('from', 'Date de début')}
          {dateField('to', 'Date de fin')}
        </div>
      </fieldset>
      <fieldset className="stack-s">
        <legend className="legend-q">
          6. Semaine Type <span className="soft">(si vous voulez)</span>
        </legend>
        <p className="hint">Les jours où {child.firstName} vient d’habitude.</p>
        <WeekTable weekdays={period.weekdays} slots={period.slots} week={week.value} onChange={week.set} />
        <Cost child={child.id} period={period} typed={dates.value} week={week.value} />
      </fieldset>
      {register.isError && !hasFieldError && (
        <Notice kind="danger" isAlert>
          <p>{whyNotRecorded(register.error)}</p>
        </Notice>
      )}
      <div className="btns">
        <Button type="submit" isWide isBusy={register.isPending}>
          Enregistrer la demande
        </Button>
        <p className="soft small">
          Votre demande part à la mairie cette nuit. Elle sera notée <QuestionMark isSmall /> jusqu’à sa réponse.
        </p>
      </div>
    </form>
  )
}

/** The number of days and the estimated cost of the typical week that is being filled in. */
const Cost = ({
  child,
  period,
  typed,
  week,
}: {
  child: number
  period: OfferedPeriod
  typed: Record<FieldName, string>
  week: readonly WeekTick[]
}) => {
  const [from, to] = [typedDay(typed.from), typedDay(typed.to)]
  const { data } = useQuery({
    ...orpc.home.weekCost.queryOptions({
      input: { child, period: period.id, from: from ?? period.from, to: to ?? period.to, week: [...week] },
    }),
    enabled: week.length > 0,
    // Keep the last amount on screen until the new one has loaded.
    placeholderData: (before: WeekCost | undefined) => before,
  })
  if (week.length === 0 || !data) return null
  return (
    <div aria-live="polite" className="week-cost">
      {data.until === null ? (
        <p>Aucun jour ne peut être demandé à ces dates.</p>
      ) : (
        <>
          <p>
            <b>Environ {formatEuros(data.weekCents)} par semaine.</b>
          </p>
          <p className="small">
            {counted(data.days, 'jour')} jusqu’au {shortDay(data.until)}, environ {formatEuros(data.totalCents)} en
            tout.
          </p>
          {data.warnings.map((warning) => (
            <p key={warning} className="small soft">
              {warning}
            </p>
          ))}
        </>
      )}
    </div>
  )
}

/**
 * Without an answer, the demande may be recorded or not: pressing again sends the same id, so that it is recorded once.
 */
const whyNotRecorded = (error: unknown): string =>
  refusalOf(error).why === 'noAnswer'
    ? 'Le portail ne répond pas\u00a0: votre demande n’est peut-être pas enregistrée. Appuyez encore, elle ne partira qu’une fois.'
    : `Votre demande n’est pas enregistrée. ${sentenceOf(error)}`

type RegistrationInput = { readonly from: Day; readonly to: Day; readonly week: readonly WeekTick[] }

/**
 * The id of one press. The id is reused until the portal answers, so that pressing again cannot record twice; a changed
 * form gets a new id.
 */
const useRequestId = () => {
  const open = useRef<{ id: string; of: string } | null>(null)
  return {
    begin: (asked: RegistrationInput): string => {
      const of = JSON.stringify(asked)
      if (open.current?.of !== of) open.current = { id: crypto.randomUUID(), of }
      return open.current.id
    },
    answered: () => {
      open.current = null
    },
  }
}
