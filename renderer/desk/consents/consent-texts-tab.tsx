import { Button, Checkbox, NumberInput, Radio, Select, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ConsentQuestionShown } from '../../../shared/contract/desk/people/consents.ts'
import {
  type ConsentKind,
  consentKindRules,
  consentKinds,
  leastAgeToLeaveAlone,
  textOn,
} from '../../../shared/rules/dossier/consent.ts'
import { proposedTexts } from '../../../shared/rules/dossier/consent-texts.ts'
import { counted, longDate } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import './consents.css'

type Text = ConsentQuestionShown['texts'][number]
type Edited =
  | { what: 'new' }
  | { what: 'question'; question: ConsentQuestionShown }
  | { what: 'text'; question: ConsentQuestionShown; text: Text | null }

/** Réglages › Autorisations: the questions of the service, and their texts. */
export const ConsentTextsTab = () => {
  const { data, error, refetch } = useQuery(orpc.consents.questions.queryOptions())
  const [edited, setEdited] = useState<Edited>()
  const close = () => setEdited(undefined)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const add = (
    <Button leftSection={<IconPlus size={14} />} onClick={() => setEdited({ what: 'new' })}>
      Nouvelle autorisation
    </Button>
  )
  return (
    <div className="settings-page stack stack-wide">
      {data.length === 0 ? (
        <EmptyState title="Aucune autorisation" action={add}>
          Photos, baignade, transport, rentrer sans adulte&nbsp;: écrivez ce que le service demande aux responsables,
          ils répondent sur le portail ou sur papier.
        </EmptyState>
      ) : (
        <>
          {data.map((question) => (
            <Question key={question.id} question={question} onEdit={setEdited} />
          ))}
          <div>{add}</div>
        </>
      )}
      {edited?.what === 'new' ? <NewDialog questions={data} onClose={close} /> : null}
      {edited?.what === 'question' ? <QuestionDialog question={edited.question} onClose={close} /> : null}
      {edited?.what === 'text' ? <TextDialog {...edited} onClose={close} /> : null}
    </div>
  )
}

const Question = ({ question, onEdit }: { question: ConsentQuestionShown; onEdit: (edited: Edited) => void }) => {
  const { today } = useNow()
  const remove = useMutation(orpcOutsideForms.consents.removeText.mutationOptions())
  const current = textOn(question, today)
  const { title, asksAll, leastAge, archived, texts } = question
  const last = texts.at(-1)
  return (
    <Section
      title={
        <>
          {title} {archived ? <Badge>plus demandée</Badge> : null}
        </>
      }
      subtitle={[
        asksAll ? 'tous ceux qui ont l’autorité parentale répondent' : 'un responsable suffit',
        ...(leastAge === null ? [] : [`à partir de ${leastAge} ans`]),
      ].join(', ')}
      action={
        <span className="row">
          <PlainAction
            label="Modifier"
            aria={`Modifier ${title}`}
            onAction={() => onEdit({ what: 'question', question })}
          />
          <PlainAction
            label="Nouveau texte"
            aria={`Nouveau texte pour ${title}`}
            onAction={() => onEdit({ what: 'text', question, text: null })}
          />
        </span>
      }
    >
      {texts.toReversed().map((text) => (
        <div key={text.id} className="stack">
          <p className="small soft row">
            Version {text.version}, à partir du {longDate(text.fromDay)}, {counted(text.answers, 'réponse')}
            {text.formerUntil === null ? '' : `, les anciennes réponses valent jusqu’au ${longDate(text.formerUntil)}`}
            {text.id === current?.id ? <Badge tone="good">demandée</Badge> : null}
            {text.id === last?.id && text.answers === 0 ? (
              <>
                <PlainAction
                  label="Corriger"
                  aria={`Corriger la version ${text.version}, ${title}`}
                  onAction={() => onEdit({ what: 'text', question, text })}
                />
                <PlainAction
                  label="Retirer"
                  aria={`Retirer la version ${text.version}, ${title}`}
                  onAction={() => remove.mutate({ id: text.id })}
                />
              </>
            ) : null}
          </p>
          {text.id === last?.id || text.id === current?.id ? <p className="small consent-text">{text.text}</p> : null}
        </div>
      ))}
    </Section>
  )
}

const leastAgeInput = (value: number | string): number | null => (value === '' ? null : Number(value))

const WhoAnswers = ({ value, onChange }: { value: boolean; onChange: (asksAll: boolean) => void }) => (
  <Radio.Group label="Qui répond" value={value ? 'all' : 'one'} onChange={(chosen) => onChange(chosen === 'all')}>
    <div className="stack">
      <Radio value="all" label="Tous ceux qui ont l’autorité parentale" />
      <Radio value="one" label="Un responsable suffit, tant qu’aucun autre ne dit non" />
    </div>
  </Radio.Group>
)

const startOf = (kind: ConsentKind) => ({
  title: consentKindRules[kind].title,
  asksAll: consentKindRules[kind].asksAll,
  leastAge: (kind === 'leavesAlone' ? leastAgeToLeaveAlone : '') as number | '',
})

