import type { YearPlan, YearProposal } from '../../../shared/contract/desk/money/year-plans.ts'
import { type Day, dayAt, today } from '../../../shared/rules/calendar/day.ts'
import {
  balanceDay,
  refuseYear,
  schoolYearOf,
  usualYear,
  type YearWish,
  yearBalance,
  yearParts,
} from '../../../shared/rules/money/debit/year-plan.ts'
import { dueDate, familyNumberText } from '../../../shared/rules/money/invoice.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { counted, longDay, shortDay } from '../../../shared/rules/text/french.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import type { Write } from '../../store/acts/acts.ts'
import { yearPart, yearPlan } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { debtorOf } from '../families/families.ts'
import { accountKey, forecastOfHome, letterheadOf } from '../invoicing/invoicing.ts'
import { refuseUnlessHolder, regieName, regieOf, regiesOf } from '../regies/regies.ts'
import { logoOf } from '../settings/settings.ts'
import {
  billedInYear,
  type MandateRow,
  partsOfYears,
  type YearPartRow,
  type YearPlanRow,
  yearPlansOf,
} from './debits-store.ts'
import { activeMandate } from './mandates.ts'
import { creditorName, settingsOf } from './settings.ts'

/** The equal parts of a year (« mensualisation »), as staff agree on them with a home. */

export const listYearPlans = ({ store, clock }: Core, familyId: number): YearPlan[] =>
  shown(store, yearPlansOf(store, { familyIds: [familyId] }), today(clock))

const shown = (store: Store, plans: readonly YearPlanRow[], on: Day): YearPlan[] => {
  const parts = partsOfYears(
    store,
    plans.map(({ id }) => id),
  )
  const regies = new Map(regiesOf(store).map((regie) => [regie.id, regieName(regie)]))
  return plans.map((plan) => {
    const { id, familyId, regieId, madeOn, by, balanceOn, endedOn, endReason } = plan
    const own = parts.get(id) ?? []
    const billedCents = billedInYear(store, plan)
    const takenCents = own.reduce((sum, { cents, last }) => (last === 'taken' ? sum + cents : sum), 0)
    return {
      id,
      familyId,
      regieId,
      regie: regies.get(regieId) ?? '',
      madeOn,
      by,
      balanceOn,
      state: endedOn !== null ? 'ended' : balanceOn < on ? 'over' : 'standing',
      endReason: endReason ?? '',
      parts: own
        .filter(({ last }) => endedOn === null || last === 'taken' || last === 'announced')
        .map((part) => ({ id: part.id, dueOn: part.dueOn, cents: part.cents, state: part.last ?? 'free' })),
      billedCents,
      takenCents,
      ...yearBalance({ billedCents, takenCents }),
      hasMandate: activeMandate(store, plan, on) !== undefined,
    }
  })
}

/** The year plans that nobody ended, with their parts. A plan stays in force until another replaces it. */
export const standingYears = (
  store: Store,
  familyIds: readonly number[],
): (YearPlanRow & { readonly parts: readonly YearPartRow[] })[] => {
  const plans = yearPlansOf(store, { familyIds })
    .filter(({ endedOn }) => endedOn === null)
    .filter((plan, index, all) => all.findIndex((one) => accountKey(one) === accountKey(plan)) === index)
  const parts = partsOfYears(
    store,
    plans.map(({ id }) => id),
  )
  return plans.map((plan) => ({ ...plan, parts: parts.get(plan.id) ?? [] }))
}

const shownOne = (store: Store, id: number, on: Day): YearPlan => {
  const [found] = shown(store, yearPlansOf(store, { id }), on)
  if (!found) throw new Refused(goneText)
  return found
}

const goneText = 'Cette mensualisation n’existe plus.'

