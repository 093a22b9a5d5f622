import IconFileUpload from '@tabler/icons-react/icons/IconFileUpload'
import { useQuery } from '@tanstack/react-query'
import type { AskedPaperShown } from '../../../shared/contract/portal/papers.ts'
import { askedPaper, askedPapersTitle } from '../../../shared/pages/dossier/asked-papers.ts'
import { orpc } from '../client.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Badge } from '../parts/notice.tsx'
import { useSession } from '../session.ts'

/** « Pièces demandées », on the dashboard and on « Ma famille »; renders nothing when the service asks for no paper. */
export const AskedPapers = () => {
  const { data } = useQuery(orpc.papers.shown.queryOptions())
  return data ? <AskedList asked={data.asked} /> : null
}

export const AskedList = ({ asked }: { asked: readonly AskedPaperShown[] }) => {
  const now = useSession()?.now
  if (asked.length === 0) return null
  return (
    <Card title={askedPapersTitle}>
      <ul className="links">
        {asked.map((one) => {
          const { title, state, about, note, send } = askedPaper(one, now)
          return (
            <li key={one.id} className="line">
              <div className="line-main">
                <b>{title}</b>
                {state && <Badge kind={state.kind}>{state.text}</Badge>}
              </div>
              <p className="soft">{about}</p>
              {note !== '' && <p>{note}</p>}
              {send && (
                <ButtonLink kind="second" isWide to={send.path}>
                  <IconFileUpload className="icon" aria-hidden />
                  {send.name}
                  <span className="vh">
                    &nbsp;: {title}, {one.about}
                  </span>
                </ButtonLink>
              )}
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
