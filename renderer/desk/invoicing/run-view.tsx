import { ActionIcon, Button, Checkbox } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import IconAlertCircle from '@tabler/icons-react/icons/IconAlertCircle'
import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconChevronLeft from '@tabler/icons-react/icons/IconChevronLeft'
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import IconFileInvoice from '@tabler/icons-react/icons/IconFileInvoice'
import IconInfoCircle from '@tabler/icons-react/icons/IconInfoCircle'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import IconRefresh from '@tabler/icons-react/icons/IconRefresh'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { Draft, Run } from '../../../shared/contract/desk/money/invoicing.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import { daysOfMonth, type Instant } from '../../../shared/rules/calendar/day.ts'
import { amountDue, familyNumberText } from '../../../shared/rules/money/invoice.ts'
import { formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import {
  briefMonth,
  capitalised,
  counted,
  instantText,
  monthText,
  sentenceWithSubject,
  spanText,
} from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc, orpcOutsideForms } from '../../connection/client.ts'
import type { FormClient } from '../../connection/form.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { HistoryButton } from '../history/history-button.tsx'
import { ActionButton, PlainAction, SegmentedControl } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading, Note, Progress } from '../parts/feedback.tsx'
import { ConfirmDialog } from '../parts/forms/dialogs.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { useReadGuard } from '../parts/keyboard/stable-choice.ts'
import { ScreenHead, ShortcutBar, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { PayersLink } from '../payers/payers-link.tsx'
import { NumbersUnknown, useNumbersUnknown } from '../portal/numbers-unknown.tsx'
import { useRegieNames } from '../regies/regie-choice.tsx'
import { useMay, useRoles } from '../staff/may.ts'
import { CreditNoteDialog } from './credit-note-dialog.tsx'
import { amountOf, type DraftRow, draftRows, idsOf, issuedRow, netOf, papersOf, showsMonths } from './draft-rows.ts'
import { issueWarnings, isTicked, notIssuedText } from './issue-warnings.ts'
import { useLongTask } from './long-task.ts'
import { PaperPreview } from './paper-preview.tsx'
import { PrintDialog } from './print-dialog.tsx'
import { remedies, roleToCorrect } from './remedies.ts'
import { TakeBackDialog } from './take-back-dialog.tsx'
import { notifyTakenOver } from './taken-over.ts'

/**
 * The drafts and issued invoices of a run, drafts to correct first, with a preview of the chosen one. An invoice and the
 * credit notes that are issued with it are one line.
 */
export const RunView = ({ run, onLeave }: { run: Run; onLeave: () => void }) => {
  const mayInvoice = useMay()('invoicing')
  const mayAid = useMay()('aids')
  const { data, error, refetch } = useQuery(orpc.invoicing.drafts.queryOptions({ input: { runId: run.id } }))
  const all = data?.drafts ?? noDrafts
  const drafts = useMemo(() => draftRows(all.filter(({ state }) => state === 'draft')), [all])
  const issued = useMemo(() => all.filter(({ state }) => state === 'issued').map(issuedRow), [all])
  const [wanted, setShown] = useState<'draft' | 'issued'>()
  const shown = wanted ?? (run.drafts > 0 ? 'draft' : 'issued')
  const list = shown === 'draft' ? drafts : issued
  const [chosenId, setChosenId] = useState<number>()
  const chosen = list.find(({ id }) => id === chosenId) ?? list[0]
  const ifRead = useReadGuard(`${shown} ${chosenId ?? ''} ${data !== undefined}`, [
    { id: 'chosen', version: chosen ? `${chosen.id} ${chosen.setAside}` : '' },
  ])
  const ready = drafts.filter((row) => isTicked(row))
  const notIssued = notIssuedText(drafts)
  const isUnnumbered = useNumbersUnknown()
  const [isAsking, setIsAsking] = useState(false)
  const [isDiscarding, setIsDiscarding] = useState(false)
  const [isTakingBack, setIsTakingBack] = useState(false)
  const { underway, start, stop } = useLongTask()
  const setAside = useMutation(orpcOutsideForms.invoicing.setAside.mutationOptions())
  const navigate = useNavigate()
  const regieNames = useRegieNames()

  const recalculate = async () => {
    const made = await start('Nouveau calcul', (signal) =>
      clientOutsideForms.invoicing.recalculate({ runId: run.id }, { signal }),
    )
    if (made) notifyTakenOver(made.takenOver)
  }
  const issue = async (client: FormClient) => {
    setIsAsking(false)
    const report = await start('Émission', (signal) => client.invoicing.issue({ runId: run.id, ids: null }, { signal }))
    if (!report) return
    if (report.issued > 0) setShown('issued')
    notifications.show({
      color: report.stale > 0 ? 'yellow' : 'green',
      title: `${counted(report.issued, 'pièce émise', 'pièces émises')}, ${formatEuros(report.issuedCents)}`,
      message: [
        report.firstNumber ? `De ${report.firstNumber} à ${report.lastNumber ?? ''}.` : '',
        report.stale > 0
          ? `${counted(report.stale, 'brouillon a changé', 'brouillons ont changé')} depuis\u00a0: à recalculer.`
          : '',
      ].join(' '),
    })
  }
  const takeBack = async (client: FormClient, reason: string) => {
    const done = await start('Annulation', (signal) => client.invoicing.takeBack({ runId: run.id, reason }, { signal }))
    if (done)
      notifications.show({
        color: 'green',
        message: `${counted(done.creditNotes, 'avoir émis', 'avoirs émis')}, ${formatEuros(done.cents)}. Tout est à refacturer.`,
      })
  }
  const toggle = (row: DraftRow) => {
    if (mayInvoice && row.state === 'draft') setAside.mutate({ ids: idsOf(row), setAside: !row.setAside })
  }
  const step = (by: 1 | -1) => {
    const next = list[list.findIndex(({ id }) => id === chosen?.id) + by]
    if (next) setChosenId(next.id)
  }

  return (
    <>
      <ScreenHead
        title="Facturation"
        subtitle={capitalised(spanText(run.from, run.to))}
        controls={
          <SegmentedControl
            label="Ce qui est montré"
            value={shown}
            onChange={setShown}
            options={[
              ['draft', `Brouillons ${drafts.length}`],
              ['issued', `Émises ${issued.length}`],
            ]}
          />
        }
      >
        {mayAid ? <PayersLink /> : null}
        <Button leftSection={<IconPlus size={14} />} onClick={onLeave}>
          Nouvelle facturation
        </Button>
        {mayInvoice && drafts.length > 0 ? (
          <>
            <ActionButton
              combo="r"
              label="Recalculer"
              icon={<IconRefresh size={14} />}
              disabled={underway !== undefined}
              onAction={() => void recalculate()}
            />
            <ActionButton
              combo="mod+Enter"
              label={ready.length === 0 ? 'Rien à émettre' : `Émettre ${countedPapers(ready)}…`}
              main
              disabled={ready.length === 0 || underway !== undefined || isUnnumbered}
              onAction={() => setIsAsking(true)}
            />
          </>
        ) : null}
      </ScreenHead>
      {underway ? (
        <div className="invoicing-sums">
          <div className="grow">
            <Progress
              label={`${underway.label}, ${underway.done} sur ${underway.total}`}
              done={underway.done}
              total={underway.total}
              trailing={<Button onClick={stop}>Arrêter</Button>}
            />
          </div>
        </div>
      ) : null}
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        <Split side={446}>
          <div className="invoicing-main">
            <Sums drafts={list} isDraft={shown === 'draft'}>
              {shown === 'draft' && mayInvoice && drafts.length > 0 ? (
                <Button variant="subtle" onClick={() => setIsDiscarding(true)}>
                  Supprimer les brouillons…
                </Button>
              ) : null}
              {shown === 'issued' && issued.length > 0 ? (
                <>
                  {mayInvoice ? (
                    <Button
                      variant="subtle"
                      disabled={underway !== undefined || isUnnumbered}
                      onClick={() => setIsTakingBack(true)}
                    >
                      Tout annuler…
                    </Button>
                  ) : null}
                  <AllPapers papers={issued} />
                </>
              ) : null}
            </Sums>
            {mayInvoice && isUnnumbered ? (
              <div className="invoicing-cautions">
                <NumbersUnknown />
              </div>
            ) : null}
            {shown === 'draft' ? <IssueWarnings runId={run.id} /> : null}
            <div
              className="invoicing-list"
              onKeyDownCapture={(event) => {
                if (event.key !== ' ' || !(event.target instanceof HTMLTableRowElement) || !chosen) return
                event.preventDefault()
                event.stopPropagation()
                ifRead('chosen', () => toggle(chosen))
              }}
            >
              <Table
                label={shown === 'draft' ? 'Brouillons' : 'Factures émises'}
                items={list}
                idOf={({ id }) => id}
                chosen={chosen?.id}
                onChoose={({ id }) => setChosenId(id)}
                onOpen={({ familyId }) =>
                  void navigate({
                    to: '/familles/$familyId',
                    params: { familyId: String(familyId) },
                    search: { onglet: 'argent' },
                  })
                }
                columns={
                  shown === 'draft'
                    ? draftColumns(list, run, regieNames, toggle, mayInvoice)
                    : issuedColumns(list, run, regieNames)
                }
                {...(shown === 'draft' ? { groupOf: ({ verdict }: DraftRow) => groupNames[groupOf(verdict)] } : {})}
                empty={
                  <EmptyState
                    icon={IconFileInvoice}
                    title={shown === 'draft' ? 'Aucun brouillon' : 'Aucune facture émise'}
                  >
                    {shown === 'draft'
                      ? 'Tout est émis. Ce qui s’ajoute depuis ira dans une nouvelle facturation.'
                      : 'Les factures émises viennent ici, avec leur numéro.'}
                  </EmptyState>
                }
              />
            </div>
            <RunJournal runId={run.id} />
          </div>
          {chosen ? (
            <ChosenPaper key={chosen.id} row={chosen} mayInvoice={mayInvoice} onStep={step} />
          ) : (
            <aside className="invoicing-preview" aria-label="Aperçu de la facture" />
          )}
        </Split>
      ) : error ? null : (
        <Loading />
      )}
      <ShortcutBar
        keys={[
          ['ArrowUp ArrowDown', 'facture suivante'],
          ...(shown === 'draft' ? ([['Space', 'mettre de côté']] as const) : []),
          ['Enter', 'ouvrir la famille'],
        ]}
        chosen={'Un brouillon se modifie\u00a0; une facture émise se corrige par un avoir.'}
      />
      <ConfirmDialog
        opened={isAsking}
        title={`Émettre ${countedPapers(ready)}\u00a0?`}
        confirm="Émettre"
        onConfirm={async (client) => {
          void issue(client)
        }}
        onClose={() => setIsAsking(false)}
      >
        <p>
          {formatEuros(ready.reduce((sum, row) => sum + netOf(row), 0))} au total. Chaque pièce est recalculée, puis
          reçoit son numéro et ne change plus. Celles qui ont changé depuis restent en brouillon.
        </p>
        {notIssued === null ? null : <p>{notIssued}</p>}
        <IssueWarnings runId={run.id} />
      </ConfirmDialog>
      {isTakingBack ? (
        <TakeBackDialog
          runId={run.id}
          onTakeBack={(client, reason) => void takeBack(client, reason)}
          onClose={() => setIsTakingBack(false)}
        />
      ) : null}
      <ConfirmDialog
        opened={isDiscarding}
        title={`Supprimer ${counted(drafts.length, 'brouillon')}\u00a0?`}
        confirm="Supprimer"
        dangerous
        onConfirm={async (client) => {
          await client.invoicing.discard({ runId: run.id })
          onLeave()
        }}
        onClose={() => setIsDiscarding(false)}
      >
        <p>
          Ils ne reviennent pas, ni ce qui était mis de côté&nbsp;: il faudra les préparer de nouveau. Ce qui est émis
          reste.
        </p>
      </ConfirmDialog>
    </>
  )
}

