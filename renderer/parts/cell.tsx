import type { CellState } from '../../shared/rules/cell/cell.ts'

/** What the grid and the legend draw. `draft` is drawn over the state, on the portal only. */
export type CellLook = {
  readonly state: CellState
  readonly rank?: number | undefined
  readonly draft?: 'book' | 'cancel' | undefined
}

type Size = 'month' | 'week' | 'portal'

/** One cell outside a grid, with its full text for screen readers. */
export const Cell = ({ face, text, size = 'month' }: { face: CellLook; text: string; size?: Size }) => (
  <i
    className={classes[size]}
    data-state={face.state}
    data-rank={face.rank}
    data-draft={face.draft}
    role="img"
    aria-label={text}
  />
)

/** One cell inside an element that already has the cell's text. */
export const CellIcon = ({
  face,
  size = 'month',
  dim = false,
}: {
  face: CellLook
  size?: Size | undefined
  dim?: boolean
}) => (
  <i
    className={dim ? `${classes[size]} cell-dim` : classes[size]}
    data-state={face.state}
    data-rank={face.rank}
    data-draft={face.draft}
    aria-hidden="true"
  />
)

const classes: Record<Size, string> = { month: 'cell', week: 'cell cell-week', portal: 'cell cell-portal' }
