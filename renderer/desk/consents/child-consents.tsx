import { Select, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChildConsent } from '../../../shared/contract/desk/people/consents.ts'
import type { Child } from '../../../shared/contract/desk/people/families.ts'
import {
  consentAnswers,
  consentAnswerText,
  consentStateNames,
  whyNotAnswer,
} from '../../../shared/rules/dossier/consent.ts'
import { counted, longDate, ofName } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge, Failure } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import './consents.css'

type Holder = ChildConsent['holders'][number]
type Asked = { readonly consent: ChildConsent; readonly holder: Holder }

/** « Autorisations » of a child: a row for each question, a column for each holder of authority. */
export const ChildConsents = ({ child }: { child: Child }) => {
  const may = useMay()
  return may('consents') ? <Consents child={child} /> : null
}

const Consents = ({ child }: { child: Child }) => {
  const { data, error, refetch } = useQuery(orpc.consents.ofChild.queryOptions({ input: { childId: child.id } }))
  const [asked, setAsked] = useState<Asked>()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  const [first] = data ?? []
  if (!data || !first) return null
  const awaited = data.flatMap(({ holders }) => holders).filter(({ isAwaited }) => isAwaited).length
  return (
    <Section title="Autorisations" subtitle={awaited === 0 ? undefined : `${counted(awaited, 'réponse')} à venir`}>
      {first.holders.length === 0 ? (
        <p className="small soft">
          Personne n’a l’autorité parentale dans ses foyers&nbsp;: complétez «&nbsp;Foyer&nbsp;».
        </p>
      ) : null}
      <div className="consents-scroll">
        <table className="table table-flush consents" aria-label={`Autorisations ${ofName(child.firstName)}`}>
          <thead>
            <tr>
              <th scope="col">Question</th>
              {first.holders.map(({ guardianId, name }) => (
                <th key={guardianId} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col">Ce que cela change</th>
            </tr>
          </thead>
          <tbody>
            {data.map((consent) => (
              <tr key={consent.questionId}>
                <th scope="row">
                  {consent.title}{' '}
                  <span className="soft">
                    v{consent.version}, {consent.asksAll ? 'tous les responsables' : 'un responsable'}
                  </span>
                </th>
                {consent.holders.map((holder) => (
                  <td key={holder.guardianId}>
                    <AnswerCell consent={consent} holder={holder} onAsk={() => setAsked({ consent, holder })} />
                  </td>
                ))}
                <td>
                  {consent.effect === '' ? consentStateNames[consent.state] : consent.effect}{' '}
                  {consent.state === 'waiting' ? <Badge tone="warn">attendu</Badge> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {asked ? <AnswerDialog child={child} {...asked} onClose={() => setAsked(undefined)} /> : null}
    </Section>
  )
}

const AnswerCell = ({ consent, holder, onAsk }: Asked & { consent: ChildConsent; onAsk: () => void }) => {
  const { answer, on, isFormer, isAwaited, isFromPortal } = holder
  return (
    <span className="consent-answer">
      {answer === null ? (
        <span className={isAwaited ? 'warn' : 'soft'}>{isAwaited ? 'attendu' : '–'}</span>
      ) : (
        <span className={answer === 'yes' ? undefined : 'consent-refused'}>
          {consentAnswerText(consent.kind, answer)}
        </span>
      )}
      {on === null ? null : (
        <span className="small soft">
          {longDate(on)}
          {isFromPortal ? ', sur le portail' : ''}
          {isFormer ? ', ancien texte' : ''}
        </span>
      )}
      <PlainAction label="Noter" aria={`Noter la réponse ${ofName(holder.name)}, ${consent.title}`} onAction={onAsk} />
    </span>
  )
}

/** Records what a guardian answered on paper, or said at the counter. */
const AnswerDialog = ({ child, consent, holder, onClose }: Asked & { child: Child; onClose: () => void }) => {
  const { today } = useNow()
  const possible = consentAnswers.filter((answer) => whyNotAnswer(consent, answer, holder.answer) === null)
  const form = useForm({ initialValues: { answer: possible[0] ?? 'yes', on: today } })
  return (
    <FormDialog
      opened
      title={`${consent.title}, ${child.firstName}`}
      draft={`autorisation ${child.id} ${consent.textId} ${holder.guardianId}`}
      form={form}
      submit="Enregistrer"
      onSubmit={(client, values) =>
        client.consents.answer({
          childId: child.id,
          guardianId: holder.guardianId,
          textId: consent.textId,
          answer: values.answer,
          on: values.on,
        })
      }
      onClose={onClose}
    >
      <Textarea label="Texte" value={consent.text} readOnly autosize maxRows={8} />
      <div className="form-pair">
        <Select
          label={`Réponse ${ofName(holder.name)}`}
          data-autofocus
          allowDeselect={false}
          data={possible.map((answer) => ({ value: answer, label: consentAnswerText(consent.kind, answer) }))}
          key={form.key('answer')}
          {...form.getInputProps('answer')}
        />
        <DayField label="Le" key={form.key('on')} {...form.getInputProps('on')} />
      </div>
    </FormDialog>
  )
}
