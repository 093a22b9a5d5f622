import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'
import type { PapersShown, SentPaperShown } from '../../../shared/contract/portal/papers.ts'
import { papersHead } from '../../../shared/pages/papers.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { isFileKind, paperKindRules } from '../../../shared/rules/requests/paper.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../client.ts'
import { Card } from '../parts/card.tsx'
import { Badge, Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { AskedList } from './asked-papers.tsx'
import { numbersText } from './proposed-numbers.tsx'
import { SendForm } from './send-form.tsx'

/** « Mes pièces »: papers that the service asks for, a form to send one, and the state of the papers already sent. */
export const PapersPage = () => {
  const papers = useQuery(orpc.papers.shown.queryOptions())
  return (
    <Page head={papersHead} isNarrow>
      <QueryState query={papers}>{(shown) => <Papers {...shown} />}</QueryState>
    </Page>
  )
}

const Papers = (shown: PapersShown) => {
  const [search] = useSearchParams()
  const wanted = shown.asked.find(({ id }) => `${id}` === search.get('demande'))
  const file = wanted && isFileKind(wanted.kind) ? { ...wanted, kind: wanted.kind } : null
  const kind = file?.kind ?? (search.get('pour') === 'quotient' ? 'benefits' : null)
  return (
    <div className="stack">
      {shown.asked.length > 0 && (
        <Card title="Pièces demandées">
          <AskedList asked={shown.asked} />
        </Card>
      )}
      {shown.isOpen ? (
        <SendForm key={file?.id ?? kind} shown={shown} wanted={file} kind={kind} />
      ) : (
        <Notice>L’envoi de pièces par le portail n’est pas encore ouvert&nbsp;: apportez-les à la structure.</Notice>
      )}
      <Card title="Suivi de mes pièces">
        {shown.sent.length === 0 ? (
          <Empty>Vous n’avez encore rien envoyé.</Empty>
        ) : (
          <ul className="links">
            {shown.sent.map((one) => (
              <SentRow key={one.id} {...one} />
            ))}
          </ul>
        )}
      </Card>
    </div>
  )
}

const states = {
  recorded: { kind: 'warn', text: 'Enregistrée' },
  sent: { kind: 'wait', text: 'Envoyée' },
  accepted: { kind: 'good', text: 'Acceptée' },
  refused: { kind: 'danger', text: 'Refusée' },
} as const

const SentRow = (sent: SentPaperShown) => {
  const { kind, about, name, recordedAt, state, reason } = sent
  const numbers = numbersText(sent)
  return (
    <li className="line">
      <div className="line-main">
        <b>{paperKindRules[kind].title}</b>
        <Badge kind={states[state].kind}>{states[state].text}</Badge>
      </div>
      <p className="soft">
        {about}, enregistrée le {shortDay(dayAt(recordedAt))}
      </p>
      {name !== '' && <p className="soft paper-name">{name}</p>}
      {numbers !== '' && <p>Demandé, pas encore décidé&nbsp;: {numbers}.</p>}
      {reason !== '' && <p>{reason}</p>}
    </li>
  )
}
