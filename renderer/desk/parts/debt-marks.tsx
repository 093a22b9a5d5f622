import { type DebtMark, debtMarkTexts, isUrgentMark } from '../../../shared/rules/money/recovery/debt-mark.ts'
import { Badge } from './feedback.tsx'

/** « à la Trésorerie », « échéancier rompu », « réservations suspendues » */
export const DebtMarks = ({ marks }: { marks: readonly DebtMark[] }) =>
  marks.map((mark) => (
    <Badge key={mark} tone={isUrgentMark(mark) ? 'warn' : 'neutral'}>
      {debtMarkTexts[mark]}
    </Badge>
  ))
