import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { RecordHistory } from '../history/record-history.tsx'

/** Acts on this family, its members, registrations and money, latest first. */
export const HistoryTab = ({ family }: { family: Family }) => (
  <div className="family-alone" ref={makeFocusable}>
    <RecordHistory entity="family" id={family.id} />
  </div>
)

// The history may contain no control: make it focusable, so that the keyboard can scroll it.
const makeFocusable = (element: HTMLElement | null) => element?.setAttribute('tabindex', '0')
