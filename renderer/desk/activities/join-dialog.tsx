import { Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { skipToken, useQuery } from '@tanstack/react-query'
import type { Activity, JoiningInput, JoiningPreview } from '../../../shared/contract/desk/activities.ts'
import { groupNameIn, jointName } from '../../../shared/rules/groups/joined-activities.ts'
import { counted, listed, numericDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'

/**
 * Joins two activities: the chosen one becomes a group of the one that was opened. The result is previewed, and can be
 * undone.
 */
export const JoinDialog = ({ activity, onClose }: { activity: Activity; onClose: () => void }) => {
  const { data: activities = [] } = useQuery(orpc.activities.list.queryOptions())
  const { data: tariffs } = useQuery(orpc.prices.tariffs.queryOptions())
  const form = useForm({
    mode: 'controlled',
    initialValues: { joinedId: '', name: activity.name, groupName: '', joinedGroupName: '' },
    validate: {
      joinedId: (joinedId) => (joinedId ? null : 'Choisissez une activité.'),
      name: (name) => (name.trim() ? null : 'Donnez un nom à l’activité réunie.'),
      groupName: (name) => (name.trim() || activity.groups.length > 0 ? null : 'Donnez un nom à ce groupe.'),
      joinedGroupName: (name) => (name.trim() ? null : 'Donnez un nom à ce groupe.'),
    },
  })
  const others = activities.filter(({ id, archived, joinedToId }) => id !== activity.id && !archived && !joinedToId)
  const joined = others.find(({ id }) => id === Number(form.values.joinedId))
  const tariffOf = (id: number) => tariffs?.find(({ activityIds }) => activityIds.includes(id))?.name
  const asked = joined ? inputOf(activity, joined, form.values) : null
  return (
    <FormDialog
      opened
      title={`Réunir une activité à «\u00a0${activity.name}\u00a0»`}
      width="wide"
      form={form}
      submit="Réunir"
      onSubmit={async (client, values) => {
        if (joined) await client.activities.join(inputOf(activity, joined, values))
      }}
      onClose={onClose}
    >
      <Select
        label="Activité à réunir"
        data-autofocus
        searchable
        nothingFoundMessage="Aucune activité de ce nom"
        data={others.map(({ id, name, facility }) => ({ value: String(id), label: `${name}, ${facility}` }))}
        {...form.getInputProps('joinedId')}
        onChange={(value) => {
          const chosen = others.find(({ id }) => id === Number(value))
          const name = chosen ? jointName(activity.name, chosen.name) : activity.name
          form.setValues({
            joinedId: value ?? '',
            name,
            groupName: usualName(activity, name),
            joinedGroupName: chosen ? usualName(chosen, name) : '',
          })
        }}
      />
      {joined ? (
        <TextInput
          label="Nom de l’activité réunie"
          description="celui que lisent les parents ; les périodes gardent le leur"
          {...form.getInputProps('name')}
        />
      ) : null}
      {joined ? (
        <div className="row" style={{ alignItems: 'start' }}>
          {activity.groups.length === 0 ? (
            <TextInput
              label={`Groupe de «\u00a0${activity.name}\u00a0»`}
              maxLength={24}
              style={{ flex: 1 }}
              {...form.getInputProps('groupName')}
            />
          ) : null}
          <TextInput
            label={`Groupe de «\u00a0${joined.name}\u00a0»`}
            maxLength={24}
            style={{ flex: 1 }}
            {...form.getInputProps('joinedGroupName')}
          />
        </div>
      ) : null}
      <Preview asked={asked} />
      {joined && tariffOf(activity.id) !== tariffOf(joined.id) ? (
        <Note tone="warn">
          Chaque période garde son tarif. La copie de l’année suivante donne à celui de «&nbsp;{activity.name}&nbsp;»
          {tariffOf(activity.id) ? ` (${tariffOf(activity.id)})` : ''} un prix pour chaque groupe&nbsp;; une période
          créée à la main a ce tarif tel qu’il est.
        </Note>
      ) : null}
    </FormDialog>
  )
}

type Names = { readonly name: string; readonly groupName: string; readonly joinedGroupName: string }

/** A group without a typed name is previewed under its activity's name; the form requires a name before it is sent. */
const inputOf = (activity: Activity, joined: Activity, { name, groupName, joinedGroupName }: Names): JoiningInput => ({
  id: activity.id,
  joinedId: joined.id,
  name: name.trim() || activity.name,
  groupName: groupName.trim() || usualName(activity, name),
  joinedGroupName: joinedGroupName.trim() || usualName(joined, name),
})

/** « 3-5 ans », or what the activity’s name says beside the joint one when its ages have no such name. */
const usualName = ({ name, minimumAge, maximumAge }: Activity, joint: string): string =>
  minimumAge !== null && maximumAge !== null ? `${minimumAge}-${maximumAge} ans` : groupNameIn(name, joint)

const Preview = ({ asked }: { asked: JoiningInput | null }) => {
  const { data, error } = useQuery(
    orpc.activities.previewJoining.queryOptions({
      input: asked ?? skipToken,
      staleTime: 0,
      placeholderData: (before) => before,
    }),
  )
  if (error) return <Failure error={error} />
  if (!asked)
    return <Note>Leurs plages, leur régie, leur type d’accueil et leur règle de la CAF doivent être les mêmes.</Note>
  if (!data) return <Loading />
  const { obstacles, schools, papers, groups, periods } = data
  return (
    <>
      {obstacles.length > 0 ? (
        <Note tone="danger">
          <b>Ces activités restent deux.</b>
          <ul>
            {obstacles.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Note>
      ) : (
        <Note tone="good">
          Une seule activité, avec {counted(groups.length, 'groupe')}&nbsp;:{' '}
          {listed(groups.map(({ name, who }) => `${name} (${who})`))}
          {schools.length === 0 ? '' : `, pour les écoles ${listed(schools)}`}. Rien de ce qui est inscrit, réservé ou
          facturé ne change.
          {papers.length === 0
            ? ''
            : ` Aux enfants de tous les groupes, le dossier demande alors\u00a0: ${listed(papers)}.`}
        </Note>
      )}
      <Table label="Périodes réunies" items={periods} idOf={({ id }) => id} columns={columns} flush empty={null} />
    </>
  )
}

const columns: readonly TableColumn<JoiningPreview['periods'][number]>[] = [
  { id: 'name', title: 'Période', show: ({ name }) => name },
  {
    id: 'days',
    title: 'Dates',
    width: 170,
    show: ({ startDay, endDay }) => `${numericDay(startDay)} → ${numericDay(endDay)}`,
  },
  { id: 'group', title: 'Groupe', width: 110, show: ({ group }) => group || 'ses groupes' },
  { id: 'children', title: 'Enfants', number: true, width: 70, show: ({ children }) => children },
  { id: 'capacity', title: 'Places', number: true, width: 64, show: ({ capacity }) => capacity },
]
