import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { useParams } from 'wouter'
import { useHistoryState } from 'wouter/use-browser-location'
import type { DemandeShown, Receipt } from '../../../shared/contract/portal/demandes.ts'
import { proofFile } from '../../../shared/contract/portal/proof.ts'
import { receiptHead, receiptShown, receiptTexts } from '../../../shared/pages/receipt.ts'
import { instantText } from '../../../shared/rules/text/french.ts'
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
import { Steps } from './steps.tsx'
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
      <QueryState query={receipt}>{(shown) => <Shown receipt={shown} demandes={demandes.data ?? []} />}</QueryState>
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
  const login = useSession()?.login ?? null
  const shown = receiptShown(receipt, demandes, login)
  const { registration, proof, refused, answers, steps, back } = shown
  return (
    <div className="stack">
      <section className="card receipt" aria-label={shown.name}>
        <div className="receipt-top">
          <span className="round" data-kind="good">
            <IconCheck className="icon" aria-hidden />
          </span>
          <h2>
            {shown.title}
            <span className="soft">{shown.recorded}</span>
          </h2>
        </div>
        {shown.groups.map(({ title, child, days }) => (
          <div key={title}>
            <h3 className="receipt-child">
              <Face name={child} isSmall /> {title}
            </h3>
            {days.map(({ day, cost, slots }) => (
              <div key={day} className="line">
                <div className="line-main">
                  <b>{day}</b>
                  <span className="num">{cost}</span>
                  <span className="soft">{slots}</span>
                </div>
              </div>
            ))}
          </div>
        ))}
        {registration && (
          <p className="line">
            <b>{registration.child}</b>, {registration.period}
            <br />
            <span className="soft">{registration.dates}</span>
            {registration.week !== '' && (
              <>
                <br />
                {registration.week}
              </>
            )}
          </p>
        )}
        {shown.estimate !== null && (
          <div className="sum">
            <span className="total-l">{receiptTexts.estimate}</span>
            <span className="total num">{shown.estimate}</span>
          </div>
        )}
        <p className="small soft receipt-number">
          {proof.label}
          <span className="num">{proof.number}</span>
          {proof.advice}
        </p>
      </section>
      {refused && (
        <Notice kind="warn" isAlert>
          <p>
            <b>{refused.title}</b>
          </p>
          <ul>
            {refused.rows.map((row) => (
              <li key={row}>{row}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Card title={receiptTexts.next}>
        <Steps {...steps} decided={steps.isDecided ? <Answers answers={answers} /> : null}>
          {receipt.items.some(({ wish }) => wish === 'book') && <CellOutcomes />}
          {answers.length > 0 && <Answers answers={answers} />}
        </Steps>
      </Card>
      <div className="btns">
        <ButtonLink to={back.path} isWide>
          {back.name}
        </ButtonLink>
        <SaveButton file={() => paperOf(receipt)}>Garder le reçu (PDF)</SaveButton>
      </div>
      <Proof receipt={receipt} />
    </div>
  )
}

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

const Answers = ({ answers }: Pick<ReturnType<typeof receiptShown>, 'answers'>) => (
  <span className="answers">
    {answers.map(({ id, title, outcome }) => (
      <span key={id}>
        {title !== '' && <b>{title} </b>}
        {outcome}
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
