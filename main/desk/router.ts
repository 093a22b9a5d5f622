import { activitiesRoutes } from './activities/activities-routes.ts'
import { os } from './procedures.ts'
import { registrationsRoutes } from './registrations/registrations-routes.ts'
import { settingsRoutes } from './settings/settings-routes.ts'
import { staffRoutes } from './staff/staff-routes.ts'

export const router = os.router({
  staff: staffRoutes,
  settings: settingsRoutes,
  activities: activitiesRoutes,
  registrations: registrationsRoutes,
})
