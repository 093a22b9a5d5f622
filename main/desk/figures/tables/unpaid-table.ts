import type { Behind, FiguresTable, UnpaidAsked } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import { addMonths, type Day, daysFrom, today } from '../../../../shared/rules/calendar/day.ts'
import { centsOf, shareOf, unpaidStepNames } from '../../../../shared/rules/figures/figures-table.ts'
import { allocate, type Cents, formatEuros } from '../../../../shared/rules/money/money.ts'
import { ageBandOf, ageBands } from '../../../../shared/rules/money/recovery/unpaid.ts'
import { counted, shortDay } from '../../../../shared/rules/text/french.ts'
import type { Store } from '../../../store/store.ts'
import { type Core, Refused } from '../../core.ts'
import { amountsOfInvoices } from '../../invoicing/invoicing.ts'
import { type OverdueDebt, overdueDebts } from '../../recovery/recovery.ts'
import { regieName, regieOf, regiesOf } from '../../regies/regies.ts'
import { shownNames } from '../hours-store.ts'
import { childrenOfPayers, maxBehind, payersNamed } from './tables.ts'

/* « Impayés »: the overdue debts, the same that the screen of that name lists. */

type Part = {
  readonly key: string
  readonly title: string
  readonly cents: Cents
  readonly debt: OverdueDebt
}

export const unpaidTable = ({ store, clock }: Core, { by, regieId }: UnpaidAsked): FiguresTable => {
  const on = today(clock)
  const now = partsOf(store, { by, regieId, on })
  const before = partsOf(store, { by, regieId, on: addMonths(on, -12), isPast: true })
  const total = centsOf(now)
  const [ofRow, ofRowBefore] = [Map.groupBy(now, ({ key }) => key), Map.groupBy(before, ({ key }) => key)]
  const titles = new Map([...bandRows(by), ...before, ...now].map(({ key, title }) => [key, title]))
  const valuesOf = (own: readonly Part[], ownBefore: readonly Part[]) => {
    const [cents, was] = [centsOf(own), centsOf(ownBefore)]
    return [cents, shareOf(cents, total), new Set(own.map(({ debt }) => debtName(debt))).size, was, cents - was]
  }
  return {
    title: by === 'age' ? 'Impayés par ancienneté' : 'Impayés par activité',
    about: [`au ${shortDay(on)}`, regieId === null ? '' : regieName(regieOf(store, regieId))]
      .filter((text) => text !== '')
      .join(', '),
    head: unpaidStepNames[by],
    columns: [
      { key: 'unpaid', title: 'Dû échu', unit: 'euros', isMain: true },
      { key: 'share', title: 'Part', unit: 'percent' },
      { key: 'debts', title: 'Dettes', unit: 'count' },
      { key: 'before', title: 'Un an avant', unit: 'euros' },
      { key: 'change', title: 'Écart', unit: 'euros', isDifference: true },
    ],
    rows: [...titles.keys()]
      .toSorted((one, other) => one.localeCompare(other, 'fr', { numeric: true }))
      .map((key) => ({
        key,
        title: titles.get(key) ?? '',
        values: valuesOf(ofRow.get(key) ?? [], ofRowBefore.get(key) ?? []),
      })),
    total: valuesOf(now, before),
    opens: ['unpaid'],
    chart: { series: ['unpaid'], before: 'before', ceiling: null },
    sentence:
      total === 0
        ? 'Rien n’est échu et impayé.'
        : `${formatEuros(total)} échus, de ${counted(new Set(now.map(({ debt }) => payerOf(debt))).size, 'payeur')}. ${centsOf(before) === 0 ? 'Rien ne l’était un an avant.' : `Un an avant\u00a0: ${formatEuros(centsOf(before))}.`}`,
    note:
      by === 'age'
        ? 'Les mêmes dettes que «\u00a0Impayés\u00a0», celles d’un échéancier comprises. Un an avant\u00a0: ce qui était échu et impayé ce jour-là.'
        : 'Les mêmes dettes que «\u00a0Impayés\u00a0»\u00a0; le reste d’une facture payée en partie se partage comme ses lignes.',
  }
}

