import type { Behind, FiguresTable, IncomeAsked } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import {
  addMonths,
  type Day,
  daysOfMonth,
  lastOfMonth,
  type Month,
  monthKey,
} from '../../../../shared/rules/calendar/day.ts'
import {
  againstText,
  centsOf,
  type IncomeStep,
  incomeStepNames,
  shareOf,
} from '../../../../shared/rules/figures/figures-table.ts'
import { monthsBetween } from '../../../../shared/rules/figures/month-span.ts'
import { type Cents, formatEuros } from '../../../../shared/rules/money/money.ts'
import { paymentMeans, paymentMeansNames } from '../../../../shared/rules/money/payment/payment.ts'
import { natureLabel } from '../../../../shared/rules/money/regie.ts'
import { paysNothingBilled } from '../../../../shared/rules/money/revenue.ts'
import { capitalised, daysText, monthText } from '../../../../shared/rules/text/french.ts'
import type { Store } from '../../../store/store.ts'
import { type Core, Refused } from '../../core.ts'
import { regieName, regieOf, regiesOf } from '../../regies/regies.ts'
import { shownNames } from '../hours-store.ts'
import { formerPaidNote } from './former-table.ts'
import { bookedIn, receivedIn } from './income-reading.ts'
import { bracketsOfHomes } from './people-table.ts'
import { childrenOfPayers, maxBehind, payersNamed } from './tables.ts'

/*
 * « Recettes »: what the books count as received, as in the journal and the closings. A payment counts on the first day
 * that is not closed; a cancelled one is subtracted on the day it was cancelled.
 */

/** What one payer brought to a row. */
type Income = { readonly key: string; readonly title: string; readonly payer: string; readonly cents: Cents }

export const incomeTable = async ({ store }: Core, asked: IncomeAsked): Promise<FiguresTable> => {
  const { by, from, to, regieId } = asked
  const now = await incomeOf(store, asked)
  const before = (await incomeOf(store, { ...asked, from: yearBefore(from), to: yearBefore(to) }, to)).map((one) => ({
    ...one,
    ...(by === 'month' && monthRow(monthKey(addMonths(daysOfMonth(one.key as Month).from, 12)))),
  }))
  const total = centsOf(now)
  const [ofRow, ofRowBefore] = [Map.groupBy(now, ({ key }) => key), Map.groupBy(before, ({ key }) => key)]
  const titles = new Map([...before, ...now].map(({ key, title }) => [key, title]))
  const keys = by === 'month' ? monthsBetween(monthKey(from), monthKey(to)) : [...titles.keys()]
  const valuesOf = (own: readonly Income[], ownBefore: readonly Income[]) => {
    const [cents, was] = [centsOf(own), centsOf(ownBefore)]
    return [cents, shareOf(cents, total), was, cents - was]
  }
  return {
    title: `Recettes par ${stepWords[by]}`,
    about: [daysText(from, to), regieId === null ? '' : regieName(regieOf(store, regieId))]
      .filter((text) => text !== '')
      .join(', '),
    head: incomeStepNames[by],
    columns: [
      { key: 'received', title: 'Encaissé', unit: 'euros', isMain: true },
      { key: 'share', title: 'Part', unit: 'percent' },
      { key: 'before', title: 'Un an avant', unit: 'euros' },
      { key: 'change', title: 'Écart', unit: 'euros', isDifference: true },
    ],
    rows: keys
      .toSorted((one, other) => one.localeCompare(other, 'fr', { numeric: true }))
      .map((key) => ({
        key,
        title: titles.get(key) ?? monthRow(key as Month).title,
        values: valuesOf(ofRow.get(key) ?? [], ofRowBefore.get(key) ?? []),
      })),
    total: valuesOf(now, before),
    opens: ['received'],
    chart: { series: ['received'], before: 'before', ceiling: null },
    sentence:
      total === 0
        ? 'Rien n’a été encaissé ces jours-là.'
        : `${formatEuros(total)} encaissés, ${againstText(total, centsOf(before), formatEuros)}.`,
    note: `${formerPaidNote(store, yearBefore(from), yearBefore(to))}Comme le journal de la régie\u00a0: un règlement compte le premier jour ouvert de ses comptes, une annulation le jour où elle est faite. Ce qui a été rendu n’est pas retiré.${by === 'bracket' ? ' Les deux années sont dans les tranches du dernier jour demandé.' : ''}`,
  }
}

