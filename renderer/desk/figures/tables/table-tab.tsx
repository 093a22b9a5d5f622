import IconDownload from '@tabler/icons-react/icons/IconDownload'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { Behind, FiguresTable } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import { differenceText, figureText, type Unit } from '../../../../shared/rules/figures/figures-table.ts'
import { printPaper, savePaper } from '../../../connection/paper.ts'
import { ActionButton } from '../../parts/buttons.tsx'
import { EmptyState, Failure, Loading } from '../../parts/feedback.tsx'
import { useShortcut } from '../../parts/keyboard/shortcuts.ts'
import { ScreenHead, ShortcutBar, Split } from '../../parts/screen.tsx'
import { notifyRefusal } from '../../queries.ts'
import { FiguresGrid, type GridCell } from '../figures-grid.tsx'
import { FiguresTabs } from '../figures-tabs.tsx'
import { shownLater } from '../shown-later.tsx'
import { useFiguresSearch } from '../use-figures-search.ts'
import { TablePanel } from './table-panel.tsx'

const TableChart = shownLater(() => import('./table-chart.tsx').then(({ TableChart: chart }) => chart))

/** The chosen figure: a column of a row, or of the total when `row` is empty. */
export type ChosenCell = { readonly row: string; readonly column: string }

type Options<Data> = Parameters<typeof useQuery<Data>>[0]

/** A tab of « Chiffres »: its filters, the table with its chart, and the rows that the chosen figure counts. */
export const TableTab = ({
  subtitle,
  filters,
  table,
  behind,
  file,
}: {
  subtitle: string
  filters: ReactNode
  table: Options<FiguresTable>
  behind: (cell: ChosenCell) => Options<Behind>
  file: (format: 'xlsx' | 'pdf') => Promise<File>
}) => {
  const { data, error, refetch } = useQuery(table)
  const [chosenKey, setChosenKey] = useState<string | null>(null)
  const [seesRows, setSeesRows] = useState(false)
  const [isCompared, setIsCompared] = useState(true)
  const saved = useMutation({
    mutationFn: async (format: 'xlsx' | 'pdf') => {
      const made = await file(format)
      await (format === 'pdf' ? printPaper(made) : savePaper(made))
    },
    onError: notifyRefusal,
  })
  useShortcut('c', isCompared ? 'masquer l’année d’avant' : 'comparer à l’année d’avant', () =>
    setIsCompared((was) => !was),
  )
  const { search } = useFiguresSearch()
  const rows = data ? gridRows(data) : []
  const totals = data ? cellsOf(data, '', data.total) : []
  const keys = [...rows.flatMap(({ cells }) => cells), ...totals].flatMap(({ key }) => key ?? [])
  const asked = search.chiffre === undefined ? null : keyOf({ row: '', column: search.chiffre })
  const chosen = [chosenKey, asked, mainKey(data)].find((key) => key !== null && keys.includes(key)) ?? null
  const isEmpty = data?.rows.every(({ values }) => values.every((value) => !value)) ?? true
  return (
    <>
      <ScreenHead title="Chiffres" subtitle={subtitle}>
        <ActionButton
          combo="x"
          label="Excel"
          icon={<IconDownload size={14} aria-hidden="true" />}
          disabled={isEmpty}
          loading={saved.isPending && saved.variables === 'xlsx'}
          onAction={() => saved.mutate('xlsx')}
        />
        <ActionButton
          combo="mod+p"
          label="Imprimer"
          icon={<IconPrinter size={14} aria-hidden="true" />}
          disabled={isEmpty}
          loading={saved.isPending && saved.variables === 'pdf'}
          onAction={() => saved.mutate('pdf')}
        />
      </ScreenHead>
      <FiguresTabs />
      <div className="row figures-filters">{filters}</div>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data && !error ? (
        <Split side={316}>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- The keyboard must reach what scrolls. */}
          <section className="figures-main" tabIndex={0} aria-label="Tableau et graphique">
            {isEmpty ? (
              <EmptyState title="Rien à compter">Choisissez d’autres jours ou d’autres filtres.</EmptyState>
            ) : (
              <>
                <FiguresGrid
                  label={`${data.title}, ${data.about}`}
                  heads={[data.head]}
                  columns={data.columns.map(({ key, title }) => ({ key, title, name: title.toLocaleLowerCase('fr') }))}
                  rows={rows}
                  totals={{ title: 'En tout', cells: totals }}
                  chosen={chosen}
                  onChoose={(key) => {
                    setChosenKey(key)
                    setSeesRows(false)
                  }}
                  onOpen={() => setSeesRows(true)}
                />
                <TableChart table={data} isCompared={isCompared} />
              </>
            )}
          </section>
          <TablePanel table={data} behind={chosen === null ? null : behind(cellOf(chosen))} isFocused={seesRows} />
        </Split>
      ) : null}
      <ShortcutBar
        keys={[
          ['ArrowLeft ArrowUp ArrowDown ArrowRight', 'choisir un chiffre'],
          ['Enter', 'aller à ce qu’il y a derrière'],
          ['c', isCompared ? 'masquer l’année d’avant' : 'comparer à l’année d’avant'],
        ]}
        chosen="Les filtres restent dans l’adresse"
      />
    </>
  )
}

const keyOf = ({ row, column }: ChosenCell): string => JSON.stringify([row, column])

const cellOf = (key: string): ChosenCell => {
  const [row, column] = JSON.parse(key) as [string, string]
  return { row, column }
}

export const valueText = (
  value: number | null,
  { unit, isDifference }: { unit: Unit; isDifference?: boolean | undefined },
) => (isDifference ? differenceText : figureText)(value, unit)

/** @param row empty for the total */
const cellsOf = ({ columns, opens }: FiguresTable, row: string, values: readonly (number | null)[]): GridCell[] =>
  columns.map((column, at) => {
    const value = values[at] ?? null
    return {
      text: valueText(value, column),
      ...(value !== null && value !== 0 && opens.includes(column.key) && { key: keyOf({ row, column: column.key }) }),
      isStrong: column.isMain === true,
    }
  })

const gridRows = (table: FiguresTable) =>
  table.rows.map(({ key, title, values }) => ({
    key,
    name: title,
    titles: [title],
    begins: true,
    cells: cellsOf(table, key, values).map((cell, at) => ({
      ...cell,
      fill: table.columns[at]?.isFill === true ? (values[at] ?? null) : null,
    })),
  }))

/** The figure chosen at first: the main figure of the last row that has one. */
const mainKey = (table: FiguresTable | undefined): string | null => {
  const at = table?.columns.findIndex(({ isMain }) => isMain) ?? -1
  const row = table?.rows.findLast(({ values }) => values[at])
  return row && table ? keyOf({ row: row.key, column: table.columns[at]?.key ?? '' }) : null
}
