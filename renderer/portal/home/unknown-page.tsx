import { unknownPageHead } from '../../../shared/pages/page.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Page } from '../parts/page.tsx'

export const UnknownPage = () => (
  <Page head={unknownPageHead}>
    <ButtonLink to="/mon-tableau-de-bord">Mon tableau de bord</ButtonLink>
  </Page>
)
