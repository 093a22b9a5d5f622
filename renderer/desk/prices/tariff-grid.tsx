import { Button } from '@mantine/core'
import { type ClipboardEvent, createContext, Fragment, type KeyboardEvent, useContext } from 'react'
import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { formatAmount, formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import { bracketIndex, bracketText } from '../../../shared/rules/price/bracket.ts'
import { nonResidentCents } from '../../../shared/rules/price/printed/tariff-poster.ts'
import { rowsOf } from '../../../shared/rules/price/printed/tariff-rows.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { type BasePrice, type GridRow, pastedAt, withPrice } from './tariff-edit.ts'
import { useTypedAmount } from './typed-amount.ts'

/**
 * The grid in the layout that towns print: one row per price, two columns per bracket (residents
 * and others). The column of the price being tried (`quotient`, `isResident`) is highlighted.
 */
export const TariffGrid = ({
  definition,
  quotient,
  isResident,
  isLocked,
  refused,
  onChange,
  onLine,
  onTable,
}: {
  definition: Definition
  quotient: number | null
  isResident: boolean
  isLocked: boolean
  /** Why a line cannot be recorded. */
  refused: { readonly line: number; readonly sentence: string } | undefined
  onChange: (definition: Definition) => void
  onLine: (line: number) => void
  /** Called for pasted text that is not a block of amounts, perhaps a whole table. */
  onTable: (text: string) => void
}) => {
  const { brackets } = definition
  const hit = quotient === null ? -1 : bracketIndex(brackets, quotient)
  const width = Math.max(1, brackets.length) * 2
  const paste = (event: ClipboardEvent<HTMLInputElement>) => {
    const text = event.clipboardData.getData('text/plain')
    const place = inputPosition(event.currentTarget)
    if (isLocked || !place || !/[\t\n]/.test(text.trim())) return
    event.preventDefault()
    const next = pastedAt(definition, place.row, place.at, text)
    if (next) onChange(next)
    else onTable(text)
  }
  return (
    <PasteContext value={paste}>
      <div className="table-scroll">
        <table className="table table-flush tariff-grid" aria-label="Grille des prix, en euros">
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                Formule
              </th>
              {brackets.map((bracket, index) => (
                <th key={bracket.label} scope="colgroup" colSpan={2} data-hit={index === hit || undefined}>
                  {index === 0 ? 'QF ' : ''}
                  {bracketText(bracket)}
                </th>
              ))}
              {brackets.length === 0 ? (
                <th scope="colgroup" colSpan={2}>
                  Pour tous
                </th>
              ) : null}
            </tr>
            <tr className="tariff-sub">
              {Array.from({ length: Math.max(1, brackets.length) }, (_, index) => (
                <Fragment key={index}>
                  <th scope="col" className="num" data-hit={(index === hit && isResident) || undefined}>
                    ville
                  </th>
                  <th scope="col" className="num" data-hit={(index === hit && !isResident) || undefined}>
                    hors
                  </th>
                </Fragment>
              ))}
            </tr>
          </thead>
          <tbody>
            {rowsOf<BasePrice>(definition).map((row) => (
              <tr key={row.key}>
                <th scope="row">
                  <Button variant="subtle" disabled={isLocked} onClick={() => onLine(row.line)}>
                    {row.title}
                  </Button>
                  {refused?.line === row.line ? (
                    <p className="tariff-refused danger small">{refused.sentence}</p>
                  ) : null}
                </th>
                <Cells
                  row={row}
                  count={brackets.length}
                  width={width}
                  hit={hit}
                  isResident={isResident}
                  isLocked={isLocked}
                  onPrice={(price) => onChange(withPrice(definition, row, price))}
                />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </PasteContext>
  )
}

/** Handles several amounts, or a whole table, pasted into one field. */
const PasteContext = createContext<(event: ClipboardEvent<HTMLInputElement>) => void>(() => undefined)

/** Row of an input in the grid, and its index among the row's amounts. */
const inputPosition = (target: HTMLInputElement): { row: number; at: number } | undefined => {
  const own = target.closest('tr')
  const rows = [...(target.closest('tbody')?.rows ?? [])]
  return own ? { row: rows.indexOf(own), at: [...own.querySelectorAll('input')].indexOf(target) } : undefined
}

/** Enter and the vertical arrows move to the same amount of the next or previous row. */
const moveBetweenRows = (event: KeyboardEvent<HTMLInputElement>) => {
  const step = event.key === 'ArrowDown' || event.key === 'Enter' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  const place = inputPosition(event.currentTarget)
  if (step === 0 || !place) return
  const inputs = event.currentTarget.closest('tbody')?.rows[place.row + step]?.querySelectorAll('input')
  const goal = inputs?.[Math.min(place.at, inputs.length - 1)]
  if (!goal) return
  event.preventDefault()
  goal.focus()
}

const Cells = ({
  row,
  count,
  width,
  hit,
  isResident,
  isLocked,
  onPrice,
}: {
  row: GridRow
  count: number
  width: number
  hit: number
  isResident: boolean
  isLocked: boolean
  onPrice: (price: BasePrice) => void
}) => {
  const { price, title } = row
  const { nonResident } = price
  const outside = (index: number, resident: number) => {
    if (nonResident.rule === 'column' && nonResident.cents.length > 1) {
      return (
        <Amount
          label={`${title}, hors commune, tranche ${index + 1}`}
          cents={nonResident.cents[index] ?? 0}
          isLocked={isLocked}
          onChange={(cents) =>
            onPrice({ ...price, nonResident: { rule: 'column', cents: nonResident.cents.with(index, cents) } })
          }
        />
      )
    }
    const shown = nonResidentCents(price, resident, index)
    return <span className="soft">{formatAmount(shown)}</span>
  }
  /** What a home of another town pays, after the one price of the others. */
  const singleOf = ({ nonResident }: BasePrice) => {
    switch (nonResident.rule) {
      case 'same':
        return null
      case 'percent':
        return `hors commune + ${formatNumber(nonResident.percent)} %`
      case 'amount':
        return `hors commune + ${formatEuros(nonResident.cents)}`
      case 'column':
        return nonResident.cents.length === 1 ? (
          <>
            hors commune{' '}
            <Amount
              label={`${title}, hors commune`}
              cents={nonResident.cents[0] ?? 0}
              isLocked={isLocked}
              onChange={(cents) => onPrice({ ...price, nonResident: { rule: 'column', cents: [cents] } })}
            />
          </>
        ) : null
    }
  }
  const colSpan = Math.max(width, count * 2)
  switch (price.method) {
    case 'bracket':
      if (price.brackets) {
        const own = price.brackets
        return (
          <td colSpan={colSpan}>
            {own.map((bracket, index) => (
              <Fragment key={bracket.label}>
                {index > 0 ? ', ' : ''}
                {bracketText(bracket)}{' '}
                <Amount
                  label={`${title}, ${bracket.label}`}
                  cents={price.cents[index] ?? 0}
                  isLocked={isLocked}
                  onChange={(next) => onPrice({ ...price, cents: price.cents.with(index, next) })}
                />
              </Fragment>
            ))}
          </td>
        )
      }
      return price.cents.map((cents, index) => (
        <Fragment key={index}>
          <td className="num" data-hit={(index === hit && isResident) || undefined}>
            <Amount
              label={`${title}, tranche ${index + 1}`}
              cents={cents}
              isLocked={isLocked}
              onChange={(next) => onPrice({ ...price, cents: price.cents.with(index, next) })}
            />
          </td>
          <td className="num" data-hit={(index === hit && !isResident) || undefined}>
            {outside(index, cents)}
          </td>
        </Fragment>
      ))
    case 'fixed': {
      const single = singleOf(price)
      return (
        <td className="num tariff-rule" colSpan={colSpan}>
          {single ? 'ville' : 'pour tous'}
          {row.grace > 0 ? `, au-delà de ${counted(row.grace, 'minute')}` : ''}{' '}
          <Amount
            label={title}
            cents={price.cents}
            isLocked={isLocked}
            onChange={(cents) => onPrice({ ...price, cents })}
          />{' '}
          {single}
        </td>
      )
    }
    case 'effortRate':
      return (
        <td className="num tariff-rule" colSpan={colSpan}>
          QF × {formatNumber(price.percent)} %, de{' '}
          <Amount
            label={`${title}, minimum`}
            cents={price.floor}
            isLocked={isLocked}
            onChange={(floor) => onPrice({ ...price, floor })}
          />{' '}
          à{' '}
          <Amount
            label={`${title}, maximum`}
            cents={price.ceiling}
            isLocked={isLocked}
            onChange={(ceiling) => onPrice({ ...price, ceiling })}
          />{' '}
          {singleOf(price)}
        </td>
      )
  }
}

const Amount = ({
  label,
  cents,
  isLocked,
  onChange,
}: {
  label: string
  cents: number
  isLocked: boolean
  onChange: (cents: number) => void
}) => {
  const { id, text, refusal, type, forget, leave } = useTypedAmount(label, cents, onChange)
  return (
    <input
      id={id}
      className="tariff-amount"
      inputMode="decimal"
      aria-label={label}
      aria-invalid={refusal !== undefined}
      title={refusal}
      readOnly={isLocked}
      value={text}
      onPaste={useContext(PasteContext)}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => type(event.currentTarget.value)}
      onBlur={leave}
      onKeyDown={(event) => {
        if (event.key === 'Escape') forget()
        else moveBetweenRows(event)
      }}
    />
  )
}
