import { changeAccountHead } from '../../../shared/pages/account.ts'
import { portalPages } from '../../../shared/pages/portal-pages.ts'
import { Mails } from '../messages/mails.tsx'
import { ProposedNumbers } from '../papers/proposed-numbers.tsx'
import { ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Page } from '../parts/page.tsx'
import './account.css'
import { Agenda } from './agenda.tsx'
import { Devices } from './devices.tsx'
import { PasswordForm } from './password-form.tsx'

export const ChangeAccountPage = () => (
  <Page head={changeAccountHead} isNarrow>
    <div className="stack">
      <PasswordForm />
      <Card title="Quotient familial et revenus">
        <div className="stack-s">
          <p>
            Votre quotient a changé&nbsp;? Envoyez l’attestation de la CAF ou de la MSA&nbsp;: le service la lit, puis
            l’applique.
          </p>
          <ProposedNumbers />
          <ButtonLink kind="second" isWide to="/mes-pieces?pour=quotient">
            Envoyer mon attestation
          </ButtonLink>
        </div>
      </Card>
      <Mails />
      <Agenda />
      <Devices />
      <ButtonLink kind="quiet" to={portalPages.account.path}>
        Revenir à mon compte
      </ButtonLink>
    </div>
  </Page>
)
