import { ActionIcon, Button } from '@mantine/core'
import IconChevronLeft from '@tabler/icons-react/icons/IconChevronLeft'
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Draft } from '../../../shared/contract/desk/money/invoicing.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { HistoryButton } from '../history/history-button.tsx'
import { PlainAction } from '../parts/buttons.tsx'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { useNumbersUnknown } from '../portal/numbers-unknown.tsx'
import { useRoles } from '../staff/may.ts'
import { CreditNoteDialog } from './credit-note-dialog.tsx'
import { type DraftRow, idsOf } from './draft-rows.ts'
import { PaperPreview } from './paper-preview.tsx'
import { roleToCorrect } from './remedies.ts'
import { RecalculateButton } from './run-columns.tsx'

/** Preview of the chosen draft or invoice and of its credit notes, with warnings and actions. */
export const ChosenPaper = ({
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
      {draft.creditNotes.map(({ id }) => (
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
