import { questionMarkText } from '../../../shared/pages/registrations.ts'

/** The sign « ? » of a registration that the town has not decided yet. */
export const QuestionMark = ({ isSmall = false }: { isSmall?: boolean }) => (
  <span className={isSmall ? 'question-mark question-mark-s' : 'question-mark'}>
    <span aria-hidden="true">?</span>
    <span className="vh">{questionMarkText}</span>
  </span>
)
