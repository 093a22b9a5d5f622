import IconFileUpload from '@tabler/icons-react/icons/IconFileUpload'
import { useQuery } from '@tanstack/react-query'
import { dossierHead, dossierShown, nothingAskedText } from '../../../shared/pages/dossier.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { orpc } from '../client.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Badge } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { useSession } from '../session.ts'
import './papers.css'

/** « Mon dossier »: what the service asks for, what of it is there, and the way to send the rest. */
export const DossierPage = () => {
  const papers = useQuery(orpc.papers.shown.queryOptions())
  const now = useSession()?.now
  return (
    <Page head={dossierHead(now === undefined ? undefined : dayAt(now))} isNarrow>
      <QueryState query={papers}>
        {({ dossier }) => {
          const { summary, done, total, groups } = dossierShown(dossier)
          if (total === 0) return <Empty>{nothingAskedText}</Empty>
          return (
            <div className="stack">
              <div className="stack-s">
                <p>
                  <b>{summary}</b>
                </p>
                <progress className="dossier-progress" value={done} max={total} aria-label="Mon dossier" />
              </div>
              {groups.map(({ title, rows }) => (
                <Card key={title} title={title}>
                  <ul className="links">
                    {rows.map(({ key, title: name, state, note, send }) => (
                      <li key={key} className="line stack-s">
                        <div className="line-main">
                          <b>{name}</b>
                          <Badge kind={state.kind}>{state.text}</Badge>
                        </div>
                        {note !== '' && <p className="soft">{note}</p>}
                        {send && (
                          <ButtonLink kind="second" isWide to={send.path}>
                            <IconFileUpload className="icon" aria-hidden />
                            {send.name}
                            <span className="vh">
                              &nbsp;: {name}, {title}
                            </span>
                          </ButtonLink>
                        )}
                      </li>
                    ))}
                  </ul>
                </Card>
              ))}
            </div>
          )
        }}
      </QueryState>
    </Page>
  )
}
