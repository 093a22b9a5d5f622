import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import {
  choicesOf,
  type EditableField,
  type Fact,
  fieldKey,
  initialText,
  valueFromText,
} from '../../../shared/pages/editable-fields.ts'
import type { FieldKind } from '../../../shared/rules/people/fields.ts'
import { whyNotPropose } from '../../../shared/rules/people/proposal.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { orpc } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Field, Select } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { showToast } from '../parts/toast.tsx'
import { queries, sentenceOf } from '../queries.ts'
import { useUnsavedInput } from '../unsaved-input.ts'

type Errors = Readonly<Record<string, string>>

/**
 * A form whose changed fields each become a proposal; one call records them all. `children` shows fields that cannot be
 * changed here.
 */
export const ProposalForm = ({
  about,
  facts,
  back,
  children,
}: {
  /** Key under which the tab stores the typed values. */
  about: string
  facts: readonly Fact[]
  back: string
  children?: ReactNode
}) => {
  const parts = facts.flatMap((fact) => fact.parts)
  const { value: typed, set: setTyped, discard } = useUnsavedInput<Readonly<Record<string, string>>>(about, {})
  const [errors, setErrors] = useState<Errors>({})
  const [isUnchanged, setUnchanged] = useState(false)
  const [, goTo] = useLocation()
  const propose = useMutation(orpc.home.propose.mutationOptions({ meta: { isErrorShownInline: true } }))

  const textOf = (part: EditableField) => typed[fieldKey(part)] ?? initialText(part)
  const record = async (event: FormEvent) => {
    event.preventDefault()
    if (propose.isPending) return
    const changed = parts.filter((part) => valueFromText(part, textOf(part)) !== valueFromText(part, initialText(part)))
    const found = errorsIn(changed, textOf)
    setErrors(found)
    setUnchanged(changed.length === 0)
    if (changed.length === 0 || Object.keys(found).length > 0) return
    const changes = changed.map((part) => ({
      subject: part.subject,
      subjectId: part.subjectId,
      field: part.field,
      value: valueFromText(part, textOf(part)),
    }))
    try {
      await propose.mutateAsync({ changes })
    } catch (error) {
      const { field, sentence } = refusalOf(error)
      const part = changed[Number(field?.split('.')[1])]
      if (part) setErrors({ [fieldKey(part)]: sentence })
      return
    }
    await queries.invalidateQueries({ queryKey: orpc.home.key() })
    discard()
    showToast('C’est enregistré. La mairie reçoit votre changement au prochain échange, cette nuit au plus tard.')
    goTo(back)
  }

  const hasErrors = Object.keys(errors).length > 0
  return (
    <form className="form" onSubmit={(event) => void record(event)} noValidate>
      {hasErrors && <ErrorSummary parts={parts} errors={errors} />}
      {parts.map((part) => (
        <ProposalField
          key={fieldKey(part)}
          part={part}
          text={textOf(part)}
          error={errors[fieldKey(part)]}
          onType={(text) => {
            setTyped({ ...typed, [fieldKey(part)]: text })
            setUnchanged(false)
          }}
        />
      ))}
      {children}
      {isUnchanged && <Notice isAlert>Rien n’a changé&nbsp;: il n’y a rien à enregistrer.</Notice>}
      {propose.isError && !hasErrors && (
        <Notice kind="danger" isAlert>
          {sentenceOf(propose.error)}
        </Notice>
      )}
      <div className="btns">
        <Button type="submit" isWide isBusy={propose.isPending}>
          Enregistrer le changement
        </Button>
        <p className="soft small">La mairie vérifie, puis accepte ou refuse. En attendant, rien ne change.</p>
        <ButtonLink kind="quiet" to={back} onClick={discard}>
          Revenir sans rien changer
        </ButtonLink>
      </div>
    </form>
  )
}

const errorsIn = (changed: readonly EditableField[], textOf: (part: EditableField) => string): Errors =>
  Object.fromEntries(
    changed.flatMap((part) => {
      const why = whyNotPropose(part.subject, part.field, valueFromText(part, textOf(part)))
      return why === null ? [] : [[fieldKey(part), why]]
    }),
  )

/** Lists the wrong fields, takes the focus, and links to each field. */
const ErrorSummary = ({ parts, errors }: { parts: readonly EditableField[]; errors: Errors }) => {
  const summary = useRef<HTMLDivElement>(null)
  // Focuses the list after each press that finds errors: `errors` is a new object each time.
  useEffect(() => {
    if (errors) summary.current?.focus()
  }, [errors])
  return (
    <div className="error-sum" ref={summary} tabIndex={-1} role="alert">
      <h2>{counted(Object.keys(errors).length, 'réponse est à corriger', 'réponses sont à corriger')}</h2>
      <p>Rien n’est enregistré pour l’instant. Ce que vous avez écrit est gardé.</p>
      <ul>
        {parts
          .filter((part) => errors[fieldKey(part)] !== undefined)
          .map((part) => (
            <li key={fieldKey(part)}>
              <a
                href={`#${fieldKey(part)}`}
                onClick={(event) => {
                  event.preventDefault()
                  document.getElementById(fieldKey(part))?.focus()
                }}
              >
                {part.label}&nbsp;: {errors[fieldKey(part)]}
              </a>
            </li>
          ))}
      </ul>
    </div>
  )
}

/** The keyboard that a phone shows. */
const keyboards: Partial<Record<FieldKind, { type?: string; inputMode?: 'numeric' }>> = {
  phone: { type: 'tel' },
  postcode: { inputMode: 'numeric' },
  day: { inputMode: 'numeric' },
}

/** What the browser may fill in. */
const autoComplete: Readonly<Record<string, string>> = {
  'address.line1': 'address-line1',
  'address.line2': 'address-line2',
  'address.postcode': 'postal-code',
  'address.town': 'address-level2',
}

const ProposalField = ({
  part,
  text,
  error,
  onType,
}: {
  part: EditableField
  text: string
  error: string | undefined
  onType: (text: string) => void
}) => {
  const { label, kind, field, pending } = part
  const isSent = pending?.collected === true
  const hint = isSent
    ? 'La mairie a déjà reçu un changement\u00a0: attendez sa réponse.'
    : pending
      ? 'Changement demandé, pas encore décidé.'
      : kind === 'day'
        ? 'jj/mm/aaaa'
        : undefined
  const asked = { id: fieldKey(part), label, hint, error, value: text }
  const choices = choicesOf(part)
  return choices ? (
    <Select {...asked} options={choices} disabled={isSent} onChange={({ target }) => onType(target.value)} />
  ) : (
    <Field
      {...asked}
      {...keyboards[kind]}
      autoComplete={autoComplete[field]}
      readOnly={isSent}
      onChange={({ target }) => onType(target.value)}
    />
  )
}
