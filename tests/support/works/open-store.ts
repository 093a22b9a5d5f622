import { CannotOpen, openStore } from '../../../main/store/store.ts'
import { instant } from '../../../shared/rules/calendar/day.ts'

/** Opens a data folder in a process of its own, and prints the outcome. */
try {
  openStore(process.argv[2] ?? '', () => instant('2026-11-25T08:00:00.000Z')).close()
  console.log('open')
} catch (error) {
  console.log(error instanceof CannotOpen ? error.message : `untold: ${String(error)}`)
}
