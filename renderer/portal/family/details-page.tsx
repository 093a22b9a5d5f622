import IconLock from '@tabler/icons-react/icons/IconLock'
import IconPencil from '@tabler/icons-react/icons/IconPencil'
import { useQuery } from '@tanstack/react-query'
import { detailsHead } from '../../../shared/pages/family.ts'
import { orpc } from '../client.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Page } from '../parts/page.tsx'
import { Phone } from '../parts/phone.tsx'
import { QueryState } from '../parts/query-state.tsx'
import { useSession } from '../session.ts'
import { FactRow, PendingNotice } from './facts.tsx'
import './family.css'
import { detailsFacts } from './editable-fields.ts'

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
              <Card title={`Responsable du foyer\u00a0: ${read.title}`}>
                <dl className="facts">
                  <FactRow fact={address} />
                  <div>
                    <dt>
                      Email <span aria-hidden="true">*</span>
                      <span className="vh">(ne se change pas ici)</span>
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
                <ButtonLink isWide to="/mes-coordonnees/modifier">
                  <IconPencil className="icon" aria-hidden />
                  Consulter / Modifier mes coordonnées
                </ButtonLink>
              </p>
            </div>
          )
        }}
      </QueryState>
    </Page>
  )
}

/** The portal gives this page only the address of the guardian who is logged in. */
export const emailOf = (guardians: readonly { readonly email: string }[]): string =>
  guardians.find(({ email }) => email !== '')?.email ?? ''

const EmailNotice = () => {
  const phone = useSession()?.service.phone
  return (
    <div className="notice">
      <IconLock className="icon" aria-hidden />
      <div>
        <p>
          <b>* La modification du mail doit se faire directement à la structure.</b>
        </p>
        <p>
          L’adresse mail n’est pas directement modifiable, car elle sert à se connecter au portail. Merci de contacter
          le service Espace Jeunesse pour faire cette modification
          {phone && (
            <>
              &nbsp;: <Phone number={phone} />
            </>
          )}
          .
        </p>
      </div>
    </div>
  )
}
