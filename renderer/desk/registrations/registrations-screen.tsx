import { Select } from '@mantine/core'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import type { Activity } from '../../../shared/contract/desk/activities.ts'
import type { Registration } from '../../../shared/contract/desk/registrations.ts'
import type { WeekResult } from '../../../shared/contract/desk/reservations/reservations.ts'
import { ageOn, type Day } from '../../../shared/rules/calendar/day.ts'
import { bornWord, namesakesAmong } from '../../../shared/rules/people/names.ts'
import { ageText, numericDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { ChildName } from '../../parts/child-name.tsx'
import { ExportButton } from '../imports/export-button.tsx'
import { ActionButton, SegmentedControl } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { Panel, Screen, ScreenHead, ShortcutBar, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { NewRegistrationDialog } from './new-registration-dialog.tsx'
import { RegistrationPanel } from './registration-panel.tsx'
import { registrationCountsText, weekText } from './registration-texts.ts'
import { StateBadge } from './state-badge.tsx'
import { WeekResultDialog } from './week-result.tsx'
import './registrations.css'

type View = 'all' | 'asked' | 'refused' | 'ended'

const statesOf: Readonly<Record<View, readonly Registration['state'][]>> = {
  all: ['asked', 'accepted', 'refused', 'withdrawn', 'ended'],
  asked: ['asked'],
  refused: ['refused', 'withdrawn'],
  ended: ['ended'],
}

/** Registrations of a period: the list, decisions to make, and a form for a new registration. */
export const RegistrationsScreen = () => {
  const search = useSearch({ from: '/desk/inscriptions' })
  const navigate = useNavigate({ from: '/inscriptions' })
  const may = useMay()
  const { today } = useNow()
  const [view, setView] = useState<View>('all')
  const [result, setResult] = useState<WeekResult>()
  const counts = useQuery(orpc.registrations.counts.queryOptions({ input: {} }))
  const past = useQuery(orpc.registrations.counts.queryOptions({ input: { past: true } }))
  const list = useQuery(
    orpc.registrations.list.queryOptions({
      input: search.periode === undefined ? {} : { periodId: search.periode },
    }),
  )
  const one = useQuery(
    orpc.registrations.get.queryOptions({
      input: search.inscription === undefined ? skipToken : { id: search.inscription },
    }),
  )
  const { data: activities } = useQuery(orpc.activities.list.queryOptions())
  const go = (changes: Partial<typeof search>) =>
    void navigate({ to: '/inscriptions', search: { ...search, ...changes }, replace: true })
  const made = useRef<number>(undefined)
  /** Closes the form and selects the new registration in one navigation: two in a row would overwrite each other. */
  const closeForm = () => {
    const chosenThen = made.current ?? search.inscription
    made.current = undefined
    void navigate({
      to: '/inscriptions',
      search: {
        ...(search.periode !== undefined && { periode: search.periode }),
        ...(chosenThen !== undefined && { inscription: chosenThen }),
      },
      replace: true,
    })
  }

  const all = list.data
  const groups = useMemo(() => Map.groupBy(all ?? [], ({ periodId }) => periodId), [all])
  const shown = useMemo(
    () =>
      [...groups.values()]
        .flatMap((ofPeriod) => ofPeriod.toSorted(askedFirst))
        .filter(({ state }) => statesOf[view].includes(state)),
    [groups, view],
  )
  const columns = useMemo(
    () => columnsOf(today, activities ?? [], namesakesAmong((all ?? []).map((one) => ({ ...one, id: one.childId })))),
    [today, activities, all],
  )
  const toDecide = all?.filter(({ state }) => state === 'asked').length ?? 0
  const chosen = one.data
  return (
    <Screen title="Inscriptions">
      <ScreenHead
        title="Inscriptions"
        controls={
          <Select
            aria-label="Période"
            clearable
            searchable
            placeholder="Toutes les périodes en cours"
            className="registrations-period"
            data={[
              { group: 'En cours ou à venir', items: (counts.data ?? []).map(periodChoice) },
              { group: 'Passées', items: (past.data ?? []).filter(({ endDay }) => endDay < today).map(periodChoice) },
            ]}
            value={search.periode === undefined ? null : String(search.periode)}
            onChange={(value) => {
              const { periode: _old, ...rest } = search
              void navigate({
                to: '/inscriptions',
                search: value === null ? rest : { ...rest, periode: Number(value) },
                replace: true,
              })
            }}
          />
        }
      >
        <ExportButton what={{ list: 'registrations', periodId: search.periode ?? null }} />
        <SegmentedControl
          label="État"
          options={[
            ['all', 'Toutes'],
            ['asked', `À décider ${toDecide}`],
            ['refused', 'Refusées'],
            ['ended', 'Terminées'],
          ]}
          value={view}
          onChange={setView}
        />
        {may('decisions') ? (
          <ActionButton
            combo="n"
            label="Nouvelle inscription"
            icon={<IconPlus size={14} />}
            onAction={() => go({ nouvelle: true })}
          />
        ) : null}
      </ScreenHead>
      {list.error ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : null}
      {!all && !list.error ? <Loading /> : null}
      {all ? (
        <Split side={372}>
          <Table
            label="Inscriptions"
            items={shown}
            idOf={({ id }) => id}
            groupOf={({ periodId, period }) => {
              const told = registrationCountsText(groups.get(periodId) ?? [])
              return told ? `${period}\u00a0: ${told}` : period
            }}
            keepsWidths
            chosen={search.inscription}
            onChoose={({ id }) => go({ inscription: id })}
            onOpen={({ familyId }) =>
              void navigate({ to: '/familles/$familyId', params: { familyId: String(familyId) } })
            }
            columns={columns}
            empty={
              <EmptyState title={view === 'asked' ? 'Rien à décider' : 'Aucune inscription'}>
                {view === 'asked'
                  ? 'Chaque inscription demandée a sa réponse.'
                  : 'Inscrivez un enfant à une période\u00a0: la touche N ouvre le formulaire.'}
              </EmptyState>
            }
          />
          {chosen ? (
            <RegistrationPanel
              key={chosen.id}
              registration={chosen}
              activity={activities?.find(({ id }) => id === chosen.activityId)}
              onWeekApplied={setResult}
            />
          ) : (
            <Panel label="Inscription">
              {one.error ? (
                <Failure error={one.error} />
              ) : (
                <Note>Choisissez une inscription pour voir ses conditions et décider.</Note>
              )}
            </Panel>
          )}
        </Split>
      ) : null}
      <ShortcutBar
        keys={[
          ['ArrowUp ArrowDown', 'inscription suivante'],
          ['Enter', 'famille'],
        ]}
        chosen="Terminer une inscription montre d’abord les réservations qu’elle libère."
      />
      {search.nouvelle ? (
        <NewRegistrationDialog
          onDone={(registration, weekResult) => {
            if (weekResult) setResult(weekResult)
            made.current = registration.id
          }}
          onClose={closeForm}
        />
      ) : null}
      {result ? <WeekResultDialog result={result} onClose={() => setResult(undefined)} /> : null}
    </Screen>
  )
}

const periodChoice = ({ periodId, period }: { periodId: number; period: string }) => ({
  value: String(periodId),
  label: period,
})

const askedFirst = (one: Registration, other: Registration) =>
  Number(other.state === 'asked') - Number(one.state === 'asked')

const columnsOf = (
  today: Day,
  activities: readonly Activity[],
  namesakes: ReadonlySet<number>,
): readonly TableColumn<Registration>[] => {
  const slots = new Map(activities.map((activity) => [activity.id, activity.slots]))
  return [
    {
      id: 'child',
      title: 'Enfant',
      width: 210,
      show: ({ childId, lastName, firstName, sex, birthDay }) => (
        <>
          <ChildName lastName={lastName} firstName={firstName} />{' '}
          {namesakes.has(childId) ? (
            <span className="soft small">
              {bornWord[sex]} le {numericDay(birthDay)}
            </span>
          ) : null}
        </>
      ),
    },
    {
      id: 'age',
      title: 'Âge',
      number: true,
      width: 66,
      show: ({ birthDay }) => ageText(ageOn(birthDay, today)),
      compare: (one, other) => (one.birthDay < other.birthDay ? 1 : -1),
    },
    { id: 'start', title: 'Début', number: true, width: 92, show: ({ startDay }) => numericDay(startDay) },
    { id: 'end', title: 'Fin', number: true, width: 92, show: ({ endDay }) => numericDay(endDay) },
    {
      id: 'week',
      title: 'Semaine type',
      show: ({ typicalWeek, activityId }) => weekText(typicalWeek, slots.get(activityId) ?? []),
    },
    {
      id: 'state',
      title: 'État',
      width: 104,
      show: (registration) => <StateBadge registration={registration} />,
      compare: (one, other) => one.state.localeCompare(other.state),
    },
  ]
}
