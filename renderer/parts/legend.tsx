import { CellIcon } from './cell.tsx'
import './legend.css'
import { type CellState, cellStates, legend } from '../../shared/rules/cell/cell.ts'

/**
 * The nine states in words, each with its number of cells. Pressing a state dims the others; pressing it again shows
 * all.
 */
export const Legend = ({
  counts,
  kept,
  onKeep,
}: {
  counts: Partial<Record<CellState, number>>
  kept: CellState | undefined
  onKeep: (state: CellState | undefined) => void
}) => (
  <ul className="legend" aria-label="Légende&nbsp;: presser un état ne montre que lui">
    {cellStates
      .filter((state) => !rare.has(state) || (counts[state] ?? 0) > 0)
      .map((state) => (
        <li key={state}>
          <button
            type="button"
            aria-pressed={kept === state}
            title={`${legend[state].words}. ${legend[state].meaning}`}
            onClick={() => onKeep(kept === state ? undefined : state)}
          >
            <CellIcon face={{ state, rank: state === 'waitlisted' ? 1 : undefined }} />
            {legend[state].short}
            {uncounted.has(state) ? null : <b>{counts[state] ?? 0}</b>}
          </button>
        </li>
      ))}
  </ul>
)

/**
 * Hidden while their count is 0: the desk collects a demande as soon as it receives it, so these two states are rare.
 */
const rare: ReadonlySet<CellState> = new Set(['requested', 'cancelRequested'])
const uncounted: ReadonlySet<CellState> = new Set(['free', 'closed'])
