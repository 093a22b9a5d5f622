import { Button, Checkbox, Radio } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query'
import type { Activity, Period } from '../../../../shared/contract/desk/activities.ts'
import type { ManyWeeks } from '../../../../shared/contract/desk/reservations/weeks.ts'
import type { Day } from '../../../../shared/rules/calendar/day.ts'
import { byFullName } from '../../../../shared/rules/people/names.ts'
import { counted, listed } from '../../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../../connection/client.ts'
import { useLongTask } from '../../invoicing/long-task.ts'
import { EmptyState, Failure, Loading, Note } from '../../parts/feedback.tsx'
import { DayField } from '../../parts/forms/day-field.tsx'
import { Dialog, useLeaveConfirmation } from '../../parts/forms/dialogs.tsx'
import type { Week } from '../../registrations/registration-texts.ts'
import { slotsOfPeriods, WeekField } from '../../registrations/week-field.tsx'
import { BatchProgress, showBatchDone } from '../../year/batch.tsx'

/**
 * Applies a typical week to many children of a period, and of those shown with it, in one act, with a live preview of
 * the result.
 */
export const WeeksDialog = ({
  together,
  chosen,
  from,
  onClose,
}: {
  /** The periods of the grid; the first is the one that staff chose. */
  together: readonly [Period, ...Period[]]
  /** Registrations of the selected rows; empty: every registration of the grid. */
  chosen: readonly number[]
  from: Day
  onClose: () => void
}) => {
  const { data: activities, error } = useQuery(orpc.activities.list.queryOptions())
  const { data: sections, error: unread } = useQuery(
    orpc.reservations.calendar.queryOptions({
      input: { from, to: from, periodIds: together.map(({ id }) => id), familyId: null },
    }),
  )
  const rows = (sections ?? []).flatMap((section) => section.rows).toSorted(byFullName)
  if (activities && rows.length > 0)
    return (
      <Choice
        period={together[0]}
        title={titleOf(together)}
        slots={slotsOfPeriods(activities, together)}
        weekdays={[...new Set(together.flatMap(({ weekdays }) => weekdays))].toSorted((one, other) => one - other)}
        lastDay={
          together
            .map(({ endDay }) => endDay)
            .toSorted()
            .at(-1) ?? together[0].endDay
        }
        registered={rows.map(({ registrationId, lastName, firstName, age }) => ({
          id: registrationId,
          name: `${lastName} ${firstName}`,
          age,
        }))}
        chosen={chosen}
        from={from}
        onClose={onClose}
      />
    )
  return (
    <Dialog opened title={titleOf(together)} width="wide" onClose={onClose}>
      {error || unread ? (
        <Failure error={error ?? unread} />
      ) : !activities || !sections ? (
        <Loading />
      ) : (
        <EmptyState title="Aucun enfant inscrit à cette date">
          Choisissez un autre mois, ou inscrivez d’abord.
        </EmptyState>
      )}
    </Dialog>
  )
}

const titleOf = (periods: readonly Period[]) => `Semaine type, ${listed(periods.map(({ name }) => name))}`

type Fields = {
  readonly ticked: number[]
  readonly whose: 'same' | 'own'
  readonly week: Week
  readonly from: string
  readonly to: string
}

type Child = { readonly id: number; readonly name: string; readonly age: string }

