import { useSearch } from '@tanstack/react-router'
import { shortDay } from '../../../shared/rules/french.ts'
import { KeysLine, Screen, ScreenHead, Split } from '../parts/screen.tsx'
import { Note } from '../parts/telling.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { DayOfPayments } from './day-of-payments.tsx'
import { NewPayment } from './new-payment.tsx'
import './payments.css'

/** A payment at the counter; beside it, what was received today. */
export const PaymentsScreen = () => {
  const { today } = useNow()
  const may = useMay()
  const { famille } = useSearch({ from: '/desk/reglements' })
  return (
    <Screen title="Règlements">
      <ScreenHead title="Règlements" soft={shortDay(today)} />
      <Split side={528}>
        {may('payments') ? (
          <NewPayment key={famille} familyId={famille} today={today} />
        ) : (
          <div className="payments-form">
            <Note>Encaisser demande le rôle Agent d’accueil ou Régisseur.</Note>
          </div>
        )}
        <DayOfPayments today={today} />
      </Split>
      <KeysLine
        keys={[
          ['e', 'nouveau règlement'],
          ['1–8', 'moyen'],
          ['t', 'tout le solde'],
          ['mod+Enter', 'enregistrer'],
        ]}
        chosen="Ce qui dépasse reste en avance pour la famille."
      />
    </Screen>
  )
}
