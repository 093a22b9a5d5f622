import { ActionIcon, Button, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import IconTrash from '@tabler/icons-react/icons/IconTrash'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { PileDebt } from '../../../shared/contract/desk/money/payments.ts'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { formatAmount, formatEuros, parseAmount } from '../../../shared/rules/money/money.ts'
import { bookedLaterText } from '../../../shared/rules/money/payment/payment.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { Failure, Note } from '../parts/feedback.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { NumbersUnknown, useNumbersUnknown } from '../portal/numbers-unknown.tsx'

type Cheque = PileDebt & {
  readonly key: string
  readonly amount: string
  readonly documentNumber: string
  readonly bank: string
  readonly issuer: string
}

/** Records many cheques by keyboard alone: the number of each invoice and Enter, then the total of the pile. */
export const ChequePileDialog = ({
  regie,
  today,
  onClose,
}: {
  regie: RegieChoice
  today: Day
  onClose: () => void
}) => {
  const isUnnumbered = useNumbersUnknown()
  const [number, setNumber] = useState('')
  const [cheques, setCheques] = useState<readonly Cheque[]>([])
  const [total, setTotal] = useState('')
  const [receivedOn, setReceivedOn] = useState(today)
  const box = useRef<HTMLInputElement>(null)
  const find = useMutation({
    mutationFn: (text: string) => clientOutsideForms.payments.debt({ regieId: regie.id, text }),
    meta: { isErrorShownInline: true },
    onSuccess: (debt) => {
      const same = cheques.filter(({ invoiceId }) => invoiceId === debt.invoiceId)
      const left = same.reduce((sum, one) => sum - centsOf(one.amount), debt.leftCents)
      const row = { ...debt, key: crypto.randomUUID(), documentNumber: '', bank: '', issuer: '' }
      setCheques([...cheques, { ...row, amount: formatAmount(Math.max(0, left)) }])
      setNumber('')
      box.current?.focus()
    },
  })
  const record = useMutation({
    mutationFn: () =>
      clientOutsideForms.payments.recordPile({
        regieId: regie.id,
        receivedOn,
        totalCents: centsOf(total),
        cheques: cheques.map(({ invoiceId, leftCents, amount, documentNumber, bank, issuer }) => ({
          invoiceId,
          leftCents,
          amountCents: centsOf(amount),
          documentNumber,
          bank,
          issuer,
        })),
      }),
    meta: { isErrorShownInline: true },
    onSuccess: ({ count, first, last, totalCents, bookedOn }) => {
      notifications.show({
        color: 'green',
        title: `${counted(count, 'chèque enregistré', 'chèques enregistrés')}, ${formatEuros(totalCents)}`,
        message: [
          count > 1 ? `Quittances ${first} à ${last}.` : `Quittance ${first}.`,
          ...bookedLaterText({ receivedOn, bookedOn }),
        ].join(' '),
      })
      onClose()
    },
  })
  const sum = cheques.reduce((cents, { amount }) => cents + centsOf(amount), 0)
  const change = (key: string, changes: Partial<Cheque>) =>
    setCheques(cheques.map((one) => (one.key === key ? { ...one, ...changes } : one)))
  return (
    <Dialog opened title="Pile de chèques" width="wide" onClose={onClose}>
      <div className="dialog-form">
        <div className="row row-wide payments-pile">
          <TextInput
            ref={box}
            className="grow"
            label="Numéro de facture"
            description="Tapé ou lu au code-barres du coupon, puis Entrée."
            data-autofocus
            value={number}
            error={find.error ? refusalOf(find.error).sentence : undefined}
            onChange={(event) => {
              find.reset()
              setNumber(event.currentTarget.value)
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return
              event.preventDefault()
              if (number.trim() !== '' && !find.isPending) find.mutate(number)
            }}
          />
          <RequiredDayField label="Reçus le" w={160} maxDate={today} value={receivedOn} onChange={setReceivedOn} />
        </div>
        {cheques.length === 0 ? (
          <Note>Chaque numéro ajoute un chèque, avec son payeur et ce qui reste à payer.</Note>
        ) : (
          <div className="table-scroll payments-slip">
            <table className="table table-flush" aria-label="Chèques de la pile">
              <thead>
                <tr>
                  <th scope="col">Facture</th>
                  <th scope="col">Payeur</th>
                  <th scope="col">Numéro</th>
                  <th scope="col">Banque</th>
                  <th scope="col">Émetteur</th>
                  <th scope="col" className="num">
                    Montant
                  </th>
                  <th scope="col">
                    <span className="unseen">Gestes</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {cheques.map((one) => {
                  const field = (key: 'amount' | 'documentNumber' | 'bank' | 'issuer', label: string) => (
                    <TextInput
                      size="xs"
                      aria-label={`${label}\u00a0: ${one.name}`}
                      value={one[key]}
                      onChange={(event) => change(one.key, { [key]: event.currentTarget.value })}
                    />
                  )
                  return (
                    <tr key={one.key}>
                      <td>{one.name}</td>
                      <td>
                        {one.payer} <span className="soft small">{one.debtor}</span>
                      </td>
                      <td>{field('documentNumber', 'Numéro du chèque')}</td>
                      <td>{field('bank', 'Banque')}</td>
                      <td>{field('issuer', 'Émetteur')}</td>
                      <td className="num">{field('amount', 'Montant')}</td>
                      <td>
                        <ActionIcon
                          variant="subtle"
                          aria-label={`Retirer\u00a0: ${one.name}`}
                          onClick={() => setCheques(cheques.filter(({ key }) => key !== one.key))}
                        >
                          <IconTrash size={16} />
                        </ActionIcon>
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </div>
        )}
        <NumbersUnknown />
        {record.error ? <Failure error={record.error} /> : null}
        <div className="dialog-foot payments-pile-foot">
          <span className="grow" aria-live="polite">
            {counted(cheques.length, 'chèque')}, <b>{formatEuros(sum)}</b>
          </span>
          <TextInput
            label="Total de la pile"
            placeholder="0,00"
            inputMode="decimal"
            w={150}
            value={total}
            onChange={(event) => {
              record.reset()
              setTotal(event.currentTarget.value)
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && cheques.length > 0 && !record.isPending && !isUnnumbered) record.mutate()
            }}
          />
          <Button
            variant="filled"
            disabled={cheques.length === 0 || isUnnumbered}
            loading={record.isPending}
            onClick={() => record.mutate()}
          >
            Enregistrer la pile
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

const centsOf = (text: string): number => {
  const read = parseAmount(text)
  return 'cents' in read ? read.cents : 0
}
