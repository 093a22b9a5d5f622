import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'wouter'
import type { ConversationShown } from '../../../shared/contract/portal/messages.ts'
import { conversationHead, messagesHead } from '../../../shared/pages/messages.ts'
import { counted, instantText } from '../../../shared/rules/text/french.ts'
import { orpc } from '../client.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Badge } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { Conversation } from './conversation.tsx'
import './messages.css'

/** « Mes messages »: the conversations, newest first; with `?sujet=`, one whole conversation. */
export const MessagesPage = () => {
  const reading = useQuery(orpc.messages.list.queryOptions())
  const [search] = useSearchParams()
  const id = search.get('sujet')
  const chosen = reading.data?.conversations.find((one) => one.id === id)
  if (chosen)
    return (
      <Page key={chosen.id} head={conversationHead(chosen)} isNarrow>
        <Conversation shown={chosen} />
      </Page>
    )
  return (
    <Page head={messagesHead} isNarrow>
      <div className="stack">
        <ButtonLink to="/nouveau-message" isWide>
          Écrire un message
        </ButtonLink>
        <QueryState query={reading}>
          {({ conversations }) => (
            <Card title="Mes conversations">
              {conversations.length === 0 ? (
                <Empty>Aucun message pour le moment.</Empty>
              ) : (
                <ul className="links">
                  {conversations.map((one) => (
                    <ConversationLink key={one.id} {...one} />
                  ))}
                </ul>
              )}
            </Card>
          )}
        </QueryState>
      </div>
    </Page>
  )
}

const ConversationLink = ({ id, subject, about, unread, closed, lastAt, messages }: ConversationShown) => (
  <li>
    <Link className="link-row" href={`/mes-messages?sujet=${encodeURIComponent(id)}`}>
      <span className="conversation-line">
        <b>
          {subject}
          {about !== '' && ` (${about})`}
        </b>
        <span className="soft conversation-last">{messages.at(-1)?.text}</span>
        <span className="row">
          <span className="soft">
            {messages.at(-1)?.by === 'service' ? 'Réponse' : 'Écrit'} le {instantText(lastAt)}
          </span>
          {unread > 0 && <Badge kind="warn">{counted(unread, 'nouveau', 'nouveaux')}</Badge>}
          {closed && <Badge>Terminée</Badge>}
        </span>
      </span>
      <IconChevronRight className="icon" aria-hidden />
    </Link>
  </li>
)
