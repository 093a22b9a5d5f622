import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { type Day, isDay } from '../../shared/rules/calendar/day.ts'
import { orpc } from '../connection/client.ts'
import { Desk } from './desk.tsx'
import { figuresSearch } from './figures/figures-search.ts'
import { readFiguresAhead } from './figures/reading-ahead.ts'
import { freeListSearch } from './free-lists/list-search.ts'
import { hashHistory } from './hash-history.ts'
import { EmptyState, Failure, Loading } from './parts/feedback.tsx'
import { queries } from './queries.ts'
import { readFirstRegie } from './regies/regie-choice.tsx'
import { audienceSearch } from './sendings/audience-search.ts'

const numberParam = <Name extends string>(search: Record<string, unknown>, name: Name): { [key in Name]?: number } => {
  const value = search[name]
  return Number.isInteger(value) ? ({ [name]: value } as { [key in Name]?: number }) : {}
}

const dayParam = (search: Record<string, unknown>): { jour?: Day } => {
  const value = search['jour']
  return typeof value === 'string' && isDay(value) ? { jour: value } : {}
}

const root = createRootRoute({ component: Outlet })
/** Everything behind the login, inside the frame. */
const desk = createRoute({ getParentRoute: () => root, id: 'desk', component: Desk })

const readUnpaidAhead = async (): Promise<void> => {
  const { id: regieId } = await readFirstRegie()
  await queries.prefetchQuery(orpc.recovery.unpaid.queryOptions({ input: { regieId } }))
}

