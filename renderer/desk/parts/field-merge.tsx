import { Radio } from '@mantine/core'
import type { ReactNode } from 'react'

/** What two records do not say alike, side by side: for each thing, which of the two holds. */
export const TwoSides = <Side extends string>({
  sides,
  who,
  differences,
  onTake,
}: {
  /** Left, then right: their names, and the titles of their columns. */
  sides: readonly [readonly [Side, string], readonly [Side, string]]
  /** Which records these are, where the table has to say it. */
  who?: Readonly<Record<Side, ReactNode>>
  differences: readonly ({ readonly field: string; readonly title: string; readonly take: Side } & Readonly<
    Record<Side, string>
  >)[]
  onTake: (field: string, take: Side) => void
}) => (
  <table className="table table-flush two-sides">
    <thead>
      <tr>
        <th scope="col">
          <span className="cell-text">Champ</span>
        </th>
        {sides.map(([side, title]) => (
          <th key={side} scope="col">
            {title}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {who && (
        <tr>
          <th scope="row" className="soft">
            Qui
          </th>
          {sides.map(([side]) => (
            <td key={side}>{who[side]}</td>
          ))}
        </tr>
      )}
      {differences.map((difference) => (
        <tr key={difference.field}>
          <th scope="row" className="soft">
            {difference.title}
          </th>
          {sides.map(([side]) => (
            <td key={side}>
              <Radio
                size="xs"
                name={`take ${difference.field}`}
                label={difference[side] === '' ? <span className="soft">vide</span> : difference[side]}
                checked={difference.take === side}
                onChange={() => onTake(difference.field, side)}
              />
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)
