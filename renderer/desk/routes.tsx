import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { type Day, isDay } from '../../shared/rules/calendar/day.ts'
import { Desk } from './desk.tsx'
import { hashHistory } from './hash-history.ts'
import { Empty, Failure, Loading } from './parts/feedback.tsx'

const numbered = <Name extends string>(search: Record<string, unknown>, name: Name): { [key in Name]?: number } => {
  const value = search[name]
  return Number.isInteger(value) ? ({ [name]: value } as { [key in Name]?: number }) : {}
}

const dated = (search: Record<string, unknown>): { jour?: Day } => {
  const value = search['jour']
  return typeof value === 'string' && isDay(value) ? { jour: value } : {}
}

const root = createRootRoute({ component: Outlet })
/** Everything behind the login, inside the frame. */
const desk = createRoute({ getParentRoute: () => root, id: 'desk', component: Desk })

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
    validateSearch: (search: Record<string, unknown>): { nouvelle?: boolean } => ({
      ...(search['nouvelle'] === true && { nouvelle: true }),
    }),
    component: lazyRouteComponent(() => import('./families/families-screen.tsx'), 'FamiliesScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/familles/$familyId',
    // `saisir` opens the form of what is missing.
    validateSearch: (search: Record<string, unknown>): { onglet?: string; saisir?: 'qf' | 'adresse' } => ({
      ...(typeof search['onglet'] === 'string' && { onglet: search['onglet'] }),
      ...((search['saisir'] === 'qf' || search['saisir'] === 'adresse') && { saisir: search['saisir'] }),
    }),
    component: lazyRouteComponent(() => import('./families/family-screen.tsx'), 'FamilyScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/demandes',
    // The family whose first demande is chosen.
    validateSearch: (search: Record<string, unknown>): { famille?: number } => numbered(search, 'famille'),
    component: lazyRouteComponent(() => import('./requests/requests-screen.tsx'), 'RequestsScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/demandes/pieces',
    component: lazyRouteComponent(() => import('./papers/papers-screen.tsx'), 'PapersScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/messages',
    validateSearch: (search: Record<string, unknown>): { onglet?: string; conversation?: number } => ({
      ...(typeof search['onglet'] === 'string' && { onglet: search['onglet'] }),
      ...numbered(search, 'conversation'),
    }),
    component: lazyRouteComponent(() => import('./messages/messages-screen.tsx'), 'MessagesScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/inscriptions',
    // `nouvelle` opens the form.
    validateSearch: (
      search: Record<string, unknown>,
    ): { periode?: number; inscription?: number; nouvelle?: boolean } => ({
      ...numbered(search, 'periode'),
      ...numbered(search, 'inscription'),
      ...(search['nouvelle'] === true && { nouvelle: true }),
    }),
    component: lazyRouteComponent(() => import('./registrations/registrations-screen.tsx'), 'RegistrationsScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/import',
    component: lazyRouteComponent(() => import('./imports/import-screen.tsx'), 'ImportScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/doublons',
    component: lazyRouteComponent(() => import('./doubles/doubles-screen.tsx'), 'DoublesScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/calendrier',
    // The period and the day to look at.
    validateSearch: (search: Record<string, unknown>): { periode?: number; jour?: Day } => ({
      ...numbered(search, 'periode'),
      ...dated(search),
    }),
    component: lazyRouteComponent(() => import('./reservations/calendar-screen.tsx'), 'CalendarScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/calendrier/attente',
    validateSearch: (search: Record<string, unknown>): { periode?: number; jour?: Day; plage?: number } => ({
      ...numbered(search, 'periode'),
      ...dated(search),
      ...numbered(search, 'plage'),
    }),
    component: lazyRouteComponent(() => import('./reservations/waiting-screen.tsx'), 'WaitingScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/pointage',
    // The day and the activity that something else asks to be marked.
    validateSearch: (search: Record<string, unknown>): { jour?: Day; activite?: number } => ({
      ...(typeof search['jour'] === 'string' && isDay(search['jour']) && { jour: search['jour'] }),
      ...numbered(search, 'activite'),
    }),
    component: lazyRouteComponent(() => import('./attendance/attendance-screen.tsx'), 'AttendanceScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/facturation',
    component: lazyRouteComponent(() => import('./invoicing/invoicing-screen.tsx'), 'InvoicingScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/reglements',
    // The family whose payment is taken.
    validateSearch: (search: Record<string, unknown>): { famille?: number } => numbered(search, 'famille'),
    component: lazyRouteComponent(() => import('./payments/payments-screen.tsx'), 'PaymentsScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/portail',
    validateSearch: (search: Record<string, unknown>): { onglet?: string } => ({
      ...(typeof search['onglet'] === 'string' && { onglet: search['onglet'] }),
    }),
    component: lazyRouteComponent(() => import('./portal/portal-screen.tsx'), 'PortalScreen'),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: '/reglages/tarifs',
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
      ...numbered(search, 'annee'),
      ...(typeof search['etape'] === 'string' && { etape: search['etape'] }),
    }),
    component: lazyRouteComponent(() => import('./year/year-screen.tsx'), 'YearScreen'),
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
      ...numbered(search, 'periode'),
      ...numbered(search, 'activite'),
    }),
    component: lazyRouteComponent(() => import('./settings/settings-screen.tsx'), 'SettingsScreen'),
  }),
  // Inside the frame too, where the screens are on the left.
  createRoute({
    getParentRoute: () => desk,
    path: '$',
    component: () => (
      <Empty title="Cette page n’existe pas">Choisissez un écran à gauche, ou cherchez avec Ctrl K.</Empty>
    ),
  }),
])

/** Every part and state on one page: for those who build the desk, never in what is delivered. */
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
