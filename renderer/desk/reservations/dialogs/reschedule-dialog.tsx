import { Checkbox } from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query'
import type { CellDetail, Rescheduling } from '../../../../shared/contract/desk/reservations/reservations.ts'
import { isDay } from '../../../../shared/rules/calendar/day.ts'
import type { ListedReason, Reason } from '../../../../shared/rules/cell/cell-actions.ts'
import { surchargeText } from '../../../../shared/rules/cell/late-surcharge.ts'
import { capitalised, shortDay } from '../../../../shared/rules/text/french.ts'
import { orpc } from '../../../connection/client.ts'
import type { FormClient } from '../../../connection/form.ts'
import { Gauge } from '../../../parts/gauge.tsx'
import { Failure, Note } from '../../parts/feedback.tsx'
import { DayField } from '../../parts/forms/day-field.tsx'
import { FormDialog } from '../../parts/forms/dialogs.tsx'
import { ReasonField } from '../../parts/forms/reason-field.tsx'
import {
  type ChargedChoice,
  ChargedField,
  chargedOf,
  ListedReasonField,
  noReasonMessage,
  notChargedMessage,
} from '../late-fields.tsx'

type Fields = {
  to: string
  slotIds: string[]
  code: ListedReason | null
  text: string
  charged: ChargedChoice
  surchargeAccepted: boolean
}

/** Moves a booking to another day: the day, the slots, the places there, and what the deadlines require. */
export const RescheduleDialog = ({
  detail: { key, child, places },
  onReschedule,
  onClose,
}: {
  detail: CellDetail
  onReschedule: (client: FormClient, wish: Rescheduling) => Promise<void>
  onClose: () => void
}) => {
  const booked = places.filter(({ isOwn }) => isOwn)
  const form: UseFormReturnType<Fields> = useForm<Fields>({
    initialValues: {
      to: '',
      // All slots of the day are moved unless staff untick one.
      slotIds: booked.map(({ slotId }) => String(slotId)),
      code: null,
      text: '',
      charged: null,
      surchargeAccepted: true,
    },
    validate: {
      to: (to) => (isDay(to) ? null : 'Choisissez le nouveau jour.'),
      slotIds: (slotIds) => (slotIds.length > 0 ? null : 'Choisissez au moins une plage.'),
      code: (code) => (preview.data?.needs === 'listedReason' ? noReasonMessage(code) : null),
      text: (text) =>
        preview.data?.needs === 'writtenReason' && text.trim() === ''
          ? 'Écrivez un motif\u00a0: la famille peut le lire.'
          : null,
      charged: (charged) => (preview.data?.asksCharged ? notChargedMessage(charged) : null),
    },
  })
  const { to, slotIds } = form.values
  const wish = { registrationId: key.registrationId, from: key.day, slotIds: slotIds.map(Number) }
  const preview = useQuery(
    orpc.reservations.reschedulingPreview.queryOptions({
      input: isDay(to) && slotIds.length > 0 ? { ...wish, to } : skipToken,
      placeholderData: keepPreviousData,
    }),
  )
  const {
    needs = 'nothing',
    asksCharged = false,
    surcharge = null,
    passed = null,
    refused = [],
    lacks = [],
  } = preview.data ?? {}
  const offered = preview.data?.places.filter(({ capacity }) => capacity > 0) ?? []
  return (
    <FormDialog
      opened
      title={`Déplacer ${child.firstName} à un autre jour`}
      form={form}
      submit={passed === null ? 'Déplacer' : 'Déplacer quand même'}
      onClose={onClose}
      onSubmit={(client, { code, text, charged, surchargeAccepted, ...values }) => {
        const reason: Reason | null =
          needs === 'writtenReason'
            ? { kind: 'written', text }
            : needs === 'listedReason' && code !== null
              ? { kind: 'listed', code }
              : null
        return onReschedule(client, {
          ...wish,
          to: values.to,
          ...(reason && { reason }),
          ...(asksCharged && { charged: chargedOf(charged) }),
          ...(surcharge !== null && { surchargeAccepted }),
          ...(passed !== null && { passesWaiting: true }),
        })
      }}
    >
      <p>
        {child.firstName} {child.lastName}, {shortDay(key.day)}
      </p>
      <DayField label="Nouveau jour" data-autofocus defaultDate={key.day} {...form.getInputProps('to')} />
      {booked.length > 1 ? (
        <Checkbox.Group label="Plages à déplacer" {...form.getInputProps('slotIds')}>
          <div className="row row-wide">
            {booked.map(({ slotId, name }) => (
              <Checkbox key={slotId} value={String(slotId)} label={name} />
            ))}
          </div>
        </Checkbox.Group>
      ) : null}
      {preview.error ? <Failure error={preview.error} /> : null}
      {offered.length > 0 ? (
        <dl className="facts">
          {offered.map(({ slot, held, capacity }) => (
            <div key={slot} className="facts-line">
              <dt>{slot}</dt>
              <dd>
                <Gauge held={held} capacity={capacity} line />
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
      {refused.length > 0 ? (
        <Note tone="danger" alert>
          {refused.map((sentence) => (
            <div key={sentence}>{sentence}</div>
          ))}
        </Note>
      ) : null}
      {lacks.length > 0 ? (
        <Note tone="warn">
          {lacks.map((sentence) => (
            <div key={sentence}>{sentence}</div>
          ))}
        </Note>
      ) : null}
      {needs === 'listedReason' ? <ListedReasonField {...form.getInputProps('code')} /> : null}
      {needs === 'writtenReason' ? (
        <ReasonField
          suggestions={undefined}
          onWrite={(text) => form.setFieldValue('text', text)}
          {...form.getInputProps('text')}
        />
      ) : null}
      {asksCharged ? (
        <ChargedField
          cells={wish.slotIds.map((slotId) => ({ ...key, slotId }))}
          label={`Facturation du ${shortDay(key.day)}`}
          {...form.getInputProps('charged')}
        />
      ) : null}
      {surcharge === null ? null : (
        <Checkbox
          label={`${capitalised(surchargeText(surcharge))} à la charge de la famille`}
          {...form.getInputProps('surchargeAccepted', { type: 'checkbox' })}
        />
      )}
    </FormDialog>
  )
}
