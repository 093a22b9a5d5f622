import { activitiesRoutes } from './activities/activities-routes.ts'
import { attendanceRoutes } from './attendance/attendance-routes.ts'
import { familiesRoutes } from './families/families-routes.ts'
import { homeRoutes } from './home/home-routes.ts'
import { importsRoutes } from './import/import-routes.ts'
import { invoicingRoutes } from './invoicing/invoicing-routes.ts'
import { paymentsRoutes } from './payments/payments-routes.ts'
import { pricesRoutes } from './prices/prices-routes.ts'
import { os } from './procedures.ts'
import { registrationsRoutes } from './registrations/registrations-routes.ts'
import { requestsRoutes } from './requests/requests-routes.ts'
import { reservationsRoutes } from './reservations/reservations-routes.ts'
import { settingsRoutes } from './settings/settings-routes.ts'
import { staffRoutes } from './staff/staff-routes.ts'

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
  payments: paymentsRoutes,
  requests: requestsRoutes,
  home: homeRoutes,
  imports: importsRoutes,
})
