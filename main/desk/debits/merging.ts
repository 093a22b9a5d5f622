import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { stoppedFrom } from '../../../shared/rules/money/debit/signing.ts'
import type { Write } from '../../store/acts/acts.ts'
import { accountRequest, mandate } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { regieName, regiesOf } from '../regies/regies.ts'
import { accountRequestsOf, announcedDays, mandatesOfPayer, yearPlansOf } from './debits-store.ts'
import { activeMandate, suspendedMandate } from './mandates.ts'
import { standsOn } from './year-plans.ts'

/**
 * Runs within the act that merges two homes, before the rows of the one that goes are moved. At each régie the merged
 * home keeps one mandate: an active one rather than a suspended one, and that of the kept home rather than the other's.
 * The other mandates only pay what was already announced on them.
 * @throws Refused when both homes pay the year in equal parts: each was told other days and sums, so staff must end one
 * of the plans
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
    const kept = { familyId: keptId, regieId }
    const gone = { familyId: goneId, regieId }
    const active = activeMandate(store, kept, on) ?? activeMandate(store, gone, on)
    const staying = active ?? suspendedMandate(store, kept, on) ?? suspendedMandate(store, gone, on)
    // A home with only a suspended mandate is still asked for another account: one request stays open.
    for (const { id } of active ? asked : asked.slice(1))
      write.update(accountRequest, id, { endedOn: on, endReason: 'foyers réunis' })
    if (!staying) continue
    for (const familyId of [keptId, goneId])
      for (const { id, stoppedOn, ...other } of mandatesOfPayer(store, { familyId, thirdPartyId: null }))
        if (
          id !== staying.id &&
          other.regieId === regieId &&
          (stoppedOn === null || stoppedOn > on) &&
          // A mandate for a single debit stays beside a suspended one: it still pays that debit.
          (active || other.kind === 'recurrent')
        )
          write.update(mandate, id, {
            stoppedOn: stoppedFrom(on, announcedDays(store, id)),
            reason: `foyers réunis\u00a0: le mandat ${staying.reference} reste`,
          })
  }
}
