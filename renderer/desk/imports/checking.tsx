import { Checkbox, Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { pick } from '../../../shared/collections.ts'
import type { ImportDecision, ImportLine, ImportPreview, ImportReport } from '../../../shared/contract/desk/imports.ts'
import { type ListKind, lists } from '../../../shared/formats/lists.ts'
import { formatNumber } from '../../../shared/rules/money/money.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { type Client, clientOutsideForms, orpc } from '../../connection/client.ts'
import { useAskRepricingOfAct } from '../invoicing/repricing-question.tsx'
import { ActionButton, PlainAction, SegmentedControl } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading, Progress } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { ScreenBody, ScreenHead, ShortcutBar, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { notifyRefusal } from '../queries.ts'
import { useNow } from '../staff/now.ts'
import { ColumnsStep, type FieldColumn, type WordChoice } from './columns-step.tsx'
import { LinePanel } from './line-panel.tsx'
import { stateLabel } from './state-label.tsx'
import { TotalsView } from './totals-view.tsx'

type Correction = { line: number; column: number; value: string }
type Shown = 'all' | ImportLine['state']
type Step = 'columns' | 'lines' | 'totals'

/** The chosen file: its columns, then its lines, then the import. */
export const Checking = ({
  file,
  onDone,
  onCancel,
  chooseAnother,
}: {
  file: File
  onDone: (report: ImportReport) => void
  onCancel: () => void
  chooseAnother: ReactNode
}) => {
  const { today } = useNow()
  const [sheet, setSheet] = useState('')
  const [headerLine, setHeaderLine] = useState<number | null>(null)
  const [takeProposals, setTakeProposals] = useState(false)
  const [nameParents, setNameParents] = useState(false)
  const [list, setList] = useState<ListKind | null>(null)
  const [mapping, setMapping] = useState<FieldColumn[] | null>(null)
  const [words, setWords] = useState<readonly WordChoice[]>([])
  const [schoolId, setSchoolId] = useState<number | null>(null)
  const [fromDay, setFromDay] = useState<string>(schoolYearStart(today))
  const [corrections, setCorrections] = useState<readonly Correction[]>([])
  const [decisions, setDecisions] = useState<readonly ImportDecision[]>([])
  const [asked, setAsked] = useState<Step>()
  const [shown, setShown] = useState<Shown>('all')
  const [chosen, setChosen] = useState<number>()
  const [accepted, setAccepted] = useState<ReadonlySet<number>>(noneAccepted)
  const wish = {
    file,
    sheet,
    headerLine,
    takeProposals,
    nameParents,
    list,
    mapping,
    words: [...words],
    schoolId,
    fromDay,
    corrections: [...corrections],
    decisions: [...decisions],
  }
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['import', file.name, file.size, file.lastModified, { ...wish, file: null }],
    queryFn: () => clientOutsideForms.imports.preview(wish),
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  })
  const writing = useImportRun(onDone)
  const counts = data?.counts ?? noLines
  const all = Object.values(counts).reduce((sum, one) => sum + one, 0)
  /** Totals must be those of the file: staff read them before they import, and accept each line that is left out. */
  const isStrict = data?.isStrict ?? false
  // Whatever is left out since has not been read.
  const accepts = data?.left.every(({ line }) => accepted.has(line)) ?? false
  const pending = counts.error + counts.double
  const taken = counts.new + counts.update
  const run = () =>
    void writing.run({
      ...wish,
      fileName: file.name,
      withoutPending: pending > 0,
      ...(isStrict && { accepted: [...accepted] }),
    })
  const isReady = data !== undefined && data.missing.length === 0
  const isClear =
    isReady &&
    data.words.every(({ to }) => to !== null) &&
    (data.profile !== '' || !data.file.some(({ isSkipped }) => isSkipped))
  const step: Step = isReady ? (asked ?? (isClear ? 'lines' : 'columns')) : 'columns'

  const lines = data?.lines ?? []
  const current = lines.find(({ line }) => line === chosen)
  const checked = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (chosen === undefined) return
    const row = checked.current?.querySelector<HTMLElement>('tr[aria-selected="true"]')
    const wrong = row?.querySelector('[data-wrong], [data-remark]')
    row?.focus({ preventScroll: wrong !== null })
    wrong?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [chosen])
  const next = () => {
    const waiting = lines.filter(({ state }) => state === 'error' || state === 'double')
    const one = waiting.find(({ line }) => line > (chosen ?? 0)) ?? waiting[0]
    if (one) setChosen(one.line)
  }
  useShortcut('F8', 'problème suivant', next, { enabled: pending > 0 && step === 'lines' })
  const decide = (decision: ImportDecision | { line: number; choice: null }) => {
    const others = decisions.filter(({ line }) => line !== decision.line)
    setDecisions(decision.choice === null ? others : [...others, decision])
  }
  const correct = (correction: Correction) => {
    setCorrections([
      ...corrections.filter(({ line, column }) => line !== correction.line || column !== correction.column),
      correction,
    ])
  }
  const map = (read: ImportPreview, columns: FieldColumn[]) => {
    setList(read.list)
    setMapping(columns)
  }

  return (
    <>
      <ScreenHead
        title={data ? `Import\u00a0: ${lists[data.list].title}` : 'Import'}
        controls={<Steps step={step} isReady={isReady} onStep={setAsked} />}
      >
        <ActionButton
          combo="Escape"
          label="Annuler"
          onAction={() => (writing.isWriting ? writing.stop() : onCancel())}
        />
        {step === 'columns' ? (
          <ActionButton
            main
            combo="mod+Enter"
            label="Vérifier les lignes"
            disabled={!isReady}
            onAction={() => setAsked('lines')}
          />
        ) : isStrict && step === 'lines' ? (
          <ActionButton main combo="mod+Enter" label="Voir le bilan" onAction={() => setAsked('totals')} />
        ) : (
          <ActionButton
            main
            combo="mod+Enter"
            label={`Importer ${counted(taken, 'ligne')}`}
            disabled={taken === 0 || isPlaceholderData || (isStrict && pending > 0 && !accepts)}
            loading={writing.isWriting}
            onAction={run}
          />
        )}
      </ScreenHead>
      {error ? (
        <ScreenBody>
          <div className="stack">
            <Failure error={error} onRetry={() => void refetch()} />
            {chooseAnother}
          </div>
        </ScreenBody>
      ) : !data ? (
        <Loading>Lecture du fichier…</Loading>
      ) : step === 'columns' ? (
        <>
          <ColumnsStep
            key={`${data.list} ${data.profile} ${data.source.sheet} ${data.headerLine}`}
            preview={data}
            mapping={mapping ?? data.mapping}
            words={words}
            onList={(wanted) => {
              setList(wanted)
              setMapping(null)
              setAsked('columns')
            }}
            onSheet={(name) => {
              setSheet(name)
              setHeaderLine(null)
              setList(null)
              setMapping(null)
            }}
            onHeaderLine={(line) => {
              setHeaderLine(line)
              setList(null)
              setMapping(null)
              setCorrections([])
              setDecisions([])
            }}
            onMapping={(columns) => {
              map(data, columns)
              setAsked('columns')
            }}
            onWord={(choice) =>
              setWords([...words.filter((one) => one.field !== choice.field || one.from !== choice.from), choice])
            }
          />
          <ShortcutBar keys={[]} chosen="Rien n’est écrit avant «&nbsp;Importer&nbsp;»." />
        </>
      ) : step === 'totals' ? (
        <ScreenBody label="Bilan">
          <div className="stack stack-wide import-report">
            {writing.progress ? <WritingProgress progress={writing.progress} onStop={writing.stop} /> : null}
            <TotalsView {...pick(data, ['totals', 'left', 'notes', 'reportId'])} onSettled={() => void refetch()} />
            {isStrict && pending > 0 ? (
              <Checkbox
                label={
                  pending === 1
                    ? 'J’ai relu cette ligne\u00a0: elle reste dans l’ancien logiciel'
                    : `J’ai relu ces ${formatNumber(pending)} lignes\u00a0: elles restent dans l’ancien logiciel`
                }
                checked={accepts}
                onChange={(event) =>
                  setAccepted(new Set(event.currentTarget.checked ? data.left.map(({ line }) => line) : []))
                }
              />
            ) : null}
          </div>
        </ScreenBody>
      ) : (
        <>
          <div className="import-bar">
            <span className="small">
              {file.name} <span className="soft">{sourceText(data, all)}</span>
            </span>
            {lines.length < all ? (
              <span className="small soft">{formatNumber(lines.length)} lignes montrées, celles à revoir d’abord</span>
            ) : null}
            {data.list === 'families' || data.list === 'quotients' || data.list === 'balances' ? (
              <ImportSettings
                ofPupils={data.list === 'families'}
                schoolId={schoolId}
                onSchool={setSchoolId}
                fromDay={fromDay}
                onFromDay={setFromDay}
              />
            ) : null}
            <span className="grow" />
            <SegmentedControl
              label="Lignes montrées"
              options={optionsOf(counts, all)}
              value={shown}
              onChange={setShown}
            />
          </div>
          {writing.progress ? (
            <div className="import-progress">
              <WritingProgress progress={writing.progress} onStop={writing.stop} />
            </div>
          ) : null}
          <Split ref={checked} side={316}>
            <Table
              label="Lignes du fichier"
              items={shown === 'all' ? lines : lines.filter(({ state }) => state === shown)}
              idOf={({ line }) => line}
              columns={columnsOf(data)}
              chosen={chosen}
              onChoose={({ line }) => setChosen(line)}
              onOpen={() => checked.current?.querySelector<HTMLElement>('form input')?.focus()}
              empty={<EmptyState title="Aucune ligne de cette sorte" />}
            />
            <LinePanel
              key={current?.line}
              line={current}
              preview={data}
              decision={decisions.find(({ line }) => line === chosen)}
              pending={pending}
              onDecide={decide}
              onCorrect={correct}
              onNext={next}
              onColumns={() => setAsked('columns')}
              onTakeProposals={() => setTakeProposals(true)}
              onNameParents={() => setNameParents(true)}
              onSettled={() => void refetch()}
            />
          </Split>
          <ShortcutBar
            keys={[
              ['ArrowUp ArrowDown', 'choisir une ligne'],
              ['F8', 'problème suivant'],
              ['Enter', 'modifier la cellule'],
            ]}
            chosen="Rien n’est écrit avant «&nbsp;Importer&nbsp;». L’import entier s’annule d’un geste."
          />
        </>
      )}
    </>
  )
}