const noDrafts: readonly Draft[] = []

/** « 210 factures », « 3 pièces » when credit notes are among them. */
const countedPapers = (rows: readonly DraftRow[]): string => {
  const papers = rows.flatMap(papersOf)
  return counted(papers.length, papers.some(({ kind }) => kind === 'creditNote') ? 'pièce' : 'facture')
}

/** Groups in the order of the list: « À corriger » prevents issuing, « À vérifier » only warns. */
const groupNames = { toCorrect: 'À corriger', toVerify: 'À vérifier', ready: 'Prêts à émettre' } as const
type Group = keyof typeof groupNames

const groupOf = (verdict: Draft['verdict']): Group =>
  verdict === 'ready' ? 'ready' : verdict === 'warning' ? 'toVerify' : 'toCorrect'

const draftNouns = ['brouillon', 'brouillons']
const issuedNouns = ['pièce émise', 'pièces émises']

const Sums = ({
  drafts,
  isDraft,
  children,
}: {
  drafts: readonly DraftRow[]
  isDraft: boolean
  children: React.ReactNode
}) => {
  const count = (group: Group) => drafts.filter(({ verdict }) => groupOf(verdict) === group).length
  const ticked = drafts.filter(isTicked)
  const toCorrect = count('toCorrect')
  const toVerify = count('toVerify')
  return (
    <div className="invoicing-sums">
      <span>
        <b>{drafts.length}</b> {(isDraft ? draftNouns : issuedNouns)[drafts.length < 2 ? 0 : 1]}
      </span>
      <span>
        <b>{formatEuros(drafts.reduce((sum, row) => sum + netOf(row), 0))}</b>
        {isDraft ? null : ' facturés'}
      </span>
      {isDraft && ticked.length < drafts.length ? (
        <span>
          dont <b>{ticked.length}</b> {ticked.length < 2 ? 'coché' : 'cochés'}
        </span>
      ) : null}
      {isDraft && toCorrect > 0 ? (
        <span>
          <b className="danger">{toCorrect}</b> à corriger
        </span>
      ) : null}
      {isDraft && toVerify > 0 ? (
        <span>
          <b className="warn">{toVerify}</b> à vérifier
        </span>
      ) : null}
      <span className="grow" />
      {children}
    </div>
  )
}

