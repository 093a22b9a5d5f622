import { FileButton, Select } from '@mantine/core'
import { DateInput } from '@mantine/dates'
import { notifications } from '@mantine/notifications'
import IconFileText from '@tabler/icons-react/icons/IconFileText'
import IconUpload from '@tabler/icons-react/icons/IconUpload'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { ImportDecision, ImportLine, ImportPreview, ImportReport } from '../../../shared/contract/desk/import.ts'
import { counted, listed } from '../../../shared/rules/french.ts'
import { schoolYearStart } from '../../../shared/rules/schooling.ts'
import { client, orpc } from '../../connection/client.ts'
import { ActButton, Segment } from '../parts/acts.tsx'
import { KeysLine, Screen, ScreenBody, ScreenHead, Split } from '../parts/screen.tsx'
import { useShortcut } from '../parts/shortcuts.ts'
import { Table, type TableColumn } from '../parts/table.tsx'
import { Empty, Failure, Loading, Note, Progress } from '../parts/telling.tsx'
import { tellRefusal } from '../queries.ts'
import { useNow } from '../staff/now.ts'
import './import.css'
import { LinePanel } from './line-panel.tsx'
import { stateWords } from './line-words.tsx'

type Correction = { line: number; column: number; value: string }

/** Lists of ONDE: choose a file, look at every line, import all of it or nothing. */
export const ImportScreen = () => {
  const [file, setFile] = useState<File>()
  const [report, setReport] = useState<ImportReport>()
  const start = (chosen: File | null) => {
    if (!chosen) return
    setReport(undefined)
    setFile(chosen)
  }
  return (
    <Screen title="Import ONDE">
      {report ? (
        <Report report={report} onAgain={start} />
      ) : file ? (
        <Checking
          key={`${file.name} ${file.lastModified} ${file.size}`}
          file={file}
          onDone={setReport}
          onCancel={() => setFile(undefined)}
        />
      ) : (
        <>
          <ScreenHead title="Import ONDE" />
          <Empty
            icon={IconFileText}
            title="Les listes de l’école, sans rien recopier"
            action={<ChooseFile onChoose={start} />}
          >
            Dans ONDE, exportez les élèves, puis les responsables, en CSV. Commencez par les élèves. Rien n’est écrit
            avant que vous ayez tout relu.
          </Empty>
        </>
      )}
    </Screen>
  )
}

const ChooseFile = ({
  onChoose,
  label = 'Choisir un fichier',
}: {
  onChoose: (file: File | null) => void
  label?: string
}) => (
  <FileButton onChange={onChoose} accept=".csv,.txt,text/csv">
    {({ onClick }) => <ActButton main combo="o" label={label} icon={<IconUpload size={14} />} onAct={onClick} />}
  </FileButton>
)

type Shown = 'all' | ImportLine['state']

