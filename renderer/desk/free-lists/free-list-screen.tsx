import { Menu } from '@mantine/core'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import IconSend from '@tabler/icons-react/icons/IconSend'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { ColumnShown, ListAnswer } from '../../../shared/contract/desk/figures/free-lists.ts'
import type { Whom } from '../../../shared/contract/desk/messages/sendings.ts'
import { type ColumnId, things } from '../../../shared/rules/lists/list-columns.ts'
import {
  addsUp,
  type CellValue,
  cellText,
  columnsRead,
  type ListQuery,
} from '../../../shared/rules/lists/list-query.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { FiguresTabs } from '../figures/figures-tabs.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { KeepDialog, KeptMenu } from '../parts/kept.tsx'
import { Screen, ScreenHead, ShortcutBar, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import { type FreeListSearch, firstQuery } from './list-search.ts'
import { QueryPanel } from './query-panel.tsx'
import './free-lists.css'

/** « Liste libre »: a list that a person composes from the columns that they may read. */
export const FreeListScreen = () => {
  const navigate = useNavigate()
  const may = useMay()
  const search: FreeListSearch = useSearch({ from: '/desk/chiffres/liste' })
  const { data: columns, error: noColumns, refetch: readColumns } = useQuery(orpc.freeLists.columns.queryOptions())
  const { data: lists = [], isSuccess } = useQuery(orpc.freeLists.saved.queryOptions())
  const opened = lists.find(({ id }) => id === search.liste)
  const query: ListQuery = search.q ?? opened?.query ?? firstQuery('children')
  const isAwaited = search.liste !== undefined && search.q === undefined && !isSuccess
  const answer = useQuery({
    ...orpc.freeLists.run.queryOptions({ input: { query } }),
    enabled: !isAwaited,
    placeholderData: keepPreviousData,
  })
  const [isSaving, setIsSaving] = useState(false)
  const show = (next: FreeListSearch, replace = false) =>
    void navigate({ to: '/chiffres/liste', search: next, replace })
  const file = useMutation({
    mutationFn: async (format: 'xlsx' | 'pdf') => {
      const made = await clientOutsideForms.freeLists.file({ name: opened?.name ?? '', query, format })
      await (format === 'pdf' ? printPaper(made) : savePaper(made))
    },
  })
  const homes = answer.data?.homes ?? 0
  const title = opened?.name ?? 'Liste libre'
  const isChanged = opened !== undefined && JSON.stringify(query) !== JSON.stringify(opened.query)
  const { thing, on, brackets } = query
  const children = [...new Set((answer.data?.lines ?? []).flatMap(({ childId }) => childId ?? []))]
  // A list filtered by health is not an audience of its own: only the homes on screen are passed on, by name.
  const isOfHealth = (read: readonly ColumnId[]) =>
    columns?.some(({ id, isHealth }) => isHealth && read.some((one) => one === id))
  const whom: Whom | null = isOfHealth(brackets.flat().map(({ column }) => column))
    ? answer.data?.homeIds
      ? { kind: 'families', familyIds: answer.data.homeIds, ...(children.length > 0 && { childIds: children }) }
      : null
    : { kind: 'list', query: { thing, on, brackets } }
  return (
    <Screen title={title}>
      <ScreenHead
        title={title}
        subtitle={[
          ...(opened?.isShared ? [opened.isMine ? 'partagée' : `partagée par ${opened.by}`] : []),
          ...(isChanged ? ['modifiée'] : []),
        ].join(', ')}
      >
        <KeptMenu
          label="Mes listes"
          kept={lists}
          opened={opened}
          removing="la liste"
          onOpen={({ id }) => show({ liste: id })}
          onRemove={async (client, { id }) => {
            await client.freeLists.remove({ id })
            show({})
          }}
        >
          <Menu.Item onClick={() => show({})}>Nouvelle liste</Menu.Item>
        </KeptMenu>
        {may('sendings.audience') && homes > 0 && whom ? (
          <ActionButton
            combo="e"
            label={`Écrire aux ${counted(homes, 'famille')}`}
            icon={<IconSend size={14} aria-hidden="true" />}
            onAction={() =>
              void navigate({
                to: '/messages/ecrire',
                search: { qui: whom },
              })
            }
          />
        ) : null}
        <ActionButton
          combo="p"
          label="Imprimer"
          icon={<IconPrinter size={14} aria-hidden="true" />}
          disabled={!answer.data || answer.data.total === 0}
          loading={file.isPending && file.variables === 'pdf'}
          onAction={() => file.mutate('pdf')}
        />
        <ActionButton
          combo="x"
          label="Excel"
          icon={<IconDownload size={14} aria-hidden="true" />}
          disabled={!answer.data || answer.data.total === 0}
          loading={file.isPending && file.variables === 'xlsx'}
          onAction={() => file.mutate('xlsx')}
        />
        <ActionButton main combo="mod+s" label="Enregistrer" onAction={() => setIsSaving(true)} />
      </ScreenHead>
      <FiguresTabs isFreeList />
      <Split side={300}>
        <section className="list-answer" aria-label="Lignes de la liste">
          {answer.error ? (
            <Failure error={answer.error} onRetry={() => void answer.refetch()} />
          ) : answer.data ? (
            <Lines query={query} answer={answer.data} isOlder={answer.isPlaceholderData} />
          ) : (
            <Loading />
          )}
        </section>
        {noColumns ? <Failure error={noColumns} onRetry={() => void readColumns()} /> : null}
        {columns ? (
          <QueryPanel
            // Another list mounts another panel, so that no dialog of the previous list stays open.
            key={search.liste ?? 'new'}
            query={query}
            columns={columns}
            onChange={(next) => show({ ...search, q: next }, true)}
          />
        ) : null}
      </Split>
      <ShortcutBar
        keys={[
          ['f', 'ajouter un filtre'],
          ['Enter', 'ouvrir le dossier'],
        ]}
        chosen="Une liste ne montre jamais plus que vos droits"
      />
      {isSaving ? (
        <KeepDialog
          title="Enregistrer la liste"
          another="En faire une autre liste"
          opened={opened && (opened.isMine || may('sharedLists')) ? opened : undefined}
          whyNotShared={
            isOfHealth(columnsRead(query)) ? 'Cette liste lit la santé\u00a0: elle ne se partage pas.' : null
          }
          onKeep={async (client, as) => {
            const { id } = await client.freeLists.save({ ...as, query })
            show({ liste: id })
          }}
          onClose={() => setIsSaving(false)}
        />
      ) : null}
    </Screen>
  )
}

/** The maximum number of lines in a spreadsheet: the core refuses more. */
const maxInSpreadsheet = 100_000

type Line = ListAnswer['lines'][number]

const keyOf = (values: readonly CellValue[]): string => JSON.stringify(values)

const Lines = ({ query, answer, isOlder }: { query: ListQuery; answer: ListAnswer; isOlder: boolean }) => {
  const navigate = useNavigate()
  const known = new Map(answer.columns.map((column) => [column.id, column]))
  const { one, many } = things[query.thing]
  const groups = new Map(answer.groups.map((group) => [keyOf(group.values), group]))
  const groupColumns = query.groups.map((id) => known.get(id))
  const isOfHomes = query.thing !== 'homes'
  const groupName = (key: string) => {
    const group = groups.get(key)
    if (!group) return key
    const names = group.values.map((value, at) => {
      const column = groupColumns[at]
      return (column && cellText(column, value)) || 'non renseigné'
    })
    return (
      <span className="list-group">
        <span>{names.join(', ')}</span>
        <span className="grow" />
        {sumsText(query, known, group.sums)}
        <span>{counted(group.items, one, many)}</span>
      </span>
    )
  }
  return (
    <>
      <header className="row list-count" aria-live="polite" aria-busy={isOlder}>
        <h2>
          {counted(answer.items, one, many)}
          {isOfHomes && answer.total > 0 ? `, ${counted(answer.homes, 'famille')}` : ''}
        </h2>
        <span className="soft small">
          {answer.lines.length < answer.total
            ? `les ${counted(answer.lines.length, 'première')}\u00a0; ${answer.total > maxInSpreadsheet ? 'Excel en demande moins\u00a0: ajoutez un filtre' : 'Excel les a toutes'}`
            : answer.total > answer.items
              ? 'une ligne par foyer\u00a0; tous les sites que vous voyez, à l’instant'
              : 'tous les sites que vous voyez, à l’instant'}
        </span>
        <span className="grow" />
        {sumsText(query, known, answer.sums)}
      </header>
      <Table
        label={`Liste ${things[query.thing].label}`}
        items={answer.lines}
        idOf={({ id, familyId }) => `${id} ${familyId}`}
        columns={query.columns.flatMap((id, at): TableColumn<Line>[] => {
          const column = known.get(id)
          return column ? [shownColumn(column, at)] : []
        })}
        {...(query.groups.length > 0 && { groupOf: (line: Line) => keyOf(line.group), renderGroup: groupName })}
        flush
        keepsWidths={answer.lines.length > 20}
        onOpen={({ familyId, childId }) => {
          if (familyId === null) return
          void navigate({
            to: '/familles/$familyId',
            params: { familyId },
            search: childId === null ? {} : { enfant: childId },
          })
        }}
        empty={
          <EmptyState title="Aucune ligne">
            {query.brackets.length > 0 ? 'Retirez un filtre, ou changez-le.' : 'Rien n’est encore enregistré ici.'}
          </EmptyState>
        }
      />
    </>
  )
}

/** Widths in pixels; columns of text share the rest. */
const widths: Partial<Readonly<Record<ColumnShown['kind'], number>>> = { number: 80, amount: 100, day: 100, month: 130 }

const isNumber = ({ kind }: ColumnShown) => kind === 'number' || kind === 'amount'

const shownColumn = (column: ColumnShown, at: number): TableColumn<Line> => ({
  id: column.id,
  title: column.label,
  number: isNumber(column),
  ...(widths[column.kind] !== undefined && { width: widths[column.kind] }),
  show: ({ cells }) => {
    const text = cellText(column, cells[at] ?? null)
    return text === '' ? <span className="soft">–</span> : text
  },
})

/** The sums of amounts and counts. */
const sumsText = (
  { thing, columns }: ListQuery,
  known: ReadonlyMap<string, ColumnShown>,
  sums: Readonly<Record<string, number>>,
) =>
  columns.flatMap((id) => {
    const column = known.get(id)
    return column && addsUp(thing, id)
      ? [
          <span key={id} className="soft small">
            {column.label}&nbsp;: {cellText(column, sums[id] ?? 0)}
          </span>,
        ]
      : []
  })
