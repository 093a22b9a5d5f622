import { Checkbox, FileButton, Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconDatabaseImport from '@tabler/icons-react/icons/IconDatabaseImport'
import IconFileSpreadsheet from '@tabler/icons-react/icons/IconFileSpreadsheet'
import IconHelp from '@tabler/icons-react/icons/IconHelp'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type RefObject, useEffect, useRef, useState } from 'react'
import type { BankLine, BankLineState, BankReading, ReadFileAnswer } from '../../../shared/contract/desk/money/bank.ts'
import type { BankColumns } from '../../../shared/rules/money/bank/columns.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { briefDay, counted, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { Screen, ScreenHead, ShortcutBar, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { NumbersUnknown, useNumbersUnknown } from '../portal/numbers-unknown.tsx'
import { RegieControl, useChosenRegie } from '../regies/regie-choice.tsx'
import './bank.css'
import { ColumnsDialog } from './columns-dialog.tsx'
import { type Choice, choicesOf, decisionOf } from './decisions.ts'
import { LinePanel } from './line-panel.tsx'

type Unmatched = Extract<ReadFileAnswer, { step: 'columns' }> & { readonly file: File }

/** « Relevé bancaire »: the money that came to the account, and what each line pays. */
export const StatementScreen = () => {
  const { regies, regie, chooseRegie } = useChosenRegie()
  const regieId = regie.id
  const [statementId, setStatementId] = useState<number | null>(null)
  const { data, error, refetch } = useQuery(orpc.bank.read.queryOptions({ input: { regieId, statementId } }))
  const [unmatched, setUnmatched] = useState<Unmatched>()
  const [chosenId, setChosenId] = useState<number>()
  const [rank, setRank] = useState({ lineId: 0, at: 0 })
  const choiceOf = (line: BankLine) => choicesOf(line)[rank.lineId === line.id ? rank.at : 0]
  const [isOver, setIsOver] = useState(false)
  const isUnnumbered = useNumbersUnknown()
  const lines = inOrder(data)
  const chosen = lines.find(({ id }) => id === chosenId) ?? lines[0]
  const ticks = useTicks()
  const ticked = lines.filter((line) => ticks.has(line))
  const read = useMutation({
    mutationFn: async ({ file, columns = null }: { file: File; columns?: BankColumns | null }) => ({
      file,
      answer: await clientOutsideForms.bank.readFile({ regieId, file, columns: columns && [...columns] }),
    }),
    meta: { isErrorShownInline: true },
    onSuccess: ({ file, answer }) => {
      if (answer.step === 'columns') return setUnmatched({ ...answer, file })
      setUnmatched(undefined)
      setStatementId(null)
      notifications.show({ color: 'green', message: readText(answer) })
    },
  })
  const record = useRecording(regieId)
  const recordedAt = useRef(-unreadMilliseconds)
  useFocusOnChosen(chosen?.id)
  const next = () => {
    markNow(recordedAt)
    const at = lines.findIndex(({ id }) => id === chosen?.id)
    setChosenId((lines.slice(at + 1).find(isWaiting) ?? lines.find((line) => isWaiting(line) && line !== chosen))?.id)
  }
  const confirm = (line: BankLine, choice: Choice | undefined) => {
    if (!choice || record.isPending || isUnnumbered || isTooSoon(recordedAt)) return
    record.mutate([decisionOf(line, choice)], { onSuccess: next })
  }
  const statement = data?.statements.find(({ id }) => id === data.statementId)
  return (
    <Screen title="Relevé bancaire">
      <ScreenHead
        above={<Link to="/reglements">Règlements</Link>}
        title="Relevé bancaire"
        subtitle={statement ? periodText(statement) : undefined}
        controls={
          <>
            {data && data.statements.length > 1 ? (
              <Select
                aria-label="Relevé"
                w={190}
                allowDeselect={false}
                data={data.statements.map(({ id, to }) => ({ value: String(id), label: `jusqu’au ${briefDay(to)}` }))}
                value={String(data.statementId)}
                onChange={(value) => setStatementId(Number(value))}
              />
            ) : null}
            <RegieControl regies={regies} regie={regie} onChoose={chooseRegie} />
          </>
        }
      >
        <FileButton accept=".xml,.csv,.txt,.xlsx" onChange={(file) => file && read.mutate({ file })}>
          {({ onClick }) => (
            <ActionButton
              combo="o"
              label="Lire un relevé…"
              icon={<IconDatabaseImport size={14} aria-hidden="true" />}
              loading={read.isPending}
              onAction={onClick}
            />
          )}
        </FileButton>
        <ActionButton
          main
          combo="mod+Enter"
          label={recordLabel(ticked)}
          disabled={ticked.length === 0 || isUnnumbered}
          loading={record.isPending}
          onAction={() => record.mutate(ticked.flatMap((line) => decisionsAsProposed(line)))}
        />
      </ScreenHead>
      <div
        className="bank-drop"
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault()
          setIsOver(true)
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setIsOver(false)
          const [file] = event.dataTransfer.files
          if (file) read.mutate({ file })
        }}
      >
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
        {read.error && !unmatched ? <Failure error={read.error} /> : null}
        {record.error ? <Failure error={record.error} /> : null}
        <NumbersUnknown />
        {!data && !error ? <Loading /> : null}
        {data ? (
          <Split side={344}>
            <div className="bank-main">
              {statement ? <Summary reading={data} statement={statement} /> : null}
              <Table
                label={listLabel}
                items={lines}
                idOf={({ id }) => id}
                rowHeight={46}
                groupOf={({ state }) => state}
                renderGroup={(group) => <Group group={group as BankLineState} lines={lines} />}
                chosen={chosen?.id}
                onChoose={({ id }) => setChosenId(id)}
                onOpen={(line) => confirm(line, choiceOf(line))}
                onSpace={ticks.toggle}
                columns={[tickColumn(ticks), ...columns]}
                keepsWidths
                style={{ flex: 1 }}
                empty={
                  <EmptyState icon={IconFileSpreadsheet} title="Aucun relevé n’est lu">
                    Déposez ici le relevé de la banque, CAMT.053, CSV ou Excel&nbsp;: chaque ligne y trouve ce qu’elle
                    paie, et rien ne s’enregistre sans vous.
                  </EmptyState>
                }
              />
              {statement ? <Balances statement={statement} /> : null}
            </div>
            {chosen ? (
              <LinePanel
                key={chosen.id}
                line={chosen}
                regieId={regieId}
                isBusy={record.isPending || isUnnumbered}
                choice={choiceOf(chosen)}
                onChoice={(at) => setRank({ lineId: chosen.id, at })}
                onConfirm={(choice) => confirm(chosen, choice)}
                onDecide={(decision) => record.mutateAsync([decision]).then(next)}
                onDone={next}
              />
            ) : null}
          </Split>
        ) : null}
      </div>
      <ShortcutBar
        keys={[
          ['ArrowUp ArrowDown', 'ligne suivante'],
          ['Enter', 'confirmer'],
          ['Space', 'cocher'],
          ['f', 'chercher une facture'],
          ['x', 'mettre en attente'],
        ]}
        chosen="Un virement en attente reste au compte, sans famille."
      />
      {unmatched ? (
        <ColumnsDialog
          {...unmatched}
          error={read.error}
          isReading={read.isPending}
          onRead={(chosenColumns) => read.mutate({ file: unmatched.file, columns: chosenColumns })}
          onClose={() => {
            read.reset()
            setUnmatched(undefined)
          }}
        />
      ) : null}
    </Screen>
  )
}

