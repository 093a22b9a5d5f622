import { Button, FileButton, Select } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import type { CollectionLine, ReadReturn } from '../../../shared/contract/desk/money/debits.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { returnCodes, returnReason } from '../../../shared/rules/money/debit/returned-debit.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { Badge, Failure, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { Dialog, FormDialog } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'

/** Records one returned debit that the bank reported otherwise than by a file. */
export const ReturnDialog = ({
  line,
  on,
  isCollected,
  onClose,
}: {
  line: CollectionLine
  on: Day
  isCollected: boolean
  onClose: () => void
}) => {
  const { today } = useNow()
  const form = useForm({ mode: 'controlled', initialValues: { code: 'AM04', on: today } })
  return (
    <FormDialog
      opened
      title={`Noter un rejet, ${line.payer}`}
      width="narrow"
      form={form}
      submit="Noter le rejet"
      onSubmit={async (client, values) => {
        await client.debits.recordReturns({
          returned: [
            { debitId: line.id, code: values.code, cameBack: values.on >= on ? 'returned' : 'rejected', on: values.on },
          ],
        })
      }}
      onClose={onClose}
    >
      <p>
        {formatEuros(line.cents)}, {line.what}.{' '}
        {isCollected
          ? 'Le règlement est annulé avec son motif, et la somme est de nouveau due.'
          : 'La somme reste due.'}
      </p>
      <Select
        label="Motif de la banque"
        data-core="returned.0.code"
        searchable
        allowDeselect={false}
        data={returnCodes.map((code) => ({ value: code, label: `${code}\u00a0: ${returnReason(code)}` }))}
        {...form.getInputProps('code')}
      />
      <DayField label="Date du rejet" data-core="returned.0.on" {...form.getInputProps('on')} />
    </FormDialog>
  )
}

/** Reads a bank's file of returned debits, previews what each one changes, then records them. */
export const ReturnsFileDialog = ({ regieId, onClose }: { regieId: number; onClose: () => void }) => {
  const read = useMutation({
    mutationFn: (file: File) => clientOutsideForms.debits.readReturns({ regieId, file }),
    meta: { isErrorShownInline: true },
  })
  const toRecord = (read.data?.returned ?? []).flatMap(({ debitId, isKnown, code, cameBack, on }) =>
    debitId === null || isKnown ? [] : [{ debitId, code, cameBack, on }],
  )
  const record = useMutation({
    mutationFn: () => clientOutsideForms.debits.recordReturns({ returned: toRecord }),
    meta: { isErrorShownInline: true },
    onSuccess: onClose,
  })
  return (
    <Dialog opened title="Lire des rejets" width="wide" onClose={onClose}>
      <div className="dialog-form">
        <p className="soft">
          Le fichier de la banque&nbsp;: pain.002 avant le prélèvement, CAMT.054 après, ou une liste CSV avec la
          référence, le motif, le montant et la date. Rien n’est enregistré avant votre accord.
        </p>
        {read.error ? <Failure error={read.error} /> : null}
        {record.error ? <Failure error={record.error} /> : null}
        {read.data ? <ReadReturns returned={read.data.returned} format={read.data.format} /> : null}
        <div className="dialog-foot">
          <FileButton accept=".xml,.csv,.txt" onChange={(file) => file && read.mutate(file)}>
            {(props) => (
              <Button {...props} loading={read.isPending} variant={read.data ? 'default' : 'filled'}>
                Choisir le fichier…
              </Button>
            )}
          </FileButton>
          {toRecord.length > 0 ? (
            <Button variant="filled" loading={record.isPending} onClick={() => record.mutate()}>
              Enregistrer {counted(toRecord.length, 'rejet')}
            </Button>
          ) : null}
        </div>
      </div>
    </Dialog>
  )
}

const ReadReturns = ({ returned, format }: { returned: readonly ReadReturn[]; format: string }) => (
  <>
    <Note>
      {format}, {counted(returned.length, 'rejet lu', 'rejets lus')}.
    </Note>
    <div className="table-scroll" style={{ maxBlockSize: '40vh' }}>
      <table className="table table-flush" aria-label="Rejets lus">
        <tbody>
          {returned.map((one, index) => (
            <tr key={`${one.reference} ${index}`}>
              <td>{one.payer || one.reference || 'inconnu'}</td>
              <td>
                {one.code}{' '}
                {one.debitId === null ? (
                  <Badge tone="warn">inconnu</Badge>
                ) : one.isKnown ? (
                  <Badge>déjà lu</Badge>
                ) : null}
              </td>
              <td>{one.text}</td>
              <td>{shortDay(one.on)}</td>
              <td className="num">{one.cents === null ? '' : formatEuros(one.cents)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </>
)
