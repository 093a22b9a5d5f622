import { Button, Checkbox, Menu, Select } from '@mantine/core'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import IconFolderCheck from '@tabler/icons-react/icons/IconFolderCheck'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { DossierList } from '../../../shared/contract/desk/people/dossiers.ts'
import { formatNumber } from '../../../shared/rules/money/money.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { shownActivities } from '../activities/activity-options.ts'
import { ReminderActions } from '../campaign/remind-dialog.tsx'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { Screen, ScreenHead, ShortcutBar } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import './dossiers.css'

type Row = DossierList['rows'][number]

/** « Dossiers »: what is missing in which dossier, and reminders by mail or letter. */
export const DossiersScreen = () => {
  const may = useMay()
  const navigate = useNavigate()
  const search = useSearch({ from: '/desk/familles/dossiers' })
  const { activite = null, periode = null, ecole = null, piece = null } = search
  const filter = { activityId: activite, periodId: periode, schoolId: ecole, requiredId: piece }
  const { data, error, refetch } = useQuery(orpc.dossiers.list.queryOptions({ input: filter }))
  const { data: activities = [] } = useQuery(orpc.activities.list.queryOptions())
  const { data: periods = [] } = useQuery(orpc.activities.periods.queryOptions({ input: {} }))
  const { data: schools = [] } = useQuery(orpc.settings.schools.queryOptions())
  const [unticked, setUnticked] = useState<ReadonlySet<number>>(new Set())
  const chosen = (data?.familyIds ?? []).filter((id) => !unticked.has(id))
  const list = useMutation({
    mutationFn: async (format: 'pdf' | 'xlsx') => {
      const file = await clientOutsideForms.dossiers.file({ ...filter, format })
      await (format === 'pdf' ? printPaper(file) : savePaper(file))
    },
  })
  const choose = (name: 'activite' | 'periode' | 'ecole' | 'piece') => (value: string | null) =>
    void navigate({
      to: '/familles/dossiers',
      search: { ...search, [name]: value === null ? undefined : Number(value) },
      replace: true,
    })
  const select = (
    label: string,
    name: 'activite' | 'periode' | 'ecole' | 'piece',
    value: number | null,
    options: readonly { readonly id: number; readonly name: string }[],
  ) => (
    <Select
      aria-label={label}
      placeholder={label}
      clearable
      searchable
      w={180}
      data={options.map((one) => ({ value: String(one.id), label: one.name }))}
      value={value === null ? null : String(value)}
      onChange={choose(name)}
    />
  )
  const names = new Map(data?.required.map(({ id, name }) => [id, name]))
  const mayRemind = may('dossiers')
  return (
    <Screen title="Dossiers">
      <ScreenHead
        title="Dossiers"
        subtitle={
          data
            ? `${formatNumber(data.incomplete)} incomplets sur ${counted(data.children, 'enfant inscrit', 'enfants inscrits')}`
            : undefined
        }
      >
        {may('sendings.audience') ? (
          <Link className="small" to="/messages/ecrire" search={{ qui: { kind: 'missingPaper', requiredId: piece } }}>
            Écrire à ceux à qui il manque
          </Link>
        ) : null}
        <Button variant="default" onClick={() => void navigate({ to: '/familles/campagne' })}>
          Campagne
        </Button>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              variant="default"
              leftSection={<IconDownload size={14} aria-hidden="true" />}
              loading={list.isPending}
              disabled={!data || data.total === 0}
            >
              Exporter
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => list.mutate('pdf')}>Imprimer la liste</Menu.Item>
            <Menu.Item onClick={() => list.mutate('xlsx')}>Classeur (XLSX)</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        {mayRemind ? <ReminderActions familyIds={chosen} /> : null}
      </ScreenHead>
      <div className="dossiers-filters row">
        {select('Activité', 'activite', activite, shownActivities(activities))}
        {select(
          'Période',
          'periode',
          periode,
          periods.filter(({ leadId }) => activite === null || leadId === activite),
        )}
        {select('École', 'ecole', ecole, schools)}
        {select(
          'Pièce',
          'piece',
          piece,
          (data?.required ?? []).map(({ id, name, children }) => ({ id, name: `${name} (${children})` })),
        )}
      </div>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? (
        <Table
          label="Dossiers incomplets"
          items={data.rows}
          idOf={({ familyId, childId }) => `${familyId} ${childId}`}
          columns={[
            ...(mayRemind
              ? [
                  tickColumn(unticked, (familyId, isTicked) => {
                    const next = new Set(unticked)
                    if (isTicked) next.delete(familyId)
                    else next.add(familyId)
                    setUnticked(next)
                  }),
                ]
              : []),
            ...columns,
            {
              id: 'missing',
              title: 'Manque',
              show: ({ missing }: Row) => missing.map((id) => names.get(id) ?? '').join(', '),
            },
          ]}
          onOpen={({ familyId, childId }) =>
            void navigate({
              to: '/familles/$familyId/enfants/$childId',
              params: { familyId: String(familyId), childId: String(childId) },
            })
          }
          style={{ flex: 1, paddingInline: 16 }}
          empty={
            <EmptyState icon={IconFolderCheck} title="Aucun dossier n’est incomplet">
              {data.required.length === 0
                ? 'Ce qu’un dossier doit contenir se choisit dans Réglages, Pièces exigées.'
                : 'Chaque enfant de cette liste a tout rendu.'}
            </EmptyState>
          }
        />
      ) : null}
      <ShortcutBar
        keys={[
          ['ArrowUp ArrowDown', 'choisir'],
          ['Enter', 'ouvrir le dossier'],
        ]}
      />
    </Screen>
  )
}

const tickColumn = (
  unticked: ReadonlySet<number>,
  tick: (familyId: number, isTicked: boolean) => void,
): TableColumn<Row> => ({
  id: 'tick',
  title: <span className="unseen">À relancer</span>,
  width: 40,
  show: ({ familyId, family, child }) => (
    <Checkbox
      aria-label={`Relancer la famille ${family}, ${child}`}
      checked={!unticked.has(familyId)}
      onChange={({ currentTarget }) => tick(familyId, currentTarget.checked)}
    />
  ),
})

const columns: readonly TableColumn<Row>[] = [
  {
    id: 'child',
    title: 'Enfant',
    width: 'clamp(150px, 21vw, 260px)',
    show: ({ child, family }) => (
      <>
        <b>{child}</b> {child.endsWith(` ${family}`) ? null : <span className="soft small">{family}</span>}
      </>
    ),
  },
  {
    id: 'school',
    title: 'École',
    width: 'clamp(120px, 19vw, 240px)',
    show: ({ school, level }) => [school, level].filter((text) => text !== '').join(', '),
  },
]