const periodText = ({ from, to }: BankReading['statements'][number]): string =>
  from === to ? shortDay(to) : `du ${briefDay(from)} au ${shortDay(to)}`

const readText = ({ fresh, known }: Extract<ReadFileAnswer, { step: 'read' }>): string => {
  if (fresh === 0) return `Ce relevé était déjà lu\u00a0: ${counted(known, 'ligne')}, rien de plus.`
  const before = known > 0 ? `, ${counted(known, 'déjà lue', 'déjà lues')}` : ''
  return `${counted(fresh, 'ligne lue', 'lignes lues')}${before}.`
}

const useRecording = (regieId: number) =>
  useMutation({
    mutationFn: (decisions: Parameters<typeof clientOutsideForms.bank.record>[0]['decisions']) =>
      clientOutsideForms.bank.record({ regieId, decisions }),
    meta: { isErrorShownInline: true },
    onSuccess: ({ payments, cents, first, last, arrived }) => {
      const paid =
        payments === 0
          ? []
          : [
              `${counted(payments, 'règlement enregistré', 'règlements enregistrés')}, ${formatEuros(cents)}`,
              payments > 1 ? `quittances ${first} à ${last}` : `quittance ${first}`,
            ]
      const marked = arrived === 0 ? [] : [counted(arrived, 'lot arrivé', 'lots arrivés')]
      notifications.show({ color: 'green', message: [...paid, ...marked].join(' · ') || 'Ligne rapprochée' })
    },
  })

