import { Button } from '@mantine/core'
import { create } from 'zustand'
import { Note } from '../parts/feedback.tsx'
import { useFirstDay } from './first-day.ts'
import { showFirstDay, useSidePanel } from './side-panel-state.ts'

/** Invitation on the example town's Accueil, until the first day is begun or the invitation hidden. */
export const FirstDayInvitation = () => {
  const day = useFirstDay()
  const isHidden = useHidden((state) => state.isHidden)
  const isShown = useSidePanel(({ beside }) => beside?.what === 'firstDay')
  if (!day || isHidden || isShown || day.isOver) return null
  return (
    <Note>
      <div className="row">
        <span className="grow">
          <b>Votre première journée.</b> Dix gestes du service, à faire pour de bon sur cette ville inventée.
        </span>
        <Button onClick={showFirstDay}>{day.done.length === 0 ? 'Commencer la visite' : 'Reprendre la visite'}</Button>
        <Button variant="subtle" onClick={hide}>
          Plus tard
        </Button>
      </div>
    </Note>
  )
}

const place = 'premiere-journee'

const useHidden = create<{ isHidden: boolean }>()(() => {
  try {
    return { isHidden: localStorage.getItem(place) === 'masquee' }
  } catch {
    return { isHidden: false }
  }
})

const hide = () => {
  useHidden.setState({ isHidden: true })
  try {
    localStorage.setItem(place, 'masquee')
  } catch {
    // Without browser storage, the invitation appears again at the next start.
  }
}
