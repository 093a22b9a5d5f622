import IconArrowBackUp from '@tabler/icons-react/icons/IconArrowBackUp'
import IconChevronUp from '@tabler/icons-react/icons/IconChevronUp'
import IconX from '@tabler/icons-react/icons/IconX'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { Drafts } from '../../../shared/contract/portal/demandes.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { priceSentences } from '../../../shared/rules/price/printed/price-sentences.ts'
import { draftCountText } from '../../../shared/rules/requests/demande-texts.ts'
import { briefDay, listed, ofName } from '../../../shared/rules/text/french.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { DockBar } from '../parts/dock-bar.tsx'
import { Notice } from '../parts/notice.tsx'
import { showToast } from '../parts/toast.tsx'
import { sentenceOf } from '../queries.ts'
import { record, reloadCount, send, tick, undo, untickRefused, useDraft } from './draft.ts'

/**
 * The bar of the draft: number of ticks, estimated cost, and the button that records them. Ticks are saved to the
 * portal at once as a draft; the town receives nothing until the parent presses this button.
 */
export const DraftBar = () => {
  const { serverDrafts, bookings, cancels, isSyncing, failure, canUndo, isRecording } = useDraft()
  const [isShown, setShown] = useState(false)
  const [surchargeAccepted, setSurchargeAccepted] = useState(false)
  const [refused, setRefused] = useState<{ readonly sentence: string; readonly count: number } | null>(null)
  const [, goTo] = useLocation()
  const count = bookings + cancels
  // Shown until the number of ticks changes.
  const refusal = refused?.count === count ? refused.sentence : null
  const late = serverDrafts?.items.filter(({ surchargeCents }) => surchargeCents !== null) ?? []
  if (count === 0 && !canUndo) return null

  const recordAll = async () => {
    if (late.length > 0 && !surchargeAccepted && !isShown) {
      setShown(true)
      return
    }
    setRefused(null)
    try {
      const receipt = await record(surchargeAccepted)
      setSurchargeAccepted(false)
      goTo(`/recu/${receipt.id}`, { state: { isNew: true } })
    } catch (error) {
      const sentence = sentenceOf(error)
      const remaining = await reloadCount()
      const recordable = remaining ? remaining - (await untickRefused().catch(() => 0)) : remaining
      if (remaining === 0) showToast(recordedOrEmptied, 'danger')
      else if (recordable === 0)
        showToast(`Ce n’est pas enregistré. ${sentence} Vos cases ne sont plus cochées.`, 'danger')
      else setRefused({ sentence, count: recordable ?? count })
    } finally {
      setShown(false)
    }
  }
  return (
    <>
      <DockBar>
        <section className="draft" aria-label="Brouillon">
          <div className="draft-in">
            {refusal !== null && (
              <p className="draft-refusal" role="alert">
                <b>Ce n’est pas enregistré.</b> {refusal} Vos cases restent cochées.
              </p>
            )}
            {failure !== null && refusal === null && (
              <p className="draft-refusal" role="alert">
                <b>Vos cases sont gardées sur cet appareil.</b> Le portail ne répond pas&nbsp;: nouvel essai dans un
                instant.{' '}
                <button type="button" className="link" onClick={() => void send()}>
                  Réessayer
                </button>
              </p>
            )}
            <button type="button" className="draft-sum" aria-haspopup="dialog" onClick={() => setShown(true)}>
              <span>
                <b aria-live="polite">{sumText({ bookings, cancels })}</b>
                {count > 0 && serverDrafts && failure === null && isPriced(serverDrafts.items) && (
                  <b className="draft-cost" aria-busy={isSyncing}>
                    , environ&nbsp;{formatEuros(serverDrafts.estimate.totalCents)}
                  </b>
                )}
                {serverDrafts && serverDrafts.items.length > 0 && (
                  <span className="draft-soft">{partsText(serverDrafts)}</span>
                )}
              </span>
              {count > 0 && <IconChevronUp className="icon" aria-label="Voir le détail" />}
            </button>
            <div className="draft-go">
              {canUndo && (
                <button type="button" className="btn btn-second" onClick={undo}>
                  <IconArrowBackUp className="icon" aria-hidden />
                  <span>Défaire</span>
                </button>
              )}
              {count > 0 && (
                <Button isBusy={isRecording} onClick={() => void recordAll()}>
                  {isRecording ? 'Un instant…' : 'Enregistrer mes demandes'}
                </Button>
              )}
            </div>
          </div>
        </section>
      </DockBar>
      {isShown && serverDrafts && count > 0 && (
        <Dialog title="Mon brouillon" onClose={() => setShown(false)}>
          <DraftLines drafts={serverDrafts} />
          {late.length > 0 && (
            <label className="choice">
              <input
                type="checkbox"
                checked={surchargeAccepted}
                onChange={({ target }) => setSurchargeAccepted(target.checked)}
              />
              <span>
                {acceptText(late)}
                <small>Sans cela, les jours hors délai restent dans le brouillon.</small>
              </span>
            </label>
          )}
          <div className="btns">
            <Button isWide isBusy={isRecording} onClick={() => void recordAll()}>
              {isRecording ? 'Un instant…' : 'Enregistrer mes demandes'}
            </Button>
            <Button
              kind="quiet"
              onClick={() => {
                tick(serverDrafts.items.map(({ registration, day, slot }) => ({ registration, day, slot, wish: null })))
                setShown(false)
              }}
            >
              Vider le brouillon
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}

const recordedOrEmptied =
  'Votre brouillon est vide\u00a0: il a été enregistré ou vidé depuis une autre page ou un autre appareil. «\u00a0Mes demandes\u00a0» dit ce qui est enregistré.'

/** @param late the items that cost more since they are late; an amount of zero is the tariff's, within the sum below */
const acceptText = (late: Drafts['items']): string =>
  late.some(({ surchargeCents }) => surchargeCents === 0)
    ? 'J’accepte la majoration des demandes hors délai, comptée dans le total.'
    : `J’accepte la majoration de ${formatEuros(late.reduce((sum, { surchargeCents }) => sum + (surchargeCents ?? 0), 0))}.`

/** « 4 demandes et 1 annulation à enregistrer » */
const sumText = ({ bookings, cancels }: { bookings: number; cancels: number }): string => {
  const ticked = draftCountText({ bookings, cancels })
  return ticked === '' ? 'Plus rien à enregistrer.' : `${ticked} à enregistrer`
}

/** False when all items only wait for a place or can no longer be recorded. */
const isPriced = (items: Drafts['items']): boolean =>
  items.some(({ outcome }) => outcome === 'record' || outcome === 'surcharge')

/**
 * « dont 1 pour la liste d’attente et 2 hors délai, avec majoration », otherwise the first names of the children it
 * concerns.
 */
const partsText = ({ items }: Drafts): string => {
  const count = (outcome: Drafts['items'][number]['outcome']) => items.filter((item) => item.outcome === outcome).length
  const waiting = count('waitingList')
  const late = count('surcharge')
  const refused = count('refused')
  const inWeeks = count('week')
  const parts = [
    inWeeks > 0 ? `${inWeeks} dont la semaine n’est pas possible ainsi` : '',
    waiting > 0 ? `${waiting} pour la liste d’attente` : '',
    late > 0 ? `${late} hors délai, avec majoration` : '',
    refused > 0
      ? `${refused} qui ne ${refused > 1 ? 'peuvent' : 'peut'} plus être ${refused > 1 ? 'prises' : 'prise'}`
      : '',
  ].filter(Boolean)
  if (parts.length > 0) return `dont ${listed(parts)}`
  return `Brouillon ${ofName(listed([...new Set(items.map(({ child }) => child))]))}`
}

const DraftLines = ({ drafts: { items, estimate } }: { drafts: Drafts }) => (
  <div className="draft-lines">
    {[...Map.groupBy(items, ({ child, activity }) => `${child}, ${activity}`)].map(([title, lines]) => (
      <section key={title} aria-label={title}>
        <h3>{title}</h3>
        <ul>
          {[...Map.groupBy(lines, ({ registration, day }) => `${registration} ${day}`)].map(([key, ofDay]) => {
            const [first] = ofDay
            if (!first) return null
            const cost = estimate.days.find((one) => one.registration === first.registration && one.day === first.day)
            return (
              <li key={key} className="line">
                <div className="line-main">
                  <b>{briefDay(first.day)}</b>
                  {cost && isPriced(ofDay) && <span className="num">{formatEuros(cost.cents)}</span>}
                </div>
                {ofDay.map((item) => (
                  <div key={item.slot} className="draft-line">
                    <span>
                      {item.slotName}
                      {item.wish === 'cancel' && '\u00a0: annulation'}
                      {item.text !== '' && (
                        <span className="draft-told" data-kind={item.outcome}>
                          {item.text}
                        </span>
                      )}
                    </span>
                    <button
                      type="button"
                      className="link"
                      aria-label={`Enlever\u00a0: ${briefDay(item.day)}, ${item.slotName}`}
                      onClick={() =>
                        tick([{ registration: item.registration, day: item.day, slot: item.slot, wish: null }])
                      }
                    >
                      <IconX className="icon" aria-hidden />
                    </button>
                  </div>
                ))}
              </li>
            )
          })}
        </ul>
      </section>
    ))}
    <div className="sum">
      <span className="total-l">Environ</span>
      <span className="total num">{formatEuros(estimate.totalCents)}</span>
    </div>
    {estimate.waitingCents > 0 && (
      <p className="small soft">
        Les jours en liste d’attente n’y sont pas&nbsp;: {formatEuros(estimate.waitingCents)} de plus si toutes les
        places se libèrent.
      </p>
    )}
    {estimate.explanations.length > 0 && (
      <details className="why">
        <summary>Pourquoi ce prix&nbsp;?</summary>
        <div>
          {[...new Set(estimate.explanations.flatMap(priceSentences))].map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </div>
      </details>
    )}
    {estimate.warnings.map((warning) => (
      <Notice key={warning} kind="warn">
        <p>{warning}</p>
      </Notice>
    ))}
  </div>
)
