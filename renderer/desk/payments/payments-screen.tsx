import { Button, Menu } from '@mantine/core'
import IconChevronDown from '@tabler/icons-react/icons/IconChevronDown'
import IconLock from '@tabler/icons-react/icons/IconLock'
import { useQuery } from '@tanstack/react-query'

import { Link, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { notHolderText } from '../../../shared/rules/money/regie.ts'
import { briefDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { BalancesDialog } from '../closings/balances-dialog.tsx'
import { RemittanceDialog } from '../closings/remittance-dialog.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { Note } from '../parts/feedback.tsx'
import { Screen, ScreenHead, ShortcutBar, Split } from '../parts/screen.tsx'
import { RegieControl, useChosenRegie } from '../regies/regie-choice.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { CertificatesDialog } from '../statements/certificates-dialog.tsx'
import { ChequePileDialog } from './cheque-pile-dialog.tsx'
import { DayOfPayments } from './day-of-payments.tsx'
import { DepositSlipDialog } from './deposit-slip-dialog.tsx'
import { JournalDialog } from './journal-dialog.tsx'
import { NewPayment } from './new-payment.tsx'
import { RefundsDialog } from './refunds-dialog.tsx'
import { CloseTillDialog } from './till.tsx'
import './payments.css'

/** The form of a payment at the counter, next to the payments of a day. */
export const PaymentsScreen = () => {
  const { today } = useNow()
  const may = useMay()
  const [day, setDay] = useState(today)
  const { famille, tiers, remise } = useSearch({ from: '/desk/reglements' })
  const [opened, setOpened] = useState<
    'journal' | 'slip' | 'closing' | 'certificates' | 'refunds' | 'pile' | 'remittance' | 'balances' | undefined
  >(remise === undefined ? undefined : 'slip')
  const { regies, regie, chooseRegie } = useChosenRegie(remise)
  const regieId = regie.id
  const { data: till } = useQuery(orpc.payments.till.queryOptions({ input: { day, regieId } }))
  const close = () => setOpened(undefined)
  return (
    <Screen title="Règlements">
      <ScreenHead
        title="Règlements"
        subtitle={`${briefDay(day)}${till?.closing ? ', caisse close' : ''}`}
        controls={
          <>
            <nav className="row row-wide" aria-label="Suite des règlements">
              {may('invoices.read') ? <Link to="/reglements/impayes">Impayés</Link> : null}
              {may('debits', 'everywhere') ? <Link to="/reglements/prelevements">Prélèvements</Link> : null}
              {may('bank') ? <Link to="/reglements/releve">Relevé</Link> : null}
              {may('invoices.read', 'everywhere') ? <Link to="/reglements/cloture">Clôture</Link> : null}
            </nav>
            <RegieControl regies={regies} regie={regie} onChoose={chooseRegie} />
          </>
        }
      >
        {may('payments') && regie.takesMoney && (regie.means?.includes('cheque') ?? true) ? (
          <ActionButton combo="p" label="Pile de chèques…" onAction={() => setOpened('pile')} />
        ) : null}
        {may('invoices.read', 'everywhere') ? (
          <>
            <Button onClick={() => setOpened('slip')}>Bordereau de remise…</Button>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button rightSection={<IconChevronDown size={14} />}>Plus</Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => setOpened('journal')}>Journal…</Menu.Item>
                <Menu.Item onClick={() => setOpened('balances')}>Soldes des payeurs…</Menu.Item>
                <Menu.Item onClick={() => setOpened('remittance')}>Relevé de versement…</Menu.Item>
                <Menu.Item onClick={() => setOpened('refunds')}>Remboursements…</Menu.Item>
                <Menu.Item onClick={() => setOpened('certificates')}>Attestations fiscales…</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </>
        ) : null}
        {may('payments') && regie.takesMoney && till && !till.closing ? (
          <Button
            leftSection={<IconLock size={14} />}
            disabled={till.closedOn !== null && till.closedOn > day}
            onClick={() => setOpened('closing')}
          >
            {day === today ? 'Clore la journée' : `Clore le ${briefDay(day)}`}
          </Button>
        ) : null}
      </ScreenHead>
      {opened === 'journal' ? <JournalDialog regie={regie} today={today} onClose={close} /> : null}
      {opened === 'slip' ? <DepositSlipDialog regie={regie} onClose={close} /> : null}
      {opened === 'pile' ? <ChequePileDialog regie={regie} today={today} onClose={close} /> : null}
      {opened === 'balances' ? <BalancesDialog regie={regie} today={today} onClose={close} /> : null}
      {opened === 'remittance' ? <RemittanceDialog regie={regie} today={today} onClose={close} /> : null}
      {opened === 'refunds' ? <RefundsDialog regie={regie} onClose={close} /> : null}
      {opened === 'certificates' ? <CertificatesDialog today={today} onClose={close} /> : null}
      {opened === 'closing' && till ? (
        <CloseTillDialog day={day} regieId={regieId} expectedCents={till.expectedCents} onClose={close} />
      ) : null}
      <Split side={528}>
        {may('payments') && !regie.takesMoney ? (
          <div className="payments-form">
            <Note>{notHolderText(regie.name, today)}</Note>
          </div>
        ) : may('payments') ? (
          <NewPayment
            key={`${famille} ${tiers}`}
            payer={famille ? { familyId: famille } : tiers ? { thirdPartyId: tiers } : undefined}
            regie={regie}
            today={today}
          />
        ) : (
          <div className="payments-form">
            <Note>Encaisser demande le rôle Agent d’accueil ou Régisseur.</Note>
          </div>
        )}
        <DayOfPayments
          regieId={regieId}
          today={today}
          day={day}
          till={till}
          onDay={setDay}
          onHandOver={() => setOpened('slip')}
        />
      </Split>
      <ShortcutBar
        keys={[
          ['e', 'nouveau règlement'],
          ['1–8', 'moyen'],
          ['t', 'tout le solde'],
          ['mod+Enter', 'enregistrer'],
        ]}
        chosen="Ce qui dépasse reste en avance."
      />
    </Screen>
  )
}