const Steps = ({ step, isReady, onStep }: { step: Step; isReady: boolean; onStep: (step: Step) => void }) => (
  <ol className="import-steps" aria-label="Étapes">
    <li className="good">
      <IconCheck size={14} aria-hidden="true" />
      Fichier
    </li>
    <li aria-current={step === 'columns' ? 'step' : undefined} className={step === 'columns' ? '' : 'good'}>
      {step === 'columns' ? null : <IconCheck size={14} aria-hidden="true" />}
      <button type="button" onClick={() => onStep('columns')}>
        Colonnes
      </button>
    </li>
    <li aria-current={step === 'lines' ? 'step' : undefined} className={step === 'totals' ? 'good' : ''}>
      {step === 'totals' ? <IconCheck size={14} aria-hidden="true" /> : null}
      <button type="button" disabled={!isReady} onClick={() => onStep('lines')}>
        Vérification
      </button>
    </li>
    <li aria-current={step === 'totals' ? 'step' : undefined}>
      <button type="button" disabled={!isReady} onClick={() => onStep('totals')}>
        Bilan
      </button>
    </li>
    <li>Import</li>
  </ol>
)

const WritingProgress = ({
  progress: { done, total },
  onStop,
}: {
  progress: { done: number; total: number }
  onStop: () => void
}) => (
  <Progress
    label={`${counted(done, 'ligne')} sur ${formatNumber(total)}`}
    done={done}
    total={total}
    trailing={<PlainAction label="Arrêter et tout reprendre" onAction={onStop} />}
  />
)