type RegieNames = ReadonlyMap<number, string>

const familyColumn = (regieNames: RegieNames): TableColumn<DraftRow> => ({
  id: 'family',
  title: 'Famille',
  show: (draft) => {
    const notes = draft.journal.flatMap(({ level, sentence }) => (level === 'note' ? [sentence] : []))
    const first = draft.journal.find(({ level }) => level !== 'note')
    const Sign = draft.verdict === 'warning' ? IconAlertTriangle : IconAlertCircle
    return (
      <span className="invoicing-family">
        <span>{draft.family}</span>
        {first && draft.verdict !== 'ready' ? (
          <>
            <Sign
              size={16}
              className={draft.verdict === 'warning' ? 'warn' : 'danger'}
              aria-label={groupNames[groupOf(draft.verdict)]}
            />
            <span className="small invoicing-why" title={draft.journal.map(({ sentence }) => sentence).join('\n')}>
              {draft.verdict === 'stale' ? sentenceWithSubject('À recalculer', first.sentence) : first.sentence}
            </span>
          </>
        ) : (
          <>
            {notes.length > 0 ? (
              <IconInfoCircle size={16} className="soft" title={notes.join(' ')} aria-label={notes.join(' ')} />
            ) : null}
            <span className="soft small">
              {draft.kind === 'creditNote' ? (draft.notes.length > 0 ? 'avoirs, ' : 'avoir, ') : ''}
              {[
                ...(regieNames.has(draft.regieId) ? [regieNames.get(draft.regieId)] : []),
                familyNumberText(draft.familyId),
                counted(draft.children, 'enfant'),
                ...(draft.creditedCents > 0 ? [`avoir de ${formatEuros(draft.creditedCents)}`] : []),
              ].join(', ')}
            </span>
          </>
        )}
      </span>
    )
  },
})

