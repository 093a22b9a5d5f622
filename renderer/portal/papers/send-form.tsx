import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId, useRef, useState } from 'react'
import type { PaperHead, PapersShown } from '../../../shared/contract/portal/papers.ts'
import { formatNumber, parseAmount, spaces } from '../../../shared/rules/money/money.ts'
import {
  type FileKind,
  fileKinds,
  maxPaperBytes,
  maxPaperIncome,
  maxPaperQuotient,
  paperKindRules,
  whyNotPaperOf,
} from '../../../shared/rules/requests/paper.ts'
import { orpc } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Field, Select } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { showToast } from '../parts/toast.tsx'
import { queries, sentenceOf, showAnswer } from '../queries.ts'
import './papers.css'
import { sendFile } from './sending.ts'
import { isPicture, shrinkPicture } from './shrink-picture.ts'

type Errors = Readonly<Partial<Record<'kind' | 'child' | 'file' | 'quotient' | 'income', string | undefined>>>

/** A paper that the service asked for, or that the dossier asks for. */
export type WantedPaper = {
  readonly kind: FileKind
  readonly child: number | null
  readonly title: string
  readonly asked: number | null
  readonly required: number | null
}

/**
 * Form to send one paper of the home or of a child. For a CAF or MSA certificate, the parent also types the quotient
 * and income written on it.
 */
export const SendForm = ({
  shown: { children },
  wanted,
  kind: first,
  onSent,
}: {
  shown: PapersShown
  /** Presets the kind and the child; null when the parent chooses freely. */
  wanted: WantedPaper | null
  kind: FileKind | null
  onSent: () => void
}) => {
  const [kind, setKind] = useState<FileKind | ''>(first ?? '')
  const [child, setChild] = useState(wanted?.child ? `${wanted.child}` : '')
  const [quotient, setQuotient] = useState('')
  const [income, setIncome] = useState('')
  const [errors, setErrors] = useState<Errors>({})
  // Idempotency key of the chosen file, so that pressing twice sends one paper.
  const [request, setRequest] = useState(() => crypto.randomUUID())
  const chosen = useRef<HTMLInputElement>(null)
  const send = useMutation({
    mutationFn: async ({ head, file }: { head: PaperHead; file: File }) => sendFile(head, await shrinkPicture(file)),
    meta: { isErrorShownInline: true },
  })
  const rule = kind === '' ? null : paperKindRules[kind]

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (send.isPending) return
    send.reset()
    const file = chosen.current?.files?.[0]
    const about = rule?.of === 'family' || child === '' ? null : Number(child)
    const numbers = {
      quotient: kind === 'benefits' ? numberIn(quotient, maxPaperQuotient) : null,
      income: kind === 'benefits' ? numberIn(income, maxPaperIncome) : null,
    }
    const found: Errors = {
      ...(kind === '' && { kind: 'Choisissez la pièce que vous envoyez.' }),
      ...(kind !== '' && whyNotPaperOf(kind, about !== null) && { child: 'Choisissez l’enfant.' }),
      ...(!file && { file: 'Choisissez un fichier, ou prenez une photo.' }),
      ...(file &&
        !isPicture(file) &&
        file.size > maxPaperBytes && { file: 'Ce fichier est trop lourd\u00a0: dix mégaoctets au plus.' }),
      ...(typeof numbers.quotient === 'string' && { quotient: numbers.quotient }),
      ...(typeof numbers.income === 'string' && { income: numbers.income }),
    }
    setErrors(found)
    if (Object.keys(found).length > 0 || kind === '' || !file) return
    const { quotient: hundredths, income: cents } = numbers
    const isWanted = wanted?.kind === kind && wanted.child === about
    try {
      const shown = await send.mutateAsync({
        file,
        head: {
          request,
          kind,
          child: about,
          asked: isWanted ? wanted.asked : null,
          required: isWanted ? wanted.required : null,
          name: file.name,
          quotient: typeof hundredths === 'number' ? hundredths / 100 : null,
          incomeCents: typeof cents === 'number' ? cents : null,
        },
      })
      await showAnswer(orpc.papers.shown.queryKey(), shown)
      setRequest(crypto.randomUUID())
      setQuotient('')
      setIncome('')
      if (chosen.current) chosen.current.value = ''
      showToast('C’est enregistré. La mairie reçoit votre pièce au prochain échange, cette nuit au plus tard.')
      void queries.invalidateQueries({ queryKey: orpc.dossier.key() })
      onSent()
    } catch {
      // The form shows `send.error`.
    }
  }

  const choose = () => {
    setRequest(crypto.randomUUID())
    // Clears the error of the previously chosen file.
    setErrors((said) => ({ ...said, file: undefined }))
    send.reset()
  }

  return (
    <Card title={wanted ? `Envoyer\u00a0: ${wanted.title}` : 'Envoyer une pièce'}>
      <form className="form" onSubmit={(event) => void submit(event)} noValidate>
        <Select
          label="Pièce"
          value={kind}
          error={errors.kind}
          options={[
            { value: '', text: 'Choisir…' },
            ...fileKinds.map((one) => ({ value: one, text: paperKindRules[one].title })),
          ]}
          onChange={({ target }) => setKind(target.value as FileKind | '')}
        />
        {rule && rule.of !== 'family' && (
          <Select
            label="Enfant"
            value={child}
            error={errors.child}
            options={[
              { value: '', text: rule.of === 'either' ? 'Tout le foyer' : 'Choisir…' },
              ...children.map(({ id, name }) => ({ value: `${id}`, text: name })),
            ]}
            onChange={({ target }) => setChild(target.value)}
          />
        )}
        {kind === 'benefits' && (
          <>
            <Field
              label="Quotient familial"
              hint="Celui qui est écrit dessus, par exemple 727. Le service le vérifie."
              inputMode="decimal"
              value={quotient}
              error={errors.quotient}
              onChange={({ target }) => setQuotient(target.value)}
            />
            <Field
              label="Les derniers revenus, en euros"
              hint="S’ils y sont écrits."
              inputMode="decimal"
              value={income}
              error={errors.income}
              onChange={({ target }) => setIncome(target.value)}
            />
          </>
        )}
        <FileField input={chosen} error={errors.file} onChoose={choose} />
        {send.isError && (
          <Notice kind="danger" isAlert>
            {sentenceOf(send.error)}
          </Notice>
        )}
        <div className="btns">
          <Button type="submit" isWide isBusy={send.isPending}>
            {send.isPending ? 'Envoi en cours…' : 'Envoyer'}
          </Button>
          <p className="soft small">
            Votre pièce part scellée pour la mairie&nbsp;: elle n’est plus affichée ici, et s’efface du portail une fois
            reçue.
          </p>
        </div>
      </form>
    </Card>
  )
}

