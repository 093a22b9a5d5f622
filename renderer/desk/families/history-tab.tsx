import type { Family } from '../../../shared/contract/desk/families.ts'
import { RecordHistory } from '../history/record-history.tsx'

/** Who did what about this family, its people, its inscriptions and its money, latest first. */
export const StoryTab = ({ family }: { family: Family }) => (
  <div className="family-alone" ref={keyScrolled}>
    <RecordHistory entity="family" id={family.id} />
  </div>
)

// It may be all text: whoever has no mouse scrolls it by the keys.
const keyScrolled = (element: HTMLElement | null) => element?.setAttribute('tabindex', '0')
