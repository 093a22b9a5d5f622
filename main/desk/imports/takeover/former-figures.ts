import type { Write } from '../../../store/acts/acts.ts'
import { formerFigure } from '../../../store/schema/index.ts'
import type { Store } from '../../../store/store.ts'

/** What another program counted of a month: kept to be read beside ours, never added to it. */
export type FormerFigure = Omit<typeof formerFigure.$inferSelect, 'id' | 'actId'>

/** Without the name of the program, so that a month and an activity have one figure. */
export const formerFigureKey = ({
  month,
  activity,
  siteId,
}: Pick<FormerFigure, 'month' | 'activity' | 'siteId'>): string => `${month} ${activity} ${siteId ?? ''}`

/** All of them, by their key. */
export const formerFigures = ({ db }: Store): ReadonlyMap<string, FormerFigure & { readonly id: number }> =>
  new Map(
    db
      .select()
      .from(formerFigure)
      .all()
      .map((row) => [formerFigureKey(row), row]),
  )

/** Part of an act. @param id of the figure that this one replaces; null for a new one */
export const writeFormerFigure = (write: Write, id: number | null, figure: FormerFigure): void => {
  if (id === null) write.insert(formerFigure, figure)
  else write.update(formerFigure, id, { ...figure, actId: write.actId })
}
