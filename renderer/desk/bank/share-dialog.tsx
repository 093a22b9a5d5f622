import { ActionIcon, Button, Select, TextInput } from '@mantine/core'
import IconTrash from '@tabler/icons-react/icons/IconTrash'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { BankDecision, BankLine } from '../../../shared/contract/desk/money/bank.ts'
import { formatAmount, formatEuros, parseAmount } from '../../../shared/rules/money/money.ts'
import { orpc } from '../../connection/client.ts'
import { Failure, Note } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { type NamedPayer, PayerSearch } from '../payments/payer-search.tsx'
import '../payments/payments.css'

type Share = {
  readonly key: string
  readonly payer: NamedPayer
  readonly name: string
  readonly amount: string
  /** `oldest`, `ahead`, or the key of a debt. */
  readonly pays: string
}

/**
 * What a line pays, as staff choose it: one payer or several, each for a debt, for the oldest debts, or as an advance.
 */
export const ShareDialog = ({
  line,
  regieId,
  onDecide,
  onClose,
}: {
  line: BankLine
  regieId: number
  onDecide: (decision: BankDecision) => Promise<unknown>
  onClose: () => void
}) => {
  const [text, setText] = useState('')
  const [shares, setShares] = useState<readonly Share[]>([])
  const box = useRef<HTMLInputElement>(null)
  const left = shares.reduce((cents, { amount }) => cents - centsOf(amount), line.leftCents)
  const record = useMutation({
    mutationFn: () =>
      onDecide({ lineId: line.id, pays: shares.map((share) => paymentOf(share)), arrives: [], debitId: null }),
    meta: { isErrorShownInline: true },
    onSuccess: onClose,
  })
  const change = (key: string, changes: Partial<Share>) => {
    record.reset()
    setShares(shares.map((one) => (one.key === key ? { ...one, ...changes } : one)))
  }
  return (
    <Dialog opened title={`${formatEuros(line.leftCents)}\u00a0: qui paie`} width="wide" onClose={onClose}>
      <div className="dialog-form">
        <p className="small soft">{[line.label, line.reference].filter((one) => one !== '').join(' · ')}</p>
        <div data-autofocus>
          <PayerSearch
            box={box}
            text={text}
            onText={setText}
            isOpen={text !== ''}
            onReset={() => setText('')}
            onChoose={(payer) => {
              setShares([
                ...shares,
                {
                  key: crypto.randomUUID(),
                  payer,
                  name: text,
                  amount: formatAmount(Math.max(0, left)),
                  pays: 'oldest',
                },
              ])
              setText('')
            }}
          />
        </div>
        {shares.length === 0 ? (
          <Note>Cherchez la facture ou la famille. Un virement se partage entre plusieurs.</Note>
        ) : (
          <table className="table table-flush" aria-label="Parts du virement">
            <thead>
              <tr>
                <th scope="col">Payeur</th>
                <th scope="col">Ce qu’il paie</th>
                <th scope="col" className="num">
                  Montant
                </th>
                <th scope="col">
                  <span className="unseen">Gestes</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shares.map((share) => (
                <ShareRow
                  key={share.key}
                  share={share}
                  regieId={regieId}
                  onChange={(changes) => change(share.key, changes)}
                  onRemove={() => setShares(shares.filter(({ key }) => key !== share.key))}
                />
              ))}
            </tbody>
          </table>
        )}
        {record.error ? <Failure error={record.error} /> : null}
        <div className="dialog-foot">
          <span className="grow" aria-live="polite">
            {left === 0
              ? 'Tout est partagé.'
              : left > 0
                ? `Il reste ${formatEuros(left)} à partager.`
                : `${formatEuros(-left)} de trop.`}
          </span>
          <Button
            variant="filled"
            disabled={left !== 0 || shares.length === 0}
            loading={record.isPending}
            onClick={() => record.mutate()}
          >
            Enregistrer
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

const ShareRow = ({
  share: { payer, name, amount, pays },
  regieId,
  onChange,
  onRemove,
}: {
  share: Share
  regieId: number
  onChange: (changes: Partial<Share>) => void
  onRemove: () => void
}) => {
  const { data, error } = useQuery(orpc.payments.owed.queryOptions({ input: { regieId, familyId: null, ...payer } }))
  const debts = data?.debts ?? []
  return (
    <tr>
      <td>
        {data?.family ?? name}
        {error ? <Failure error={error} /> : null}
      </td>
      <td>
        <Select
          size="xs"
          aria-label={`Ce que paie ${name}`}
          allowDeselect={false}
          data={[
            { value: 'oldest', label: 'Les plus anciennes d’abord' },
            ...debts.map(({ invoiceId, openingDebtId, name: debt, period, leftCents }) => ({
              value: `${invoiceId ?? ''}/${openingDebtId ?? ''}`,
              label: `${[debt, period].filter((one) => one !== '').join(', ')}\u00a0: reste ${formatEuros(leftCents)}`,
            })),
            { value: 'ahead', label: 'Garder en avance' },
          ]}
          value={pays}
          onChange={(value) => value && onChange({ pays: value })}
        />
      </td>
      <td className="num">
        <TextInput
          size="xs"
          aria-label={`Montant\u00a0: ${name}`}
          inputMode="decimal"
          value={amount}
          onChange={(event) => onChange({ amount: event.currentTarget.value })}
        />
      </td>
      <td>
        <ActionIcon variant="subtle" aria-label={`Retirer ${name}`} onClick={onRemove}>
          <IconTrash size={16} />
        </ActionIcon>
      </td>
    </tr>
  )
}

const idsOf = (payer: NamedPayer) =>
  'familyId' in payer
    ? { familyId: payer.familyId, thirdPartyId: null }
    : { familyId: null, thirdPartyId: payer.thirdPartyId }

const paymentOf = ({ payer, amount, pays }: Share): BankDecision['pays'][number] => {
  const cents = centsOf(amount)
  const [invoice, opening] = pays.split('/')
  const debt = { invoiceId: Number(invoice) || null, openingDebtId: Number(opening) || null, cents }
  return { ...idsOf(payer), cents, parts: pays === 'oldest' ? null : pays === 'ahead' ? [] : [debt] }
}

const centsOf = (text: string): number => {
  const read = parseAmount(text)
  return 'cents' in read ? read.cents : 0
}
