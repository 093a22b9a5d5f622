import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { useParams } from 'wouter'
import { useHistoryState } from 'wouter/use-browser-location'
import type { DemandeShown, Receipt } from '../../../shared/contract/portal/demandes.ts'
import { proofFile } from '../../../shared/contract/portal/proof.ts'
import { receiptHead } from '../../../shared/pages/requests.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { weekText } from '../../../shared/rules/calendar/typical-week.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { receiptCountText } from '../../../shared/rules/requests/demande-texts.ts'
import { briefDay, counted, instantText, shortDay } from '../../../shared/rules/text/french.ts'
import { savePaper } from '../../connection/paper.ts'
import { client, orpc } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Card, Face } from '../parts/card.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
import { sentenceOf } from '../queries.ts'
import { useSession } from '../session.ts'
import { outcomeText, Steps } from './steps.tsx'
import './reservations.css'
import './receipt.css'

/** The receipt of recorded demandes: when, what, the date by which the town answers, and the signed proof. */
export const ReceiptPage = () => {
  const { id } = useParams<{ id: string }>()
  const receipt = useQuery(orpc.demandes.receipt.queryOptions({ input: { id } }))
  const demandes = useQuery(orpc.demandes.list.queryOptions())
  const isNew = useJustRecorded()
  return (
    <Page head={receiptHead(receipt.data?.number, isNew)} isNarrow>
      <QueryState query={receipt}>
        {(shown) => <Shown receipt={shown} demandes={demandes.data?.filter((one) => one.receipt === id) ?? []} />}
      </QueryState>
    </Page>
  )
}

/** True on the page shown right after recording; false after a reload or a return to the page. */
const useJustRecorded = (): boolean => {
  const state = useHistoryState<{ isNew?: boolean } | null>()
  const [isNew] = useState(state?.isNew === true)
  useEffect(() => {
    if (isNew) history.replaceState(null, '')
  }, [isNew])
  return isNew
}

