import { notifications } from '@mantine/notifications'
import type { TakenOver } from '../../../shared/contract/desk/money/invoicing.ts'
import { takenOverText } from './draft-rows.ts'

/** Tells which drafts of other runs a run took over, if it took any. */
export const notifyTakenOver = (found: readonly TakenOver[]): void => {
  if (found.length > 0) notifications.show({ message: takenOverText(found) })
}
