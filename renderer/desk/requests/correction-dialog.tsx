import type { FormClient } from '../../connection/form.ts'
import { ConfirmDialog } from '../parts/forms/dialogs.tsx'

/** Asks before undoing decisions whose answers are already published: families will read another answer. */
export const CorrectionDialog = ({
  publishedAnswers,
  onCorrect,
  onClose,
}: {
  /** Number of published answers; 0 keeps the dialog closed. */
  publishedAnswers: number
  onCorrect: (client: FormClient) => Promise<void>
  onClose: () => void
}) => (
  <ConfirmDialog
    opened={publishedAnswers > 0}
    title="Annuler une réponse déjà envoyée&nbsp;?"
    confirm="Annuler la décision"
    cancelLabel="Garder la décision"
    onConfirm={onCorrect}
    onClose={onClose}
  >
    {publishedAnswers === 1
      ? 'La réponse est déjà sur le portail\u00a0: la famille a pu la lire.'
      : `${publishedAnswers} réponses sont déjà sur le portail\u00a0: les familles ont pu les lire.`}{' '}
    Annulée, elle se décide de nouveau, et la nouvelle réponse part à l’échange suivant.
  </ConfirmDialog>
)
