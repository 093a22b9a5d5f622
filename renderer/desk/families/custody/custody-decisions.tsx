import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type {
  ConcernedBooking,
  ConcernedDemande,
  CustodyPreview,
  HomeDecision,
} from '../../../../shared/contract/desk/reservations/custody.ts'
import { counted, shortDay } from '../../../../shared/rules/text/french.ts'
import { Failure, Note } from '../../parts/feedback.tsx'
import { Dialog } from '../../parts/forms/dialogs.tsx'
import { atHome, type Homes } from './custody-texts.ts'

type Decisions = { reservationId: number; act: HomeDecision }[]

const words: Readonly<Record<HomeDecision, string>> = {
  move: 'Passer à l’autre foyer',
  free: 'Libérer',
  keep: 'Garder',
}

/** Possible decisions: a booking moves only if the other home is registered; a waiting-list rank cannot be kept. */
const choicesOf = ({ held, whyNotMoved }: ConcernedBooking): HomeDecision[] => [
  ...(whyNotMoved === null ? (['move'] as const) : []),
  'free',
  ...(held === 'confirmed' ? (['keep'] as const) : []),
]

const defaultDecision = (booking: ConcernedBooking): HomeDecision => {
  const choices = choicesOf(booking)
  return choices.includes('move') ? 'move' : choices.includes('keep') ? 'keep' : 'free'
}

/**
 * Future bookings on days that a custody change gives to the other home: staff decide each, and the decisions are
 * recorded with the change. Demandes on these days are only listed.
 */
export const CustodyDecisionsDialog = ({
  homes,
  bookings,
  demandes,
  onDecide,
  onClose,
}: CustodyPreview & {
  homes: Homes
  onDecide: (decisions: Decisions) => Promise<unknown>
  onClose: () => void
}) => {
  const [decided, setDecided] = useState(
    () => new Map(bookings.map((one) => [one.reservationId, defaultDecision(one)])),
  )
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const all = (act: HomeDecision) =>
    setDecided(
      new Map(
        bookings.map((one) => [
          one.reservationId,
          choicesOf(one).includes(act) ? act : (decided.get(one.reservationId) ?? defaultDecision(one)),
        ]),
      ),
    )
  const record = async () => {
    setIsBusy(true)
    setError(undefined)
    try {
      await onDecide([...decided].map(([reservationId, act]) => ({ reservationId, act })))
    } catch (failure) {
      setError(failure)
      setIsBusy(false)
    }
  }
  const leaving = bookings.filter(({ reservationId }) => decided.get(reservationId) !== 'keep')
  const billed = leaving.filter(({ isBilled }) => isBilled).length
  return (
    <Dialog
      opened
      title={bookings.length > 0 ? 'Réservations concernées' : 'Demandes concernées'}
      width="wide"
      onClose={onClose}
    >
      <div className="dialog-form">
        {error === undefined ? null : <Failure error={error} />}
        {bookings.length > 0 ? (
          <>
            <p>
              <b>{counted(bookings.length, 'réservation à venir tombe', 'réservations à venir tombent')}</b> un jour qui
              est maintenant celui de l’autre foyer.
            </p>
            <div className="row" style={{ flexWrap: 'wrap' }}>
              <Button onClick={() => all('move')}>Tout passer à l’autre foyer</Button>
              <Button onClick={() => all('free')}>Tout libérer</Button>
              <Button onClick={() => all('keep')}>Tout garder</Button>
            </div>
            <div className="custody-list">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Jour</th>
                    <th scope="col">Réservation</th>
                    <th scope="col">De</th>
                    <th scope="col">Le jour est</th>
                    <th scope="col">Décision</th>
                  </tr>
                </thead>
                <tbody>
                  {bookings.map((one) => (
                    <tr key={one.reservationId}>
                      <td>{shortDay(one.day)}</td>
                      <td>
                        {one.activity}, {one.slot}
                        {one.held === 'waitlisted' ? <span className="soft"> (liste d’attente)</span> : null}
                        {one.isBilled ? <span className="soft"> (facturée)</span> : null}
                      </td>
                      <td>{homes.find(({ id }) => id === one.familyId)?.name}</td>
                      <td>{atHome(homes, one.ownerId)}</td>
                      <td>
                        <NativeSelect
                          aria-label={`Décision, ${shortDay(one.day)}, ${one.activity}, ${one.slot}`}
                          data={choicesOf(one).map((act) => ({ value: act, label: words[act] }))}
                          value={decided.get(one.reservationId) ?? defaultDecision(one)}
                          onChange={({ currentTarget }) => {
                            const act = choicesOf(one).find((choice) => choice === currentTarget.value)
                            if (act) setDecided(new Map(decided).set(one.reservationId, act))
                          }}
                        />
                        {one.whyNotMoved === null ? null : <p className="small soft">{one.whyNotMoved}</p>}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </>
        ) : null}
        {demandes.length > 0 ? <DemandesConcerned homes={homes} demandes={demandes} /> : null}
        {billed > 0 ? (
          <Note>
            {counted(billed, 'réservation est déjà facturée', 'réservations sont déjà facturées')}&nbsp;: un avoir sera
            proposé à la prochaine facturation.
          </Note>
        ) : null}
        <div className="dialog-foot">
          <Button onClick={onClose}>Annuler</Button>
          <Button variant="filled" data-autofocus loading={isBusy} onClick={() => void record()}>
            Enregistrer
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

/** Demandes on days that change home. Staff answer them later on the screen « Demandes », by the new rule. */
const DemandesConcerned = ({ homes, demandes }: { homes: Homes; demandes: readonly ConcernedDemande[] }) => {
  const whose = (owner: number | null) => (owner === null ? 'l’un ou l’autre' : atHome(homes, owner))
  return (
    <section aria-label="Demandes concernées">
      <p>
        <b>{counted(demandes.length, 'demande attend', 'demandes attendent')}</b> une réponse un jour qui change de
        foyer. Elles restent dans Demandes.
      </p>
      <div className="custody-list">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Jour</th>
              <th scope="col">Demande</th>
              <th scope="col">De</th>
              <th scope="col">Le jour était</th>
              <th scope="col">Le jour sera</th>
              <th scope="col">Ensuite</th>
            </tr>
          </thead>
          <tbody>
            {demandes.map(({ reservationId, day, activity, slot, familyId, ownerBefore, ownerAfter }) => (
              <tr key={reservationId}>
                <td>{shortDay(day)}</td>
                <td>
                  {activity}, {slot}
                </td>
                <td>{homes.find(({ id }) => id === familyId)?.name}</td>
                <td>{whose(ownerBefore)}</td>
                <td>{whose(ownerAfter)}</td>
                <td>{ownerAfter === null || ownerAfter === familyId ? 'peut être acceptée' : 'à refuser'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
