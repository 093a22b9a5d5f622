import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { stoppedFrom } from '../../../shared/rules/money/debit/signing.ts'
import type { Write } from '../../store/acts/acts.ts'
import { accountRequest, mandate } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { regieName, regiesOf } from '../regies/regies.ts'
import { accountRequestsOf, announcedDays, mandatesOfPayer, yearPlansOf } from './debits-store.ts'
import { activeMandate } from './mandates.ts'
import { standsOn } from './year-plans.ts'

/**
 * Within the act that merges two homes, before the rows of the one that goes are moved: at each régie the home has one
 * mandate that is collected, that of the home that stays if it has one. The other pays what was already announced to it.
 * @throws Refused where both homes pay the year in equal parts: each was told other days and sums, so that staff end one
 */
export const passDebits = (store: Store, write: Write, keptId: number, goneId: number): void => {
  const on = dayAt(write.at)
  const requests = accountRequestsOf(store, [keptId, goneId])
  for (const { id: regieId, ...regie } of regiesOf(store)) {
    const plans = yearPlansOf(store, { familyIds: [keptId, goneId] }).filter(
      (plan) => plan.regieId === regieId && standsOn(plan, on),
    )
    if (new Set(plans.map(({ familyId }) => familyId)).size > 1)
      throw new Refused(
        `Les deux foyers sont mensualisés (${regieName(regie)})\u00a0: terminez d’abord la mensualisation de celui qui disparaîtrait.`,
      )
    const asked = requests.filter((request) => request.regieId === regieId)
    const staying =
      activeMandate(store, { familyId: keptId, regieId }, on) ?? activeMandate(store, { familyId: goneId, regieId }, on)
    for (const { id } of staying ? asked : asked.slice(1))
      write.update(accountRequest, id, { endedOn: on, endReason: 'foyers réunis' })
    if (!staying) continue
    for (const familyId of [keptId, goneId])
      for (const { id, stoppedOn, ...other } of mandatesOfPayer(store, { familyId, thirdPartyId: null }))
        if (id !== staying.id && other.regieId === regieId && (stoppedOn === null || stoppedOn > on))
          write.update(mandate, id, {
            stoppedOn: stoppedFrom(on, announcedDays(store, id)),
            reason: `foyers réunis\u00a0: le mandat ${staying.reference} reste`,
          })
  }
}
