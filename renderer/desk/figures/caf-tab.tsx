import { Select } from '@mantine/core'
import IconChevronLeft from '@tabler/icons-react/icons/IconChevronLeft'
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import IconFileText from '@tabler/icons-react/icons/IconFileText'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { Caf, CafFilter, Measure } from '../../../shared/contract/desk/figures/figures.ts'
import { daysOfMonth, type Month, yearOf } from '../../../shared/rules/calendar/day.ts'
import { ageGroupNames, schemeNames, schemes } from '../../../shared/rules/figures/child-group.ts'
import { figureText } from '../../../shared/rules/figures/figures-table.ts'
import { accueilKindNames, hoursRuleText } from '../../../shared/rules/figures/hours-rule.ts'
import { monthSpanName } from '../../../shared/rules/figures/month-span.ts'
import { briefMonth, capitalised, counted, monthText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { ActionButton, PlainAction, SegmentedControl } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { ScreenHead, ShortcutBar, Split } from '../parts/screen.tsx'
import { useNow } from '../staff/now.ts'
import { CafPanel } from './caf-panel.tsx'
import { type ChosenFigure, figureOf, firstFigureOf, keyOf } from './chosen-figure.ts'
import { FiguresGrid, type GridRow } from './figures-grid.tsx'
import { cafFilterOf, monthsLater, type Step } from './figures-search.ts'
import { FiguresTabs } from './figures-tabs.tsx'
import { SiteField } from './filters.tsx'
import { RulesDialog } from './rules-dialog.tsx'
import { shownLater } from './shown-later.tsx'
import { useFiguresSearch } from './use-figures-search.ts'

const CafYearChart = shownLater(() => import('./caf-year-chart.tsx').then(({ CafYearChart: chart }) => chart))

const stepNames = [
  ['mois', 'Mois'],
  ['trimestre', 'Trimestre'],
  ['annee', 'Année'],
] as const

/** Hours to declare to the CAF: the table, the controls, one figure explained, and the chart of the year. */
export const CafTab = () => {
  const { search, change } = useFiguresSearch()
  const { today } = useNow()
  const { pas = 'trimestre', regime } = search
  const filter = cafFilterOf(search, today)
  const span = { from: filter.from, to: filter.to }
  const { data, error, refetch } = useQuery(orpc.figures.caf.queryOptions({ input: filter }))
  const [chosenKey, setChosenKey] = useState<string | null>(null)
  const [seesRows, setSeesRows] = useState(false)
  const [isCompared, setIsCompared] = useState(true)
  const [seesRules, setSeesRules] = useState(false)
  const year = yearOf(daysOfMonth(span.from).from)
  const saved = useMutation({
    mutationFn: async (format: 'xlsx' | 'pdf') => {
      const file = await clientOutsideForms.figures.cafFile({ ...filter, format })
      await (format === 'pdf' ? printPaper(file) : savePaper(file))
    },
  })
  useShortcut('c', `comparer à ${year - 1}`, () => setIsCompared((was) => !was))
  const rows = data ? gridRows(data, filter, pas) : []
  const keys = rows.flatMap(({ cells }) => cells.flatMap(({ key }) => key ?? []))
  const first = data ? firstFigureOf(data, filter) : null
  const chosen = chosenKey !== null && keys.includes(chosenKey) ? chosenKey : first && keyOf(first)
  return (
    <>
      <ScreenHead title="Chiffres" subtitle="heures d’accueil à déclarer à la CAF">
        <ActionButton
          combo="x"
          label="Excel"
          icon={<IconDownload size={14} aria-hidden="true" />}
          loading={saved.isPending && saved.variables === 'xlsx'}
          onAction={() => saved.mutate('xlsx')}
        />
        <ActionButton
          main
          combo="p"
          label="Déclaration en PDF"
          icon={<IconFileText size={14} aria-hidden="true" />}
          loading={saved.isPending && saved.variables === 'pdf'}
          onAction={() => saved.mutate('pdf')}
        />
      </ScreenHead>
      <FiguresTabs />
      <div className="row figures-filters">
        <SegmentedControl
          label="Pas"
          options={stepNames}
          value={pas}
          onChange={(step: Step) => change({ pas: step, ...wholeSteps })}
        />
        <span className="row figures-span">
          <Turn
            label="Avant"
            icon={<IconChevronLeft size={16} />}
            onTurn={() => change({ mois: monthsLater(span.from, pas, -1), ...wholeSteps })}
          />
          <b aria-live="polite">{monthSpanName(span.from, span.to)}</b>
          <Turn
            label="Après"
            icon={<IconChevronRight size={16} />}
            onTurn={() => change({ mois: monthsLater(span.from, pas, 1), ...wholeSteps })}
          />
        </span>
        <SiteField />
        <Select
          aria-label="Régime"
          placeholder="Tous les régimes"
          clearable
          w={170}
          data={schemes.map((one) => ({ value: one, label: capitalised(schemeNames[one]) }))}
          value={regime ?? null}
          onChange={(value) => change({ regime: schemes.find((one) => one === value) })}
        />
        <span className="grow" />
        <RulesLink caf={data} onOpen={() => setSeesRules(true)} />
      </div>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? (
        <Split side={316}>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- The keyboard must reach what scrolls. */}
          <section className="figures-main" tabIndex={0} aria-label="Heures et graphique">
            {rows.length === 0 ? (
              <EmptyState title="Aucune heure dans ces mois">
                Une présence pointée compte ici dès qu’elle est enregistrée, selon la règle de son activité.
              </EmptyState>
            ) : (
              <FiguresGrid
                label="Heures d’accueil"
                heads={['Accueil', 'Âge le jour même']}
                columns={columnsOf(data, pas)}
                rows={rows}
                totals={{
                  title: totalNames[pas],
                  cells: totalsOf(data, pas).map((minutes) => ({ text: writtenHours(minutes) })),
                }}
                chosen={chosen}
                onChoose={(key) => {
                  setChosenKey(key)
                  setSeesRows(false)
                }}
                onOpen={() => setSeesRows(true)}
              />
            )}
            <CafYearChart year={year} span={span} filter={filter} isCompared={isCompared} />
          </section>
          <CafPanel
            caf={data}
            siteId={filter.siteId}
            figure={chosen === null ? null : figureOf(chosen)}
            seesRows={seesRows}
            onSeeRows={setSeesRows}
          />
        </Split>
      ) : null}
      <ShortcutBar
        keys={[
          ['ArrowLeft ArrowUp ArrowDown ArrowRight', 'choisir un chiffre'],
          ['Enter', 'voir les enfants derrière'],
          ['c', isCompared ? `masquer ${year - 1}` : `comparer à ${year - 1}`],
        ]}
        chosen="Les filtres restent dans l’adresse"
      />
      {seesRules ? <RulesDialog onClose={() => setSeesRules(false)} /> : null}
    </>
  )
}

