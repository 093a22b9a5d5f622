import { Button, Radio } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PrintOrder } from '../../../shared/contract/desk/money/invoicing.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { Failure } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { notifyRefusal } from '../queries.ts'

const orders: readonly (readonly [PrintOrder, string])[] = [
  ['school', 'par école et classe de l’aîné'],
  ['name', 'par ordre alphabétique'],
  ['listed', 'comme à l’écran'],
]

/** Prints papers of a run, or saves them in one file or in one each, in the order in which they are handed out. */
export const PrintDialog = ({ ids, onClose }: { ids: readonly number[]; onClose: () => void }) => {
  const [order, setOrder] = useState<PrintOrder>('school')
  const [which, setWhich] = useState<'onPaper' | 'ids'>('onPaper')
  const { data, error, refetch } = useQuery(orpc.invoicing.toPrint.queryOptions({ input: { ids: [...ids], order } }))
  const chosen = data?.[which] ?? []
  const make = useMutation({
    mutationFn: async (how: 'print' | 'save' | 'saveEach') => {
      if (how === 'saveEach')
        for (const file of await clientOutsideForms.invoicing.pdfs({ ids: chosen })) await savePaper(file)
      else {
        const file = await clientOutsideForms.invoicing.pdf({ ids: chosen })
        await (how === 'print' ? printPaper(file) : savePaper(file))
      }
      onClose()
    },
    onError: notifyRefusal,
  })
  const foot = { loading: make.isPending, disabled: chosen.length === 0 }
  return (
    <Dialog opened title="Imprimer les factures" onClose={onClose}>
      <div className="dialog-form">
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
        <Radio.Group label="Familles" value={which} onChange={(value) => setWhich(value === 'ids' ? 'ids' : 'onPaper')}>
          <Radio
            value="onPaper"
            label={`sans le portail, ou qui ont demandé le papier${data ? `\u00a0: ${counted(data.onPaper.length, 'pièce')}` : ''}`}
          />
          <Radio value="ids" label={`toutes\u00a0: ${counted(ids.length, 'pièce')}`} />
        </Radio.Group>
        <Radio.Group
          label="Ordre"
          value={order}
          onChange={(value) => setOrder(orders.find(([one]) => one === value)?.[0] ?? 'listed')}
        >
          {orders.map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </Radio.Group>
        <div className="dialog-foot">
          <Button {...foot} onClick={() => make.mutate('saveEach')}>
            Un PDF chacune
          </Button>
          <Button {...foot} onClick={() => make.mutate('save')}>
            Un PDF
          </Button>
          <Button {...foot} variant="filled" onClick={() => make.mutate('print')}>
            Imprimer
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
