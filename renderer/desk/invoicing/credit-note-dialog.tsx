import { Checkbox, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import type { PaperView } from '../../../shared/contract/desk/invoicing.ts'
import { counted } from '../../../shared/rules/french.ts'
import { formatEuros } from '../../../shared/rules/money.ts'
import { client } from '../../connection/client.ts'
import { FormDialog } from '../parts/dialogs.tsx'

/** What of an issued invoice is undone, and why. Issued at once. */
export const CreditNoteDialog = ({ paper, onClose }: { paper: PaperView; onClose: () => void }) => {
  const lines = paper.sections.flatMap(({ title, lines: all }) => all.map((line) => ({ ...line, child: title })))
  const form = useForm({
    initialValues: { ticked: lines.map(({ id }) => String(id)), reason: '', billAgain: true },
    validate: {
      ticked: (ticked) => (ticked.length === 0 ? 'Choisissez au moins une ligne.' : null),
      reason: (reason) => (reason.trim() === '' ? 'Indiquez le motif de l’avoir.' : null),
    },
  })
  const ticked = new Set(form.values.ticked)
  const amount = lines.reduce((sum, line) => (ticked.has(String(line.id)) ? sum + line.totalCents : sum), 0)
  return (
    <FormDialog
      opened
      title={`Avoir sur la facture ${paper.number ?? ''}`}
      form={form}
      submit={`Émettre l’avoir de ${formatEuros(amount)}`}
      onClose={onClose}
      onSubmit={async ({ ticked: wanted, reason, billAgain }) => {
        const { number } = await client.invoicing.creditNote({
          invoiceId: paper.id,
          lineIds: wanted.length === lines.length ? null : wanted.map(Number),
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
              label={`${line.child}, ${line.label}\u00a0: ${counted(line.quantity, line.unit.one, line.unit.many)}, ${formatEuros(line.totalCents)}`}
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