const stepWords: Readonly<Record<IncomeStep, string>> = {
  month: 'mois',
  activity: 'activité',
  nature: 'nature',
  bracket: 'tranche de quotient',
  means: 'moyen de paiement',
}

const yearBefore = (on: Day): Day => (lastOfMonth(on) === on ? lastOfMonth(addMonths(on, -12)) : addMonths(on, -12))

const monthRow = (month: Month) => ({ key: month as string, title: capitalised(monthText(daysOfMonth(month).from)) })

/** @param cutOn the day whose brackets sort the homes, so that two years are compared in the same brackets */
const incomeOf = async (store: Store, { by, from, to, regieId }: IncomeAsked, cutOn = to): Promise<Income[]> => {
  const regieIds = regieId === null ? regiesOf(store).map(({ id }) => id) : [regieOf(store, regieId).id]
  const found: Income[] = []
  for (const id of regieIds) {
    const books = { regieId: id, from, to }
    if (by === 'month' || by === 'means')
      found.push(
        ...bookedIn(store, books).map(({ payer, on, means, cents }) => ({
          payer,
          cents,
          ...(by === 'month'
            ? monthRow(monthKey(on))
            : { key: `${paymentMeans.indexOf(means)}`, title: paymentMeansNames[means] }),
        })),
      )
    else {
      const received = await receivedIn(store, books)
      const rowOf = rowFinder(store, by, id, { on: to, cutOn }, received)
      found.push(...received.map((one) => ({ payer: one.payer, cents: one.cents, ...rowOf(one) })))
    }
  }
  return found
}

/** The key of the row for unknown values, which sorts last. */
const last = '\uffff'

type Received = Awaited<ReturnType<typeof receivedIn>>

const rowFinder = (
  store: Store,
  by: Exclude<IncomeStep, 'month' | 'means'>,
  regieId: number,
  days: Parameters<typeof bracketsOfHomes>[2],
  received: Received,
): ((one: Received[number]) => { readonly key: string; readonly title: string }) => {
  if (by === 'nature') {
    const { natures } = regieOf(store, regieId)
    return ({ nature }) => ({
      key: paysNothingBilled(nature) ? `${last}${nature}` : nature,
      title: natureTitle(natures, nature),
    })
  }
  if (by === 'activity') {
    const names = shownNames(store)
    return ({ activityId, nature }) => {
      if (paysNothingBilled(nature)) return { key: `${last}${nature}`, title: nature }
      const name = names.get(activityId ?? 0)
      return name === undefined ? { key: last, title: 'Sans activité' } : { key: name, title: name }
    }
  }
  const bracketOf = bracketsOfHomes(store, [...new Set(received.flatMap(({ payer }) => homeOf(payer) ?? []))], days)
  return ({ payer }) => {
    const familyId = homeOf(payer)
    return familyId === null ? { key: `${last}${last}`, title: 'Tiers payeurs' } : bracketOf(familyId)
  }
}

const natureTitle = (natures: Parameters<typeof natureLabel>[0], nature: string): string => {
  const label = natureLabel(natures, nature)
  return label === '' ? nature : `${nature}, ${label}`
}

const homeOf = (payer: string): number | null => (payer.startsWith('family ') ? Number(payer.slice(7)) : null)

/** Who paid the money of a figure, largest amounts first. @param row empty for the total row */
export const incomeBehind = async (
  { store }: Core,
  asked: IncomeAsked,
  row: string,
  column: string,
): Promise<Behind> => {
  if (column !== 'received') throw new Refused('Ce chiffre n’a pas de liste derrière lui.')
  const own = (await incomeOf(store, asked)).filter(({ key }) => row === '' || key === row)
  const payers = [...Map.groupBy(own, ({ payer }) => payer)]
    .map(([payer, parts]) => ({ payer, cents: centsOf(parts) }))
    .toSorted((one, other) => other.cents - one.cents || (one.payer < other.payer ? -1 : 1))
  const shown = payers.slice(0, maxBehind).map(({ payer }) => payer)
  const [names, children] = [payersNamed(store, shown), childrenOfPayers(store, shown)]
  return {
    title: row === '' ? 'Tout ce qui est encaissé' : (own[0]?.title ?? monthRow(row as Month).title),
    head: 'Payeur',
    valueHead: 'Encaissé',
    rows: payers.slice(0, maxBehind).map(({ payer, cents }) => ({
      key: payer,
      name: names.get(payer) ?? '',
      about: children.get(payer) ?? '',
      value: formatEuros(cents),
      familyId: homeOf(payer),
    })),
    total: payers.length,
  }
}