const monthColumn: TableColumn<DraftRow> = {
  id: 'month',
  title: 'Mois',
  width: 82,
  show: ({ month }) => (month === null ? <span className="soft">–</span> : briefMonth(daysOfMonth(month).from)),
}

const quotientColumn: TableColumn<DraftRow> = {
  id: 'quotient',
  title: 'QF',
  number: true,
  width: 60,
  show: ({ familyQuotient }) => (
    <span className="soft">{familyQuotient === null ? '–' : formatNumber(familyQuotient)}</span>
  ),
}

const beforeColumn: TableColumn<DraftRow> = {
  id: 'before',
  title: 'Antérieur',
  number: true,
  width: 92,
  show: ({ previousCents, kind }) =>
    previousCents === 0 || kind === 'creditNote' ? (
      <span className="soft">–</span>
    ) : (
      <span className={previousCents < 0 ? 'good' : undefined}>{formatEuros(previousCents)}</span>
    ),
}

const totalColumn = (title: string): TableColumn<DraftRow> => ({
  id: 'total',
  title,
  number: true,
  width: 92,
  show: (row) => formatEuros(amountOf(row)),
})

const regularisedColumn: TableColumn<DraftRow> = {
  id: 'regularised',
  title: 'Régularisation',
  number: true,
  width: 104,
  show: ({ regularisedCents }) =>
    regularisedCents === 0 ? (
      <span className="soft">–</span>
    ) : (
      <span className="good">{formatEuros(regularisedCents)}</span>
    ),
}

