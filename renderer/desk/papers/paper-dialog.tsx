import { Button, NumberInput, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import type { ReceivedPaper } from '../../../shared/contract/desk/papers.ts'
import { addMonths, type Day, dayAt, isDay } from '../../../shared/rules/calendar/day.ts'
import { isKeptToItsEnd } from '../../../shared/rules/dossier/required-paper.ts'
import { formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import { healthAnswersType, paperKindRules } from '../../../shared/rules/requests/paper.ts'
import { counted, instantText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { readPaper } from '../../connection/paper.ts'
import { useAskRepricing } from '../invoicing/repricing-question.tsx'
import { Failure, Loading, Note, Properties } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { Dialog, FormDialog, FormFields } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'
import { DeclaredHealthPanel } from './declared-health.tsx'
import './papers.css'

/** Shows a received paper, what the parent wrote about it, and the answer. The audit trail records who opened it. */
export const PaperDialog = ({
  paper,
  mayDecide,
  onClose,
}: {
  paper: ReceivedPaper
  mayDecide: boolean
  onClose: () => void
}) => {
  const [isRefusing, setIsRefusing] = useState(false)
  const isOpen = mayDecide && paper.state === 'waiting' && !paper.isForOthers
  if (isRefusing) return <RefusalDialog paper={paper} onClose={onClose} />
  const about = (
    <Properties
      alignStart
      entries={[
        ['Envoyée par', paper.sender],
        ['Le', instantText(paper.recordedAt)],
        ...(paper.name === '' ? [] : [['Fichier', paper.name] as const]),
        ...(paper.type === 'application/pdf' ? [['Pages', counted(paper.pages, 'page')] as const] : []),
        ...(paper.kind === 'benefits'
          ? ([
              ['Quotient écrit', paper.quotient === null ? 'non dit' : formatNumber(paper.quotient)],
              ['Au dossier', paper.quotientNow === null ? 'inconnu' : formatNumber(paper.quotientNow)],
              ['Revenus écrits', paper.incomeCents === null ? 'non dits' : formatEuros(paper.incomeCents)],
            ] as const)
          : []),
        ...(paper.reason === '' ? [] : [['Motif', paper.reason] as const]),
      ]}
    />
  )
  const isTold =
    paper.type === healthAnswersType && paper.childId !== null && paper.content === 'here' && !paper.isForOthers
  return (
    <Dialog
      opened
      width="wide"
      title={`${paperKindRules[paper.kind].title}, ${paper.child || paper.family}`}
      onClose={onClose}
    >
      {isTold ? (
        <DeclaredHealthPanel
          paper={paper}
          isOpen={isOpen}
          about={about}
          onRefuse={() => setIsRefusing(true)}
          onDone={onClose}
        />
      ) : (
        <div className="paper-dialog">
          <PaperContent paper={paper} />
          {/* This text takes the focus first: a focused day field would open its calendar over « Accepter ». */}
          <div className="paper-said" tabIndex={-1} data-autofocus>
            {about}
            {isOpen ? (
              <>
                <Acceptance paper={paper} onDone={onClose} />
                <Button color="red" onClick={() => setIsRefusing(true)}>
                  Refuser…
                </Button>
              </>
            ) : null}
          </div>
        </div>
      )}
    </Dialog>
  )
}

/** Shows a photo here; a PDF opens in a reading window, where it can be printed. */
const PaperContent = ({ paper }: { paper: ReceivedPaper }) => {
  const isHere = paper.content === 'here' && !paper.isForOthers
  // Never refetched: the audit trail records each reading.
  const { data: file, error } = useQuery({
    queryKey: ['paper file', paper.id],
    queryFn: () => clientOutsideForms.papers.open({ id: paper.id }),
    enabled: isHere,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
  const address = useObjectUrl(file)
  if (paper.isForOthers) return <Note tone="warn">Cette pièce touche à la santé&nbsp;: le directeur la lit.</Note>
  if (paper.content === 'lost') {
    return (
      <Note tone="danger">
        Cette pièce est perdue, ici et sur le portail. Refusez-la en demandant à la famille de l’envoyer de nouveau.
      </Note>
    )
  }
  if (!isHere) return <Note>Cette pièce arrive&nbsp;: elle sera là à la fin de l’échange avec le portail.</Note>
  if (error) return <Failure error={error} />
  if (!file || !address) return <Loading />
  return paper.type === 'image/jpeg' ? (
    <img className="paper-sheet" src={address} alt={`${paperKindRules[paper.kind].title}, ${paper.name}`} />
  ) : (
    <div className="paper-sheet paper-file">
      <p>{paper.name}</p>
      <Button variant="filled" onClick={() => void readPaper(file)}>
        Lire le PDF
      </Button>
    </div>
  )
}

/** An object URL, revoked when the component unmounts. */
const useObjectUrl = (file: Blob | undefined): string | null => {
  const address = useMemo(() => (file ? URL.createObjectURL(file) : null), [file])
  useEffect(() => () => void (address && URL.revokeObjectURL(address)), [address])
  return address
}

const Acceptance = ({ paper, onDone }: { paper: ReceivedPaper; onDone: () => void }) => {
  const { today } = useNow()
  const askRepricing = useAskRepricing()
  const isQuotient = paper.kind === 'benefits'
  const form = useForm<{ value: number | ''; fromDay: string; income: number | ''; validUntil: string }>({
    initialValues: {
      validUntil: '',
      value: paper.quotient ?? '',
      fromDay: firstOfNextMonth(dayAt(paper.recordedAt)),
      income: paper.incomeCents === null ? '' : paper.incomeCents / 100,
    },
    validate: { fromDay: (day) => (day ? null : 'Depuis quel jour\u00a0?') },
  })
  return (
    <FormFields
      form={form}
      submit={isQuotient ? 'Accepter et appliquer' : 'Accepter'}
      onSubmit={async (client, { value, fromDay, income, validUntil }) => {
        const quotient = isQuotient && value !== '' ? { value, fromDay: isDay(fromDay) ? fromDay : today } : null
        await client.papers.accept({
          id: paper.id,
          quotient,
          incomeCents: isQuotient && income !== '' ? Math.round(income * 100) : null,
          validUntil: isDay(validUntil) ? validUntil : null,
        })
        if (quotient) await askRepricing({ familyId: paper.familyId, fromDay: quotient.fromDay })
        onDone()
      }}
    >
      {isQuotient ? (
        <>
          <div className="form-pair">
            <NumberInput
              label="Quotient lu"
              decimalSeparator=","
              decimalScale={2}
              min={0}
              hideControls
              {...form.getInputProps('value')}
            />
            <DayField label="Appliqué depuis le" {...form.getInputProps('fromDay')} />
          </div>
          <NumberInput
            label="Revenus lus, en euros"
            decimalSeparator=","
            decimalScale={2}
            fixedDecimalScale
            min={0}
            hideControls
            {...form.getInputProps('income')}
          />
        </>
      ) : isKeptToItsEnd(paper.kind) ? (
        <DayField
          label="Valable jusqu’au"
          description={'Le fichier est gardé jusque-là. Sans fin\u00a0: jusqu’aux 18\u00a0ans.'}
          {...form.getInputProps('validUntil')}
        />
      ) : paper.isForDossier ? (
        <DayField label="Valable jusqu’au, si la pièce le dit" {...form.getInputProps('validUntil')} />
      ) : null}
    </FormFields>
  )
}

/** A new quotient applies from the following month, as in most towns; staff may change the day. */
const firstOfNextMonth = (day: Day): Day => `${addMonths(day, 1).slice(0, 7)}-01` as Day

const RefusalDialog = ({ paper, onClose }: { paper: ReceivedPaper; onClose: () => void }) => {
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (text) => (text.trim() === '' ? 'Écrivez un motif\u00a0: la famille le lira.' : null) },
  })
  return (
    <FormDialog
      opened
      title="Refuser cette pièce"
      width="narrow"
      form={form}
      submit="Refuser"
      onClose={onClose}
      onSubmit={(client, { reason }) => client.papers.refuse({ id: paper.id, reason: reason.trim() })}
    >
      <p>La famille lit ce motif sur le portail. La pièce lui reste demandée.</p>
      <Textarea label="Motif" autosize minRows={2} data-autofocus {...form.getInputProps('reason')} />
    </FormDialog>
  )
}
