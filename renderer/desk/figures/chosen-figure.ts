import type { Caf, CafFilter, CafRow, Measure } from '../../../shared/contract/desk/figures/figures.ts'
import type { Month } from '../../../shared/rules/calendar/day.ts'
import type { Scheme } from '../../../shared/rules/figures/child-group.ts'

/** The figure that the panel explains. */
export type ChosenFigure = {
  readonly accueil: string
  readonly ageGroup: CafRow['ageGroup']
  readonly measure: Measure
  readonly from: Month
  readonly to: Month
  readonly scheme: Scheme | null
}

/** The figure explained at first, before the person chooses another. */
export const firstFigureOf = (caf: Caf, { from, to, scheme }: CafFilter): ChosenFigure | null => {
  const [row] = caf.rows
  return row ? { accueil: row.accueil, ageGroup: row.ageGroup, measure: 'done', from, to, scheme } : null
}

/** The key of the figure's cell. */
export const keyOf = (figure: ChosenFigure): string =>
  JSON.stringify([figure.accueil, figure.ageGroup, figure.measure, figure.from, figure.to, figure.scheme])

export const figureOf = (key: string): ChosenFigure => {
  const [accueil, ageGroup, measure, from, to, scheme] = JSON.parse(key) as [
    string,
    CafRow['ageGroup'],
    Measure,
    Month,
    Month,
    Scheme | null,
  ]
  return { accueil, ageGroup, measure, from, to, scheme }
}