const Shown = ({ receipt, demandes }: { receipt: Receipt; demandes: readonly DemandeShown[] }) => {
  const login = useSession()?.login
  const isCopied = login?.name === receipt.guardianName && login.mails.includes('receipt')
  const count = receipt.items.length + (receipt.registration ? 1 : 0)
  const open = demandes.filter((one) => outcomeText(one) === null)
  const [first] = demandes
  const collectedAt = demandes.find((one) => one.collectedAt !== null)?.collectedAt ?? null
  const isMany = count > 1
  const registration = demandes.find((one) => one.registration !== null)
  const back = registration
    ? `/mes-reservations/${registration.registration}?mois=${registration.day?.slice(0, 7) ?? ''}`
    : '/mes-inscriptions'
  return (
    <div className="stack">
      <section className="card receipt" aria-label={`Reçu ${receipt.number}`}>
        <div className="receipt-top">
          <span className="round" data-kind="good">
            <IconCheck className="icon" aria-hidden />
          </span>
          <h2>
            {receiptCountText(receipt)}
            <span className="soft">
              Enregistrée{isMany && 's'} le {instantText(receipt.recordedAt)}
            </span>
          </h2>
        </div>
        <Days receipt={receipt} />
        {receipt.registration && (
          <p className="line">
            <b>{receipt.registration.child}</b>, {receipt.registration.period}
            <br />
            <span className="soft">
              du {shortDay(receipt.registration.from)} au {shortDay(receipt.registration.to)}
            </span>
            {receipt.registration.week.length > 0 && (
              <>
                <br />
                Semaine type – {weekText(receipt.registration.week)}
              </>
            )}
          </p>
        )}
        {receipt.estimateCents !== null && (
          <div className="sum">
            <span className="total-l">Environ</span>
            <span className="total num">{formatEuros(receipt.estimateCents)}</span>
          </div>
        )}
        <p className="small soft receipt-number">
          Reçu n°&nbsp;<span className="num">{receipt.number}</span>. Gardez-le&nbsp;: il prouve l’heure de vos
          demandes.
          {isCopied && ` Une copie est partie à ${login.email}.`}
        </p>
      </section>
      {receipt.refused.length > 0 && (
        <Notice kind="warn" isAlert>
          <p>
            <b>
              {counted(receipt.refused.length, 'case n’est pas enregistrée', 'cases ne sont pas enregistrées')}&nbsp;:
            </b>
          </p>
          <ul>
            {receipt.refused.map(({ child, day, slot, reason }) => (
              <li key={`${child} ${day} ${slot}`}>
                {child}, {shortDay(day)}, {slot.toLowerCase()}. {reason}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <Card title={'Et maintenant\u00a0?'}>
        <Steps
          recordedAt={receipt.recordedAt}
          collectedAt={collectedAt}
          decided={first && open.length === 0 ? <Answers demandes={demandes} /> : null}
          answerDueOn={receipt.answerDueOn}
          isMany={isMany}
          canWithdraw={open.length > 0}
        >
          {receipt.items.some(({ wish }) => wish === 'book') && <CellOutcomes />}
          {open.length < demandes.length && <Answers demandes={demandes.filter((one) => outcomeText(one) !== null)} />}
        </Steps>
      </Card>
      <div className="btns">
        <ButtonLink to={back} isWide>
          {registration ? 'Retour au calendrier' : 'Mes inscriptions'}
        </ButtonLink>
        <SaveButton file={() => paperOf(receipt)}>Garder le reçu (PDF)</SaveButton>
      </div>
      <Proof receipt={receipt} />
    </div>
  )
}

const Days = ({ receipt: { items, costs } }: { receipt: Receipt }) => (
  <>
    {[...Map.groupBy(items, ({ child, registration }) => `${child}, ${registration}`)].map(([title, of]) => {
      const [first] = of
      return (
        <div key={title}>
          <h3 className="receipt-child">
            <Face name={first?.child ?? ''} isSmall /> {title}
          </h3>
          {[...Map.groupBy(of, ({ day }) => day)].map(([day, lines]) => (
            <div key={day} className="line">
              <div className="line-main">
                <b>{shortDay(day)}</b>
                <span className="num">{costText(costs, first, day)}</span>
                <span className="soft">{slotsText(lines)}</span>
              </div>
            </div>
          ))}
        </div>
      )
    })}
  </>
)

const costText = (costs: Receipt['costs'], of: Receipt['items'][number] | undefined, day: Day): string => {
  const cost = costs.find((one) => one.child === of?.child && one.registration === of.registration && one.day === day)
  return cost && cost.cents !== 0 ? formatEuros(cost.cents) : ''
}

/** « Matin, repas », « Annulation : matin » */
const slotsText = (lines: Receipt['items']): string =>
  [...Map.groupBy(lines, ({ wish }) => wish)]
    .map(([wish, of]) => {
      const slots = of.map(({ slot }, index) => (index === 0 && wish === 'book' ? slot : slot.toLowerCase())).join(', ')
      if (wish === 'book') return slots
      return wish === 'cancel' ? `Annulation\u00a0: ${slots}` : `Liste d’attente quittée\u00a0: ${slots}`
    })
    .join(' · ')

const CellOutcomes = () => (
  <>
    {' '}
    Dans le calendrier, la case devient&nbsp;:
    <span className="fork">
      <span>
        <i className="cell" data-state="confirmed" aria-hidden="true" />
        <span>
          <b>verte</b>&nbsp;: validée
        </span>
      </span>
      <span>
        <i className="cell" data-state="waitlisted" data-rank="1ᵉʳ" aria-hidden="true" />
        <span>
          <b>orange foncé</b>&nbsp;: liste d’attente
        </span>
      </span>
      <span>
        <i className="cell" data-state="free" aria-hidden="true" />
        <span>
          <b>blanche</b>&nbsp;: refusée, avec la raison
        </span>
      </span>
    </span>
  </>
)

const Answers = ({ demandes }: { demandes: readonly DemandeShown[] }) => (
  <span className="answers">
    {demandes.map((one) => (
      <span key={one.id}>
        {one.day !== null && (
          <b>
            {one.child}, {briefDay(one.day)}, {one.slot.toLowerCase()}.{' '}
          </b>
        )}
        {outcomeText(one)}
      </span>
    ))}
  </span>
)

/** What staff need to enter these demandes again if both the portal and the desk lose them. */
const Proof = ({ receipt }: { receipt: Receipt }) => {
  const { guardianName, familyTitle, number, recordedAt, log, text, signature } = receipt
  return (
    <>
      <details className="why proof">
        <summary>Garder aussi un fichier de secours</summary>
        <div>
          <p>
            Ce fichier porte la signature du portail. Gardez-le avec votre reçu&nbsp;: si vos demandes se perdaient,
            après une panne, l’Espace Jeunesse les retrouverait avec leur heure.
          </p>
          <SaveButton file={() => Promise.resolve(proofOf(receipt))}>Télécharger le fichier</SaveButton>
        </div>
      </details>
      <section className="card print-only" aria-label="Pour l’Espace Jeunesse">
        <h2>Pour l’Espace Jeunesse</h2>
        <p>
          Reçu n°&nbsp;{number}, enregistré le {instantText(recordedAt)} par {guardianName}, foyer {familyTitle}.
          Journal {log.epoch}, n°&nbsp;{log.number}, {log.hash}
        </p>
        <p>Texte signé&nbsp;: {text}</p>
        <p>Signature&nbsp;: {signature}</p>
      </section>
    </>
  )
}

const proofOf = (receipt: Receipt): File => {
  const { name, text } = proofFile(receipt)
  return new File([text], name, { type: 'application/json' })
}

const paperOf = async ({ id, number }: Receipt): Promise<File> =>
  new File([await client.demandes.receiptPdf({ id })], `recu-${number}.pdf`, { type: 'application/pdf' })

const SaveButton = ({ file, children }: { file: () => Promise<File>; children: ReactNode }) => {
  const [isBusy, setBusy] = useState(false)
  const save = async () => {
    setBusy(true)
    try {
      await savePaper(await file())
    } catch (error) {
      showToast(sentenceOf(error), 'danger')
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button kind="second" isWide isBusy={isBusy} onClick={() => void save()}>
      <IconDownload className="icon" aria-hidden />
      {children}
    </Button>
  )
}
