import { useQuery } from '@tanstack/react-query'
import { useLocation, useSearchParams } from 'wouter'
import type { PapersShown } from '../../../shared/contract/portal/papers.ts'
import { backText, dossierLink, isFromDossier } from '../../../shared/pages/dossier/dossier.ts'
import { papersClosedText, papersHead, sentPapers } from '../../../shared/pages/dossier/papers.ts'
import { sentKind } from '../../../shared/rules/dossier/required-paper.ts'
import { isFileKind } from '../../../shared/rules/requests/paper.ts'
import { orpc } from '../client.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Badge, Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { AskedList } from './asked-papers.tsx'
import { SendForm, type WantedPaper } from './send-form.tsx'

/** « Mes pièces »: papers that the service asks for, a form to send one, and the state of the papers already sent. */
export const PapersPage = () => {
  const papers = useQuery(orpc.papers.shown.queryOptions())
  return (
    <Page head={papersHead} isNarrow>
      <QueryState query={papers}>{(shown) => <Papers {...shown} />}</QueryState>
    </Page>
  )
}

/** The paper that the address names: one that staff asked for, or one of the dossier. */
const wantedPaper = ({ asked, dossier }: PapersShown, search: URLSearchParams): WantedPaper | null => {
  const one = asked.find(({ id }) => `${id}` === search.get('demande'))
  if (one && isFileKind(one.kind)) {
    return { kind: one.kind, child: one.child, title: one.name, asked: one.id, required: null }
  }
  const item = dossier.find(
    ({ required, child }) => `${required}` === search.get('piece') && `${child ?? ''}` === (search.get('enfant') ?? ''),
  )
  const kind = item ? sentKind(item.kind) : null
  return item && kind && isFileKind(kind)
    ? { kind, child: item.child, title: item.name, asked: null, required: item.required }
    : null
}

const Papers = (shown: PapersShown) => {
  const [search] = useSearchParams()
  const [, goTo] = useLocation()
  const comesFromDossier = isFromDossier(search)
  const wanted = wantedPaper(shown, search)
  const kind = wanted?.kind ?? (search.get('pour') === 'quotient' ? 'benefits' : null)
  const sent = sentPapers(shown)
  return (
    <div className="stack">
      <AskedList asked={shown.asked} />
      {shown.isOpen ? (
        <SendForm
          key={`${wanted?.title} ${wanted?.child} ${kind}`}
          shown={shown}
          wanted={wanted}
          kind={kind}
          onSent={() => {
            if (comesFromDossier) goTo(dossierLink.path)
          }}
        />
      ) : (
        <Notice>{papersClosedText}</Notice>
      )}
      {comesFromDossier && (
        <ButtonLink kind="quiet" to={dossierLink.path}>
          {backText(dossierLink)}
        </ButtonLink>
      )}
      <Card title={sent.title}>
        {sent.rows.length === 0 ? (
          <Empty>{sent.none}</Empty>
        ) : (
          <ul className="links">
            {sent.rows.map(({ id, title, state, about, file: name, notes }) => (
              <li key={id} className="line">
                <div className="line-main">
                  <b>{title}</b>
                  <Badge kind={state.kind}>{state.text}</Badge>
                </div>
                <p className="soft">{about}</p>
                {name !== '' && <p className="soft paper-name">{name}</p>}
                {notes.map((note) => (
                  <p key={note}>{note}</p>
                ))}
              </li>
            ))}
          </ul>
        )}
      </Card>
    </div>
  )
}
