import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { notifyRefusal } from '../queries.ts'

/** Prints or saves what each payer owes a régie, or has ahead, at the end of a day. */
export const BalancesDialog = ({ regie, today, onClose }: { regie: RegieChoice; today: Day; onClose: () => void }) => {
  const [on, setOn] = useState(today)
  const make = useMutation({
    mutationFn: async (format: 'pdf' | 'xlsx' | 'csv') => {
      const file = await clientOutsideForms.closings.balances({ regieId: regie.id, on, format })
      await (format === 'pdf' ? printPaper(file) : savePaper(file))
    },
    onError: notifyRefusal,
  })
  const foot = { loading: make.isPending }
  return (
    <Dialog opened title="Soldes des payeurs" width="narrow" onClose={onClose}>
      <div className="dialog-form">
        <p className="soft small">
          Ce que chacun doit à la régie, ou a d’avance, à la fin du jour. Les comptes soldés n’y sont pas.
        </p>
        <RequiredDayField label="Au" maxDate={today} value={on} onChange={setOn} />
        <div className="dialog-foot">
          <Button {...foot} onClick={() => make.mutate('csv')}>
            CSV
          </Button>
          <Button {...foot} onClick={() => make.mutate('xlsx')}>
            Excel
          </Button>
          <Button {...foot} variant="filled" data-autofocus onClick={() => make.mutate('pdf')}>
            Imprimer
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