const encodings = { 'utf-8': 'UTF-8', 'utf-16': 'UTF-16', 'windows-1252': 'Windows-1252', xlsx: 'classeur' }
const delimiters = { ';': 'point-virgule', ',': 'virgule', '\t': 'tabulation', '|': 'barre' }

const sourceText = ({ source }: ImportPreview, lines: number): string =>
  [
    counted(lines, 'ligne'),
    ...(source.delimiter === null ? [`feuille «\u00a0${source.sheet}\u00a0»`] : [delimiters[source.delimiter]]),
    encodings[source.encoding],
  ].join(', ')

const ImportSettings = ({
  ofPupils,
  schoolId,
  onSchool,
  fromDay,
  onFromDay,
}: {
  ofPupils: boolean
  schoolId: number | null
  onSchool: (id: number | null) => void
  fromDay: string
  onFromDay: (day: string) => void
}) => {
  const { data: schools = [] } = useQuery(orpc.settings.schools.queryOptions())
  return (
    <>
      {ofPupils ? (
        <Select
          aria-label="École de la liste"
          placeholder="École de la liste"
          w={200}
          clearable
          data={schools.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={schoolId === null ? null : String(schoolId)}
          onChange={(value) => onSchool(value === null ? null : Number(value))}
        />
      ) : null}
      <label className="row small" htmlFor="import-from">
        {ofPupils ? 'Classes à partir du' : 'Sans date\u00a0: à partir du'}
        <DayField id="import-from" w={130} value={fromDay} onChange={(on) => on && onFromDay(on)} />
      </label>
    </>
  )
}

/** With more columns than this, columns get a fixed readable width and the table scrolls sideways. */
const maxFlexibleColumns = 8

const columnsOf = ({ columns, lines }: ImportPreview): readonly TableColumn<ImportLine>[] => [
  { id: 'line', title: 'Ligne', number: true, width: 56, show: ({ line }) => <span className="soft">{line}</span> },
  {
    id: 'state',
    title: 'Résultat',
    width: lines.some(({ state }) => state === 'error') ? 200 : 120,
    // Names the column, because its cell may be scrolled out of view.
    show: ({ state, said, problems }) =>
      stateLabel(state, said, state === 'error' ? problems[0]?.columnName : undefined),
  },
  ...columns.map(({ name, position }, index) => ({
    id: `column-${position}`,
    title: name,
    ...(columns.length > maxFlexibleColumns && { width: 120 }),
    show: ({ cells, problems, remarks, state }: ImportLine) => {
      const isWrong = problems.some(({ column }) => column === position)
      const remark = remarks.find(({ column }) => column === position)
      const text = cells[index] ?? ''
      return (
        <span
          className="import-cell"
          data-wrong={(isWrong && state === 'error') || undefined}
          data-remark={remark ? true : undefined}
          title={remark ? `${text}\n${remark.sentence}` : text}
        >
          {isWrong && text === '' ? 'vide' : text}
        </span>
      )
    },
  })),
]

const states = ['new', 'update', 'same', 'double', 'error', 'skipped'] as const

const noneAccepted: ReadonlySet<number> = new Set()

const noLines: ImportPreview['counts'] = { new: 0, update: 0, same: 0, double: 0, error: 0, skipped: 0 }

const optionsOf = (counts: Record<ImportLine['state'], number>, all: number) => [
  ['all', `Tout ${formatNumber(all)}`] as const,
  ...states
    .filter((state) => counts[state] > 0)
    .map((state) => [state, `${titles[state]} ${formatNumber(counts[state])}`] as const),
]

const titles: Record<ImportLine['state'], string> = {
  new: 'Nouveaux',
  update: 'À compléter',
  same: 'À jour',
  double: 'Doublons',
  error: 'À corriger',
  skipped: 'De côté',
}

type RunInput = Parameters<Client['imports']['run']>[0]

/** Runs the import, with its progress and a way to stop it. */
const useImportRun = (onDone: (report: ImportReport) => void) => {
  const askRepricing = useAskRepricingOfAct()
  const [progress, setProgress] = useState<{ done: number; total: number }>()
  const [isWriting, setIsWriting] = useState(false)
  const stopper = useRef<AbortController>(undefined)
  const run = async (wish: RunInput) => {
    const controller = new AbortController()
    stopper.current = controller
    setIsWriting(true)
    try {
      for await (const step of await clientOutsideForms.imports.run(wish, { signal: controller.signal })) {
        if (step.step === 'writing') setProgress({ done: step.done, total: step.total })
        else if (step.step === 'done') {
          onDone(step.report)
          if (step.report.actId !== null) void askRepricing(step.report.actId)
        } else notifications.show({ color: 'red', title: 'L’import n’est pas fait', message: step.sentence })
      }
    } catch (error) {
      if (controller.signal.aborted) notifications.show({ message: 'Import arrêté\u00a0: rien n’a été écrit.' })
      else notifyRefusal(error)
    } finally {
      setIsWriting(false)
      setProgress(undefined)
    }
  }
  return { run, isWriting, progress, stop: () => stopper.current?.abort() }
}
