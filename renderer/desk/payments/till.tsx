import { Button, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import type { Till } from '../../../shared/contract/desk/money/payments.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { formatEuros, parseAmount } from '../../../shared/rules/money/money.ts'
import { cashCents, countedFacesText } from '../../../shared/rules/money/payment/cash-count.ts'
import { countText, isCeilingReached } from '../../../shared/rules/money/payment/till.ts'
import { instantText, longDate } from '../../../shared/rules/text/french.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Note, Properties } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import { CashCountFields, emptyFaces, facesOf } from './cash-count-fields.tsx'
import { ReasonDialog } from './reason-dialog.tsx'

/** The cash that the drawer should contain at the end of a day; once the till is closed, the counted cash. */
export const TillSection = ({
  regieId,
  day,
  till,
  onHandOver,
}: {
  regieId: number
  day: Day
  till: Till
  /** Proposes a deposit slip of the cash; absent on a day that is over. */
  onHandOver: (() => void) | undefined
}) => {
  const may = useMay()
  const [isReopening, setIsReopening] = useState(false)
  const { closing, floatCents, receivedCents, expectedCents, ceilingCents } = till
  if (!closing) {
    return (
      <Section title="Caisse">
        <Properties
          entries={[
            ['Fond de caisse', formatEuros(floatCents)],
            ['Espèces à remettre', formatEuros(receivedCents)],
            ['Doit contenir', <b key="cents">{formatEuros(expectedCents)}</b>],
            ...(ceilingCents > 0 ? ([['Plafond d’encaisse', formatEuros(ceilingCents)]] as const) : []),
          ]}
        />
        {onHandOver && isCeilingReached({ cashCents: receivedCents, ceilingCents }) ? (
          <Note tone="warn">
            Le plafond d’encaisse est atteint&nbsp;: les espèces sont à remettre.
            <div className="row">
              <Button onClick={onHandOver}>Remettre les espèces…</Button>
            </div>
          </Note>
        ) : null}
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
      {closing.faces && closing.faces.length > 0 ? <p className="small">{countedFacesText(closing.faces)}.</p> : null}
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
    mode: 'controlled',
    initialValues: { counted: '', faces: emptyFaces, isByFace: false, note: '' },
    validate: {
      counted: (text, { isByFace }) => {
        if (isByFace) return null
        const read = parseAmount(text)
        return 'refusal' in read ? read.refusal : null
      },
    },
  })
  const { counted, faces, isByFace } = form.values
  const read = parseAmount(counted)
  const countedFaces = isByFace ? facesOf(faces) : null
  const countedCents = countedFaces ? cashCents(countedFaces) : 'cents' in read ? read.cents : null
  return (
    <FormDialog
      opened
      title={`Clore la caisse du ${longDate(day)}`}
      width="narrow"
      form={form}
      submit="Clore la journée"
      onSubmit={async (client, { note }) => {
        if (countedCents !== null)
          await client.payments.closeTill({ day, regieId, countedCents, faces: countedFaces, note })
      }}
      onClose={onClose}
    >
      <p>
        La caisse doit contenir <b>{formatEuros(expectedCents)}</b>. Une fois close, plus aucun règlement reçu au
        guichet ne porte cette date.
      </p>
      {isByFace ? (
        <CashCountFields faces={faces} onChange={(typed) => form.setFieldValue('faces', typed)} />
      ) : (
        <TextInput
          label="Espèces comptées, fond de caisse compris"
          inputMode="decimal"
          placeholder="0,00"
          data-autofocus
          data-core="countedCents"
          {...form.getInputProps('counted')}
        />
      )}
      <p className="row">
        <span className="grow soft small" aria-live="polite">
          {countedCents === null
            ? ''
            : `${isByFace ? `${formatEuros(countedCents)}, ` : ''}${countText(countedCents, expectedCents)}`}
        </span>
        <PlainAction
          label={isByFace ? 'Taper le total' : 'Compter par billets et pièces'}
          onAction={() => form.setFieldValue('isByFace', !isByFace)}
        />
      </p>
      <Textarea label="Remarque" autosize minRows={2} {...form.getInputProps('note')} />
    </FormDialog>
  )
}
