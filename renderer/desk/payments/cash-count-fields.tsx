import { NumberInput } from '@mantine/core'
import { type KeyboardEvent, useLayoutEffect, useRef } from 'react'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { faceText, faceValues, isNote } from '../../../shared/rules/money/payment/cash-count.ts'

/** The count typed for each face value; empty where nothing is typed. */
type TypedFaces = Readonly<Record<string, number | string>>

export const emptyFaces: TypedFaces = Object.fromEntries(faceValues.map((face) => [String(face), '']))

/** The notes and coins typed; a field left empty counts none. */
export const facesOf = (typed: TypedFaces) =>
  faceValues.map((faceCents) => ({ faceCents, count: Number(typed[faceCents] ?? 0) }))

/** A field for each euro note and coin. Enter goes to the next one; in the last one it closes the till. */
export const CashCountFields = ({ faces, onChange }: { faces: TypedFaces; onChange: (faces: TypedFaces) => void }) => {
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => element.current?.querySelector('input')?.focus(), [])
  const goToNext = (event: KeyboardEvent) => {
    const fields = [...(element.current?.querySelectorAll('input') ?? [])]
    const next = fields[fields.findIndex((field) => field === event.target) + 1]
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || !next) return
    event.preventDefault()
    next.focus()
    next.select()
  }
  return (
    <div ref={element} className="cash-count">
      {[faceValues.filter(isNote), faceValues.filter((face) => !isNote(face))].map((some, at) => (
        <div key={at === 0 ? 'notes' : 'coins'} role="group" aria-label={at === 0 ? 'Billets' : 'Pièces'}>
          {some.map((face) => (
            <div key={face} className="cash-count-face">
              <NumberInput
                label={faceText(face)}
                aria-label={`${isNote(face) ? 'Billets' : 'Pièces'} de ${faceText(face)}`}
                hideControls
                onKeyDown={goToNext}
                allowDecimal={false}
                allowNegative={false}
                value={faces[face] ?? ''}
                onChange={(count) => onChange({ ...faces, [face]: count })}
              />
              <span className="num">{faces[face] ? formatEuros(face * Number(faces[face])) : ''}</span>
            </div>
          ))}
        </div>
      ))}
    </div>
  )
}
