import { type ComponentType, lazy, Suspense } from 'react'
import { Route, Switch, useLocation } from 'wouter'
import { PageErrorBoundary } from './error-boundary.tsx'
import { Frame } from './frame.tsx'
import { Loading } from './parts/query-state.tsx'

/** Each page's script is loaded when the page is opened. */
const page = <Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name) =>
  lazy(async () => ({ default: (await load())[name] }))

const Dashboard = page(() => import('./home/dashboard-page.tsx'), 'DashboardPage')
const Reservations = page(() => import('./reservations/reservations-page.tsx'), 'ReservationsPage')
const Receipt = page(() => import('./reservations/receipt-page.tsx'), 'ReceiptPage')
const Requests = page(() => import('./reservations/requests-page.tsx'), 'RequestsPage')
const Family = page(() => import('./family/family-page.tsx'), 'FamilyPage')
const Details = page(() => import('./family/details-page.tsx'), 'DetailsPage')
const ChangeChild = page(() => import('./family/change-child-page.tsx'), 'ChangeChildPage')
const Health = page(() => import('./family/health-page.tsx'), 'HealthPage')
const Consents = page(() => import('./family/consents-page.tsx'), 'ConsentsPage')
const AddPickup = page(() => import('./family/add-pickup-page.tsx'), 'AddPickupPage')
const ChangeDetails = page(() => import('./family/change-details-page.tsx'), 'ChangeDetailsPage')
const Registrations = page(() => import('./registrations/registrations-page.tsx'), 'RegistrationsPage')
const NewRegistration = page(() => import('./registrations/new-registration-page.tsx'), 'NewRegistrationPage')
const Account = page(() => import('./account/account-page.tsx'), 'AccountPage')
const Consent = page(() => import('./account/consent-page.tsx'), 'ConsentPage')
const Debit = page(() => import('./account/debit-page.tsx'), 'DebitPage')
const Invoice = page(() => import('./account/invoice-page.tsx'), 'InvoicePage')
const Payment = page(() => import('./account/payment-page.tsx'), 'PaymentPage')
const ChangeAccount = page(() => import('./account/change-account-page.tsx'), 'ChangeAccountPage')
const Papers = page(() => import('./papers/papers-page.tsx'), 'PapersPage')
const Dossier = page(() => import('./dossier/dossier-page.tsx'), 'DossierPage')
const Messages = page(() => import('./messages/messages-page.tsx'), 'MessagesPage')
const NewMessage = page(() => import('./messages/new-message-page.tsx'), 'NewMessagePage')
const Unknown = page(() => import('./home/unknown-page.tsx'), 'UnknownPage')

export const Portal = () => {
  const [location] = useLocation()
  return (
    <Frame>
      {/* The key remounts the error boundary on another page, which clears the previous page's failure. */}
      <PageErrorBoundary key={location.split('/')[1]}>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/mon-tableau-de-bord" component={Dashboard} />
            <Route path="/mes-reservations" component={Reservations} />
            <Route path="/mes-reservations/:registration" component={Reservations} />
            <Route path="/recu/:id" component={Receipt} />
            <Route path="/mes-demandes" component={Requests} />
            <Route path="/ma-famille" component={Family} />
            <Route path="/ma-famille/personnes/ajouter" component={AddPickup} />
            <Route path="/ma-famille/:child" component={ChangeChild} />
            <Route path="/ma-famille/:child/sante" component={Health} />
            <Route path="/ma-famille/:child/autorisations" component={Consents} />
            <Route path="/mes-coordonnees" component={Details} />
            <Route path="/mes-coordonnees/modifier" component={ChangeDetails} />
            <Route path="/mes-inscriptions" component={Registrations} />
            <Route path="/nouvelle-inscription" component={NewRegistration} />
            <Route path="/mon-compte" component={Account} />
            <Route path="/mon-compte/accord" component={Consent} />
            <Route path="/mon-compte/prelevement" component={Debit} />
            <Route path="/mon-compte/facture/:id" component={Invoice} />
            <Route path="/mon-compte/paiement/:id" component={Payment} />
            <Route path="/modifier-mon-compte" component={ChangeAccount} />
            <Route path="/mes-pieces" component={Papers} />
            <Route path="/mon-dossier" component={Dossier} />
            <Route path="/mes-messages" component={Messages} />
            <Route path="/nouveau-message" component={NewMessage} />
            <Route component={Unknown} />
          </Switch>
        </Suspense>
      </PageErrorBoundary>
    </Frame>
  )
}
