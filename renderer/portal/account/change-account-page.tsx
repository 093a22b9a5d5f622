import { backToAccount, changeAccountHead, quotientTexts } from '../../../shared/pages/change-account.ts'
import { sendQuotientLink } from '../../../shared/pages/money/account.ts'
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
      <Card title={quotientTexts.title}>
        <div className="stack-s">
          <p>{quotientTexts.text}</p>
          <ProposedNumbers />
          <ButtonLink kind="second" isWide to={sendQuotientLink.path}>
            {sendQuotientLink.name}
          </ButtonLink>
        </div>
      </Card>
      <Mails />
      <Agenda />
      <Devices />
      <ButtonLink kind="quiet" to={backToAccount.path}>
        {backToAccount.name}
      </ButtonLink>
    </div>
  </Page>
)
