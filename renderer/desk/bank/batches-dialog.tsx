import { Button, Checkbox } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { BankDecision, BankLine } from '../../../shared/contract/desk/money/bank.ts'
import { batchText, type ExpectedBatch } from '../../../shared/rules/money/bank/matching.ts'
import { formatEuros, sumOf } from '../../../shared/rules/money/money.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'

/** Chooses the batches that a line brings together, such as two slips that the bank credits in one amount. */
export const BatchesDialog = ({
  line,
  onDecide,
  onClose,
}: {
  line: BankLine
  onDecide: (decision: BankDecision) => Promise<unknown>
  onClose: () => void
}) => {
  const { data, error, refetch } = useQuery(orpc.bank.batches.queryOptions({ input: { lineId: line.id } }))
  const [keys, setKeys] = useState<readonly string[]>([])
  const chosen = (data ?? []).filter(({ key }) => keys.includes(key))
  const left = line.leftCents - sumOf(chosen)
  const mark = useMutation({
    mutationFn: () => onDecide({ lineId: line.id, pays: [], arrives: chosen.map(({ key }) => key), debitId: null }),
    meta: { isErrorShownInline: true },
    onSuccess: onClose,
  })
  const toggle = ({ key }: ExpectedBatch) => {
    mark.reset()
    setKeys(keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key])
  }
  return (
    <Dialog opened title={`${formatEuros(line.leftCents)}\u00a0: plusieurs lots`} width="wide" onClose={onClose}>
      <div className="dialog-form">
        <p className="small soft">{[line.label, line.reference].filter((one) => one !== '').join(' · ')}</p>
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
        {data ? (
          <Table
            label="Lots attendus"
            items={data}
            idOf={({ key }) => key}
            columns={[tickColumn(keys, toggle), ...columns]}
            onSpace={toggle}
            onOpen={toggle}
            keepsWidths
            flush
            empty={<p className="soft">Aucun règlement déjà enregistré n’est attendu sur le compte.</p>}
            style={{ maxBlockSize: '40vh' }}
          />
        ) : error ? null : (
          <Loading />
        )}
        {mark.error ? <Failure error={mark.error} /> : null}
        <div className="dialog-foot">
          <span className="grow" aria-live="polite">
            {chosen.length === 0 ? 'Cochez ce qui est arrivé ensemble.' : <Difference left={left} chosen={chosen} />}
          </span>
          <Button
            variant="filled"
            disabled={left !== 0 || chosen.length === 0}
            loading={mark.isPending}
            onClick={() => mark.mutate()}
          >
            Marquer arrivés
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

const Difference = ({ left, chosen }: { left: number; chosen: readonly ExpectedBatch[] }) => (
  <>
    <b>{formatEuros(sumOf(chosen))}</b>
    {left === 0
      ? ', comme la ligne.'
      : left > 0
        ? `, il manque ${formatEuros(left)}.`
        : `, ${formatEuros(-left)} de trop.`}
  </>
)

const tickColumn = (keys: readonly string[], toggle: (batch: ExpectedBatch) => void): TableColumn<ExpectedBatch> => ({
  id: 'arrived',
  title: <span className="unseen">Arrivé</span>,
  width: 40,
  show: (batch) => (
    <Checkbox
      size="xs"
      aria-label={`Arrivé\u00a0: ${batchText(batch)}`}
      tabIndex={-1}
      checked={keys.includes(batch.key)}
      onChange={() => toggle(batch)}
    />
  ),
})

const columns: readonly TableColumn<ExpectedBatch>[] = [
  { id: 'on', title: 'Date', width: 92, show: ({ on }) => numericDay(on) },
  { id: 'what', title: 'Lot', show: batchText },
  { id: 'cents', title: 'Montant', number: true, width: 104, show: ({ cents }) => formatEuros(cents) },
]