const Choice = ({
  period,
  title,
  slots,
  weekdays,
  lastDay,
  registered,
  chosen,
  from,
  onClose,
}: {
  period: Period
  title: string
  slots: readonly Activity['slots'][number][]
  weekdays: number[]
  lastDay: Day
  registered: readonly Child[]
  chosen: readonly number[]
  from: Day
  onClose: () => void
}) => {
  const all = registered.map(({ id }) => id)
  const form = useForm<Fields>({
    mode: 'controlled',
    initialValues: {
      ticked: chosen.length > 0 ? [...chosen] : all,
      whose: 'same',
      week: [],
      from,
      to: lastDay,
    },
  })
  const { ticked, whose, week, ...span } = form.values
  const setTicked = (ids: number[]) => form.setFieldValue('ticked', ids)
  const { leave, question } = useLeaveConfirmation(form.isDirty, onClose)
  const { underway, start, stop } = useLongTask()
  const registrationIds = all.filter((id) => ticked.includes(id))
  const wished = { periodId: period.id, registrationIds, week: whose === 'own' ? null : week, ...span }
  const isReady = isComplete(wished)
  const [asked] = useDebouncedValue(wished, 400)
  const preview = useQuery({
    ...orpc.reservations.weeksPreview.queryOptions({
      input: isReady && isComplete(asked) ? asked : skipToken,
      staleTime: 0,
      retry: false,
    }),
    placeholderData: keepPreviousData,
  })
  const outcome = isReady && !preview.error ? preview.data : undefined
  const run = async () => {
    const done = await start('Semaine type', (signal) => clientOutsideForms.reservations.applyWeeks(wished, { signal }))
    if (!done) return
    showBatchDone(done.actId, `${summary(done)}.`)
    onClose()
  }
  return (
    <Dialog opened title={title} width="wide" onClose={leave}>
      <div className="stack">
        {question}
        <div className="weeks-choice">
          <div className="stack">
            <Checkbox
              label={counted(ticked.length, 'enfant coché', 'enfants cochés')}
              checked={ticked.length === all.length}
              indeterminate={ticked.length > 0 && ticked.length < all.length}
              data-autofocus
              onChange={({ currentTarget }) => setTicked(currentTarget.checked ? all : [])}
            />
            <ul className="weeks-children" aria-label="Enfants">
              {registered.map(({ id, name, age }) => (
                <li key={id}>
                  <Checkbox
                    size="xs"
                    label={
                      <>
                        {name} <span className="soft">{age}</span>
                      </>
                    }
                    checked={ticked.includes(id)}
                    onChange={({ currentTarget }) =>
                      setTicked(currentTarget.checked ? [...ticked, id] : ticked.filter((one) => one !== id))
                    }
                  />
                  <ChildOutcome child={outcome?.children.find(({ registrationId }) => registrationId === id)} />
                </li>
              ))}
            </ul>
          </div>
          <div className="stack">
            <Radio.Group label="Semaine type" {...form.getInputProps('whose')}>
              <div className="stack">
                <Radio value="same" label="La même pour tous" />
                <Radio value="own" label="Celle de l’inscription de chaque enfant" />
              </div>
            </Radio.Group>
            {whose === 'same' ? (
              <WeekField
                slots={slots}
                weekdays={weekdays}
                week={week}
                onChange={(next) => form.setFieldValue('week', next)}
              />
            ) : null}
            <div className="row" style={{ alignItems: 'end' }}>
              <DayField label="Du" {...form.getInputProps('from')} />
              <DayField label="Au" {...form.getInputProps('to')} />
            </div>
            <div aria-live="polite" className="stack">
              {preview.error && isReady ? <Failure error={preview.error} /> : null}
              {outcome ? (
                <PreviewNotes result={outcome} />
              ) : isReady ? null : (
                <p className="soft">Cochez des plages et des enfants, pour quels jours.</p>
              )}
            </div>
          </div>
        </div>
        <BatchProgress underway={underway} onStop={stop} />
        <div className="dialog-foot">
          <Button onClick={leave}>Annuler</Button>
          <Button
            variant="filled"
            disabled={!outcome || outcome.filled + outcome.waitListed === 0}
            loading={underway !== undefined}
            onClick={() => void run()}
          >
            {`Appliquer à ${counted(registrationIds.length, 'enfant')}`}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

type WeeksInput = {
  readonly registrationIds: readonly number[]
  readonly week: Week | null
  readonly from: string
  readonly to: string
}

const isComplete = ({ registrationIds, week, from, to }: WeeksInput): boolean =>
  registrationIds.length > 0 && (week === null || week.length > 0) && from !== '' && to !== ''

/** « 8 réservations dont 4 demandes de familles acceptées, 2 en liste d’attente » */
const summary = ({ filled, granted, waitListed }: ManyWeeks): string =>
  [
    `${counted(filled, 'réservation')}${granted > 0 ? ` dont ${counted(granted, 'demande de famille acceptée', 'demandes de familles acceptées')}` : ''}`,
    ...(waitListed > 0 ? [`${counted(waitListed, 'place attendue', 'places attendues')} en liste d’attente`] : []),
  ].join(', ')

const PreviewNotes = ({ result }: { result: ManyWeeks }) => (
  <>
    <Note tone={result.filled > 0 ? 'good' : 'warn'}>
      <b>{summary(result)}.</b> Rien n’est fait tant que vous n’appliquez pas.
    </Note>
    {result.skipped.slice(0, 6).map(({ reason, count }) => (
      <p key={reason} className="soft small">
        {counted(count, 'case inchangée', 'cases inchangées')}. {reason}
      </p>
    ))}
  </>
)

const ChildOutcome = ({ child }: { child: ManyWeeks['children'][number] | undefined }) =>
  child ? (
    <span className="soft small" title={child.why}>
      {child.filled}
      {child.waitListed > 0 ? ` + ${child.waitListed} en attente` : ''}
    </span>
  ) : null
