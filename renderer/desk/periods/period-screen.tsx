import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Activity, Period, PeriodInput } from '../../../shared/contract/desk/activities.ts'
import type { Organisation } from '../../../shared/contract/desk/settings.ts'
import { type Day, type Instant, instantOf, isDay, isTimeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { BookingRule } from '../../../shared/rules/calendar/deadline.ts'
import { totalPlaces } from '../../../shared/rules/groups/groups.ts'
import { counted, timeText, weekdayName } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { RuleFields, ruleText } from '../activities/rule-fields.tsx'
import { HistoryButton } from '../history/history-button.tsx'
import { Badge, Failure, Loading, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormFields, useDraft } from '../parts/forms/dialogs.tsx'
import { DateTimeField } from '../parts/forms/time-field.tsx'
import { OtherViewers } from '../parts/other-viewers.tsx'
import { Screen, ScreenHead, ShortcutBar } from '../parts/screen.tsx'
import { withFreedNotice } from '../reservations/freed-lists.tsx'
import { useMay } from '../staff/may.ts'
import { clockTextAt } from '../staff/now.ts'
import { PeriodYear } from './period-year.tsx'
import { WeekRuleFields } from './week-rule-fields.tsx'

/** Form of a period, or of a new period of an activity: open days, dates and places. */
export const PeriodScreen = ({ periodId, activityId }: { periodId: number; activityId: number | undefined }) => {
  const isNew = periodId === 0
  const period = useQuery(orpc.activities.period.queryOptions({ input: isNew ? skipToken : { id: periodId } }))
  const ofActivity = isNew ? activityId : period.data?.activityId
  const activity = useQuery(
    orpc.activities.get.queryOptions({ input: ofActivity === undefined ? skipToken : { id: ofActivity } }),
  )
  const organisation = useQuery(orpc.settings.organisation.queryOptions())
  const error = period.error ?? activity.error ?? organisation.error
  const title = isNew ? 'Nouvelle période' : (period.data?.name ?? 'Période')
  return (
    <Screen title={title}>
      <ScreenHead
        title={
          <>
            <span className="crumbs">
              <Link to="/reglages" search={{ onglet: 'activites' }}>
                Activités et périodes
              </Link>
              <IconChevronRight size={14} aria-hidden="true" />
              {activity.data?.name}
              <IconChevronRight size={14} aria-hidden="true" />
            </span>{' '}
            {title} {period.data?.archived ? <Badge>archivée</Badge> : null}
          </>
        }
      >
        {isNew ? null : <HistoryButton main entity="period" id={periodId} title={title} />}
      </ScreenHead>
      {error ? <Failure error={error} onRetry={() => void period.refetch()} /> : null}
      {isNew ? null : <OtherViewers record={`period ${periodId}`} />}
      {activity.data && organisation.data && (isNew || period.data) ? (
        <PeriodForm
          activity={withGroupsOf(activity.data, period.data)}
          organisation={organisation.data}
          period={period.data}
        />
      ) : error ? null : (
        <Loading />
      )}
      <ShortcutBar
        keys={[
          ['arrows', 'choisir un jour'],
          ['Enter', 'voir ses plages'],
        ]}
      />
    </Screen>
  )
}

/** A period older than the joining of two activities takes a single group, so it needs no places by group. */
const withGroupsOf = (activity: Activity, period: Period | undefined): Activity => {
  const own = period?.groupIds
  if (!own) return activity
  return { ...activity, groups: own.length === 1 ? [] : activity.groups.filter(({ id }) => own.includes(id)) }
}

type MomentPath =
  | 'registrationOpensAt'
  | 'registrationClosesAt'
  | 'bookingOpensAt'
  | 'bookingClosesAt'
  | 'residentsOpenAt'

type Fields = Omit<PeriodInput, 'startDay' | 'endDay' | 'weekdays' | 'places' | MomentPath> & {
  startDay: string
  endDay: string
  weekdays: string[]
  /** Places by slot id; an empty value leaves the slot closed. */
  places: Record<string, number | string>
  /** Whether each group has places of its own; then their places, by slot and group: « 12-3 ». */
  isByGroup: boolean
  groupPlaces: Record<string, number | string>
} & Record<MomentPath, string>

const fieldsOf = (activity: Activity, period: Period | undefined): Fields => ({
  ...(period && { id: period.id }),
  activityId: activity.id,
  name: period?.name ?? '',
  startDay: period?.startDay ?? '',
  endDay: period?.endDay ?? '',
  weekdays: (period?.weekdays ?? []).map(String),
  schoolHolidays: period?.schoolHolidays ?? 'without',
  places: Object.fromEntries(
    activity.slots.map(({ id }) => [String(id), period?.places.find(({ slotId }) => slotId === id)?.capacity ?? '']),
  ),
  isByGroup: period?.places.some(({ groupPlaces }) => groupPlaces !== undefined) ?? activity.groups.length > 0,
  groupPlaces: Object.fromEntries(
    activity.slots.flatMap(({ id }) => {
      const own = period?.places.find(({ slotId }) => slotId === id)?.groupPlaces
      return activity.groups.map((group) => [
        `${id}-${group.id}`,
        own?.find(({ groupId }) => groupId === group.id)?.capacity ?? '',
      ])
    }),
  ),
  registrationOpensAt: localText(period?.registrationOpensAt),
  registrationClosesAt: localText(period?.registrationClosesAt),
  bookingOpensAt: localText(period?.bookingOpensAt),
  bookingClosesAt: localText(period?.bookingClosesAt),
  residentsOpenAt: localText(period?.residentsOpenAt),
  bookingRule: period?.bookingRule ?? null,
  cancelRule: period?.cancelRule ?? null,
  waitingList: period?.waitingList ?? true,
  promotion: period?.promotion ?? 'proposal',
  dossier: period?.dossier ?? 'none',
  weekRule: period?.weekRule ?? null,
  archived: period?.archived ?? false,
})

/** Local time in France, in the format of `MomentField`. */
const localText = (at: Instant | null | undefined): string => (at ? clockTextAt(at) : '')
const instantFrom = (text: string): Instant | null => {
  const [on = '', time = ''] = text.split('T')
  return isDay(on) && isTimeOfDay(time) ? instantOf(on, time) : null
}

/** Null until both dates are typed. */
const inputOf = (fields: Fields): PeriodInput | null => {
  const { isByGroup: _isByGroup, groupPlaces: _groupPlaces, ...rest } = fields
  const { startDay, endDay } = rest
  if (!isDay(startDay) || !isDay(endDay)) return null
  return {
    ...rest,
    startDay,
    endDay,
    weekdays: fields.weekdays.map(Number).toSorted((one, other) => one - other),
    places: placesTyped(fields),
    registrationOpensAt: instantFrom(fields.registrationOpensAt),
    registrationClosesAt: instantFrom(fields.registrationClosesAt),
    bookingOpensAt: instantFrom(fields.bookingOpensAt),
    bookingClosesAt: instantFrom(fields.bookingClosesAt),
    residentsOpenAt: instantFrom(fields.residentsOpenAt),
  }
}

const placesTyped = ({ isByGroup, groupPlaces, places }: Fields): PeriodInput['places'] =>
  isByGroup
    ? placesByGroup(groupPlaces)
    : Object.entries(places)
        .filter(([, capacity]) => capacity !== '')
        .map(([slotId, capacity]) => ({ slotId: Number(slotId), capacity: Number(capacity) }))

/** An empty value leaves the slot closed to the group. */
const placesByGroup = (groupPlaces: Fields['groupPlaces']): PeriodInput['places'] => {
  const typed = Object.entries(groupPlaces).flatMap(([key, capacity]) => {
    const [slotId, groupId] = key.split('-').map(Number)
    return capacity === '' || !slotId || !groupId ? [] : [{ slotId, groupId, capacity: Number(capacity) }]
  })
  return [...Map.groupBy(typed, ({ slotId }) => slotId)].map(([slotId, own]) => {
    const ofGroups = own.map(({ groupId, capacity }) => ({ groupId, capacity }))
    return { slotId, capacity: totalPlaces(ofGroups), groupPlaces: ofGroups }
  })
}

const PeriodForm = ({
  activity,
  organisation,
  period,
}: {
  activity: Activity
  organisation: Organisation
  period: Period | undefined
}) => {
  const navigate = useNavigate()
  const may = useMay()
  const [chosenDay, setChosenDay] = useState<Day>()
  const form = useForm<Fields>({
    mode: 'controlled',
    initialValues: fieldsOf(activity, period),
    validate: {
      startDay: (text) => (isDay(text) ? null : 'Choisissez le premier jour.'),
      endDay: (text) => (isDay(text) ? null : 'Choisissez le dernier jour.'),
    },
  })
  const { openForm, note, discardRecorded } = useDraft(
    period ? `période ${period.id}` : `nouvelle période ${activity.id}`,
    form,
  )
  const input = inputOf(form.values)
  const openSlots = new Set(placesTyped(form.values).map(({ slotId }) => slotId))
  const field = (path: string) => form.getInputProps(path)
  const moment = (path: MomentPath) => ({
    path,
    value: form.values[path],
    error: form.errors[path],
    onChange: (text: string) => form.setFieldValue(path, text),
  })
  const canChange = may('activities')
  return (
    <div className="period-split">
      <div className="period-fields" role="region" aria-label="La période">
        <fieldset className="held" disabled={!canChange}>
          <div className="settings-form">
            <FormFields
              form={form}
              openForm={openForm}
              submit={period ? 'Enregistrer la période' : 'Créer la période'}
              onSubmit={async (client, values) => {
                const wished = inputOf(values)
                if (!wished) return
                const saved = await withFreedNotice(() => client.activities.savePeriod(wished))
                form.resetDirty()
                discardRecorded()
                notifications.show({ message: `«\u00a0${saved.name}\u00a0» est enregistrée.` })
                if (!period) {
                  await navigate({ to: '/reglages', search: { onglet: 'activites', periode: saved.id } })
                }
              }}
            >
              {note}
              <TextInput label="Nom" placeholder={`${activity.name} 2026/2027`} {...field('name')} />
              <fieldset>
                <DayField label="Du" {...field('startDay')} />
                <DayField label="Au" {...field('endDay')} />
              </fieldset>
              <Checkbox.Group label="Jours d’accueil" {...field('weekdays')}>
                <div className="row" style={{ flexWrap: 'wrap', marginBlockStart: 8, gap: 12 }}>
                  {[1, 2, 3, 4, 5, 6, 7].map((number) => (
                    <Checkbox
                      key={number}
                      value={String(number)}
                      label={`${weekdayName(number).slice(0, 3)}.`}
                      aria-label={weekdayName(number)}
                    />
                  ))}
                </div>
              </Checkbox.Group>
              <Select
                label={`Vacances scolaires, zone ${organisation.schoolZone}`}
                data={[
                  { value: 'without', label: 'fermé pendant les vacances' },
                  { value: 'with', label: 'ouvert aussi pendant les vacances' },
                  { value: 'only', label: 'ouvert seulement pendant les vacances' },
                ]}
                {...field('schoolHolidays')}
              />
              <fieldset style={{ display: 'block' }} data-path="places">
                <legend>Plages et places</legend>
                <div className="stack">
                  {activity.groups.length > 0 ? (
                    <Checkbox
                      label="Des places par groupe"
                      {...form.getInputProps('isByGroup', { type: 'checkbox' })}
                    />
                  ) : null}
                  {activity.slots
                    .filter(({ endedFrom }) => !endedFrom || endedFrom > form.values.startDay)
                    .map(({ id, name, start, end }) => (
                      <div key={id} className="row between">
                        <span>
                          {name}{' '}
                          <span className="soft small">
                            {timeText(start)} → {timeText(end)}
                          </span>
                        </span>
                        {form.values.isByGroup && activity.groups.length > 0 ? (
                          <span className="row">
                            {activity.groups.map((group) => (
                              <NumberInput
                                key={group.id}
                                label={group.name}
                                aria-label={`Places, ${name}, ${group.name}`}
                                placeholder="fermée"
                                w={84}
                                hideControls
                                allowDecimal={false}
                                allowNegative={false}
                                {...field(`groupPlaces.${id}-${group.id}`)}
                              />
                            ))}
                          </span>
                        ) : (
                          <NumberInput
                            aria-label={`Places, ${name}`}
                            placeholder="fermée"
                            suffix=" places"
                            w={130}
                            allowDecimal={false}
                            allowNegative={false}
                            {...field(`places.${id}`)}
                          />
                        )}
                      </div>
                    ))}
                  {form.errors['places'] ? <p className="danger small">{form.errors['places']}</p> : null}
                </div>
              </fieldset>
              <fieldset className="one-column">
                <legend>Inscriptions</legend>
                <DateTimeField label="Ouvrent le" {...moment('registrationOpensAt')} />
                <DateTimeField label="Se ferment le" {...moment('registrationClosesAt')} />
              </fieldset>
              <fieldset className="one-column">
                <legend>Réservations</legend>
                <DateTimeField label="Ouvrent le" {...moment('bookingOpensAt')} />
                <DateTimeField label="Se ferment le" {...moment('bookingClosesAt')} />
                <DateTimeField label="Plus tôt pour les résidents" {...moment('residentsOpenAt')} />
              </fieldset>
              <OwnRule
                label="Délai pour réserver"
                own={form.values.bookingRule}
                activity={activity.bookingRule}
                onChange={(rule) => form.setFieldValue('bookingRule', rule)}
              />
              <OwnRule
                label="Délai pour annuler"
                own={form.values.cancelRule}
                activity={activity.cancelRule}
                onChange={(rule) => form.setFieldValue('cancelRule', rule)}
              />
              <Select
                label="Dossier complet"
                data={[
                  { value: 'none', label: 'n’est pas regardé' },
                  { value: 'warn', label: 'rappelé aux parents, qui réservent' },
                  { value: 'required', label: 'exigé pour réserver' },
                ]}
                allowDeselect={false}
                {...field('dossier')}
              />
              <Checkbox label="Liste d’attente" {...form.getInputProps('waitingList', { type: 'checkbox' })} />
              {form.values.waitingList ? (
                <Select
                  label="Quand une place se libère"
                  data={[
                    { value: 'proposal', label: 'signalée à l’accueil, le bureau décide' },
                    { value: 'offer', label: 'proposée au suivant, qui a un délai pour répondre' },
                    { value: 'automatic', label: 'donnée au suivant aussitôt' },
                  ]}
                  {...field('promotion')}
                />
              ) : null}
              <WeekRuleFields
                slots={activity.slots.filter(({ id }) => openSlots.has(id))}
                rule={form.values.weekRule ?? null}
                error={form.errors['weekRule']}
                onChange={(rule) => form.setFieldValue('weekRule', rule)}
              />
              {period ? (
                <Checkbox
                  label="Archivée&nbsp;: ne se propose plus"
                  {...form.getInputProps('archived', { type: 'checkbox' })}
                />
              ) : null}
              {input && form.isDirty() ? <PeriodEffects input={input} /> : null}
            </FormFields>
          </div>
        </fieldset>
      </div>
      <div className="period-year" role="region" aria-label="L’année">
        {input ? (
          <PeriodYear
            activity={activity}
            zone={organisation.schoolZone}
            input={input}
            period={period}
            canChange={canChange}
            chosen={chosenDay}
            onChoose={setChosenDay}
          />
        ) : (
          <Note>Choisissez les dates et les jours d’accueil&nbsp;: les jours d’ouverture se calculent ici.</Note>
        )}
      </div>
    </div>
  )
}

const OwnRule = ({
  label,
  own,
  activity,
  onChange,
}: {
  label: string
  own: BookingRule | null
  activity: BookingRule
  onChange: (rule: BookingRule | null) => void
}) => (
  <div className="stack">
    <Checkbox
      label={`${label}\u00a0: comme l’activité`}
      description={ruleText(activity)}
      checked={own === null}
      onChange={({ currentTarget: { checked } }) => onChange(checked ? null : activity)}
    />
    {own ? <RuleFields label={label} rule={own} onChange={onChange} /> : null}
  </div>
)

/** Shows, before recording, how the change affects the period's days. */
const PeriodEffects = ({ input }: { input: PeriodInput }) => {
  const [asked] = useDebouncedValue(input, 250)
  const { data, error } = useQuery(
    orpc.activities.previewPeriod.queryOptions({
      input: { ...asked, name: asked.name || '…' },
      staleTime: 0,
      retry: false,
      placeholderData: keepPreviousData,
    }),
  )
  // Required fields may still be empty: the form reports them when it is recorded.
  if (error || !data) return null
  const { days, added, changed, removed, kept, inTheWay, shortened } = data
  if (inTheWay > 0) {
    return (
      <Note tone="danger">
        <b>{counted(inTheWay, 'réservation ou demande', 'réservations ou demandes')}</b> sur les jours retirés&nbsp;:
        fermez d’abord ces jours, l’aperçu montre ce qu’ils libèrent.
      </Note>
    )
  }
  return (
    <Note tone="good">
      <b>{counted(days, 'jour d’ouverture', 'jours d’ouverture')}.</b>{' '}
      {[
        added > 0 ? counted(added, 'ouverture créée', 'ouvertures créées') : '',
        changed > 0 ? counted(changed, 'ouverture changée', 'ouvertures changées') : '',
        removed > 0 ? counted(removed, 'ouverture retirée', 'ouvertures retirées') : '',
        kept > 0 ? counted(kept, 'changée à la main, gardée', 'changées à la main, gardées') : '',
        shortened > 0 ? counted(shortened, 'inscription écourtée', 'inscriptions écourtées') : '',
      ]
        .filter((part) => part !== '')
        .join('\u00a0; ') || 'Aucun jour ne change'}
      . Aucune réservation n’est perdue.
    </Note>
  )
}
