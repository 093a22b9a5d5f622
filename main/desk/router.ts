import { exchangeRoutes } from '../sync/exchange-routes.ts'
import { activitiesRoutes } from './activities/activities-routes.ts'
import { attendanceRoutes } from './attendance/attendance-routes.ts'
import { doublesRoutes } from './doubles/doubles-routes.ts'
import { familiesRoutes } from './families/families-routes.ts'
import { historyRoutes } from './history/history-routes.ts'
import { homeRoutes } from './home/home-routes.ts'
import { importsRoutes } from './import/import-routes.ts'
import { invoicingRoutes } from './invoicing/invoicing-routes.ts'
import { messagesRoutes } from './messages/messages-routes.ts'
import { papersRoutes } from './papers/papers-routes.ts'
import { paymentsRoutes } from './payments/payments-routes.ts'
import { portalRoutes } from './portal/portal-routes.ts'
import { pricesRoutes } from './prices/prices-routes.ts'
import { os } from './procedures.ts'
import { protectionRoutes } from './protection/protection-routes.ts'
import { registrationsRoutes } from './registrations/registrations-routes.ts'
import { requestsRoutes } from './requests/requests-routes.ts'
import { reservationsRoutes } from './reservations/reservations-routes.ts'
import { settingsRoutes } from './settings/settings-routes.ts'
import { staffRoutes } from './staff/staff-routes.ts'
import { statementsRoutes } from './statements/statements-routes.ts'
import { yearRoutes } from './year/year-routes.ts'

export const router = os.router({
  staff: staffRoutes,
  settings: settingsRoutes,
  families: familiesRoutes,
  activities: activitiesRoutes,
  registrations: registrationsRoutes,
  reservations: reservationsRoutes,
  attendance: attendanceRoutes,
  prices: pricesRoutes,
  invoicing: invoicingRoutes,
  papers: papersRoutes,
  payments: paymentsRoutes,
  statements: statementsRoutes,
  portal: portalRoutes,
  messages: messagesRoutes,
  exchange: exchangeRoutes,
  requests: requestsRoutes,
  home: homeRoutes,
  imports: importsRoutes,
  doubles: doublesRoutes,
  history: historyRoutes,
  protection: protectionRoutes,
  year: yearRoutes,
})
