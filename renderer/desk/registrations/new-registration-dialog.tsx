import { Radio, Select } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import type { Registration } from '../../../shared/contract/desk/registrations.ts'
import type { WeekResult } from '../../../shared/contract/desk/reservations/reservations.ts'
import { ageOn } from '../../../shared/rules/calendar/day.ts'
import { ageText } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import type { FormClient } from '../../connection/form.ts'
import { Failure, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'
import { ConditionChecks, OverrideField } from './condition-checks.tsx'
import type { Week } from './registration-texts.ts'
import { slotsOfPeriods, WeekField } from './week-field.tsx'
import { WeekPreview } from './week-preview.tsx'

type Fields = {
  familyId: string | null
  childId: string | null
  facility: string | null
  type: string | null
  activityId: string | null
  periodId: string | null
  /** Null until the person types a day: the proposed day is used meanwhile. */
  startDay: string | null
  endDay: string
  typicalWeek: Week
  overrideReason: string
  decision: 'accepted' | 'asked'
}

/** The form of a registration: child, équipement, type, activity, period and dates, typical week. */
export const NewRegistrationDialog = ({
  familyId,
  onDone,
  onClose,
}: {
  familyId?: number
  onDone: (registration: Registration, week: WeekResult | undefined) => void
  onClose: () => void
}) => {
  const { today } = useNow()
  const form = useForm<Fields>({
    mode: 'controlled',
    initialValues: {
      familyId: familyId === undefined ? null : String(familyId),
      childId: null,
      facility: null,
      type: null,
      activityId: null,
      periodId: null,
      startDay: null,
      endDay: '',
      typicalWeek: [],
      overrideReason: '',
      decision: 'accepted',
    },
    validate: {
      familyId: (value) => (value ? null : 'Choisissez une famille.'),
      periodId: (value) => (value ? null : 'Choisissez une période.'),
      startDay: (value) => (value === '' ? 'Choisissez la date de début.' : null),
      endDay: (value) => (value ? null : 'Choisissez la date de fin.'),
    },
  })
  const { values } = form
  const family = useQuery(
    orpc.families.one.queryOptions({ input: values.familyId ? { id: Number(values.familyId) } : skipToken }),
  )
  const children = values.familyId ? (family.data?.children ?? []) : []
  // An only child is chosen automatically.
  const chosenChild = values.childId ?? single(children.map(({ id }) => String(id)))
  const activities = useQuery(orpc.activities.list.queryOptions())
  const periods = useQuery(orpc.activities.periods.queryOptions({ input: {} }))
  const open = (periods.data ?? []).filter(({ endDay }) => endDay >= today)
  const offered = (activities.data ?? []).filter(
    ({ id, archived }) => !archived && open.some(({ leadId }) => leadId === id),
  )
  const ofFacility = offered.filter(({ facility }) => facility === values.facility)
  const ofType = ofFacility.filter(({ type }) => type === values.type)
  const ofActivity = open.filter(({ leadId }) => String(leadId) === values.activityId)
  const period = open.find(({ id }) => String(id) === values.periodId)
  // When two activities were joined, each period has the slots of its own activity.
  const activity = activities.data?.find(({ id }) => String(id) === String(period?.activityId ?? values.activityId))
  // For a period that has already begun, propose its next open day, since the child did not attend the earlier days.
  const isUnderWay = period !== undefined && period.startDay < today
  const nextOpen = useQuery(
    orpc.activities.firstOpenDay.queryOptions({
      input: isUnderWay ? { periodId: period.id, from: today } : skipToken,
    }),
  )
  const proposedStart = isUnderWay ? (nextOpen.isPending ? '' : (nextOpen.data ?? today)) : period?.startDay
  const startDay = values.startDay ?? proposedStart ?? ''

  // Choosing a field also sets the next field if only one choice remains there.
  const choosePeriod = (id: string | null): Partial<Fields> => ({
    periodId: id,
    startDay: null,
    endDay: open.find((one) => String(one.id) === id)?.endDay ?? '',
    typicalWeek: [],
  })
  const chooseActivity = (id: string | null): Partial<Fields> => ({
    activityId: id,
    ...choosePeriod(single(open.filter(({ leadId }) => String(leadId) === id).map((one) => String(one.id)))),
  })
  const chooseType = (facility: string | null, type: string | null): Partial<Fields> => ({
    type,
    ...chooseActivity(
      single(offered.filter((one) => one.facility === facility && one.type === type).map(({ id }) => String(id))),
    ),
  })
  const chooseFacility = (facility: string | null): Partial<Fields> => ({
    facility,
    ...chooseType(facility, single(unique(offered.filter((one) => one.facility === facility).map(({ type }) => type)))),
  })

  const check = useQuery(
    orpc.registrations.check.queryOptions({
      input:
        values.familyId && chosenChild && values.periodId && startDay && values.endDay
          ? {
              familyId: Number(values.familyId),
              childId: Number(chosenChild),
              periodId: Number(values.periodId),
              startDay,
              endDay: values.endDay,
            }
          : skipToken,
      placeholderData: keepPreviousData,
    }),
  )
  const save = async (client: FormClient, { familyId: home, periodId, decision, ...rest }: Fields) => {
    const asked = {
      familyId: Number(home),
      childId: Number(chosenChild),
      periodId: Number(periodId),
      startDay,
      endDay: rest.endDay,
      typicalWeek: rest.typicalWeek,
      overrideReason: rest.overrideReason,
    }
    if (decision === 'accepted' && rest.typicalWeek.length > 0) {
      const { registrationId, ...week } = await client.reservations.registerWithWeek(asked)
      onDone(await client.registrations.get({ id: registrationId }), week)
    } else onDone(await client.registrations.ask({ ...asked, accepted: decision === 'accepted' }), undefined)
  }
  return (
    <FormDialog
      opened
      width="wide"
      title="Nouvelle inscription"
      draft={`nouvelle inscription ${familyId ?? ''}`}
      form={form}
      submit={values.decision === 'accepted' ? 'Inscrire' : 'Enregistrer la demande'}
      onSubmit={save}
      onClose={onClose}
    >
      <div className="registration-form">
        <FamilySelect
          hasFocus={familyId === undefined}
          chosen={values.familyId ? family.data : undefined}
          value={values.familyId}
          error={form.errors['familyId']}
          onChange={(id) => form.setValues({ familyId: id, childId: null })}
        />
        <Select
          label="Enfant"
          description={values.familyId ? 'âge aujourd’hui' : 'choisissez d’abord la famille'}
          disabled={!values.familyId}
          data={children.map(({ id, firstName, lastName, birthDay }) => ({
            value: String(id),
            label: `${firstName} ${lastName}, ${ageText(ageOn(birthDay, today))}`,
          }))}
          {...form.getInputProps('childId')}
          value={chosenChild}
        />
        <Select
          label="Choix de l’équipement"
          data-autofocus={familyId === undefined ? undefined : true}
          data={unique(offered.map(({ facility }) => facility))}
          {...form.getInputProps('facility')}
          onChange={(value) => form.setValues(chooseFacility(value))}
        />
        <Select
          label="Choix du type d’activité"
          data={unique(ofFacility.map(({ type }) => type))}
          disabled={!values.facility}
          {...form.getInputProps('type')}
          onChange={(value) => form.setValues(chooseType(values.facility, value))}
        />
        <Select
          label="Choix de l’activité"
          data={ofType.map(choice)}
          disabled={!values.type}
          {...form.getInputProps('activityId')}
          onChange={(value) => form.setValues(chooseActivity(value))}
        />
        <Select
          label="Choix de la période"
          data={ofActivity.map(choice)}
          disabled={!values.activityId}
          {...form.getInputProps('periodId')}
          onChange={(value) => form.setValues(choosePeriod(value))}
        />
        <DayField label="Date de début" disabled={!period} {...form.getInputProps('startDay')} value={startDay} />
        <DayField label="Date de fin" disabled={!period} {...form.getInputProps('endDay')} />
      </div>
      {activity && period ? (
        <div className="stack">
          <h3>Semaine type</h3>
          <WeekField
            slots={slotsOfPeriods([activity], [period])}
            weekdays={period.weekdays}
            week={values.typicalWeek}
            onChange={(week) => form.setFieldValue('typicalWeek', week)}
          />
        </div>
      ) : null}
      {activity && period && chosenChild && values.familyId && startDay && values.endDay ? (
        values.decision === 'accepted' &&
        values.typicalWeek.length > 0 &&
        check.data?.obstacle === null &&
        (check.data.unmet.length === 0 || values.overrideReason !== '') ? (
          <WeekPreview
            activityId={activity.id}
            wished={{
              childId: Number(chosenChild),
              familyId: Number(values.familyId),
              periodId: period.id,
              startDay,
              endDay: values.endDay,
              typicalWeek: values.typicalWeek,
              overrideReason: values.overrideReason,
            }}
          />
        ) : null
      ) : null}
      {check.error ? <Failure error={check.error} /> : null}
      {check.data && period ? (
        <div className="stack">
          {check.data.obstacle ? (
            <Note tone="danger">
              {check.data.obstacle}{' '}
              {check.data.liveRegistrationId ? (
                <Link to="/inscriptions" search={{ inscription: check.data.liveRegistrationId }}>
                  Voir cette inscription
                </Link>
              ) : null}
            </Note>
          ) : null}
          <ConditionChecks check={check.data} />
          {check.data.unmet.length > 0 ? (
            <OverrideField
              reason={values.overrideReason}
              error={form.errors['overrideReason']}
              onChange={(reason) => form.setFieldValue('overrideReason', reason)}
            />
          ) : null}
        </div>
      ) : null}
      <Radio.Group label="Décision" {...form.getInputProps('decision')}>
        <div className="row row-wide" style={{ marginBlockStart: 8 }}>
          <Radio value="accepted" label="Acceptée tout de suite" />
          <Radio value="asked" label="À décider plus tard («&nbsp;?&nbsp;»)" />
        </div>
      </Radio.Group>
    </FormDialog>
  )
}

/** A select of a family, searched as the person types. */
export const FamilySelect = ({
  hasFocus,
  chosen,
  value,
  error,
  onChange,
}: {
  hasFocus: boolean
  chosen: Family | undefined
  value: string | null
  error: React.ReactNode
  onChange: (id: string | null) => void
}) => {
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text, 120)
  const found = useQuery(
    orpc.families.list.queryOptions({
      input: { filter: asked, show: 'present', from: 0, count: 12 },
      placeholderData: keepPreviousData,
    }),
  )
  const options = (found.data?.rows ?? []).map(({ id, name, children }) => ({
    value: String(id),
    label: children ? `${name} (${children})` : name,
  }))
  const own =
    chosen && !options.some((option) => option.value === value)
      ? [{ value: String(chosen.id), label: `${chosen.name} (${chosen.children.map(firstName).join(', ')})` }]
      : []
  return (
    <Select
      label="Famille"
      description="nom, prénom d’un enfant ou téléphone"
      searchable
      clearable
      data-autofocus={hasFocus ? true : undefined}
      data-path="familyId"
      error={error}
      filter={({ options: all }) => all}
      data={[...own, ...options]}
      value={value}
      onChange={onChange}
      onSearchChange={setText}
      nothingFoundMessage="Aucune famille de ce nom"
    />
  )
}

const firstName = (child: Family['children'][number]) => child.firstName

const unique = (words: readonly string[]): string[] => [...new Set(words)].toSorted((a, b) => a.localeCompare(b, 'fr'))

const single = (values: readonly string[]): string | null => (values.length === 1 ? (values[0] ?? null) : null)

const choice = ({ id, name }: { id: number; name: string }) => ({ value: String(id), label: name })
