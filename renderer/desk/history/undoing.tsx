import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { create } from 'zustand'
import type { RecordKind } from '../../../shared/contract/desk/history.ts'
import type { ActScreen } from '../../../shared/record/act-kinds.ts'
import { type Client, clientOutsideForms } from '../../connection/client.ts'
import { Progress } from '../parts/feedback.tsx'
import { notifyRefusal } from '../queries.ts'
import { withFreedNotice } from '../reservations/freed-lists.tsx'

type HistoryContent =
  | { readonly what: 'record'; readonly entity: RecordKind; readonly id: number; readonly title: string }
  | { readonly what: 'lastActs'; readonly screen: ActScreen }
  | { readonly what: 'act'; readonly actId: number; readonly title: string }

/**
 * `shown`: content of the history panel. `question`: an act whose undoing staff must confirm, because families have
 * already received its answers.
 */
export const useHistory = create<{
  shown: HistoryContent | null
  question: { readonly actId: number; readonly answersSent: number } | null
}>()(() => ({ shown: null, question: null }))

export const showHistory = (shown: HistoryContent | null): void => useHistory.setState({ shown })

// Prevents a second undo while one is running: two quick key presses must not undo the same act twice.
let isBusy = false

/** Undoes an act, shows progress, then says what was undone or why it was refused. */
export const undoAct = async (client: Client, actId: number, told = false): Promise<void> => {
  if (isBusy) return
  isBusy = true
  const id = `undoing ${actId}`
  const stop = new AbortController()
  try {
    await withFreedNotice(async () => {
      for await (const step of await client.history.undo({ actId, told }, { signal: stop.signal })) {
        if (step.step === 'working') showProgress(id, step, () => stop.abort())
        else {
          notifications.hide(id)
          const { label, answersSent } = step.result
          if (answersSent > 0) useHistory.setState({ question: { actId, answersSent } })
          else showUndone(actId, label)
        }
      }
    })
  } catch (error) {
    notifications.hide(id)
    if (stop.signal.aborted) notifications.show({ message: 'Arrêté\u00a0: rien n’a été annulé.' })
    else notifyRefusal(error)
  } finally {
    isBusy = false
  }
}

/**
 * Ctrl Z: undoes this person's last act on the screen that is not undone yet, or says why it cannot be undone.
 * @param own undoes acts that the screen itself can undo; returns whether the act was one of them
 */
export const undoLast = async (
  screen: ActScreen,
  own: (actId: number) => Promise<boolean> = () => Promise.resolve(false),
): Promise<void> => {
  try {
    const last = await lastNotUndone(screen)
    if (last && (await own(last.actId))) return
    if (!last) notifications.show({ message: 'Rien à annuler sur cet écran.' })
    else if (last.whyNot === null) await undoAct(clientOutsideForms, last.actId)
    else
      notifications.show({
        color: 'red',
        title: 'Ce geste ne s’annule pas',
        message: (
          <>
            {last.label}
            <br />
            {last.whyNot}
          </>
        ),
        autoClose: 12_000,
      })
  } catch (error) {
    notifyRefusal(error)
  }
}

/** Asks for few acts first: the desk must check for each whether it can be undone, and the first is usually enough. */
const lastNotUndone = async (screen: ActScreen) => {
  for (const count of [1, 10, 50]) {
    const acts = await clientOutsideForms.history.lastActs({ screen, mine: true, count })
    const last = acts.find(({ undone }) => undone === null)
    if (last || acts.length < count) return last
  }
  return undefined
}

const showProgress = (id: string, { done, total }: { done: number; total: number }, onStop: () => void) => {
  const message = (
    <Progress
      label="Annulation"
      done={done}
      total={total}
      trailing={
        <Button size="compact-xs" onClick={onStop}>
          Arrêter
        </Button>
      }
    />
  )
  if (notifications.show({ id, autoClose: false, withCloseButton: false, message }) === id)
    notifications.update({ id, autoClose: false, withCloseButton: false, message })
}

const showUndone = (actId: number, label: string) => {
  const id = `undone ${actId}`
  notifications.show({
    id,
    title: 'Annulé',
    autoClose: 12_000,
    message: (
      <span className="row between">
        {label}
        <Button
          size="compact-xs"
          onClick={() => {
            notifications.hide(id)
            showHistory({ what: 'act', actId, title: label })
          }}
        >
          Voir
        </Button>
      </span>
    ),
  })
}
