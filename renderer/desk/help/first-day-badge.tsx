import { useFirstDay } from './first-day.ts'
import { showFirstDay } from './side-panel-state.ts'

/** Badge in the bar of the example town: says that all people are invented, and shows the progress of the first day. */
export const FirstDayBadge = () => {
  const day = useFirstDay()
  const words = 'Aucune personne n’est réelle\u00a0; tout est remis à neuf chaque semaine.'
  if (!day)
    return (
      <span className="badge" data-tone="accent" title={words}>
        Ville d’exemple
      </span>
    )
  return (
    <button type="button" className="badge first-day-badge" data-tone="accent" title={words} onClick={showFirstDay}>
      Ville d’exemple{' '}
      <span>
        {day.done.length}/{day.steps.length}
        <span className="unseen"> étapes de votre première journée</span>
      </span>
    </button>
  )
}
