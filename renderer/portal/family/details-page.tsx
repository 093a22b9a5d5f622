import IconLock from '@tabler/icons-react/icons/IconLock'
import IconPencil from '@tabler/icons-react/icons/IconPencil'
import { useQuery } from '@tanstack/react-query'
import { detailsHead, detailsTexts, emailNotice, emailOf } from '../../../shared/pages/family.ts'
import { orpc } from '../client.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Page } from '../parts/page.tsx'
import { WithPhones } from '../parts/phone.tsx'
import { QueryState } from '../parts/query-state.tsx'
import { useSession } from '../session.ts'
import { ChannelChoice } from './channel-choice.tsx'
import { FactRow, PendingNotice } from './facts.tsx'
import './family.css'
import { detailsFacts } from '../../../shared/pages/editable-fields.ts'

export const DetailsPage = () => {
  const details = useQuery(orpc.home.details.queryOptions())
  return (
    <Page head={detailsHead} isNarrow>
      <QueryState query={details}>
        {(read) => {
          const { address, contacts, benefit } = detailsFacts(read)
          return (
            <div className="stack">
              <PendingNotice proposals={read.proposals} />
              <Card title={detailsTexts.title(read.title)}>
                <dl className="facts">
                  <FactRow fact={address} />
                  <div>
                    <dt>
                      {detailsTexts.email} <span aria-hidden="true">*</span>
                      <span className="vh">{detailsTexts.emailHint}</span>
                    </dt>
                    <dd>{emailOf(read.guardians)}</dd>
                  </div>
                  {[...contacts, ...benefit].map((fact) => (
                    <FactRow key={fact.label} fact={fact} />
                  ))}
                </dl>
              </Card>
              <EmailNotice />
              <p className="change-details">
                <ButtonLink isWide to={detailsTexts.change.path}>
                  <IconPencil className="icon" aria-hidden />
                  {detailsTexts.change.name}
                </ButtonLink>
              </p>
              <ChannelChoice channel={read.channel} />
            </div>
          )
        }}
      </QueryState>
    </Page>
  )
}

const EmailNotice = () => {
  const { title, text } = emailNotice(useSession()?.service.phone)
  return (
    <div className="notice">
      <IconLock className="icon" aria-hidden />
      <div>
        <p>
          <b>{title}</b>
        </p>
        <p>
          <WithPhones text={text} />
        </p>
      </div>
    </div>
  )
}
