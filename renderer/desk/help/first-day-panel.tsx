import { Button } from '@mantine/core'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { counted } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { useSetSession } from '../staff/session.ts'
import { useFirstDay } from './first-day.ts'
import { firstDay } from './first-day-steps.ts'
import { SidePanel } from './side-panel.tsx'
import { closeSidePanel } from './side-panel-state.ts'
import { french } from './typography.ts'

/** « Votre première journée »: each step is ticked once it is done, from this panel or not. */
export const FirstDayPanel = () => {
  const day = useFirstDay()
  if (!day) return null
  const { done, steps, isOver } = day
  const next = steps.find((step) => !done.includes(step))
  return (
    <SidePanel title="Votre première journée" shown="first day">
      <div className="first-day">
        <p className="soft small" role="status">
          {isOver
            ? 'Tout est fait\u00a0: vous savez l’essentiel.'
            : `${counted(done.length, 'étape faite', 'étapes faites')} sur ${steps.length}. Rien ici n’est réel\u00a0: essayez sans crainte.`}
        </p>
        <ol className="first-day-steps">
          {steps.map((step, at) => {
            const isDone = done.includes(step)
            const { title, how, way } = firstDay[step]
            return (
              <li key={step} data-done={isDone || undefined} aria-current={step === next ? 'step' : undefined}>
                <span className="first-day-sign">
                  {isDone ? <IconCheck size={14} aria-label="Fait" /> : <span aria-hidden="true">{at + 1}</span>}
                </span>
                <div>
                  <h3>{title}</h3>
                  {isDone ? null : (
                    <p className="small">
                      {french(how)}{' '}
                      <Link to={way.to} search={way.search} aria-label={`Y aller\u00a0: ${title}`}>
                        Y aller
                      </Link>
                    </p>
                  )}
                </div>
              </li>
            )
          })}
        </ol>
        <BeginOwn isOver={isOver} />
        <p>
          <Button variant="subtle" onClick={closeSidePanel}>
            Masquer
          </Button>{' '}
          <span className="soft small">«&nbsp;Ville d’exemple&nbsp;», en haut, la rouvre où elle en est.</span>
        </p>
      </div>
    </SidePanel>
  )
}

const BeginOwn = ({ isOver }: { isOver: boolean }) => {
  const setSession = useSetSession()
  const leave = useMutation({
    mutationFn: () => clientOutsideForms.staff.leaveExample(),
    onSuccess: (session) => {
      closeSidePanel()
      setSession(session)
    },
  })
  return (
    <div className="stack">
      <p className="small">
        {isOver ? 'À vous, maintenant. ' : ''}La ville d’exemple reste de son côté&nbsp;: rien ne s’en mêle à vos
        données.
      </p>
      <div>
        <Button variant={isOver ? 'filled' : 'default'} loading={leave.isPending} onClick={() => leave.mutate()}>
          Commencer avec ma ville
        </Button>
      </div>
    </div>
  )
}
