import { Checkbox, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import type { PaperView } from '../../../shared/contract/desk/invoicing.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { FormDialog } from '../parts/forms/dialogs.tsx'

type Line = PaperView['sections'][number]['lines'][number] & { readonly child: string; readonly leftCents: number }

/** Issues a credit note: the invoice's lines to cancel, and the reason. */
export const CreditNoteDialog = ({ paper, onClose }: { paper: PaperView; onClose: () => void }) => {
  const { data } = useQuery(orpc.invoicing.leftToCredit.queryOptions({ input: { invoiceId: paper.id } }))
  if (!data) return null
  const leftOf = new Map(data.lines.map(({ id, leftCents }) => [id, leftCents]))
  const lines = paper.sections.flatMap(({ title, lines: all }) =>
    all.map((line) => ({ ...line, child: title, leftCents: leftOf.get(line.id) ?? 0 })),
  )
  return (
    <CreditNoteForm
      paper={paper}
      lines={lines.filter(({ leftCents }) => leftCents !== 0)}
      wholeCents={data.wholeCents}
      onClose={onClose}
    />
  )
}

/** @param lines lines that are not fully credited yet */
const CreditNoteForm = ({
  paper,
  lines,
  wholeCents,
  onClose,
}: {
  paper: PaperView
  lines: readonly Line[]
  wholeCents: number
  onClose: () => void
}) => {
  const form = useForm({
    initialValues: { ticked: lines.map(({ id }) => String(id)), reason: '', billAgain: true },
    validate: {
      ticked: (ticked) => (ticked.length === 0 ? 'Choisissez au moins une ligne.' : null),
      reason: (reason) => (reason.trim() === '' ? 'Indiquez le motif de l’avoir.' : null),
    },
  })
  const chosen = lines.filter(({ id }) => form.values.ticked.includes(String(id)))
  const isWhole = chosen.length === lines.length
  const amount = isWhole ? wholeCents : chosen.reduce((sum, { leftCents }) => sum + leftCents, 0)
  return (
    <FormDialog
      opened
      title={`Avoir sur la facture ${paper.number ?? ''}`}
      form={form}
      submit={`Émettre l’avoir de ${formatEuros(amount)}`}
      onClose={onClose}
      onSubmit={async (client, { reason, billAgain }) => {
        const { number } = await client.invoicing.creditNote({
          invoiceId: paper.id,
          lineIds: isWhole ? null : chosen.map(({ id }) => id),
          reason,
          billAgain,
        })
        notifications.show({
          color: 'green',
          message: `Avoir ${number} émis.`,
        })
      }}
    >
      <Checkbox.Group label="Lignes annulées" {...form.getInputProps('ticked')}>
        <div className="stack">
          {lines.map((line) => (
            <Checkbox
              key={line.id}
              value={String(line.id)}
              label={`${line.child}, ${line.label}\u00a0: ${counted(line.quantity, line.unit.one, line.unit.many)}, ${formatEuros(line.totalCents)}${line.leftCents === line.totalCents ? '' : `, dont ${formatEuros(line.leftCents)} à annuler encore`}`}
            />
          ))}
        </div>
      </Checkbox.Group>
      <Textarea
        label="Motif, imprimé sur l’avoir"
        data-autofocus
        autosize
        minRows={2}
        {...form.getInputProps('reason')}
      />
      <Checkbox
        label="Ces réservations seront facturées de nouveau à la prochaine facturation"
        {...form.getInputProps('billAgain', { type: 'checkbox' })}
      />
    </FormDialog>
  )
}
