import { type Day, dayAt } from '../../../shared/rules/calendar/day.ts'
import { familyNumberText } from '../../../shared/rules/money/invoice.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import type { Payable } from '../../../shared/rules/money/payment/payment.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import { type PlanFacts, type PlanPart, planState, refuseParts } from '../../../shared/rules/money/recovery/plan.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import { paymentPlan } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { planById } from '../debts/debts.ts'
import { letterheadOf, openDebts } from '../invoicing/invoicing.ts'
import { cashierOn, regieOf } from '../regies/regies.ts'
import { logosOf } from '../settings/settings.ts'
import { type OfPayer, planHolds } from './plans-shown.ts'
import { isForTreasury } from './recovery-store.ts'
import { peopleOf, requirePayer, shortName } from './unpaid.ts'

/**
 * Agrees with a payer that debts of a régie are paid in parts. A plan allocates no money: payments still go to the
 * oldest debts first, and whether the plan is kept is computed from what is left of its debts.
 */
export const makePlan = (
  { store }: Core,
  person: Person,
  {
    regieId,
    debts: chosen,
    parts,
    ...payer
  }: OfPayer & {
    readonly debts: readonly (Payable & { readonly leftCents: number })[]
    readonly parts: readonly PlanPart[]
  },
): { id: number } => {
  const { name } = requirePayer(store, payer)
  const cents = chosen.reduce((sum, { leftCents }) => sum + leftCents, 0)
  const label = `Échéancier de ${formatEuros(cents)} en ${parts.length}\u00a0parts\u00a0: ${name}`
  return store.act(person, 'recovery.plan', label, (write) => {
    if (!regieOf(store, regieId).allowsPlans) throw new Refused('L’acte de cette régie ne permet pas les échéanciers.')
    if (isForTreasury(store, payer))
      throw new Refused('La Trésorerie recouvre ce qu’il doit\u00a0: pas d’échéancier ici.')
    const on = dayAt(write.at)
    const debts = chosenDebts(store, { regieId, ...payer }, chosen)
    const refused = refuseParts(parts, cents, on)
    if (refused) throw new Refused(refused.sentence, `parts.${refused.row}.${refused.field}`)
    const paper = factsOf(store, { regieId, ...payer }, debts, on)
    return { id: write.insert(paymentPlan, { regieId, ...payer, parts, paper, madeOn: on }).id }
  })
}

/** @throws Refused when a debt is not what the screen showed, or is being paid in another way */
const chosenDebts = (
  store: Store,
  { regieId, familyId, thirdPartyId }: OfPayer,
  chosen: readonly (Payable & { readonly leftCents: number })[],
): PlanFacts['debts'] => {
  const holdOf = planHolds(store, regieId)
  const open = new Map(
    openDebts(store, familyId ?? thirdPartyId ?? 0, familyId === null ? 'thirdParty' : 'family')
      .filter((debt) => debt.regieId === regieId)
      .map((debt) => [debtKey(debt), debt]),
  )
  if (new Set(chosen.map(debtKey)).size < chosen.length) throw new Refused('Une dette est choisie deux fois.', 'debts')
  return chosen
    .map((one) => {
      const debt = open.get(debtKey(one))
      if (!debt || debt.dueOn === null || debt.leftCents !== one.leftCents)
        throw new Refused('Ces dettes ont changé depuis que vous les avez lues\u00a0: relisez-les.', 'debts')
      const hold = holdOf(debt)
      if (hold !== null) throw new Refused(`${shortName(debt.name)}\u00a0: ${hold}.`, 'debts')
      const { invoiceId, openingDebtId, name, period, dueOn, totalCents, leftCents } = debt
      return { invoiceId, openingDebtId, number: shortName(name), period, dueOn, totalCents, leftCents }
    })
    .toSorted((one, other) => (one.dueOn < other.dueOn ? -1 : 1))
}

const factsOf = (store: Store, { regieId, ...payer }: OfPayer, debts: PlanFacts['debts'], on: Day): PlanFacts => {
  const { organisation, payment } = letterheadOf(store, regieId)
  const [person] = peopleOf(store, [payer], on).values()
  return {
    organisation,
    payment,
    debtor: { name: person?.debtor ?? '', addressLines: person?.addressLines ?? [] },
    familyNumber: payer.familyId === null ? '' : familyNumberText(payer.familyId),
    debts,
    cashier: cashierOn(store, regieId, on),
  }
}

export const endPlan = (
  { store }: Core,
  person: Person,
  { id, reason }: { readonly id: number; readonly reason: string },
): { id: number } => {
  const plan = planOf(store, id)
  const { name } = requirePayer(store, plan)
  return store.act(person, 'recovery.endPlan', `Échéancier terminé\u00a0: ${name}`, (write) => {
    const { endedOn, parts } = planOf(store, id)
    if (endedOn !== null) throw new Refused('Cet échéancier est déjà terminé.')
    const on = dayAt(write.at)
    if (planState(parts, on).kind === 'paid')
      throw new Refused('Cet échéancier est payé\u00a0: il n’y a rien à terminer.')
    write.update(paymentPlan, id, { endedOn: on, endReason: reason })
    return { id }
  })
}

const planOf = (store: Store, id: number) => {
  const plan = planById(store, id)
  if (!plan) throw new Refused('Cet échéancier n’existe plus.')
  return plan
}

/** The paper of a plan, as it was agreed. */
export const planFile = async ({ store }: Core, { id }: { readonly id: number }): Promise<File> => {
  const { paper, parts, madeOn } = planOf(store, id)
  const { organisation, ...facts } = paper
  const { logoId, ...from } = organisation
  const [bytes] = await renderPapers(
    [
      {
        paymentPlans: [
          {
            ...facts,
            date: madeOn,
            parts: parts.map(({ dueOn, cents }) => ({ dueOn, cents })),
            organisation: { ...from, ...logosOf(store)(logoId) },
          },
        ],
      },
    ],
    { createdAt: store.clock() },
  )
  if (!bytes) throw new RangeError('no plan was printed')
  return new File([new Uint8Array(bytes)], `Échéancier ${paper.debtor.name}.pdf`, { type: 'application/pdf' })
}
