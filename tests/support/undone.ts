import { ORPCError } from '@orpc/client'
import { Refusal } from '../../shared/contract/procedure.ts'
import type { TestDesk } from './desk.ts'

/** Undoes an act to the end, and corrects the answers that families had received. @throws the refusal */
export const undone = async (client: TestDesk['client'], actId: number): Promise<void> => {
  try {
    const steps = await client.history.undo({ actId, told: true })
    for (let step = await steps.next(); !step.done; ) step = await steps.next()
  } catch (error) {
    throw error instanceof ORPCError ? new Error(Refusal.parse(error.data).sentence) : error
  }
}