const Checking = ({
  file,
  onDone,
  onCancel,
}: {
  file: File
  onDone: (report: ImportReport) => void
  onCancel: () => void
}) => {
  const { today } = useNow()
  const [schoolId, setSchoolId] = useState<number | null>(null)
  const [fromDay, setFromDay] = useState<string>(schoolYearStart(today))
  const [corrections, setCorrections] = useState<readonly Correction[]>([])
  const [decisions, setDecisions] = useState<readonly ImportDecision[]>([])
  const [shown, setShown] = useState<Shown>('all')
  const [chosen, setChosen] = useState<number>()
  const wish = { file, schoolId, fromDay, corrections: [...corrections], decisions: [...decisions] }
  const { data, error, refetch } = useQuery({
    queryKey: ['import', file.name, file.size, file.lastModified, schoolId, fromDay, corrections, decisions],
    queryFn: () => client.imports.preview(wish),
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  })
  const writing = useWriting(onDone)
  const counts = countsOf(data)
  const pending = counts.error + counts.double
  const taken = counts.new + counts.update
  const run = () => void writing.run({ ...wish, fileName: file.name, withoutPending: pending > 0 })

  const lines = data?.lines ?? []
  const current = lines.find(({ line }) => line === chosen)
  const next = () => {
    const waiting = lines.filter(({ state }) => state === 'error' || state === 'double')
    const one = waiting.find(({ line }) => line > (chosen ?? 0)) ?? waiting[0]
    if (one) setChosen(one.line)
  }
  useShortcut('F8', 'problème suivant', next, { enabled: pending > 0 })
  const decide = (decision: ImportDecision | { line: number; choice: null }) => {
    const others = decisions.filter(({ line }) => line !== decision.line)
    setDecisions(decision.choice === null ? others : [...others, decision])
  }
  const correct = (correction: Correction) =>
    setCorrections([
      ...corrections.filter(({ line, column }) => line !== correction.line || column !== correction.column),
      correction,
    ])

  return (
    <>
      <ScreenHead
        title={data?.kind === 'guardians' ? 'Import des responsables' : 'Import des élèves'}
        soft={data ? [file.name, counted(lines.length, 'ligne'), data.encoding].join(', ') : file.name}
      >
        <ActButton combo="Escape" label="Annuler" onAct={() => (writing.isWriting ? writing.stop() : onCancel())} />
        <ActButton
          main
          combo="mod+Enter"
          label={`Importer ${counted(taken, 'ligne')}`}
          disabled={!data || taken === 0}
          loading={writing.isWriting}
          onAct={run}
        />
      </ScreenHead>
      {error ? (
        <ScreenBody>
          <div className="stack">
            <Failure error={error} onRetry={() => void refetch()} />
            <ChooseFile onChoose={onCancel} label="Choisir un autre fichier" />
          </div>
        </ScreenBody>
      ) : !data ? (
        <Loading>Lecture du fichier…</Loading>
      ) : (
        <>
          <div className="import-bar">
            {data.kind === 'pupils' ? (
              <Wishes schoolId={schoolId} onSchool={setSchoolId} fromDay={fromDay} onFromDay={setFromDay} />
            ) : null}
            <span className="grow" />
            <Segment
              label="Lignes montrées"
              options={optionsOf(counts, lines.length)}
              value={shown}
              onChange={setShown}
            />
          </div>
          {writing.progress ? (
            <div className="import-progress">
              <Progress
                label={`${counted(writing.progress.done, 'ligne')} sur ${writing.progress.total}`}
                done={writing.progress.done}
                total={writing.progress.total}
                aside={
                  <button type="button" className="plain-act" onClick={writing.stop}>
                    Arrêter et tout reprendre
                  </button>
                }
              />
            </div>
          ) : null}
          <Split side={316}>
            <Table
              label="Lignes du fichier"
              items={shown === 'all' ? lines : lines.filter(({ state }) => state === shown)}
              idOf={({ line }) => line}
              columns={columnsOf(data)}
              chosen={chosen}
              onChoose={({ line }) => setChosen(line)}
              empty={<Empty title="Aucune ligne de cette sorte" />}
            />
            <LinePanel
              key={current?.line}
              line={current}
              pending={pending}
              kind={data.kind}
              onDecide={decide}
              onCorrect={correct}
              onNext={next}
            />
          </Split>
          <KeysLine
            keys={[
              ['ArrowUp ArrowDown', 'choisir une ligne'],
              ['F8', 'problème suivant'],
            ]}
            chosen="Rien n’est écrit avant « Importer »."
          />
        </>
      )}
    </>
  )
}

