import { Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import type { Till } from '../../../shared/contract/desk/money/payments.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { formatEuros, parseAmount } from '../../../shared/rules/money/money.ts'
import { countText } from '../../../shared/rules/money/payment/till.ts'
import { instantText, longDate } from '../../../shared/rules/text/french.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Properties } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import { ReasonDialog } from './reason-dialog.tsx'

/** The cash that the drawer should contain at the end of a day; once the till is closed, the counted cash. */
export const TillSection = ({ regieId, day, till }: { regieId: number; day: Day; till: Till }) => {
  const may = useMay()
  const [isReopening, setIsReopening] = useState(false)
  const { closing, floatCents, receivedCents, expectedCents } = till
  if (!closing) {
    return (
      <Section title="Caisse">
        <Properties
          entries={[
            ['Fond de caisse', formatEuros(floatCents)],
            ['Espèces à remettre', formatEuros(receivedCents)],
            ['Doit contenir', <b key="cents">{formatEuros(expectedCents)}</b>],
          ]}
        />
      </Section>
    )
  }
  return (
    <Section
      title="Caisse"
      subtitle="close"
      action={
        may('payments.cancel') && till.closedOn === day ? (
          <PlainAction label="Rouvrir…" onAction={() => setIsReopening(true)} />
        ) : undefined
      }
    >
      <Properties
        entries={[
          ['Devait contenir', formatEuros(closing.expectedCents)],
          ['Compté', formatEuros(closing.countedCents)],
          ['Écart', countText(closing.countedCents, closing.expectedCents)],
        ]}
      />
      <p className="soft small">
        {closing.note === '' ? '' : `${closing.note}. `}Close le {instantText(closing.closedAt)} par {closing.closedBy}.
      </p>
      {isReopening ? (
        <ReasonDialog
          title={`Rouvrir la caisse du ${longDate(day)}`}
          label="Motif"
          missing="Dites pourquoi elle est rouverte."
          submit="Rouvrir la caisse"
          onSubmit={(client, reason) => client.payments.reopenTill({ day, regieId, reason })}
          onClose={() => setIsReopening(false)}
        >
          <p>Le compte de {formatEuros(closing.countedCents)} reste au journal&nbsp;; la journée se clôt de nouveau.</p>
        </ReasonDialog>
      ) : null}
    </Section>
  )
}

export const CloseTillDialog = ({
  day,
  regieId,
  expectedCents,
  onClose,
}: {
  day: Day
  regieId: number
  expectedCents: number
  onClose: () => void
}) => {
  const form = useForm({
    initialValues: { counted: '', note: '' },
    validate: {
      counted: (text) => {
        const read = parseAmount(text)
        return 'refusal' in read ? read.refusal : null
      },
    },
  })
  const { counted, note } = form.getValues()
  const read = parseAmount(counted)
  return (
    <FormDialog
      opened
      title={`Clore la caisse du ${longDate(day)}`}
      width="narrow"
      form={form}
      submit="Clore la journée"
      onSubmit={async (client) => {
        if ('cents' in read) await client.payments.closeTill({ day, regieId, countedCents: read.cents, note })
      }}
      onClose={onClose}
    >
      <p>
        La caisse doit contenir <b>{formatEuros(expectedCents)}</b>. Une fois close, plus aucun règlement reçu au
        guichet ne porte cette date.
      </p>
      <TextInput
        label="Espèces comptées, fond de caisse compris"
        inputMode="decimal"
        placeholder="0,00"
        data-autofocus
        data-core="countedCents"
        {...form.getInputProps('counted')}
      />
      <p className="soft small" aria-live="polite">
        {'cents' in read ? countText(read.cents, expectedCents) : ''}
      </p>
      <Textarea label="Remarque" autosize minRows={2} {...form.getInputProps('note')} />
    </FormDialog>
  )
}
