import type { TestDesk } from '../desk.ts'

type Recovery = TestDesk['client']['recovery']
type Run = Parameters<Recovery['prepareRun']>[0]

/** Reminds these payers of the amounts that the person was shown. */
export const remindAsSeen = async (recovery: Pick<Recovery, 'prepareRun' | 'remind'>, run: Run) => {
  const { digest } = await recovery.prepareRun(run)
  return recovery.remind({ ...run, digest })
}