/** Parses an amount. @returns hundredths, null for an empty text, or the French error sentence */
const numberIn = (text: string, most: number): number | string | null => {
  if (text.trim() === '') return null
  // `parseAmount` refuses so many digits: report the number as too large instead of as unreadable.
  if (/^\d{10,}$/.test(text.replace(spaces, ''))) return tooMuch(most)
  const read = parseAmount(text)
  if (!('cents' in read) || read.cents < 0) return 'Écrivez un nombre, par exemple 727 ou 1 820,50.'
  return read.cents > most * 100 ? tooMuch(most) : read.cents
}

const tooMuch = (most: number): string => `${formatNumber(most)} au plus\u00a0: relisez-le sur votre attestation.`

const FileField = ({
  input,
  error,
  onChoose,
}: {
  input: React.RefObject<HTMLInputElement | null>
  error: string | undefined
  onChoose: () => void
}) => {
  const id = useId()
  return (
    <div className="field" data-error={error ? '' : undefined}>
      <label htmlFor={id}>Fichier</label>
      <span className="hint" id={`${id}-hint`}>
        Un PDF ou une photo (JPEG, PNG), dix mégaoctets au plus. Une grande photo est réduite avant l’envoi.
      </span>
      {error && (
        <p className="error" id={`${id}-error`}>
          <span>
            <span className="vh">Erreur&nbsp;: </span>
            {error}
          </span>
        </p>
      )}
      <input
        ref={input}
        id={id}
        className="paper-file"
        type="file"
        accept="application/pdf,image/jpeg,image/png"
        aria-describedby={error ? `${id}-hint ${id}-error` : `${id}-hint`}
        aria-invalid={error ? true : undefined}
        onChange={onChoose}
      />
    </div>
  )
}