const due: TableColumn<DraftRow> = {
  id: 'due',
  title: 'À régler',
  number: true,
  width: 118,
  show: (draft) =>
    draft.kind === 'creditNote' ? <span className="soft">–</span> : <b>{formatEuros(amountDue(draft))}</b>,
}

const draftColumns = (
  rows: readonly DraftRow[],
  run: Run,
  regieNames: RegieNames,
  toggle: (row: DraftRow) => void,
  mayInvoice: boolean,
): readonly TableColumn<DraftRow>[] => {
  const hasMonths = showsMonths(rows, run)
  const hasRegularised = rows.some(({ regularisedCents }) => regularisedCents !== 0)
  const amountWidth = hasRegularised ? 82 : 92
  return [
    {
      id: 'ticked',
      title: <span className="unseen">À émettre</span>,
      width: 34,
      show: (draft) => (
        <Checkbox
          size="xs"
          tabIndex={-1}
          aria-label={`Émettre ${[draft.family, regieNames.get(draft.regieId) ?? ''].filter((text) => text !== '').join(', ')}${hasMonths && draft.month ? `, ${monthText(daysOfMonth(draft.month).from)}` : ''}`}
          checked={isTicked(draft)}
          disabled={!mayInvoice || draft.verdict === 'error'}
          onClick={(event) => event.stopPropagation()}
          onChange={() => toggle(draft)}
        />
      ),
    },
    ...(hasMonths ? [monthColumn] : []),
    // A draft to correct shows the reason across the columns of the quotient and of the previous balance.
    { ...familyColumn(regieNames), span: ({ verdict }) => (verdict === 'ready' ? 1 : hasRegularised ? 2 : 3) },
    // The quotient leaves its place to what is regularised; the preview says it too.
    ...(hasRegularised ? [] : [quotientColumn]),
    { ...beforeColumn, width: amountWidth },
    { ...totalColumn('Montant'), width: amountWidth },
    ...(hasRegularised ? [regularisedColumn] : []),
    { ...due, show: (draft) => (draft.verdict === 'ready' ? due.show(draft) : <Remedy draft={draft} />) },
  ]
}

const issuedColumns = (
  rows: readonly DraftRow[],
  run: Run,
  regieNames: RegieNames,
): readonly TableColumn<DraftRow>[] => [
  { id: 'number', title: 'Numéro', width: 116, show: ({ number }) => number },
  ...(showsMonths(rows, run) ? [monthColumn] : []),
  familyColumn(regieNames),
  beforeColumn,
  totalColumn('Facturé'),
  {
    ...due,
    id: 'left',
    title: 'Reste à payer',
    show: ({ kind, leftCents }) =>
      kind === 'creditNote' ? (
        <span className="soft">–</span>
      ) : leftCents === 0 ? (
        <span className="good">réglée</span>
      ) : (
        <b>{formatEuros(leftCents)}</b>
      ),
  },
]

