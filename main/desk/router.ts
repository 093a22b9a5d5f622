import { os } from './procedures.ts'
import { staffRoutes } from './staff/staff-routes.ts'

export const router = os.router({
  staff: staffRoutes,
})