const order: readonly BankLineState[] = ['toConfirm', 'unknown', 'aside', 'sure', 'matched', 'debit']

const inOrder = (data: BankReading | undefined): BankLine[] =>
  order.flatMap((state) => data?.lines.filter((line) => line.state === state) ?? [])

const isWaiting = ({ state }: BankLine): boolean => state !== 'matched' && state !== 'debit'

/**
 * A second Enter this soon after the first is ignored: the person has not read the line that has just replaced the
 * decided one.
 */
const unreadMilliseconds = 400
const markNow = (at: RefObject<number>): void => {
  at.current = performance.now()
}
const isTooSoon = (at: RefObject<number>): boolean => performance.now() - at.current < unreadMilliseconds

/** Focuses the line after a decided one, unless the focus is elsewhere. */
const useFocusOnChosen = (id: number | undefined) =>
  useEffect(() => {
    if (id === undefined) return
    const list = document.querySelector(`[role="grid"][aria-label="${listLabel}"]`)
    const { activeElement } = document
    if (activeElement === document.body || list?.contains(activeElement))
      list?.querySelector<HTMLElement>('tr[tabindex="0"]')?.focus({ preventScroll: true })
  }, [id])

const listLabel = 'Lignes du relevé'

/** The lines that Ctrl Enter records: the sure ones at first, then as staff tick them. */
const useTicks = () => {
  const [changed, setChanged] = useState<ReadonlyMap<number, boolean>>(new Map())
  const has = (line: BankLine): boolean => mayBeTicked(line) && (changed.get(line.id) ?? line.state === 'sure')
  return {
    has,
    toggle: (line: BankLine) => {
      if (mayBeTicked(line)) setChanged(new Map([...changed, [line.id, !has(line)]]))
    },
  }
}

const mayBeTicked = (line: BankLine): boolean => isWaiting(line) && line.proposals.length > 0

const decisionsAsProposed = (line: BankLine) => {
  const [first] = choicesOf(line)
  return first ? [decisionOf(line, first)] : []
}

const recordLabel = (ticked: readonly BankLine[]): string => {
  if (ticked.length === 0) return 'Enregistrer les sûrs'
  if (ticked.some(({ state }) => state !== 'sure')) return `Enregistrer ${counted(ticked.length, 'ligne')}`
  return ticked.length === 1 ? 'Enregistrer le sûr' : `Enregistrer les ${counted(ticked.length, 'sûr')}`
}

const Summary = ({
  reading: { lines },
  statement: { lineCount, creditCents, fileName, readAt, readBy },
}: {
  reading: BankReading
  statement: BankReading['statements'][number]
}) => {
  const toLookAt = lines.filter(({ state }) => state === 'toConfirm' || state === 'unknown' || state === 'aside').length
  return (
    <p className="bank-sum">
      <span>
        <b>{lineCount}</b> {lineCount > 1 ? 'lignes' : 'ligne'}
      </span>
      <span>
        <b>{formatEuros(creditCents)}</b> reçus
      </span>
      <span>
        <b className={toLookAt > 0 ? 'warn' : undefined}>{toLookAt}</b> à regarder
      </span>
      <span className="grow" />
      <span className="soft" title={`lu par ${readBy}, ${readAt}`}>
        {fileName}
      </span>
    </p>
  )
}