const NewDialog = ({ questions, onClose }: { questions: readonly ConsentQuestionShown[]; onClose: () => void }) => {
  const { today } = useNow()
  const kinds = consentKinds.filter((kind) => kind === 'other' || !questions.some((one) => one.kind === kind))
  const kind = kinds[0] ?? 'other'
  const form = useForm({
    initialValues: {
      kind,
      ...startOf(kind),
      first: { text: kind === 'other' ? '' : proposedTexts[kind], fromDay: today },
    },
  })
  const choose = (chosen: ConsentKind) =>
    form.setValues({
      kind: chosen,
      ...startOf(chosen),
      first: { ...form.getValues().first, text: chosen === 'other' ? '' : proposedTexts[chosen] },
    })
  return (
    <FormDialog
      opened
      title="Nouvelle autorisation"
      draft="nouvelle autorisation"
      form={form}
      submit="Enregistrer"
      onSubmit={(client, { leastAge, ...values }) =>
        client.consents.addQuestion({ ...values, leastAge: leastAgeInput(leastAge) })
      }
      onClose={onClose}
    >
      <div className="form-pair">
        <Select
          label="Ce qui est demandé"
          data-autofocus
          allowDeselect={false}
          data={kinds.map((one) => ({ value: one, label: consentKindRules[one].title || 'Autre, du service' }))}
          {...form.getInputProps('kind')}
          onChange={(chosen) => choose((chosen ?? kind) as ConsentKind)}
        />
        <TextInput label="Nom" {...form.getInputProps('title')} />
      </div>
      <WhoAnswers value={form.values.asksAll} onChange={(asksAll) => form.setFieldValue('asksAll', asksAll)} />
      <NumberInput
        label="À partir de (ans)"
        description="Vide : à tout âge."
        min={1}
        max={17}
        {...form.getInputProps('leastAge')}
      />
      <Textarea label="Texte" autosize minRows={3} maxRows={12} {...form.getInputProps('first.text')} />
      <DayField label="Demandé à partir du" {...form.getInputProps('first.fromDay')} />
      <Note>Relisez ce texte avant de l’enregistrer&nbsp;: les responsables y répondent mot pour mot.</Note>
      <ReopenedDossiers />
    </FormDialog>
  )
}

/** How many complete dossiers a new question may make incomplete, where dossiers require the answers to all of them. */
const ReopenedDossiers = () => {
  const enabled = useMay()('dossiers')
  const every = { activityId: null, periodId: null, schoolId: null, requiredId: null }
  const { data: required = [] } = useQuery(orpc.dossiers.required.queryOptions())
  const { data: list } = useQuery(orpc.dossiers.list.queryOptions({ input: every, enabled }))
  const complete = list ? list.children - list.incomplete : 0
  const areRequired = required.some(({ kind, withdrawnOn }) => kind === 'consents' && withdrawnOn === null)
  return complete > 0 && areRequired ? (
    <Note tone="warn">
      Les dossiers demandent une réponse à chaque autorisation, oui ou non&nbsp;: jusqu’à{' '}
      {counted(complete, 'dossier complet', 'dossiers complets')} ne le {complete > 1 ? 'seront' : 'sera'} plus, tant
      que la famille n’a pas répondu à celle-ci.
    </Note>
  ) : null
}

const QuestionDialog = ({ question, onClose }: { question: ConsentQuestionShown; onClose: () => void }) => {
  const { id, title, asksAll, leastAge, archived } = question
  const form = useForm({ initialValues: { title, asksAll, leastAge: leastAge ?? '', archived } })
  return (
    <FormDialog
      opened
      title={`Modifier «\u00a0${title}\u00a0»`}
      draft={`autorisation ${id}`}
      form={form}
      submit="Enregistrer"
      onSubmit={(client, values) =>
        client.consents.changeQuestion({ id, ...values, leastAge: leastAgeInput(values.leastAge) })
      }
      onClose={onClose}
    >
      <TextInput label="Nom" data-autofocus {...form.getInputProps('title')} />
      <WhoAnswers value={form.values.asksAll} onChange={(all) => form.setFieldValue('asksAll', all)} />
      <NumberInput
        label="À partir de (ans)"
        description="Vide : à tout âge."
        min={1}
        max={17}
        {...form.getInputProps('leastAge')}
      />
      <Checkbox label="Le service ne la demande plus" {...form.getInputProps('archived', { type: 'checkbox' })} />
    </FormDialog>
  )
}

/** Writes a new version of a text, or corrects one that nobody has answered. */
const TextDialog = ({
  question,
  text,
  onClose,
}: {
  question: ConsentQuestionShown
  text: Text | null
  onClose: () => void
}) => {
  const { today } = useNow()
  const form = useForm({
    initialValues: {
      text: text?.text ?? question.texts.at(-1)?.text ?? '',
      fromDay: text?.fromDay ?? today,
      formerUntil: text?.formerUntil ?? null,
    },
  })
  const isFirst = text ? text.version === 1 : question.texts.length === 0
  return (
    <FormDialog
      opened
      title={`${text ? 'Corriger le texte' : 'Nouveau texte'}\u00a0: ${question.title}`}
      draft={text ? `texte ${text.id}` : `nouveau texte ${question.id}`}
      form={form}
      submit="Enregistrer"
      onSubmit={(client, values) => {
        const sent = { ...values, formerUntil: values.formerUntil || null }
        return text
          ? client.consents.changeText({ id: text.id, ...sent })
          : client.consents.addText({ questionId: question.id, ...sent })
      }}
      onClose={onClose}
    >
      <Textarea label="Texte" data-autofocus autosize minRows={4} maxRows={14} {...form.getInputProps('text')} />
      <div className="form-pair">
        <DayField label="Demandé à partir du" {...form.getInputProps('fromDay')} />
        {isFirst ? null : (
          <DayField label="Les anciennes réponses valent jusqu’au" clearable {...form.getInputProps('formerUntil')} />
        )}
      </div>
      {isFirst ? null : (
        <Note>
          Les responsables répondent de nouveau. Sans date, aucune ancienne réponse ne vaut plus à partir du premier
          jour de ce texte.
        </Note>
      )}
    </FormDialog>
  )
}
