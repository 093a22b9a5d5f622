import { Checkbox } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { Decision } from '../../../shared/contract/desk/requests.ts'
import type { ListedReason, Reason } from '../../../shared/rules/cell/cell-actions.ts'
import { commonRefusals } from '../../../shared/rules/requests/answer.ts'
import type { FormClient } from '../../connection/form.ts'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { ReasonField } from '../parts/forms/reason-field.tsx'
import { ListedReasonField, noReasonMessage } from '../reservations/late-fields.tsx'
import type { DecisionQuestion } from './deciding.ts'

/** Asks for the reason that a decision lacks. The family reads the reason of a refusal. */
export const DecisionReasonDialog = ({
  question: { decision, title, submit, sentence, needs },
  mayCharge,
  onDecide,
  onClose,
}: {
  question: DecisionQuestion
  /** Whether to offer that the cancelled booking stays billed. */
  mayCharge: boolean
  onDecide: (client: FormClient, decision: Decision) => Promise<void>
  onClose: () => void
}) => {
  const isListed = needs === 'listedReason'
  const form = useForm({
    initialValues: { code: null as ListedReason | null, text: '', charged: mayCharge },
    validate: {
      code: (code) => (isListed ? noReasonMessage(code) : null),
      text: (text) => (!isListed && text.trim() === '' ? 'Écrivez un motif\u00a0: la famille peut le lire.' : null),
    },
  })
  return (
    <FormDialog
      opened
      title={title}
      width="narrow"
      form={form}
      submit={submit}
      onClose={onClose}
      onSubmit={(client, { code, text, charged }) =>
        onDecide(
          client,
          withReason(
            decision,
            isListed && code !== null ? { kind: 'listed', code } : { kind: 'written', text: text.trim() },
            charged,
          ),
        )
      }
    >
      {sentence === '' ? null : <p>{sentence}</p>}
      {isListed ? (
        <ListedReasonField {...form.getInputProps('code')} />
      ) : (
        <ReasonField
          suggestions={refuses(decision) ? commonRefusals[decision.kind] : undefined}
          onWrite={(reason) => form.setFieldValue('text', reason)}
          {...form.getInputProps('text')}
        />
      )}
      {mayCharge ? <Checkbox label="Reste facturée" {...form.getInputProps('charged', { type: 'checkbox' })} /> : null}
    </FormDialog>
  )
}

const refuses = (decision: Decision): boolean =>
  decision.kind === 'registration'
    ? decision.act === 'refuse'
    : decision.answers.some(({ act }) => act === 'refuse' || act === 'refuseCancel')

const withReason = (decision: Decision, reason: Reason, charged: boolean): Decision => {
  const text = reason.kind === 'written' ? reason.text : ''
  if (decision.kind === 'registration') return { ...decision, reason: text }
  return decision.kind === 'proposals'
    ? { ...decision, answers: decision.answers.map((answer) => ({ ...answer, reason: text })) }
    : { ...decision, answers: decision.answers.map((answer) => ({ ...answer, reason, ...(charged && { charged }) })) }
}