/** A link to the screen that corrects the draft's first fault. */
const Remedy = ({ draft }: { draft: Draft }) => {
  const entry = draft.journal.find(({ cause: known }) => known !== undefined)
  const cause = entry?.cause
  const roles = useRoles()
  if (cause === undefined) return may(roles, 'invoicing') ? <RecalculateButton draft={draft} /> : null
  const who = roleToCorrect(roles, cause)
  const { label, lackText } = remedies[cause]
  if (who !== null)
    return (
      <span className="soft small" title={who}>
        {lackText}
      </span>
    )
  const family = { to: '/familles/$familyId' as const, params: { familyId: String(draft.familyId) } }
  if (cause === 'noFamilyQuotient')
    return (
      <Link {...family} search={{ saisir: 'qf' }}>
        {label}
      </Link>
    )
  if (cause === 'noAddress' || cause === 'noResidence')
    return (
      <Link {...family} search={{ saisir: 'adresse' }}>
        {label}
      </Link>
    )
  if (cause === 'notPointed') {
    return (
      <Link
        to="/pointage"
        search={{ ...(entry?.day && { jour: entry.day }), ...(entry?.activityId && { activite: entry.activityId }) }}
      >
        {label}
      </Link>
    )
  }
  return <Link to="/reglages/tarifs">{label}</Link>
}

const RecalculateButton = ({ draft }: { draft: Draft }) => {
  const replay = useMutation(orpcOutsideForms.invoicing.replay.mutationOptions())
  return (
    <Button
      variant="subtle"
      loading={replay.isPending}
      onClick={(event) => {
        event.stopPropagation()
        replay.mutate({ id: draft.id })
      }}
    >
      Recalculer
    </Button>
  )
}

/** Prints or saves every invoice of the list, in one file or in one each. */
const AllPapers = ({ papers }: { papers: readonly DraftRow[] }) => {
  const ids = papers.flatMap(idsOf)
  const [isPrinting, setIsPrinting] = useState(false)
  const save = useMutation({ mutationFn: async () => savePaper(await clientOutsideForms.invoicing.pdf({ ids })) })
  const saveEach = useMutation({
    mutationFn: async () => {
      for (const file of await clientOutsideForms.invoicing.pdfs({ ids })) await savePaper(file)
    },
  })
  return (
    <>
      <Button leftSection={<IconPrinter size={14} />} onClick={() => setIsPrinting(true)}>
        Imprimer…
      </Button>
      <Button leftSection={<IconDownload size={14} />} loading={save.isPending} onClick={() => save.mutate()}>
        Un PDF
      </Button>
      <Button variant="subtle" loading={saveEach.isPending} onClick={() => saveEach.mutate()}>
        Un PDF chacune
      </Button>
      {isPrinting ? <PrintDialog ids={ids} onClose={() => setIsPrinting(false)} /> : null}
    </>
  )
}

/** Preview of the chosen draft or invoice and of its credit notes, with warnings and actions. */
const ChosenPaper = ({
  row: draft,
  mayInvoice,
  onStep,
}: {
  row: DraftRow
  mayInvoice: boolean
  onStep: (by: 1 | -1) => void
}) => {
  const { data: paper, error, refetch } = useQuery(orpc.invoicing.paper.queryOptions({ input: { id: draft.id } }))
  const [isCrediting, setIsCrediting] = useState(false)
  const isUnnumbered = useNumbersUnknown()
  const roles = useRoles()
  const print = useMutation({
    mutationFn: async () => printPaper(await clientOutsideForms.invoicing.pdf({ ids: idsOf(draft) })),
  })
  const save = useMutation({
    mutationFn: async () => savePaper(await clientOutsideForms.invoicing.pdf({ ids: idsOf(draft) })),
  })
  useShortcut('i', 'imprimer la facture choisie', () => print.mutate())
  return (
    <aside className="invoicing-preview" aria-label="Aperçu de la facture">
      <div className="row between small">
        <span className="row">
          <ActionIcon variant="subtle" aria-label="Facture précédente" onClick={() => onStep(-1)}>
            <IconChevronLeft size={16} />
          </ActionIcon>
          <b>{draft.family}</b>
          <ActionIcon variant="subtle" aria-label="Facture suivante" onClick={() => onStep(1)}>
            <IconChevronRight size={16} />
          </ActionIcon>
        </span>
        <span className="row">
          <HistoryButton entity="invoice" id={draft.id} title={`facture de ${draft.family}`} />
          {mayInvoice &&
          draft.state === 'issued' &&
          draft.kind === 'invoice' &&
          draft.creditedCents < draft.totalCents ? (
            <Button variant="subtle" disabled={isUnnumbered} onClick={() => setIsCrediting(true)}>
              Avoir…
            </Button>
          ) : null}
          <Button
            variant="subtle"
            leftSection={<IconPrinter size={14} />}
            loading={print.isPending}
            onClick={() => print.mutate()}
          >
            Imprimer
          </Button>
          <Button
            variant="subtle"
            leftSection={<IconDownload size={14} />}
            loading={save.isPending}
            onClick={() => save.mutate()}
          >
            PDF
          </Button>
        </span>
      </div>
      {draft.journal.map(({ level, sentence, cause }) => (
        <Note key={sentence} tone={tones[level]}>
          {sentence} {roleToCorrect(roles, cause)}
        </Note>
      ))}
      {draft.state === 'draft' && draft.verdict !== 'ready' && mayInvoice ? (
        <div className="row">
          <RecalculateButton draft={draft} />
        </div>
      ) : null}
      {draft.creditedCents > 0 ? <CreditNotes draft={draft} /> : null}
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {paper ? <PaperPreview paper={paper} /> : error ? null : <Loading />}
      {draft.notes.map(({ id }) => (
        <NotePreview key={id} id={id} />
      ))}
      {paper && isCrediting ? <CreditNoteDialog paper={paper} onClose={() => setIsCrediting(false)} /> : null}
    </aside>
  )
}

