import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { clientOutsideForms } from '../../connection/client.ts'
import { undoAct } from '../history/undoing.tsx'
import type { TaskProgress } from '../invoicing/long-task.ts'
import { Progress } from '../parts/feedback.tsx'

/** A notification of what a batch did, with a button to undo it. */
export const showBatchDone = (actId: number, words: string): void => {
  const id = `year ${actId}`
  notifications.show({
    id,
    autoClose: 20_000,
    message: (
      <span className="row between">
        {words}
        <Button
          size="compact-xs"
          onClick={() => {
            notifications.hide(id)
            void undoAct(clientOutsideForms, actId)
          }}
        >
          Annuler
        </Button>
      </span>
    ),
  })
}

/** Progress of a batch, with a button to stop it; a stopped batch changes nothing. */
export const BatchProgress = ({ underway, onStop }: { underway: TaskProgress | undefined; onStop: () => void }) =>
  underway ? (
    <Progress
      {...underway}
      trailing={
        <Button size="compact-xs" onClick={onStop}>
          Arrêter
        </Button>
      }
    />
  ) : null
