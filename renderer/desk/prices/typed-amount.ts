import { createContext, useCallback, useContext, useId, useLayoutEffect, useState } from 'react'
import { formatAmount, parseAmount } from '../../../shared/rules/money/money.ts'
import { sentenceWithSubject } from '../../../shared/rules/text/french.ts'

/** What is typed and cannot be taken, by the id of its field: nothing is recorded while there is any. */
export type WrongFields = ReadonlyMap<string, string>

type Report = (id: string, sentence: string | undefined) => void
export const WrongFieldsContext = createContext<Report>(() => undefined)

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

/** The first of them in the order of the screen takes the focus. */
export const goToWrong = (wrong: WrongFields): void => {
  document.querySelector<HTMLElement>([...wrong.keys()].map((id) => `#${CSS.escape(id)}`).join())?.focus()
}

type Read = { readonly value: number } | { readonly refusal: string }

/**
 * A number while it is typed. What can be read is given at once, so that a form sent by a key has it; what cannot stays
 * on screen, and is told to the form.
 */
export const useTypedNumber = (
  label: string,
  value: number,
  format: (value: number) => string,
  read: (text: string) => Read,
  onChange: (value: number) => void,
) => {
  const id = useId()
  const report = useContext(WrongFieldsContext)
  const [typed, setTyped] = useState<{ text: string; before: number; given: number }>()
  // A value that came from elsewhere, such as a pasted block, is shown in place of what was typed.
  const own = typed?.given === value ? typed : undefined
  const found = own ? read(own.text) : { value }
  const refusal = 'refusal' in found ? found.refusal : undefined
  const sentence = refusal === undefined ? undefined : sentenceWithSubject(label, refusal)
  // Before the next key, which may be the one that records.
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

const readPrice = (text: string): Read => {
  const read = parseAmount(text)
  if ('refusal' in read) return read
  return read.cents < 0 ? { refusal: 'Jamais négatif.' } : { value: read.cents }
}
