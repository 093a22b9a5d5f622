import { ButtonLink } from '../parts/button.tsx'
import { Page } from '../parts/page.tsx'

export const UnknownPage = () => (
  <Page title="Page introuvable" intro="Cette page n’existe pas, ou plus.">
    <ButtonLink to="/mon-tableau-de-bord">Mon tableau de bord</ButtonLink>
  </Page>
)