// A new screen: a file in its domain's folder, and one route here.
const tree = desk.addChildren([
  createRoute({
    getParentRoute: () => desk,
    path: '/',
    component: lazyRouteComponent(() => import('./home/home-screen.tsx'), 'HomeScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/familles',
    staticData: { need: { right: 'families.read' } },
    // `ailleurs` and `ne`: the name and birth date of a child whom another site knows. `import`: the act of an import.
    validateSearch: (
      search: Record<string, unknown>,
    ): { nouvelle?: boolean; ailleurs?: string; ne?: string; import?: number } => ({
      ...(typeof search['import'] === 'number' && { import: search['import'] }),
      ...(search['nouvelle'] === true && { nouvelle: true }),
      ...(typeof search['ailleurs'] === 'string' && { ailleurs: search['ailleurs'] }),
      ...(typeof search['ne'] === 'string' && { ne: search['ne'] }),
    }),
    component: lazyRouteComponent(() => import('./families/families-screen.tsx'), 'FamiliesScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/familles/quotients',
    staticData: { need: { right: 'families.read' } },
    component: lazyRouteComponent(() => import('./quotients/expiring-quotients-screen.tsx'), 'ExpiringQuotientsScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/familles/dossiers',
    staticData: { need: { right: 'dossiers' } },
    validateSearch: (
      search: Record<string, unknown>,
    ): { activite?: number; periode?: number; ecole?: number; piece?: number } => ({
      ...numberParam(search, 'activite'),
      ...numberParam(search, 'periode'),
      ...numberParam(search, 'ecole'),
      ...numberParam(search, 'piece'),
    }),
    component: lazyRouteComponent(() => import('./dossiers/dossiers-screen.tsx'), 'DossiersScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/familles/campagne',
    component: lazyRouteComponent(() => import('./campaign/campaign-screen.tsx'), 'CampaignScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/familles/$familyId',
    staticData: { need: { right: 'families.read' } },
    // `saisir` opens the form of the missing quotient or address.
    validateSearch: (search: Record<string, unknown>): { onglet?: string; saisir?: 'qf' | 'adresse' } => ({
      ...(typeof search['onglet'] === 'string' && { onglet: search['onglet'] }),
      ...((search['saisir'] === 'qf' || search['saisir'] === 'adresse') && { saisir: search['saisir'] }),
    }),
    component: lazyRouteComponent(() => import('./families/family-screen.tsx'), 'FamilyScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/familles/$familyId/enfants/$childId',
    staticData: { need: { right: 'families.read' } },
    component: lazyRouteComponent(() => import('./dossiers/child-dossier-screen.tsx'), 'ChildDossierScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/demandes',
    staticData: { need: { right: 'families.read' } },
    // `famille`: the family whose first demande is selected.
    validateSearch: (search: Record<string, unknown>): { famille?: number } => numberParam(search, 'famille'),
    component: lazyRouteComponent(() => import('./requests/requests-screen.tsx'), 'RequestsScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/demandes/pieces',
    staticData: { need: { right: 'families.read' } },
    component: lazyRouteComponent(() => import('./papers/papers-screen.tsx'), 'PapersScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/messages',
    staticData: { need: { right: 'families.read' } },
    validateSearch: (search: Record<string, unknown>): { onglet?: string; conversation?: number; envoi?: number } => ({
      ...(typeof search['onglet'] === 'string' && { onglet: search['onglet'] }),
      ...numberParam(search, 'conversation'),
      ...numberParam(search, 'envoi'),
    }),
    component: lazyRouteComponent(() => import('./messages/messages-screen.tsx'), 'MessagesScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/messages/ecrire',
    validateSearch: audienceSearch,
    component: lazyRouteComponent(() => import('./sendings/message-screen.tsx'), 'MessageScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/messages/courrier',
    validateSearch: audienceSearch,
    component: lazyRouteComponent(() => import('./letters/audience-letter-screen.tsx'), 'AudienceLetterScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/inscriptions',
    staticData: { need: { right: 'families.read' } },
    // `nouvelle` opens the form.
    validateSearch: (
      search: Record<string, unknown>,
    ): { periode?: number; inscription?: number; nouvelle?: boolean } => ({
      ...numberParam(search, 'periode'),
      ...numberParam(search, 'inscription'),
      ...(search['nouvelle'] === true && { nouvelle: true }),
    }),
    component: lazyRouteComponent(() => import('./registrations/registrations-screen.tsx'), 'RegistrationsScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/import',
    staticData: { need: { right: 'imports' } },
    component: lazyRouteComponent(() => import('./imports/import-screen.tsx'), 'ImportScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/doublons',
    staticData: { need: { right: 'imports' } },
    component: lazyRouteComponent(() => import('./doubles/doubles-screen.tsx'), 'DoublesScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/calendrier',
    staticData: { need: { right: 'families.read' } },
    // `periode`, `jour`: the period and the day to show.
    validateSearch: (search: Record<string, unknown>): { periode?: number; jour?: Day } => ({
      ...numberParam(search, 'periode'),
      ...dayParam(search),
    }),
    component: lazyRouteComponent(() => import('./reservations/calendar-screen.tsx'), 'CalendarScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/calendrier/attente',
    staticData: { need: { right: 'families.read' } },
    validateSearch: (
      search: Record<string, unknown>,
    ): { periode?: number; jour?: Day; plage?: number; groupe?: number } => ({
      ...numberParam(search, 'periode'),
      ...dayParam(search),
      ...numberParam(search, 'plage'),
      ...numberParam(search, 'groupe'),
    }),
    component: lazyRouteComponent(() => import('./reservations/waiting-screen.tsx'), 'WaitingScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/pointage',
    staticData: { need: { right: 'attendance' } },
    // `jour`, `activite`: the attendance sheet that a link from another screen opens.
    validateSearch: (search: Record<string, unknown>): { jour?: Day; activite?: number } => ({
      ...(typeof search['jour'] === 'string' && isDay(search['jour']) && { jour: search['jour'] }),
      ...numberParam(search, 'activite'),
    }),
    component: lazyRouteComponent(() => import('./attendance/attendance-screen.tsx'), 'AttendanceScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/facturation',
    staticData: { need: { right: 'invoices.read', sites: 'everywhere' } },
    component: lazyRouteComponent(() => import('./invoicing/invoicing-screen.tsx'), 'InvoicingScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/facturation/tiers',
    staticData: { need: { right: 'aids' } },
    component: lazyRouteComponent(() => import('./payers/payers-screen.tsx'), 'PayersScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/facturation/tiers/$tiers',
    staticData: { need: { right: 'aids', sites: 'everywhere' } },
    component: lazyRouteComponent(() => import('./payers/third-party-screen.tsx'), 'ThirdPartyScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/reglements',
    staticData: { need: { right: 'invoices.read' } },
    // The family, or the third party, that pays; or the régie whose cash is to hand over.
    validateSearch: (search: Record<string, unknown>): { famille?: number; tiers?: number; remise?: number } => ({
      ...numberParam(search, 'famille'),
      ...numberParam(search, 'tiers'),
      ...numberParam(search, 'remise'),
    }),
    component: lazyRouteComponent(() => import('./payments/payments-screen.tsx'), 'PaymentsScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/reglements/prelevements',
    staticData: { need: { right: 'debits', sites: 'everywhere' } },
    // The frozen collection that is shown; without it, the next one is prepared.
    validateSearch: (search: Record<string, unknown>): { prelevement?: number } => numberParam(search, 'prelevement'),
    component: lazyRouteComponent(() => import('./debits/debits-screen.tsx'), 'DebitsScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/reglements/cloture',
    staticData: { need: { right: 'invoices.read', sites: 'everywhere' } },
    component: lazyRouteComponent(() => import('./closings/closings-screen.tsx'), 'ClosingsScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/reglements/releve',
    staticData: { need: { right: 'bank' } },
    component: lazyRouteComponent(() => import('./bank/statement-screen.tsx'), 'StatementScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/reglements/impayes',
    staticData: { need: { right: 'invoices.read' } },
    // The longest list of the desk is asked for while the code of its screen still loads.
    loader: () => void readUnpaidAhead(),
    component: lazyRouteComponent(() => import('./recovery/unpaid-screen.tsx'), 'UnpaidScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/reglements/etat-des-restes',
    staticData: { need: { right: 'invoices.read', sites: 'everywhere' } },
    component: lazyRouteComponent(() => import('./recovery/outstanding-screen.tsx'), 'OutstandingScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/chiffres',
    staticData: { need: { right: 'figures' } },
    validateSearch: figuresSearch,
    loaderDeps: ({ search }) => search,
    loader: ({ deps }) => void readFiguresAhead(deps),
    component: lazyRouteComponent(() => import('./figures/figures-screen.tsx'), 'FiguresScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/chiffres/liste',
    validateSearch: freeListSearch,
    component: lazyRouteComponent(() => import('./free-lists/free-list-screen.tsx'), 'FreeListScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/portail',
    staticData: { need: { right: 'portal' } },
    validateSearch: (search: Record<string, unknown>): { onglet?: string } => ({
      ...(typeof search['onglet'] === 'string' && { onglet: search['onglet'] }),
    }),
    component: lazyRouteComponent(() => import('./portal/portal-screen.tsx'), 'PortalScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/reglages/tarifs',
    staticData: { need: { right: 'tariffs.read' } },
    // `nouveau` opens the form.
    validateSearch: (search: Record<string, unknown>): { nouveau?: boolean } => ({
      ...(search['nouveau'] === true && { nouveau: true }),
    }),
    component: lazyRouteComponent(() => import('./prices/tariffs-screen.tsx'), 'TariffsScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/reglages/annee',
    validateSearch: (search: Record<string, unknown>): { annee?: number; etape?: string } => ({
      ...numberParam(search, 'annee'),
      ...(typeof search['etape'] === 'string' && { etape: search['etape'] }),
    }),
    component: lazyRouteComponent(() => import('./year/year-screen.tsx'), 'YearScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/reglages/modeles/$modele',
    staticData: { need: { right: 'templates' } },
    component: lazyRouteComponent(() => import('./templates/template-screen.tsx'), 'TemplateScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/reglages',
    // `nouveau` opens the tab's form for a new équipement or a new activity.
    validateSearch: (
      search: Record<string, unknown>,
    ): { onglet?: string; periode?: number; activite?: number; nouveau?: boolean } => ({
      ...(search['nouveau'] === true && { nouveau: true }),
      ...(typeof search['onglet'] === 'string' && { onglet: search['onglet'] }),
      ...numberParam(search, 'periode'),
      ...numberParam(search, 'activite'),
    }),
    component: lazyRouteComponent(() => import('./settings/settings-screen.tsx'), 'SettingsScreen'),
  }),
  // Unknown addresses keep the frame, whose rail leads to the screens.
  createRoute({
    getParentRoute: () => desk,
    path: '$',
    component: () => (
      <EmptyState title="Cette page n’existe pas">Choisissez un écran à gauche, ou cherchez avec Ctrl K.</EmptyState>
    ),
  }),
])

/** Every component in every state on one page: for developers, left out of production builds. */
const gallery = createRoute({
  getParentRoute: () => root,
  path: '/planche',
  component: lazyRouteComponent(() => import('./parts/gallery.tsx'), 'Gallery'),
})

export const router = createRouter({
  routeTree: root.addChildren(import.meta.env.MODE === 'production' ? [tree] : [tree, gallery]),
  history: hashHistory(),
  defaultPreload: 'intent',
  defaultPendingComponent: Loading,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
