import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import IconFileInvoice from '@tabler/icons-react/icons/IconFileInvoice'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import IconRefresh from '@tabler/icons-react/icons/IconRefresh'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { Draft, Run } from '../../../shared/contract/desk/money/invoicing.ts'
import { type Instant } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { capitalised, counted, instantText, spanText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc, orpcOutsideForms } from '../../connection/client.ts'
import type { FormClient } from '../../connection/form.ts'
import { savePaper } from '../../connection/paper.ts'
import { ActionButton, SegmentedControl } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading, Note, Progress } from '../parts/feedback.tsx'
import { ConfirmDialog } from '../parts/forms/dialogs.tsx'
import { useReadGuard } from '../parts/keyboard/stable-choice.ts'
import { ScreenHead, ShortcutBar, Split } from '../parts/screen.tsx'
import { Table } from '../parts/table.tsx'
import { PayersLink } from '../payers/payers-link.tsx'
import { NumbersUnknown, useNumbersUnknown } from '../portal/numbers-unknown.tsx'
import { useRegieNames } from '../regies/regie-choice.tsx'
import { useMay } from '../staff/may.ts'
import { ChosenPaper } from './chosen-paper.tsx'
import {
  type DraftRow,
  draftRows,
  type Group,
  groupNames,
  groupOf,
  idsOf,
  issuedRow,
  netOf,
  papersOf,
} from './draft-rows.ts'
import { issueWarnings, isTicked, notIssuedText } from './issue-warnings.ts'
import { useLongTask } from './long-task.ts'
import { PrintDialog } from './print-dialog.tsx'
import { draftColumns, issuedColumns } from './run-columns.tsx'
import { TakeBackDialog } from './take-back-dialog.tsx'
import { notifyTakenOver } from './taken-over.ts'

/**
 * The drafts and issued invoices of a run, drafts to correct first, with a preview of the chosen one. An invoice and
 * the credit notes that are issued with it are one line.
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

/** Prints every paper of the list, or saves them in one file. */
const AllPapers = ({ papers }: { papers: readonly DraftRow[] }) => {
  const ids = papers.flatMap(idsOf)
  const [isPrinting, setIsPrinting] = useState(false)
  const save = useMutation({ mutationFn: async () => savePaper(await clientOutsideForms.invoicing.pdf({ ids })) })
  return (
    <>
      <Button leftSection={<IconPrinter size={14} />} onClick={() => setIsPrinting(true)}>
        Imprimer…
      </Button>
      <Button leftSection={<IconDownload size={14} />} loading={save.isPending} onClick={() => save.mutate()}>
        Un PDF
      </Button>
      {isPrinting ? <PrintDialog ids={ids} onClose={() => setIsPrinting(false)} /> : null}
    </>
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