/** What to propose to a home: the amount that runs will still bill in its school year, in one part a month. */
export const proposeYear = (
  { store, clock }: Core,
  { familyId, regieId }: { readonly familyId: number; readonly regieId: number },
): YearProposal => {
  const on = today(clock)
  const settings = settingsOf(store, regieId)
  const usual = usualYear(on, settings)
  const { cents, unpricedDays } = forecastOfHome(store, { familyId, regieId, ...schoolYearOf(usual.firstOn) })
  return {
    ...usual,
    cents,
    unpricedDays,
    noticeDays: settings.noticeDays,
    leastCents: settings.leastCents,
    hasMandate: activeMandate(store, { familyId, regieId }, on) !== undefined,
  }
}

type OfHome = { readonly familyId: number; readonly regieId: number }

export const makeYearPlan = (
  core: Core,
  person: Person,
  { familyId, regieId, ...wish }: OfHome & YearWish,
): YearPlan => {
  const { store, clock } = core
  const label = `Mensualisation, ${yearText(wish)}\u00a0: ${debtorOf(store, familyId, today(clock)).familyName}`
  return store.act(person, 'debits.yearPlan', label, (write) => {
    const on = dayAt(write.at)
    refuseUnlessHolder(core, person, regieId)
    refuseWish(store, regieId, wish, on)
    if (yearPlansOf(store, { familyIds: [familyId] }).some((plan) => plan.regieId === regieId && standsOn(plan, on)))
      throw new Refused('Cette famille a déjà une mensualisation\u00a0: changez-la, ou terminez-la.')
    if (!activeMandate(store, { familyId, regieId }, on))
      throw new Refused('Cette famille n’a pas de mandat de prélèvement actif\u00a0: faites-en signer un d’abord.')
    const { id } = write.insert(yearPlan, { familyId, regieId, madeOn: on, balanceOn: balanceDay(wish) })
    writeParts(write, id, wish)
    return shownOne(store, id, on)
  })
}

/** « 450,00 € en 6 mensualités » */
const yearText = ({ cents, count }: Pick<YearWish, 'cents' | 'count'>): string =>
  `${formatEuros(cents)} en ${counted(count, 'mensualité')}`

export const standsOn = ({ endedOn, balanceOn }: YearPlanRow, on: Day): boolean => endedOn === null && balanceOn >= on

const refuseWish = (store: Store, regieId: number, wish: YearWish, on: Day): void => {
  const refused = refuseYear(wish, { on, ...settingsOf(store, regieId) })
  if (refused) throw new Refused(refused.sentence, refused.field)
}

const writeParts = (write: Write, planId: number, wish: YearWish): void => {
  write.insertMany(
    yearPart,
    yearParts(wish).map(({ dueOn, cents }) => ({ planId, dueOn, amountCents: cents })),
  )
}

/** Replaces the parts from a day on; earlier ones stay as they were announced. */
export const changeYearPlan = (
  core: Core,
  person: Person,
  { id, ...wish }: YearWish & { readonly id: number },
): YearPlan => {
  const { store } = core
  const label = `Mensualisation changée, ${yearText(wish)}\u00a0: ${familyOf(core, id)}`
  return store.act(person, 'debits.yearPlan', label, (write) => {
    const on = dayAt(write.at)
    const plan = standing(store, id, on)
    refuseUnlessHolder(core, person, plan.regieId)
    refuseWish(store, plan.regieId, wish, on)
    const parts = partsOfYears(store, [id]).get(id) ?? []
    const later = parts.filter(({ dueOn }) => dueOn >= wish.firstOn)
    const fixed = later.find((part) => !isFree(part))
    if (fixed)
      throw new Refused(
        `La mensualité du ${longDay(fixed.dueOn)} est déjà dans un prélèvement\u00a0: changez à partir de la suivante.`,
        'firstOn',
      )
    write.updateMany(
      yearPart,
      later.map((part) => part.id),
      { droppedOn: on },
    )
    write.update(yearPlan, id, { balanceOn: balanceDay(wish) })
    writeParts(write, id, wish)
    return shownOne(store, id, on)
  })
}

const isFree = ({ last }: YearPartRow): boolean => last === null || last === 'returned'

