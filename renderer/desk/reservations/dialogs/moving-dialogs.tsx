import { CorrectionDialog } from '../../requests/correction-dialog.tsx'
import { useNow } from '../../staff/now.ts'
import type { useCellMoves } from '../moving.ts'
import { MoveDialog } from './move-dialog.tsx'
import { RescheduleDialog } from './reschedule-dialog.tsx'

/**
 * Dialogs of a screen that moves cells: what a move lacks, another day, confirmation before undoing a published answer.
 */
export const MoveDialogs = ({ moving }: { moving: ReturnType<typeof useCellMoves> }) => {
  const { clockText } = useNow()
  return (
    <>
      {moving.question ? (
        <MoveDialog
          key={JSON.stringify(moving.question)}
          question={moving.question}
          nowText={clockText}
          onMove={moving.move}
          onClose={() => moving.ask(null)}
        />
      ) : null}
      {moving.bookingToMove ? (
        <RescheduleDialog
          detail={moving.bookingToMove}
          onReschedule={moving.reschedule}
          onClose={() => moving.chooseDay(null)}
        />
      ) : null}
      <CorrectionDialog
        publishedAnswers={moving.correction?.answersSent ?? 0}
        onCorrect={moving.correct}
        onClose={moving.closeCorrection}
      />
    </>
  )
}
