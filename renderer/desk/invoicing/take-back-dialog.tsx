import { Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import type { TakeBack } from '../../../shared/contract/desk/money/invoicing.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { stayCauseTexts } from '../../../shared/rules/money/take-back.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import type { FormClient } from '../../connection/form.ts'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'

/** « Annuler la facturation »: says what becomes of each invoice before anything is done. */
export const TakeBackDialog = ({
  runId,
  onTakeBack,
  onClose,
}: {
  runId: number
  onTakeBack: (client: FormClient, reason: string) => void
  onClose: () => void
}) => {
  const { data, error, refetch } = useQuery(orpc.invoicing.takeBackPreview.queryOptions({ input: { runId } }))
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { reason: '' },
    validate: { reason: (reason) => (reason.trim() === '' ? 'Indiquez le motif.' : null) },
  })
  return (
    <FormDialog
      opened
      title="Annuler la facturation"
      form={form}
      submit={data && data.invoices > 0 ? `Émettre ${counted(data.invoices, 'avoir')}` : 'Annuler la facturation'}
      onSubmit={async (client, { reason }) => {
        onTakeBack(client, reason)
        onClose()
      }}
      onClose={onClose}
    >
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {data ? <Preview {...data} /> : error ? null : <Loading />}
      <Textarea
        label="Motif"
        description="Il est écrit sur les avoirs."
        autosize
        minRows={2}
        data-autofocus
        key={form.key('reason')}
        {...form.getInputProps('reason')}
      />
    </FormDialog>
  )
}

const Preview = ({ invoices, cents, aheadCents, withoutPaper, leftOut }: TakeBack) => (
  <>
    {invoices + withoutPaper === 0 ? (
      <p>Aucune de ces factures ne peut être annulée.</p>
    ) : invoices === 0 ? null : (
      <p>
        Un avoir est émis pour {counted(invoices, 'facture')}, {formatEuros(cents)} en tout. Tout redevient à facturer.
        {aheadCents > 0
          ? ` ${formatEuros(aheadCents)} avaient été pris sur l’avance des familles\u00a0: ils y reviennent.`
          : ''}{' '}
        Les avoirs ne s’annulent pas.
      </p>
    )}
    {withoutPaper > 0 ? (
      <p>
        {counted(withoutPaper, 'famille n’a', 'familles n’ont')} rien à payer&nbsp;: ce que leurs tiers payeurs doivent
        redevient aussi à facturer.
      </p>
    ) : null}
    {leftOut.length > 0 ? (
      <Note tone="warn">
        {counted(leftOut.length, 'facture reste', 'factures restent')}&nbsp;:{' '}
        {leftOut.map(({ number, family, cause }) => `${number} ${family} (${stayCauseTexts[cause]})`).join(', ')}.
      </Note>
    ) : null}
  </>
)