const planOf = (store: Store, id: number): YearPlanRow => {
  const [plan] = yearPlansOf(store, { id })
  if (!plan) throw new Refused(goneText)
  return plan
}

const standing = (store: Store, id: number, on: Day): YearPlanRow => {
  const plan = planOf(store, id)
  if (plan.endedOn !== null) throw new Refused('Cette mensualisation est déjà terminée.')
  if (!standsOn(plan, on)) throw new Refused('Le jour du solde est passé\u00a0: cette mensualisation est finie.')
  return plan
}

const familyOf = ({ store, clock }: Core, id: number): string =>
  debtorOf(store, planOf(store, id).familyId, today(clock)).familyName

/**
 * Ends a plan: what is owed less what was taken becomes due after the régie's usual delay. A part in a frozen
 * collection is still taken.
 */
export const endYearPlan = (
  core: Core,
  person: Person,
  { id, reason }: { readonly id: number; readonly reason: string },
): YearPlan => {
  const { store } = core
  return store.act(person, 'debits.endYearPlan', `Mensualisation terminée\u00a0: ${familyOf(core, id)}`, (write) => {
    const on = dayAt(write.at)
    const { regieId } = standing(store, id, on)
    refuseUnlessHolder(core, person, regieId)
    const balanceOn = dueDate(on, { unit: 'days', amount: regieOf(store, regieId).dueDays })
    write.update(yearPlan, id, { endedOn: on, endReason: reason, balanceOn })
    return shownOne(store, id, on)
  })
}

/** « Échéancier annuel »: the days and amounts, announced once for the whole year. */
export const yearPlanFile = async ({ store, clock }: Core, id: number): Promise<File> => {
  const on = today(clock)
  const plan = planOf(store, id)
  const [view] = shown(store, [plan], on)
  const mandate = activeMandate(store, plan, on)
  const { organisation } = letterheadOf(store, plan.regieId)
  const { logoId: _, ...from } = organisation
  const logo = logoOf(store)?.bytes
  const { name, addressLines } = debtorOf(store, plan.familyId, on)
  const { creditorId } = settingsOf(store, plan.regieId)
  const [bytes] = await renderPapers(
    [
      {
        yearPlans: [
          {
            organisation: { ...from, ...(logo && { logo: new Uint8Array(logo) }) },
            date: on,
            familyNumber: familyNumberText(plan.familyId),
            to: { name, addressLines },
            parts: (view?.parts ?? []).map(({ dueOn, cents, state }) => ({ dueOn, cents, isTaken: state === 'taken' })),
            balanceOn: plan.balanceOn,
            expected: expectedOf(store, plan),
            mandate: mandate ? mandateEnds(mandate) : null,
            creditor: { name: creditorName(store, plan.regieId), creditorId },
          },
        ],
      },
    ],
    { createdAt: clock() },
  )
  if (!bytes) throw new RangeError('no year was printed')
  return new File([new Uint8Array(bytes)], `Échéancier annuel ${name}.pdf`, { type: 'application/pdf' })
}

/** The cost of the year as known today, by activity: what was billed since the plan was agreed, then what is booked. */
const expectedOf = (store: Store, plan: YearPlanRow): { readonly label: string; readonly cents: number }[] => {
  const billedCents = billedInYear(store, plan)
  // The school year of the plan is that of its first part: the balance may be due after the end of August.
  const [first] = partsOfYears(store, [plan.id]).get(plan.id) ?? []
  const { activities } = forecastOfHome(store, { ...plan, ...schoolYearOf(first?.dueOn ?? plan.madeOn) })
  return [
    ...(billedCents === 0 ? [] : [{ label: `Facturé depuis le ${shortDay(plan.madeOn)}`, cents: billedCents }]),
    ...activities.map(({ name, cents }) => ({ label: name, cents })).toSorted((one, other) => other.cents - one.cents),
  ]
}

const mandateEnds = ({ reference, signedOn, accountStart, lastFour, debtor }: MandateRow) => ({
  reference,
  signedOn,
  accountStart,
  lastFour,
  debtor,
})
