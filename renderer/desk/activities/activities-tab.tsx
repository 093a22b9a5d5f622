import { Button, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconCalendarOff from '@tabler/icons-react/icons/IconCalendarOff'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Activity, ActivityType, Period } from '../../../shared/contract/desk/activities.ts'
import { supervisionNames } from '../../../shared/rules/cell/places.ts'
import { agesText } from '../../../shared/rules/people/conditions.ts'
import { levelsText } from '../../../shared/rules/people/schooling.ts'
import { listed, numericDay, ofName, timeText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { HistoryButton } from '../history/history-button.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note, Properties } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useStableChoice } from '../parts/keyboard/stable-choice.ts'
import { Panel, Section, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { CloseDaysDialog } from '../periods/close-days-dialog.tsx'
import { useSiteName } from '../settings/sites.tsx'
import { useMay } from '../staff/may.ts'
import { ActivityDialog } from './activity-dialog.tsx'
import { JoinDialog } from './join-dialog.tsx'
import { ruleText } from './rule-fields.tsx'
import { WaitingRulesDialog } from './waiting-rules-dialog.tsx'

/** Activities by facility, with the periods of the chosen activity. */
export const ActivitiesTab = () => {
  const may = useMay()
  const navigate = useNavigate()
  const { data: activities, error, refetch } = useQuery(orpc.activities.list.queryOptions())
  const siteName = useSiteName()
  const { data: facilities } = useQuery(orpc.settings.facilities.queryOptions())
  const { nouveau } = useSearch({ from: '/desk/reglages' })
  const [opened, setOpened] = useState<Activity | 'new' | 'close' | 'types' | undefined>(nouveau ? 'new' : undefined)
  const { item: chosen, isGone, choose } = useStableChoice(activities ?? [], ({ id }) => String(id))
  const close = () => setOpened(undefined)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!activities) return <Loading />
  const canChange = may('activities')
  const needsFacility = facilities?.length === 0
  return (
    <>
      {canChange ? (
        <div className="row" style={{ padding: '12px 24px', justifyContent: 'flex-end' }}>
          <Button onClick={() => setOpened('types')}>Types d’activité…</Button>
          <ActionButton
            combo="f"
            label="Fermer des jours…"
            icon={<IconCalendarOff size={14} />}
            onAction={() => setOpened('close')}
          />
          <ActionButton
            main
            combo="n"
            label="Nouvelle activité"
            icon={<IconPlus size={14} />}
            onAction={() => setOpened('new')}
          />
        </div>
      ) : null}
      <Split side={420}>
        <Table
          label="Activités"
          items={activities}
          idOf={({ id }) => id}
          groupOf={({ facility, facilityId }) =>
            [facility, siteName(facilities?.find(({ id }) => id === facilityId)?.siteId ?? 0)]
              .filter(Boolean)
              .join(', ')
          }
          chosen={chosen?.id}
          onChoose={({ id }) => choose(String(id))}
          {...(canChange && { onOpen: setOpened })}
          columns={activityColumns}
          empty={
            <EmptyState
              title="Aucune activité"
              action={
                canChange && needsFacility ? (
                  <Button onClick={() => void navigate({ to: '/reglages', search: { onglet: 'lieux' } })}>
                    Commencer par un équipement
                  </Button>
                ) : undefined
              }
            >
              {needsFacility ? 'Créez un équipement, puis une activité' : 'Créez une activité'} et sa période&nbsp;: ses
              jours d’ouverture se calculent seuls.
            </EmptyState>
          }
        />
        {chosen && !isGone ? (
          <ActivityPanel activity={chosen} {...(canChange && { onChange: () => setOpened(chosen) })} />
        ) : (
          <Panel label="Activité">
            <Note>
              {isGone ? 'Cette activité vient d’être retirée. ' : ''}
              Choisissez une activité pour voir ses périodes.
            </Note>
          </Panel>
        )}
      </Split>
      {opened === 'new' || typeof opened === 'object' ? <ActivityDialog activity={opened} onClose={close} /> : null}
      {opened === 'close' ? <CloseDaysDialog onClose={close} /> : null}
      {opened === 'types' ? <TypesDialog onClose={close} /> : null}
    </>
  )
}

/** A slot that some day opened cannot be deleted: it can only end on a given day. */
const EndSlot = ({ activity }: { activity: Activity }) => {
  const [opened, setOpened] = useState(false)
  const slots = activity.slots.filter(({ endedFrom }) => endedFrom === null)
  const form = useForm({
    mode: 'controlled',
    initialValues: { slotId: '', from: '' },
    validate: {
      slotId: (slotId) => (slotId ? null : 'Choisissez une plage.'),
      from: (from) => (from ? null : 'Choisissez le premier jour sans cette plage.'),
    },
  })
  return (
    <>
      <Button fullWidth justify="flex-start" onClick={() => setOpened(true)}>
        Arrêter une plage…
      </Button>
      <FormDialog
        opened={opened}
        title={`Arrêter une plage ${ofName(activity.name)}`}
        form={form}
        submit="Arrêter la plage"
        onSubmit={async (client, { slotId, from }) => {
          await client.activities.endSlot({ slotId: Number(slotId), from })
          form.reset()
        }}
        onClose={() => setOpened(false)}
      >
        <Select
          label="Plage"
          data={slots.map(({ id, name }) => ({ value: String(id), label: name }))}
          {...form.getInputProps('slotId')}
        />
        <DayField
          label="À partir du"
          description="Ce jour et les suivants n’ouvrent plus cette plage."
          {...form.getInputProps('from')}
        />
        <Note>
          S’il reste des réservations après ce jour, fermez d’abord ces jours&nbsp;: l’aperçu montre ce qu’ils libèrent.
        </Note>
      </FormDialog>
    </>
  )
}

const WaitingRules = ({ activity }: { activity: Activity }) => {
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button fullWidth justify="flex-start" onClick={() => setOpened(true)}>
        Liste d’attente et encadrement…
      </Button>
      {opened ? <WaitingRulesDialog activity={activity} onClose={() => setOpened(false)} /> : null}
    </>
  )
}

