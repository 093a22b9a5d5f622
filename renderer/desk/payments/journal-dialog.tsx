import { Button, Select } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Day } from '../../../shared/rules/day.ts'
import { type PaymentMeans, paymentMeans, paymentMeansNames } from '../../../shared/rules/payment.ts'
import { client } from '../../connection/client.ts'
import { openPaper, savePaper } from '../../connection/paper.ts'
import { DayField } from '../parts/day-field.tsx'
import { Dialog } from '../parts/dialogs.tsx'
import { tellRefusal } from '../queries.ts'

const journal = 'journal'

/** The journal of the régie, or the slip that goes with what is handed over, of one day or of several. */
export const JournalDialog = ({ today, onClose }: { today: Day; onClose: () => void }) => {
  const [paper, setPaper] = useState<string>(journal)
  const [from, setFrom] = useState<string>(today)
  const [to, setTo] = useState<string>(today)
  const make = useMutation({
    mutationFn: async (format: 'pdf' | 'xlsx') => {
      const means = paper === journal ? null : (paper as PaymentMeans)
      const file = await client.payments.journal({ from, to, means, format })
      await (format === 'pdf' ? openPaper(file) : savePaper(file))
    },
    onError: tellRefusal,
  })
  const foot = { loading: make.isPending, disabled: from === '' || to === '' }
  return (
    <Dialog opened title="Journal et bordereaux" onClose={onClose}>
      <div className="dialog-form">
        <Select
          label="Papier"
          allowDeselect={false}
          data={[
            { value: journal, label: 'Journal de la régie' },
            {
              group: 'Bordereau de remise',
              items: paymentMeans.map((means) => ({ value: means, label: paymentMeansNames[means] })),
            },
          ]}
          value={paper}
          onChange={(value) => setPaper(value ?? journal)}
        />
        <div className="row">
          <DayField label="Du" value={from} onChange={setFrom} />
          <DayField label="Au" value={to} onChange={setTo} />
        </div>
        <div className="dialog-foot">
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
