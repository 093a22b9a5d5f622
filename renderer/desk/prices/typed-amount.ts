import { createContext, useCallback, useContext, useId, useLayoutEffect, useState } from 'react'
import { formatAmount, parseAmount } from '../../../shared/rules/money/money.ts'
import { sentenceWithSubject } from '../../../shared/rules/text/french.ts'

/** Error sentences by field id: nothing is recorded while there are any. */
export type WrongFields = ReadonlyMap<string, string>

type Report = (id: string, sentence: string | undefined) => void
export const ReportWrongFieldContext = createContext<Report>(() => undefined)

export const useWrongFields = (): readonly [WrongFields, Report] => {
  const [wrong, setWrong] = useState<WrongFields>(new Map())
  const report = useCallback<Report>((id, sentence) => {
    setWrong((before) => {
      const next = new Map(before)
      if (sentence === undefined) next.delete(id)
      else next.set(id, sentence)
      return next
    })
  }, [])
  return [wrong, report]
}

/** Focuses the first wrong field in screen order. */
export const focusFirstWrong = (wrong: WrongFields): void => {
  document.querySelector<HTMLElement>([...wrong.keys()].map((id) => `#${CSS.escape(id)}`).join())?.focus()
}

type Read = { readonly value: number } | { readonly refusal: string }

/**
 * State of a number field. A readable number is passed on at each key press, so that a form submitted by a key has it;
 * unreadable text stays on screen and is reported to the form.
 */
export const useTypedNumber = (
  label: string,
  value: number,
  format: (value: number) => string,
  read: (text: string) => Read,
  onChange: (value: number) => void,
) => {
  const id = useId()
  const report = useContext(ReportWrongFieldContext)
  const [typed, setTyped] = useState<{ text: string; before: number; given: number }>()
  // A value set from outside, such as a pasted block, replaces the typed text.
  const own = typed?.given === value ? typed : undefined
  const found = own ? read(own.text) : { value }
  const refusal = 'refusal' in found ? found.refusal : undefined
  const sentence = refusal === undefined ? undefined : sentenceWithSubject(label, refusal)
  // A layout effect: the error must be reported before the next key press, which may record the form.
  useLayoutEffect(() => {
    if (sentence === undefined) return undefined
    report(id, sentence)
    return () => report(id, undefined)
  }, [id, sentence, report])
  return {
    id,
    text: own?.text ?? format(value),
    refusal,
    type: (text: string) => {
      const next = read(text)
      const given = 'value' in next ? next.value : value
      setTyped({ text, before: own?.before ?? value, given })
      if (given !== value) onChange(given)
    },
    forget: () => {
      setTyped(undefined)
      if (own && own.before !== value) onChange(own.before)
    },
    leave: () => {
      if (refusal === undefined) setTyped(undefined)
    },
  }
}

export const useTypedAmount = (label: string, cents: number, onChange: (cents: number) => void) =>
  useTypedNumber(label, cents, formatAmount, readPrice, onChange)

/** Reads a price as staff type it, which is never below zero. */
export const readPrice = (text: string): Read => {
  const read = parseAmount(text)
  if ('refusal' in read) return read
  return read.cents < 0 ? { refusal: 'Jamais négatif.' } : { value: read.cents }
}