const Joining = ({ activity }: { activity: Activity }) => {
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button fullWidth justify="flex-start" onClick={() => setOpened(true)}>
        Réunir une autre activité…
      </Button>
      {opened ? <JoinDialog activity={activity} onClose={() => setOpened(false)} /> : null}
    </>
  )
}

const audienceText = ({ minimumAge, maximumAge, levels }: Activity) =>
  levels ? levelsText(levels) : agesText({ minAge: minimumAge, maxAge: maximumAge })

const ActivityPanel = ({ activity, onChange }: { activity: Activity; onChange?: () => void }) => {
  const may = useMay()
  const { data: tariffs } = useQuery(orpc.prices.tariffs.queryOptions({ enabled: may('tariffs.read') }))
  const { data: schools = [] } = useQuery(orpc.settings.schools.queryOptions())
  const { data: activities = [] } = useQuery(orpc.activities.list.queryOptions())
  const lead = activities.find(({ id }) => id === activity.joinedToId)
  const joined = activities.filter(({ joinedToId }) => joinedToId === activity.id)
  const tariffOf = ({ id }: Activity) =>
    tariffs?.find(({ activityIds }) => activityIds.includes(id))?.name ?? 'aucun\u00a0: rien ne se facture'
  const schoolsText = (ids: readonly number[]) =>
    listed(schools.filter(({ id }) => ids.includes(id)).map(({ name }) => name))
  return (
    <Panel
      label={activity.name}
      title={
        <>
          {activity.name} {activity.archived ? <Badge>archivée</Badge> : null}
        </>
      }
      subtitle={`${activity.facility}, ${activity.type}`}
    >
      <Properties
        alignStart
        entries={[
          ...(lead ? [['Réunie à', lead.name] as const] : []),
          ['Pour', audienceText(activity)],
          ...(activity.groups.length > 0
            ? [['Groupes', listed(activity.groups.map(({ name }) => name))] as const]
            : []),
          ...(activity.schoolIds ? [['Écoles', schoolsText(activity.schoolIds)] as const] : []),
          ['Commune', activity.residentsOnly ? 'résidents seulement' : 'résidents et hors commune'],
          ['Réserver', ruleText(activity.bookingRule)],
          ['Annuler', ruleText(activity.cancelRule)],
          ['Encadrement', supervisionText(activity.supervision)],
          ...(tariffs
            ? joined.length === 0
              ? [['Tarif', tariffOf(activity)] as const]
              : [activity, ...joined].map((one) => [`Tarif, ${one.name}`, tariffOf(one)] as const)
            : []),
          ...activity.slots.map(
            ({ name, start, end, endedFrom }) =>
              [
                name,
                `${timeText(start)} → ${timeText(end)}${endedFrom ? `, arrêtée au ${numericDay(endedFrom)}` : ''}`,
              ] as const,
          ),
        ]}
      />
      <HistoryButton main fullWidth entity="activity" id={activity.id} title={activity.name} />
      {onChange ? (
        <div className="stack">
          <ActionButton combo="m" label="Modifier l’activité" fullWidth onAction={onChange} />
          <WaitingRules activity={activity} />
          <EndSlot activity={activity} />
          {activity.archived || lead ? null : <Joining activity={activity} />}
        </div>
      ) : null}
      <Periods activity={activity} canChange={onChange !== undefined && !lead} />
    </Panel>
  )
}

