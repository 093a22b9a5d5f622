import { Button, Radio, Select } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type PaymentMeans, paymentMeans, paymentMeansNames } from '../../../shared/rules/money/payment/payment.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { notifyRefusal } from '../queries.ts'

/** Prints or saves the journal of the régie between two days, for all means of payment or one. */
export const JournalDialog = ({ regie, today, onClose }: { regie: RegieChoice; today: Day; onClose: () => void }) => {
  const [isByNature, setByNature] = useState(false)
  const [means, setMeans] = useState<PaymentMeans | null>(null)
  const [from, setFrom] = useState<string>(today)
  const [to, setTo] = useState<string>(today)
  const make = useMutation({
    mutationFn: async (format: 'pdf' | 'xlsx' | 'csv') => {
      const span = { regieId: regie.id, from, to }
      const file = isByNature
        ? await clientOutsideForms.statements.byNature({ ...span, format })
        : await clientOutsideForms.payments.journal({ ...span, means, format })
      await (format === 'pdf' ? printPaper(file) : savePaper(file))
    },
    onError: notifyRefusal,
  })
  const foot = { loading: make.isPending, disabled: from === '' || to === '' }
  return (
    <Dialog opened title="Journal de la régie" onClose={onClose}>
      <div className="dialog-form">
        {regie.hasNatures ? (
          <Radio.Group
            label="Contenu"
            value={isByNature ? 'nature' : 'payments'}
            onChange={(content) => setByNature(content === 'nature')}
          >
            <div className="row row-wide">
              <Radio value="payments" label="Règlement par règlement" />
              <Radio value="nature" label="Par nature" />
            </div>
          </Radio.Group>
        ) : null}
        {isByNature ? null : (
          <Select
            label="Moyen"
            placeholder="Tous les moyens"
            clearable
            data={paymentMeans.map((one) => ({ value: one, label: paymentMeansNames[one] }))}
            value={means}
            onChange={setMeans}
          />
        )}
        <div className="row">
          <DayField label="Du" value={from} onChange={setFrom} />
          <DayField label="Au" value={to} onChange={setTo} />
        </div>
        <div className="dialog-foot">
          <Button {...foot} onClick={() => make.mutate('csv')}>
            CSV
          </Button>
          <Button {...foot} onClick={() => make.mutate('xlsx')}>
            Excel
          </Button>
          <Button {...foot} variant="filled" onClick={() => make.mutate('pdf')}>
            Imprimer
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
