import { Button } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { shortDay } from '../../../shared/rules/french.ts'
import { KeysLine, Screen, ScreenHead, Split } from '../parts/screen.tsx'
import { Note } from '../parts/telling.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { CertificatesDialog } from '../statements/certificates-dialog.tsx'
import { DayOfPayments } from './day-of-payments.tsx'
import { JournalDialog } from './journal-dialog.tsx'
import { NewPayment } from './new-payment.tsx'
import './payments.css'

/** A payment at the counter; beside it, what was received today. */
export const PaymentsScreen = () => {
  const { today } = useNow()
  const may = useMay()
  const [isCertifying, setIsCertifying] = useState(false)
  const [isPrinting, setIsPrinting] = useState(false)
  const { famille } = useSearch({ from: '/desk/reglements' })
  return (
    <Screen title="Règlements">
      <ScreenHead title="Règlements" soft={shortDay(today)}>
        {may('invoices.read') ? (
          <>
            <Button onClick={() => setIsPrinting(true)}>Journal et bordereaux…</Button>
            <Button onClick={() => setIsCertifying(true)}>Attestations fiscales…</Button>
          </>
        ) : null}
      </ScreenHead>
      {isPrinting ? <JournalDialog today={today} onClose={() => setIsPrinting(false)} /> : null}
      {isCertifying ? <CertificatesDialog today={today} onClose={() => setIsCertifying(false)} /> : null}
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