/** A credit note that is issued with the paper above it. */
const NotePreview = ({ id }: { id: number }) => {
  const { data: paper, error, refetch } = useQuery(orpc.invoicing.paper.queryOptions({ input: { id } }))
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  return paper ? <PaperPreview paper={paper} /> : <Loading />
}

const tones = { note: 'neutral', warning: 'warn', error: 'danger', stale: 'danger' } as const

/** Credit notes of an issued invoice, and the amount that remains to pay. */
const CreditNotes = ({ draft }: { draft: Draft }) => {
  const { data: papers } = useQuery(orpc.invoicing.ofFamily.queryOptions({ input: { familyId: draft.familyId } }))
  const print = useMutation({
    mutationFn: async (id: number) => printPaper(await clientOutsideForms.invoicing.pdf({ ids: [id] })),
  })
  const save = useMutation({
    mutationFn: async (id: number) => savePaper(await clientOutsideForms.invoicing.pdf({ ids: [id] })),
  })
  const invoice = papers?.find(({ id }) => id === draft.id)
  if (!papers || !invoice) return null
  return (
    <Note>
      Reste à payer de cette facture&nbsp;: <b>{formatEuros(invoice.leftCents)}</b>
      <ul>
        {papers
          .filter(({ kind, corrects }) => kind === 'creditNote' && corrects === invoice.number)
          .map(({ id, number, totalCents }) => (
            <li key={id}>
              Avoir {number}&nbsp;: {formatEuros(-totalCents)}{' '}
              <PlainAction label="Imprimer" aria={`Imprimer l’avoir ${number}`} onAction={() => print.mutate(id)} />{' '}
              <PlainAction label="PDF" aria={`PDF de l’avoir ${number}`} onAction={() => save.mutate(id)} />
            </li>
          ))}
      </ul>
    </Note>
  )
}

/** Warnings before the ticked drafts are issued, shown above the list and in the confirmation. */
const IssueWarnings = ({ runId }: { runId: number }) => {
  const { data } = useQuery(orpc.invoicing.beforeIssue.queryOptions({ input: { runId } }))
  const sentences = data ? issueWarnings(data) : []
  return sentences.length === 0 ? null : (
    <div className="stack invoicing-cautions">
      {sentences.map((sentence) => (
        <Note key={sentence} tone="warn">
          {sentence}
        </Note>
      ))}
    </div>
  )
}

const RunJournal = ({ runId }: { runId: number }) => {
  const { data } = useQuery(orpc.invoicing.story.queryOptions({ input: { runId } }))
  return (
    <section className="invoicing-story">
      <h2>Journal</h2>
      <ul>
        {(data ?? []).map(({ id, at, what, person }) => (
          <li key={id}>
            <time dateTime={at}>{instantText(at as Instant)}</time>
            {what}, par {person}
          </li>
        ))}
      </ul>
    </section>
  )
}