const Wishes = ({
  schoolId,
  onSchool,
  fromDay,
  onFromDay,
}: {
  schoolId: number | null
  onSchool: (id: number | null) => void
  fromDay: string
  onFromDay: (day: string) => void
}) => {
  const { data: schools = [] } = useQuery(orpc.settings.schools.queryOptions())
  return (
    <>
      <Select
        aria-label="École de la liste"
        placeholder="École de la liste"
        w={230}
        clearable
        data={schools.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={schoolId === null ? null : String(schoolId)}
        onChange={(value) => onSchool(value === null ? null : Number(value))}
      />
      <label className="row small" htmlFor="import-from">
        Classes à partir du
        <DateInput id="import-from" w={130} value={fromDay} onChange={(value) => value && onFromDay(value)} />
      </label>
    </>
  )
}

const columnsOf = ({ columns }: ImportPreview): readonly TableColumn<ImportLine>[] => [
  { id: 'line', title: 'Ligne', number: true, width: 56, show: ({ line }) => <span className="soft">{line}</span> },
  { id: 'state', title: 'Résultat', width: 120, show: ({ state, said }) => stateWords(state, said) },
  ...columns.map(({ name, position }, index) => ({
    id: `column-${position}`,
    title: name,
    show: ({ cells, problems, state }: ImportLine) => {
      const isWrong = problems.some(({ column }) => column === position)
      const text = cells[index] ?? ''
      return (
        <span className="import-cell" data-wrong={(isWrong && state === 'error') || undefined} title={text}>
          {isWrong && text === '' ? 'vide' : text}
        </span>
      )
    },
  })),
]

const states = ['new', 'update', 'same', 'double', 'error', 'skipped'] as const

const countsOf = (preview: ImportPreview | undefined): Record<ImportLine['state'], number> => {
  const counts = { new: 0, update: 0, same: 0, double: 0, error: 0, skipped: 0 }
  for (const { state } of preview?.lines ?? []) counts[state] += 1
  return counts
}

const optionsOf = (counts: Record<ImportLine['state'], number>, all: number) => [
  ['all', `Tout ${all}`] as const,
  ...states.filter((state) => counts[state] > 0).map((state) => [state, `${titles[state]} ${counts[state]}`] as const),
]

const titles: Record<ImportLine['state'], string> = {
  new: 'Nouveaux',
  update: 'À compléter',
  same: 'À jour',
  double: 'Doublons',
  error: 'À corriger',
  skipped: 'De côté',
}

type Wish = Parameters<typeof client.imports.run>[0]

/** The import under way: how far it is, the way to stop it. */
const useWriting = (onDone: (report: ImportReport) => void) => {
  const [progress, setProgress] = useState<{ done: number; total: number }>()
  const [isWriting, setIsWriting] = useState(false)
  const stopper = useRef<AbortController>(undefined)
  const run = async (wish: Wish) => {
    const controller = new AbortController()
    stopper.current = controller
    setIsWriting(true)
    try {
      for await (const step of await client.imports.run(wish, { signal: controller.signal })) {
        if (step.step === 'writing') setProgress({ done: step.done, total: step.total })
        else if (step.step === 'done') onDone(step.report)
        else notifications.show({ color: 'red', title: 'L’import n’est pas fait', message: step.sentence })
      }
    } catch (error) {
      if (controller.signal.aborted) notifications.show({ message: 'Import arrêté\u00a0: rien n’a été écrit.' })
      else tellRefusal(error)
    } finally {
      setIsWriting(false)
      setProgress(undefined)
    }
  }
  return { run, isWriting, progress, stop: () => stopper.current?.abort() }
}

const Report = ({ report, onAgain }: { report: ImportReport; onAgain: (file: File | null) => void }) => {
  const { kind, created, updated, unchanged, families, left } = report
  const [one, many] = kind === 'pupils' ? ['enfant', 'enfants'] : ['responsable', 'responsables']
  const facts = [
    `${counted(created, one, many)} de plus`,
    counted(updated, 'mise à jour', 'mises à jour'),
    `${counted(unchanged, 'ligne')} déjà à jour`,
    ...(families > 0 ? [counted(families, 'famille créée', 'familles créées')] : []),
  ]
  return (
    <>
      <ScreenHead title="Import terminé">
        <ChooseFile
          onChoose={onAgain}
          label={kind === 'pupils' ? 'Importer les responsables' : 'Importer un autre fichier'}
        />
      </ScreenHead>
      <ScreenBody>
        <div className="stack stack-wide import-report">
          <Note tone="good" alert>
            {listed(facts)}.{' '}
            <Link to="/familles" search={{}}>
              Voir les familles
            </Link>
          </Note>
          {families > 0 ? (
            <Note>
              Les familles créées n’ont pas encore de responsable : importez maintenant la liste des responsables, ou
              complétez-les une à une.
            </Note>
          ) : null}
          {left.length > 0 ? (
            <Table
              label="Lignes laissées de côté"
              items={left}
              idOf={({ line }) => line}
              columns={[
                { id: 'line', title: 'Ligne', number: true, width: 70, show: ({ line }) => line },
                { id: 'why', title: 'Laissée de côté', show: ({ why }) => why },
              ]}
            />
          ) : null}
        </div>
      </ScreenBody>
    </>
  )
}
