import type {
  ListedThirdParty,
  ThirdParty,
  ThirdPartyInput,
  ThirdPartyPage,
} from '../../../shared/contract/desk/money/payers.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import { aidLevel, isOver } from '../../../shared/rules/money/aid.ts'
import { refuseThirdParty } from '../../../shared/rules/money/third-party.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import { thirdParty } from '../../store/schema/index.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { balanceOf, balancesOfThirdParties, issuedPapers, openDebts } from '../invoicing/invoicing.ts'
import { paymentsOfThirdParty } from '../payments/payments.ts'
import { givenBy, nothingGiven, shownAids } from './aids.ts'
import {
  aidRows,
  allAids,
  allThirdParties,
  partsOfThirdParty,
  type ThirdPartyRow,
  thirdPartyRow,
  unbilledSums,
} from './payers-store.ts'
import { toBillOf } from './third-party-papers.ts'

const shown = ({ actId: _actId, ...row }: ThirdPartyRow): ThirdParty => row

/** By name, with what each owes and has promised to pay; archived ones come last. */
export const listThirdParties = ({ store, clock }: Core): ListedThirdParty[] => {
  const balances = balancesOfThirdParties(store)
  const sums = unbilledSums(store)
  const now = today(clock)
  const running = allAids(store).filter(({ state, toDay: to }) => !isOver({ state, to }, now))
  const given = givenBy(store, running)
  const byParty = Map.groupBy(running, ({ thirdPartyId }) => thirdPartyId)
  return allThirdParties(store).map((row) => {
    const aids = byParty.get(row.id) ?? []
    const levels = aids.map((one) => aidLevel(one, given.get(one.id) ?? nothingGiven))
    return {
      ...shown(row),
      balanceCents: balances.get(row.id) ?? 0,
      toBillCents: sums.get(row.id) ?? 0,
      children: new Set(aids.map(({ familyId, childId }) => childId ?? `home ${familyId}`)).size,
      nearlyUsed: levels.filter((level) => level === 'nearlyUsed').length,
      usedUp: levels.filter((level) => level === 'usedUp').length,
    }
  })
}

export const saveThirdParty = ({ store }: Core, person: Person, { id, ...values }: ThirdPartyInput): ThirdParty =>
  store.act(person, 'payers.thirdParty', `Tiers payeur enregistré\u00a0: ${values.name}`, (write) => {
    const wrong = refuseThirdParty(values)
    if (wrong) throw new Refused(wrong.sentence, wrong.field)
    if (allThirdParties(store).some((other) => other.id !== id && sameLabel(other.name, values.name)))
      throw new Refused('Un tiers payeur porte déjà ce nom.', 'name')
    const kept = { ...values, siret: values.siret.replaceAll(/\s/g, '') }
    if (id === undefined) return shown(write.insert(thirdParty, kept))
    if (!thirdPartyRow(store, id)) throw new Refused('Ce tiers payeur n’existe plus.')
    return shown(write.update(thirdParty, id, kept))
  })

export const thirdPartyPage = ({ store, clock }: Core, id: number): ThirdPartyPage => {
  const row = thirdPartyRow(store, id)
  if (!row) throw new Refused('Ce tiers payeur n’existe plus.')
  const papers = issuedPapers(store, id, 'thirdParty')
  const last = papers.find(({ kind }) => kind === 'invoice')
  const lastCents = new Map<number, number>()
  for (const { aidId, billedBy, unitCents, days } of partsOfThirdParty(store, id))
    if (last ? billedBy === last.id : billedBy === null)
      lastCents.set(aidId, (lastCents.get(aidId) ?? 0) + unitCents * days.length)
  const aids = shownAids(store, aidRows(store, { thirdPartyId: id }), clock, lastCents)
  const [dueOn = null] = openDebts(store, id, 'thirdParty')
    .flatMap((debt) => debt.dueOn ?? [])
    .toSorted()
  return {
    thirdParty: shown(row),
    balanceCents: balanceOf(store, id, { of: 'thirdParty' }),
    dueOn,
    families: new Set(aids.map(({ familyId }) => familyId)).size,
    aids,
    toBill: toBillOf(store, id),
    papers,
    payments: paymentsOfThirdParty(store, id),
  }
}