const bandRows = (by: UnpaidAsked['by']) =>
  by === 'age' ? ageBands.map(({ name }, at) => ({ key: String(at), title: name })) : []

const debtName = ({ invoiceId, openingDebtId }: OverdueDebt): string => `${invoiceId} ${openingDebtId}`

const payerOf = ({ familyId, thirdPartyId }: OverdueDebt): string =>
  familyId === null ? `third party ${thirdPartyId}` : `family ${familyId}`

/** The debts overdue on a day; a debt of several activities is split into one part for each. */
const partsOf = (
  store: Store,
  { by, regieId, on, isPast = false }: UnpaidAsked & { readonly on: Day; readonly isPast?: boolean },
): Part[] => {
  const regieIds = regieId === null ? regiesOf(store).map(({ id }) => id) : [regieOf(store, regieId).id]
  const debts = regieIds.flatMap((id) => overdueDebts(store, id, on, isPast ? on : null))
  if (by === 'age')
    return debts.map((debt) => {
      const at = ageBandOf(debt.dueOn, on)
      return { key: String(at), title: ageBands[at]?.name ?? '', cents: debt.leftCents, debt }
    })
  const names = shownNames(store)
  const amounts = Map.groupBy(
    amountsOfInvoices(
      store,
      debts.flatMap(({ invoiceId }) => invoiceId ?? []),
    ),
    ({ invoiceId }) => invoiceId,
  )
  return debts.flatMap((debt) => {
    const own = (amounts.get(debt.invoiceId ?? 0) ?? []).filter(({ cents }) => cents > 0)
    if (own.length === 0) return [{ key: last, title: withoutActivity, cents: debt.leftCents, debt }]
    const shares = allocate(
      debt.leftCents,
      own.map(({ cents }) => cents),
    )
    return own.map(({ activityId }, at): Part => {
      const name = names.get(activityId ?? 0)
      return { key: name ?? last, title: name ?? withoutActivity, cents: shares[at] ?? 0, debt }
    })
  })
}

const last = '\uffff'
const withoutActivity = 'Sans activité'

/** Who owes the money of a figure, largest amounts first. @param row empty for the total row */
export const unpaidBehind = ({ store, clock }: Core, asked: UnpaidAsked, row: string, column: string): Behind => {
  if (column !== 'unpaid') throw new Refused('Ce chiffre n’a pas de liste derrière lui.')
  const on = today(clock)
  const own = partsOf(store, { ...asked, on }).filter(({ key }) => row === '' || key === row)
  const payers = [...Map.groupBy(own, ({ debt }) => payerOf(debt))]
    .map(([payer, parts]) => ({
      payer,
      cents: centsOf(parts),
      familyId: parts[0]?.debt.familyId ?? null,
      late: Math.max(...parts.map(({ debt }) => daysFrom(debt.dueOn, on))),
    }))
    .toSorted((one, other) => other.cents - one.cents || (one.payer < other.payer ? -1 : 1))
  const shown = payers.slice(0, maxBehind).map(({ payer }) => payer)
  const [names, children] = [payersNamed(store, shown), childrenOfPayers(store, shown)]
  return {
    title: row === '' ? 'Tout ce qui est échu' : (own[0]?.title ?? ''),
    head: 'Payeur',
    valueHead: 'Dû échu',
    rows: payers.slice(0, maxBehind).map(({ payer, cents, familyId, late }) => ({
      key: payer,
      name: names.get(payer) ?? '',
      about: [children.get(payer) ?? '', `${counted(late, 'jour')} de retard`]
        .filter((part) => part !== '')
        .join(' · '),
      value: formatEuros(cents),
      familyId,
    })),
    total: payers.length,
  }
}
