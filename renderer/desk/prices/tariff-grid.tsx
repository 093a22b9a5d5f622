import { Button } from '@mantine/core'
import { Fragment, useState } from 'react'
import type { Definition } from '../../../shared/contract/desk/prices.ts'
import { bracketIndex } from '../../../shared/rules/bracket.ts'
import { formatAmount, formatNumber, parseAmount, withPercent } from '../../../shared/rules/money.ts'
import { type Price, type PriceRow, rowsOf, withPrice } from './tariff-edit.ts'

/** The grid as the town prints it: a price a row, two columns a tranche. `quotient` lights the tranche that is tried. */
export const TariffGrid = ({
  definition,
  quotient,
  isLocked,
  onChange,
  onLine,
}: {
  definition: Definition
  quotient: number | null
  isLocked: boolean
  onChange: (definition: Definition) => void
  onLine: (line: number) => void
}) => {
  const { brackets } = definition
  const hit = quotient === null ? -1 : bracketIndex(brackets, quotient)
  const width = Math.max(1, brackets.length) * 2
  return (
    <div className="table-scroll">
      <table className="table table-flush tariff-grid" aria-label="Grille des prix, en euros">
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              Formule
            </th>
            {brackets.map(({ label }, index) => (
              <th key={label} scope="colgroup" colSpan={2} data-hit={index === hit || undefined}>
                {index === 0 ? 'QF ' : ''}
                {label}
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
                <th scope="col" className="num" data-hit={index === hit || undefined}>
                  ville
                </th>
                <th scope="col" className="num" data-hit={index === hit || undefined}>
                  hors
                </th>
              </Fragment>
            ))}
          </tr>
        </thead>
        <tbody>
          {rowsOf(definition).map((row) => (
            <tr key={row.key}>
              <th scope="row">
                <Button variant="subtle" disabled={isLocked} onClick={() => onLine(row.line)}>
                  {row.title}
                </Button>
              </th>
              <Cells
                row={row}
                count={brackets.length}
                width={width}
                hit={hit}
                isLocked={isLocked}
                onPrice={(price) => onChange(withPrice(definition, row, price))}
              />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Cells = ({
  row,
  count,
  width,
  hit,
  isLocked,
  onPrice,
}: {
  row: PriceRow
  count: number
  width: number
  hit: number
  isLocked: boolean
  onPrice: (price: Price) => void
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
    const shown =
      nonResident.rule === 'same'
        ? resident
        : nonResident.rule === 'percent'
          ? withPercent(resident, nonResident.percent)
          : (nonResident.cents[0] ?? 0)
    return <span className="soft">{formatAmount(shown)}</span>
  }
  if (price.method === 'bracket') {
    return price.cents.map((cents, index) => (
      <Fragment key={index}>
        <td className="num" data-hit={index === hit || undefined}>
          <Amount
            label={`${title}, tranche ${index + 1}`}
            cents={cents}
            isLocked={isLocked}
            onChange={(next) => onPrice({ ...price, cents: price.cents.with(index, next) })}
          />
        </td>
        <td className="num" data-hit={index === hit || undefined}>
          {outside(index, cents)}
        </td>
      </Fragment>
    ))
  }
  const single =
    nonResident.rule === 'column' && nonResident.cents.length === 1 ? (
      <>
        hors commune{' '}
        <Amount
          label={`${title}, hors commune`}
          cents={nonResident.cents[0] ?? 0}
          isLocked={isLocked}
          onChange={(cents) => onPrice({ ...price, nonResident: { rule: 'column', cents: [cents] } })}
        />
      </>
    ) : nonResident.rule === 'percent' ? (
      `hors commune + ${formatNumber(nonResident.percent)} %`
    ) : null
  return (
    <td className="num tariff-rule" colSpan={Math.max(width, count * 2)}>
      {price.method === 'fixed' ? (
        <>
          {single ? 'ville' : 'pour tous'}{' '}
          <Amount
            label={title}
            cents={price.cents}
            isLocked={isLocked}
            onChange={(cents) => onPrice({ ...price, cents })}
          />{' '}
          {single}
        </>
      ) : (
        <>
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
          {single}
        </>
      )}
    </td>
  )
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
  const [text, setText] = useState<string>()
  const read = text === undefined ? { cents } : parseAmount(text)
  const isWrong = 'refusal' in read || read.cents < 0
  return (
    <input
      className="tariff-amount"
      inputMode="decimal"
      aria-label={label}
      aria-invalid={isWrong}
      title={'refusal' in read ? read.refusal : undefined}
      readOnly={isLocked}
      value={text ?? formatAmount(cents)}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => {
        if (isWrong) return
        if ('cents' in read && read.cents !== cents) onChange(read.cents)
        setText(undefined)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setText(undefined)
      }}
    />
  )
}