const supervisionText = (supervision: Activity['supervision']) =>
  supervision === 'none'
    ? 'non compté'
    : supervisionNames[supervision === 'extracurricular' ? 'extrascolaire' : supervision]

const Periods = ({ activity, canChange }: { activity: Activity; canChange: boolean }) => {
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(orpc.activities.periods.queryOptions({ input: { archived: true } }))
  // Periods of activities joined to this one are listed here too, each with its group.
  const periods = data?.filter(({ activityId, leadId }) => activityId === activity.id || leadId === activity.id)
  const open = (period: Period | 'new') =>
    void navigate({
      to: '/reglages',
      search: {
        onglet: 'activites',
        periode: period === 'new' ? 0 : period.id,
        activite: period === 'new' ? activity.id : period.activityId,
      },
    })
  return (
    <Section
      title="Périodes"
      action={
        canChange ? (
          <Button leftSection={<IconPlus size={14} />} onClick={() => open('new')}>
            Nouvelle période
          </Button>
        ) : undefined
      }
    >
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {periods ? (
        <Table
          label={`Périodes ${ofName(activity.name)}`}
          items={periods}
          idOf={({ id }) => id}
          onOpen={open}
          flush
          keepsWidths
          columns={periodColumns(open, activity.groups)}
          empty={
            <EmptyState title="Aucune période">Une période dit quand, quels jours et combien de places.</EmptyState>
          }
        />
      ) : null}
    </Section>
  )
}

const TypesDialog = ({ onClose }: { onClose: () => void }) => {
  const { data } = useQuery(orpc.activities.types.queryOptions())
  const [changed, setChanged] = useState<ActivityType>()
  const form = useForm({ mode: 'uncontrolled', initialValues: { name: '' } })
  return (
    <FormDialog
      opened
      title="Types d’activité"
      form={form}
      submit={changed ? 'Renommer' : 'Ajouter ce type'}
      onSubmit={(client, { name }) => client.activities.saveType({ name, ...(changed && { id: changed.id }) })}
      onClose={onClose}
    >
      <ul className="stack">
        {data?.map((type) => (
          <li key={type.id} className="row between">
            <span>{type.name}</span>
            <span className="row">
              <Button
                variant="subtle"
                aria-label={`Renommer ${type.name}`}
                onClick={() => {
                  setChanged(type)
                  form.setValues({ name: type.name })
                }}
              >
                Renommer
              </Button>
              {type.activities === 0 ? (
                <Button
                  variant="subtle"
                  aria-label={`Retirer ${type.name}`}
                  onClick={() => void clientOutsideForms.activities.removeType({ id: type.id })}
                >
                  Retirer
                </Button>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
      <TextInput
        label={changed ? `Nouveau nom de «\u00a0${changed.name}\u00a0»` : 'Nouveau type'}
        placeholder="ALSH, périscolaire, restauration…"
        data-autofocus
        key={form.key('name')}
        {...form.getInputProps('name')}
      />
    </FormDialog>
  )
}

const activityColumns: readonly TableColumn<Activity>[] = [
  {
    id: 'name',
    title: 'Activité',
    show: ({ name, archived, joinedToId }) => (
      <>
        {name} {archived ? <Badge>archivée</Badge> : null}
        {joinedToId === null ? null : <Badge>réunie</Badge>}
      </>
    ),
  },
  { id: 'type', title: 'Type', width: 110, show: ({ type }) => type },
  { id: 'ages', title: 'Pour', width: 110, show: audienceText },
]

const periodColumns = (open: (period: Period) => void, groups: Activity['groups']): readonly TableColumn<Period>[] => [
  {
    id: 'name',
    title: 'Période',
    show: (period) => (
      <>
        <button type="button" className="plain-link" onClick={() => open(period)}>
          {period.name}
        </button>{' '}
        {period.archived ? <Badge>archivée</Badge> : null}
        {period.groupIds ? (
          <span className="soft small">
            {listed(groups.flatMap(({ id, name }) => (period.groupIds?.includes(id) ? [name] : [])))}
          </span>
        ) : null}
      </>
    ),
  },
  { id: 'from', title: 'Du', number: true, width: 92, show: ({ startDay }) => numericDay(startDay) },
  { id: 'to', title: 'Au', number: true, width: 92, show: ({ endDay }) => numericDay(endDay) },
]