/** The balances of the statement, and whether its lines add up to them. */
const Balances = ({
  statement: { openingCents, closingCents, creditCents, debitCents, to },
}: {
  statement: BankReading['statements'][number]
}) => {
  if (openingCents === null || closingCents === null) return null
  const gap = closingCents - openingCents - creditCents + debitCents
  return (
    <p className="bank-balances">
      <span>
        Solde avant <b>{formatEuros(openingCents)}</b>&ensp;+&ensp;reçus <b>{formatEuros(creditCents)}</b>
        &ensp;−&ensp;débits <b>{formatEuros(debitCents)}</b>&ensp;=&ensp;solde au {briefDay(to)}{' '}
        <b>{formatEuros(closingCents - gap)}</b>
      </span>
      {gap === 0 ? (
        <span className="row good">
          <IconCheck size={14} aria-hidden="true" />
          comme la banque
        </span>
      ) : (
        <span className="row warn">
          <IconAlertTriangle size={14} aria-hidden="true" />
          la banque dit {formatEuros(closingCents)}
        </span>
      )}
    </p>
  )
}

const groupTitles: Readonly<Record<BankLineState, readonly [title: string, about: string]>> = {
  toConfirm: ['À confirmer', ''],
  unknown: ['Inconnus', ''],
  aside: ['À identifier', 'le mois ne se clôt pas sans eux'],
  sure: ['Sûrs', 'référence et montant, ou lot attendu'],
  matched: ['Rapprochés', ''],
  debit: ['Débits', 'gardés, ils ne paient rien'],
}

const Group = ({ group, lines }: { group: BankLineState; lines: readonly BankLine[] }) => {
  const own = lines.filter(({ state }) => state === group)
  const [title, about] = groupTitles[group]
  return (
    <span className="bank-group">
      <b>{title}</b>
      <span>{own.length}</span>
      <span className="num">{formatEuros(own.reduce((sum, { cents }) => sum + cents, 0))}</span>
      <span className="bank-about">{about}</span>
    </span>
  )
}

const tickColumn = (ticks: ReturnType<typeof useTicks>): TableColumn<BankLine> => ({
  id: 'tick',
  title: <span className="unseen">Enregistrer</span>,
  width: 36,
  show: (line) =>
    isWaiting(line) ? (
      <Checkbox
        aria-label={`Enregistrer ${line.label}`}
        tabIndex={-1}
        checked={ticks.has(line)}
        disabled={!mayBeTicked(line)}
        onChange={() => ticks.toggle(line)}
      />
    ) : null,
})

const columns: readonly TableColumn<BankLine>[] = [
  { id: 'on', title: 'Date', width: 92, show: ({ on }) => <span className="small soft">{briefDay(on)}</span> },
  {
    id: 'label',
    title: 'Ce que dit la banque',
    show: ({ label, reference }) => (
      <span className="bank-two" title={[label, reference].join('\n')}>
        <span>{label}</span>
        <span className="soft">{reference}</span>
      </span>
    ),
  },
  { id: 'cents', title: 'Reçu', number: true, width: 96, show: ({ cents }) => <b>{formatEuros(cents)}</b> },
  {
    id: 'what',
    title: 'Ce qu’il paie',
    width: 288,
    show: ({ state, what, why }) => (
      <span className="bank-what">
        <StateIcon state={state} />
        <span className="bank-two" title={[what, why].join('\n')}>
          <span>{what}</span>
          <span className="soft">{why}</span>
        </span>
      </span>
    ),
  },
]

const StateIcon = ({ state }: { state: BankLineState }) => {
  if (state === 'toConfirm') return <IconAlertTriangle size={14} className="warn" aria-hidden="true" />
  if (state === 'unknown' || state === 'aside') return <IconHelp size={14} className="soft" aria-hidden="true" />
  return state === 'debit' ? null : <IconCheck size={14} className="good" aria-hidden="true" />
}