/** Forgets the days that another tab asked for. */
const wholeSteps = { du: undefined, au: undefined }

const Turn = ({ label, icon, onTurn }: { label: string; icon: ReactNode; onTurn: () => void }) => (
  <button type="button" className="figures-turn" aria-label={label} onClick={onTurn}>
    {icon}
  </button>
)

const RulesLink = ({ caf, onOpen }: { caf: Caf | undefined; onOpen: () => void }) => {
  const [first, ...others] = new Set(caf?.rules.map(hoursRuleText))
  const label = others.length > 0 ? counted(others.length + 1, 'règle') : (first ?? 'voir les règles')
  return (
    <span className="small">
      <span className="soft">Règle de compte&nbsp;: </span>
      <PlainAction label={label} aria={`Règle de compte\u00a0: ${label}`} onAction={onOpen} />
    </span>
  )
}

const totalNames: Readonly<Record<Step, string>> = { mois: 'Le mois', trimestre: 'Trois mois', annee: 'L’année' }

const measures = [
  ['done', 'Réalisées'],
  ['booked', 'Réservées'],
  ['billed', 'Facturées'],
] as const satisfies readonly (readonly [Measure, string])[]

/** The months of a quarter as columns; those of a year are in its chart. */
const monthsShown = ({ months }: Pick<Caf, 'months'>, step: Step): readonly Month[] =>
  step === 'trimestre' ? months : []

const columnsOf = (caf: Caf, step: Step) => [
  ...monthsShown(caf, step).map((month) => ({
    key: month as string,
    title: briefMonth(daysOfMonth(month).from).split('\u00a0')[0],
    name: monthText(daysOfMonth(month).from),
  })),
  ...measures.map(([key, title]) => ({ key, title, name: title.toLocaleLowerCase('fr') })),
  { key: 'general', title: 'Rég. général', name: 'régime général' },
]

/** With the minutes, so that totals equal their lines. */
const writtenHours = (minutes: number): string => figureText(minutes, 'hours')

const gridRows = (caf: Caf, { from, to, scheme }: CafFilter, step: Step): GridRow[] =>
  caf.rows.map((row, at) => {
    const { accueil, ageGroup, kind } = row
    const before = caf.rows[at - 1]
    const begins = before?.accueil !== accueil || before.kind !== kind
    const cell = (minutes: number, of: Partial<ChosenFigure>) => ({
      text: writtenHours(minutes),
      ...(minutes > 0 && { key: keyOf({ accueil, ageGroup, measure: 'done', from, to, scheme, ...of }) }),
      isStrong: of.measure === 'done',
    })
    return {
      key: `${kind} ${accueil} ${ageGroup}`,
      begins,
      name: `${accueil}, ${ageGroupNames[ageGroup]}`,
      // The first row of an accueil shows its name, the second its kind.
      titles: [
        begins ? accueil : caf.rows[at - 2]?.accueil === accueil ? '' : accueilKindNames[kind],
        ageGroupNames[ageGroup],
      ],
      cells: [
        ...monthsShown(caf, step).map((month, index) => cell(row.months[index] ?? 0, { from: month, to: month })),
        ...measures.map(([measure]) => cell(row[measure], { measure })),
        ...(scheme === null || scheme === 'general' ? [cell(row.general, { scheme: 'general' })] : [{ text: '–' }]),
      ],
    }
  })

const totalsOf = (caf: Caf, step: Step): number[] => [
  ...monthsShown(caf, step).map((_, at) => caf.rows.reduce((sum, row) => sum + (row.months[at] ?? 0), 0)),
  ...(['done', 'booked', 'billed', 'general'] as const).map((key) => caf.rows.reduce((sum, row) => sum + row[key], 0)),
]
