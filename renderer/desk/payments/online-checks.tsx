import { Button } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { UnresolvedOnlinePayment } from '../../../shared/contract/desk/money/payments.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Note } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import { FamilySearch } from './payer-search.tsx'
import { ReasonDialog } from './reason-dialog.tsx'

/** PayFiP payments that match no debt or exceed what was due, for staff to resolve; shows nothing if there is none. */
export const OnlineChecks = () => {
  const { data = [] } = useQuery(orpc.payments.toCheck.queryOptions())
  const may = useMay()
  const [settling, setSettling] = useState<{ readonly way: 'credit' | 'seen'; readonly one: UnresolvedOnlinePayment }>()
  const close = () => setSettling(undefined)
  if (data.length === 0) return null
  return (
    <Section title="Paiements en ligne à vérifier" subtitle={`${data.length}`}>
      <ul className="payments-online" aria-label="Paiements en ligne à vérifier">
        {data.map((one) => (
          <li key={one.attemptId}>
            <p>
              <b>{amountText(one)}</b>, <span className="soft">{shortDay(one.paidOn)}</span>
            </p>
            <CheckReason one={one} />
            {one.reference === '' ? null : <p className="soft small">{one.reference}</p>}
            {may('payments') ? (
              <p className="row">
                {one.why === 'noFamily' || one.why === 'differs' ? (
                  <Button size="compact-sm" onClick={() => setSettling({ way: 'credit', one })}>
                    Porter au compte d’une famille…
                  </Button>
                ) : null}
                <Button size="compact-sm" onClick={() => setSettling({ way: 'seen', one })}>
                  Marquer comme vu…
                </Button>
              </p>
            ) : null}
          </li>
        ))}
      </ul>
      {settling?.way === 'credit' ? <CreditDialog one={settling.one} onClose={close} /> : null}
      {settling?.way === 'seen' ? <ResolveDialog one={settling.one} onClose={close} /> : null}
    </Section>
  )
}

const amountText = ({ amountCents }: UnresolvedOnlinePayment): string =>
  amountCents === null ? 'Un paiement illisible' : formatEuros(amountCents)

const CheckReason = ({ one: { why, payment, family } }: { one: UnresolvedOnlinePayment }) => {
  if (payment) {
    return (
      <p>
        Payé en trop&nbsp;: {formatEuros(payment.creditCents)} en avance pour{' '}
        <Link to="/reglements" search={{ famille: payment.familyId }}>
          {payment.family}
        </Link>
        , quittance {payment.receipt}. La somme reste en avance et paie les prochaines factures&nbsp;: le logiciel ne
        fait pas de remboursement.
      </p>
    )
  }
  if (why === 'differs') {
    return (
      <p>
        PayFiP répond une autre somme ou une autre facture que demandé
        {family ? (
          <>
            {' '}
            par{' '}
            <Link to="/reglements" search={{ famille: family.id }}>
              {family.name}
            </Link>
          </>
        ) : null}
        . Il n’est compté nulle part.
      </p>
    )
  }
  return why === 'unreadable' ? (
    <p>Ce que le portail en dit ne se lit pas. Retrouvez-le sur le relevé de PayFiP.</p>
  ) : (
    <p>Ni la facture ni la famille ne sont connues ici. Il n’est compté nulle part.</p>
  )
}

const CreditDialog = ({ one, onClose }: { one: UnresolvedOnlinePayment; onClose: () => void }) => {
  const [text, setText] = useState('')
  const box = useRef<HTMLInputElement>(null)
  const form = useForm<{ familyId: number | null }>({
    initialValues: { familyId: null },
    validate: { familyId: (familyId) => (familyId === null ? 'Cherchez la famille, puis choisissez-la.' : null) },
  })
  const { familyId } = form.values
  return (
    <FormDialog
      opened
      title={`Porter ${amountText(one)} au compte d’une famille`}
      form={form}
      submit="Porter au compte"
      onSubmit={(client) => client.payments.credit({ attemptId: one.attemptId, familyId: familyId ?? 0 })}
      onClose={onClose}
    >
      <p>
        Le règlement reçoit sa quittance. Il paie d’abord les factures les plus anciennes&nbsp;; le reste est en avance.
      </p>
      <FamilySearch
        box={box}
        text={text}
        onText={(typed) => {
          setText(typed)
          form.setFieldValue('familyId', null)
        }}
        isOpen={familyId === null}
        onChoose={(chosen) => form.setFieldValue('familyId', chosen)}
        onReset={() => {
          setText('')
          form.setFieldValue('familyId', null)
        }}
      />
      {familyId === null ? null : <Note tone="good">Au compte de {text}.</Note>}
    </FormDialog>
  )
}

const ResolveDialog = ({ one, onClose }: { one: UnresolvedOnlinePayment; onClose: () => void }) => (
  <ReasonDialog
    title={`Marquer comme vu\u00a0: ${amountText(one)}`}
    label="Ce qu’il en est"
    missing="Dites ce qu’il en est, en quelques mots."
    submit="Marquer comme vu"
    onSubmit={(client, reason) => client.payments.seen({ attemptId: one.attemptId, reason })}
    onClose={onClose}
  >
    <p>
      {one.payment
        ? 'La somme reste en avance pour la famille.'
        : 'Rien n’est compté. Le paiement quitte cette liste, et reste dans l’historique.'}
    </p>
  </ReasonDialog>
)
