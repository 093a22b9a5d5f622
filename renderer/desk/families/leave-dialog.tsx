import { Checkbox } from '@mantine/core'
import { useForm } from '@mantine/form'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { type Client, orpc } from '../../connection/client.ts'
import { Failure, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { aheadText, RefundDialog, useRefundable } from '../payments/refund-dialog.tsx'
import { freedText } from '../registrations/registration-texts.ts'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'

/** Ends what a home has booked from a day on; then, where it has money ahead, proposes to give it back. */
export const LeaveDialog = ({ family, onClose }: { family: Family; onClose: () => void }) => {
  const { today } = useNow()
  const may = useMay()
  const payer = { familyId: family.id }
  const ahead = useRefundable(payer)
  const [isRefunding, setIsRefunding] = useState(false)
  const proposesRefund = useRef(false)
  const form = useForm<{ on: string; charged: boolean; refunds: boolean }>({
    mode: 'controlled',
    initialValues: { on: today, charged: false, refunds: true },
    validate: { on: (text) => (isDay(text) ? null : 'Choisissez le premier jour sans la famille.') },
  })
  const { on, refunds } = form.values
  const mayRefund = ahead.length > 0 && may('refunds')
  const { data, error } = useQuery(
    orpc.reservations.leavingPreview.queryOptions({
      input: isDay(on) ? { familyId: family.id, on } : skipToken,
      staleTime: 0,
    }),
  )
  if (isRefunding)
    return (
      <RefundDialog
        payer={payer}
        name={`la famille ${family.name}`}
        accounts={ahead}
        reason="Départ de la famille"
        onClose={onClose}
      />
    )
  return (
    <FormDialog
      opened
      title="La famille part"
      form={form}
      submit="Enregistrer le départ"
      onSubmit={async (client, { on: day, charged }) => {
        await client.reservations.leave({ familyId: family.id, on: day, charged })
        proposesRefund.current = mayRefund && refunds
      }}
      onClose={() => (proposesRefund.current ? setIsRefunding(true) : onClose())}
    >
      <DayField label="À partir du" {...form.getInputProps('on')} />
      {/* Focus the explanation: focusing the day field would open its calendar over it. */}
      <div className="stack" tabIndex={-1} data-autofocus>
        {error ? <Failure error={error} /> : null}
        {data ? <LeavingPreview {...data} /> : null}
      </div>
      <Checkbox
        label="Facturer quand même les réservations libérées"
        {...form.getInputProps('charged', { type: 'checkbox' })}
      />
      {mayRefund ? (
        <Checkbox
          label={`Lui rendre ensuite ce qu’elle a d’avance\u00a0: ${aheadText(ahead)}`}
          {...form.getInputProps('refunds', { type: 'checkbox' })}
        />
      ) : ahead.length > 0 ? (
        <Note>Elle a {aheadText(ahead)}&nbsp;: le Régisseur la rembourse depuis son compte.</Note>
      ) : null}
      <Note>Ses factures et règlements restent. Elle sort des listes, et se retrouve dans «&nbsp;Parties&nbsp;».</Note>
    </FormDialog>
  )
}

const LeavingPreview = ({ registrations, ...freed }: Awaited<ReturnType<Client['reservations']['leavingPreview']>>) =>
  registrations.length === 0 ? (
    <Note tone="good">Aucune inscription à partir de ce jour.</Note>
  ) : (
    <Note tone="warn">
      <b>{counted(registrations.length, 'inscription s’arrête', 'inscriptions s’arrêtent')}.</b>
      <ul>
        {registrations.map(({ id, firstName, period, becomes }) => (
          <li key={id}>
            {firstName}, {period}
            {'\u00a0'}: {becomes === 'ended' ? 'terminée la veille' : 'retirée'}
          </li>
        ))}
      </ul>
      <b>{freedText(freed) === '' ? 'Rien n’y est réservé à partir de ce jour' : freedText(freed)}.</b>
      {freed.billed > 0
        ? ` Dont ${counted(freed.billed, 'déjà facturée', 'déjà facturées')}\u00a0: un avoir sera proposé.`
        : null}
    </Note>
  )
