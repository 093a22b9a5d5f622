import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { NoteShown } from '../../../shared/contract/desk/people/notes.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Section } from '../parts/screen.tsx'
import './notes.css'
import { NoteDialog, NoteFacts } from './notes-section.tsx'

/** « À faire »: the tasks of the logged-in person, earliest first. A task that was just ticked can be unticked. */
export const MyTasks = ({ isShownEmpty }: { isShownEmpty: boolean }) => {
  const { data } = useQuery(orpc.notes.mine.queryOptions())
  const tick = useMutation(orpcOutsideForms.notes.tick.mutationOptions())
  const [ticked, setTicked] = useState<readonly NoteShown[]>([])
  const [isAdding, setIsAdding] = useState(false)
  if (!data || (data.length + ticked.length === 0 && !isShownEmpty)) return null
  const late = data.filter(({ state }) => state === 'late').length
  const done = ticked.filter(({ id }) => !data.some((one) => one.id === id))
  return (
    <Section
      title="À faire"
      subtitle={late > 0 ? counted(late, 'en retard', 'en retard') : undefined}
      action={<PlainAction label="Ajouter" aria="Ajouter quelque chose à faire" onAction={() => setIsAdding(true)} />}
    >
      {data.length + done.length === 0 ? <p className="soft small">Rien à faire.</p> : null}
      <ul className="notes" aria-label="À faire">
        {data.map((note) => (
          <li key={note.id}>
            <p>
              {note.text}
              {note.homeId === null ? null : (
                <>
                  {' '}
                  <Link to="/familles/$familyId" params={{ familyId: String(note.homeId) }} search={{}}>
                    {note.about}
                  </Link>
                </>
              )}
            </p>
            <NoteFacts note={note} />
            <span>
              <PlainAction
                label="Fait"
                aria={`Fait\u00a0: ${note.text}`}
                onAction={() => {
                  setTicked((before) => [...before.filter(({ id }) => id !== note.id), note])
                  tick.mutate({ id: note.id, done: true })
                }}
              />
            </span>
          </li>
        ))}
        {done.map(({ id, text }) => (
          <li key={id}>
            <p className="soft">
              Fait&nbsp;: <s>{text}</s>
            </p>
            <span>
              <PlainAction
                label="Annuler"
                aria={`Pas fait\u00a0: ${text}`}
                onAction={() => tick.mutate({ id, done: false })}
              />
            </span>
          </li>
        ))}
      </ul>
      {isAdding ? <NoteDialog note="new" onClose={() => setIsAdding(false)} /> : null}
    </Section>
  )
}
