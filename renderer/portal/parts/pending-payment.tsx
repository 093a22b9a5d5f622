import type { Sentence } from '../../../shared/pages/page.ts'
import { Words } from './words.tsx'

/** The cents paid online that the town has not entered in its accounts yet, shown below the amount to pay. */
export const PendingPayment = ({ text }: { text: Sentence | null }) =>
  text && (
    <p className="small">
      <Words of={text} />
    </p>
  )
