import { Radio } from '@mantine/core'
import type { ReactNode } from 'react'

/** The fields in which two records differ, side by side: for each, the person chooses the value to keep. */
export const FieldMerge = <Side extends string>({
  sides,
  who,
  differences,
  onChoose,
}: {
  /** The left and the right side, each with the title of its column. */
  sides: readonly [readonly [Side, string], readonly [Side, string]]
  /** The names of the two records, when the screen does not show them elsewhere. */
  who?: Readonly<Record<Side, ReactNode>>
  differences: readonly ({ readonly field: string; readonly title: string; readonly take: Side } & Readonly<
    Record<Side, string>
  >)[]
  onChoose: (field: string, take: Side) => void
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
                onChange={() => onChoose(difference.field, side)}
              />
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)
