import { Checkbox, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { day, type Instant, instantOf, timeOfDay } from '../../../../shared/rules/calendar/day.ts'
import type { Charged, Reason } from '../../../../shared/rules/cell/cell-actions.ts'
import { passedOverText } from '../../../../shared/rules/cell/cell-verdicts.ts'
import { surchargeText } from '../../../../shared/rules/cell/late-surcharge.ts'
import { commonRefusals } from '../../../../shared/rules/requests/answer.ts'
import { capitalised, counted } from '../../../../shared/rules/text/french.ts'
import type { FormClient } from '../../../connection/form.ts'
import { FormDialog } from '../../parts/forms/dialogs.tsx'
import { ReasonField } from '../../parts/forms/reason-field.tsx'
import { clockTextAt } from '../../staff/now.ts'
import { actionButtons } from '../cell-texts.ts'
import {
  type ChargedChoice,
  ChargedField,
  chargedOf,
  ListedReasonField,
  noReasonMessage,
  notChargedMessage,
} from '../late-fields.tsx'
import type { CellMove, MoveQuestion } from '../moving.ts'

/** Asks for what a move still lacks: a listed or written reason, the time of a demande, the billing, the surcharge. */
export const MoveDialog = ({
  question,
  nowText,
  onMove,
  onClose,
}: {
  question: MoveQuestion
  /** Now in France, `YYYY-MM-DDTHH:MM`. */
  nowText: string
  onMove: (client: FormClient, move: CellMove) => Promise<void>
  onClose: () => void
}) => {
  const { act, cells, needs, sentence, surcharge, passed = null } = question
  const isDemand = act === 'enterDemand'
  const isRefusal = act === 'refuse' || act === 'refuseCancel' || act === 'removeFromList'
  const mayCharge = act === 'free' || act === 'acceptCancel'
  const isListed = needs === 'listedReason'
  const asksCharged = mayCharge && isListed
  const takesWritten = needs === 'reason' || needs === 'writtenReason' || (mayCharge && needs === 'nothing')
  const form = useForm({
    initialValues: {
      code: question.reason?.kind === 'listed' ? question.reason.code : null,
      text: question.reason?.kind === 'written' ? question.reason.text : '',
      charged: choiceOf(question.charged ?? (asksCharged ? undefined : false)),
      // Ticked by default for staff's own moves; for a demande, the family must have accepted the surcharge.
      surchargeAccepted: question.surchargeAccepted ?? !isDemand,
      recordedAt: question.recordedAt ? clockTextAt(question.recordedAt) : nowText,
    },
    validate: {
      code: (code) => (isListed ? noReasonMessage(code) : null),
      charged: (charged) => (asksCharged ? notChargedMessage(charged) : null),
      text: (text, { charged }) =>
        text.trim() === '' && takesWritten && (needs !== 'nothing' || charged === 'charged')
          ? 'Écrivez un motif\u00a0: la famille peut le lire.'
          : null,
      recordedAt: (text) =>
        isDemand && momentOf(text) === null ? 'Une date et une heure, par exemple 25/11/2026 10:42.' : null,
    },
  })
  const title = actionButtons.find((button) => button.act === act)?.label ?? ''
  return (
    <FormDialog
      opened
      title={cells.length === 1 ? title : `${title}\u00a0: ${counted(cells.length, 'case')}`}
      width="narrow"
      form={form}
      submit={passed === null ? title : `${title} quand même`}
      onClose={onClose}
      onSubmit={async (client, { code, text, charged, surchargeAccepted, recordedAt }) => {
        const reason: Reason | null = takesWritten
          ? text.trim() === ''
            ? null
            : { kind: 'written', text }
          : isListed && code !== null
            ? { kind: 'listed', code }
            : null
        const moment = isDemand ? momentOf(recordedAt) : null
        await onMove(client, {
          act,
          cells,
          charged: chargedOf(charged),
          ...(reason && { reason }),
          ...(moment && { recordedAt: moment }),
          ...(surcharge !== null && !asksCharged && { surchargeAccepted }),
          ...(passed !== null && { passesWaiting: true }),
        })
      }}
    >
      {sentence === '' ? null : <p>{sentence}</p>}
      {passed === null || sentence === passedOverText(passed) ? null : <p>{passedOverText(passed)}</p>}
      {isListed ? <ListedReasonField {...form.getInputProps('code')} /> : null}
      {takesWritten ? (
        <ReasonField
          suggestions={isRefusal ? commonRefusals.cells : undefined}
          onWrite={(reason) => form.setFieldValue('text', reason)}
          {...form.getInputProps('text')}
        />
      ) : null}
      {isDemand ? (
        <TextInput type="datetime-local" label="Demandée le" data-autofocus {...form.getInputProps('recordedAt')} />
      ) : null}
      {surcharge === null || asksCharged ? null : (
        <Checkbox
          label={
            isDemand
              ? `La famille accepte la ${surchargeText(surcharge)}, si le délai est dépassé`
              : `${capitalised(surchargeText(surcharge))} à la charge de la famille`
          }
          {...form.getInputProps('surchargeAccepted', { type: 'checkbox' })}
        />
      )}
      {asksCharged ? (
        <ChargedField cells={cells} {...form.getInputProps('charged')} />
      ) : mayCharge ? (
        <Checkbox
          label="Reste facturée"
          checked={form.values.charged === 'charged'}
          onChange={(event) => form.setFieldValue('charged', choiceOf(event.currentTarget.checked))}
        />
      ) : null}
    </FormDialog>
  )
}

const choiceOf = (charged: Charged | undefined): ChargedChoice => {
  if (charged === 'surcharge') return charged
  return charged === undefined ? null : charged ? 'charged' : 'free'
}

const momentOf = (text: string): Instant | null => {
  try {
    return instantOf(day(text.slice(0, 10)), timeOfDay(text.slice(11, 16)))
  } catch {
    return null
  }
}
