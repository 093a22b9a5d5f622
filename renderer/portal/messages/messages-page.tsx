import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'wouter'
import type { ConversationShown } from '../../../shared/contract/portal/messages.ts'
import { conversationHead, conversationRow, messagesHead, messagesTexts } from '../../../shared/pages/messages.ts'
import { orpc } from '../client.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Badge } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { Conversation } from './conversation.tsx'
import './messages.css'
import { ServiceNotices } from './news.tsx'

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
        <ButtonLink to={messagesTexts.write.path} isWide>
          {messagesTexts.write.name}
        </ButtonLink>
        <QueryState query={reading}>
          {({ notices, conversations }) => (
            <>
              {notices.length > 0 && (
                <Card title={messagesTexts.notices}>
                  <ServiceNotices notices={notices} />
                </Card>
              )}
              <Card title={messagesTexts.title}>
                {conversations.length === 0 ? (
                  <Empty>{messagesTexts.none}</Empty>
                ) : (
                  <ul className="links">
                    {conversations.map((one) => (
                      <ConversationLink key={one.id} {...one} />
                    ))}
                  </ul>
                )}
              </Card>
            </>
          )}
        </QueryState>
      </div>
    </Page>
  )
}

const ConversationLink = (conversation: ConversationShown) => {
  const { link, lastText, when, unread, closed } = conversationRow(conversation)
  return (
    <li>
      <Link className="link-row" href={link.path}>
        <span className="conversation-line">
          <b>{link.name}</b>
          <span className="soft conversation-last">{lastText}</span>
          <span className="row">
            <span className="soft">{when}</span>
            {unread !== '' && <Badge kind="warn">{unread}</Badge>}
            {closed !== '' && <Badge>{closed}</Badge>}
          </span>
        </span>
        <IconChevronRight className="icon" aria-hidden />
      </Link>
    </li>
  )
}
