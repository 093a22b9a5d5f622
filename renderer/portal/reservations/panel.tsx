import { useEffect, useRef, useState } from 'react'
import { legend, takesPlace } from '../../../shared/rules/cell/cell.ts'
import { cellNotes } from '../../../shared/rules/cell/cell-texts.ts'
import { whyNotAction } from '../../../shared/rules/cell/cell-verdicts.ts'
import { leaveListTexts, withdrawDayTexts, withdrawTexts } from '../../../shared/rules/requests/demande-texts.ts'
import { longDay, timeText } from '../../../shared/rules/text/french.ts'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { WithPhones } from '../parts/phone.tsx'
import { showToast } from '../parts/toast.tsx'
import { sentenceOf } from '../queries.ts'
import { NoteIcon } from './calendar.tsx'
import { refreshDemandes } from './draft.ts'
import { type NoteContext, squareNotes } from './notes.ts'
import type { Square } from './squares.ts'

const parent = { kind: 'parent' } as const

/** The details of the cell that was pressed, below its week, with the actions that a parent can still take. */
export const CellPanel = ({
  square,
  ofDay,
  registration,
  noteContext,
  onClose,
}: {
  square: Square
  /** All cells of the same day. */
  ofDay: readonly Square[]
  registration: number
  noteContext: NoteContext
  onClose: () => void
}) => {
  const { slot, day, cell, state } = square
  const root = useRef<HTMLElement>(null)
  // Scrolls the panel into view, since the bar of the draft would cover it near the bottom of a phone's screen.
  useEffect(() => {
    // A block body: newer browsers return a value from `scrollIntoView`, which React would call as a clean-up function.
    root.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  const more = cell ? cellNotes(cell.facts).filter((note) => note.startsWith('déjà')) : []
  return (
    <section ref={root} aria-live="polite" className="panel" aria-label={`${longDay(day)}, ${slot.name}`}>
      <h3>
        {longDay(day)}, {slot.name.toLowerCase()}
      </h3>
      <p>
        De {timeText(slot.start)} à {timeText(slot.end)}. <b>{cell ? legend[state].words : 'Pas d’accueil'}</b>
        {more.length > 0 && `, ${more.join(', ')}`}.
      </p>
      {cell &&
        squareNotes(square, noteContext).map(({ kind, text }) => (
          <p key={text} className="day-note" data-kind={kind}>
            <NoteIcon kind={kind} />
            <span>
              <WithPhones text={text} />
            </span>
          </p>
        ))}
      <Actions
        square={square}
        ofDay={ofDay}
        registration={registration}
        goesTogether={noteContext.goesTogether}
        onClose={onClose}
      />
    </section>
  )
}

const Actions = ({
  square: { cell, day, slot },
  ofDay,
  registration,
  goesTogether,
  onClose,
}: {
  square: Square
  ofDay: readonly Square[]
  registration: number
  goesTogether: boolean
  onClose: () => void
}) => {
  const [isBusy, setBusy] = useState(false)
  // Idempotency key for accepting or declining the offered place.
  const [request] = useState(() => crypto.randomUUID())
  const run = async (act: () => Promise<unknown>, sentence: string) => {
    setBusy(true)
    try {
      await act()
      await refreshDemandes()
      showToast(sentence)
      onClose()
    } catch (error) {
      showToast(sentenceOf(error), 'danger')
      await refreshDemandes()
    } finally {
      setBusy(false)
    }
  }
  const facts = cell?.facts
  const demande = cell?.demande ?? null
  const isOpen = (act: 'record' | 'withdraw' | 'takeBack' | 'leave') =>
    facts && whyNotAction(act, facts, parent) === null
  const together = ofDay.flatMap((other) =>
    other.cell?.demande && whyNotAction('withdraw', other.cell.facts, parent) === null ? [other.cell.demande] : [],
  )
  const wish = facts?.ask?.wish ?? null
  const takesOffer = wish === 'book' && facts?.held.kind === 'waitlisted' && takesPlace(facts.held)
  return (
    <div className="acts">
      {demande !== null && isOpen('withdraw') && (
        <ConfirmButton
          words={withdrawTexts(wish, takesOffer, goesTogether)}
          isBusy={isBusy}
          onYes={() => void run(() => client.demandes.withdraw({ demande }), 'Votre demande est retirée.')}
        />
      )}
      {demande !== null && isOpen('withdraw') && together.length > 1 && !goesTogether && (
        <ConfirmButton
          words={withdrawDayTexts(together.length)}
          isBusy={isBusy}
          onYes={() =>
            void run(async () => {
              for (const one of together) await client.demandes.withdraw({ demande: one })
            }, 'Vos demandes de ce jour sont retirées.')
          }
        />
      )}
      {demande !== null && isOpen('takeBack') && (
        <ConfirmButton
          words={withdrawTexts(wish, false, goesTogether)}
          isBusy={isBusy}
          onYes={() =>
            void run(
              () => client.demandes.takeBack({ demande }),
              'Le retrait est demandé. La réponse sera dans «\u00a0Mes demandes\u00a0».',
            )
          }
        />
      )}
      {facts?.held.kind === 'waitlisted' && facts.ask === null && isOpen('record') && (
        <Button
          isBusy={isBusy}
          onClick={() =>
            void run(
              () => client.demandes.takeOffer({ request, registration, day, slot: slot.id }),
              'C’est enregistré\u00a0: vous prenez la place. La réponse sera dans «\u00a0Mes demandes\u00a0».',
            )
          }
        >
          Accepter la place
        </Button>
      )}
      {facts?.held.kind === 'waitlisted' && isOpen('leave') && (
        <ConfirmButton
          words={leaveListTexts(takesPlace(facts.held), goesTogether)}
          isBusy={isBusy}
          onYes={() =>
            void run(
              () => client.demandes.leave({ request, registration, day, slot: slot.id }),
              'C’est enregistré\u00a0: vous quittez la liste d’attente.',
            )
          }
        />
      )}
      <Button kind="quiet" onClick={onClose}>
        Fermer
      </Button>
    </div>
  )
}
