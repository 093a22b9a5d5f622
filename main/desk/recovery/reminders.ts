import { addDays, type Day, dayAt, today, yearOf } from '../../../shared/rules/calendar/day.ts'
import { familyNumberText } from '../../../shared/rules/money/invoice.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import { brokenPromise, type ReminderFacts } from '../../../shared/rules/money/recovery/reminder.ts'
import { mayRemindAnyway } from '../../../shared/rules/money/recovery/unpaid.ts'
import { numberIn } from '../../../shared/rules/money/series.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import type { ReminderLetter } from '../../documents/money/reminder-letter-pdf.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import { nextNumber, numbersUnknown } from '../../store/numbers.ts'
import { reminder } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { debtsKeptByPlans } from '../debts/debts.ts'
import { letterheadOf, openDebts, type PayerIds, payerKey } from '../invoicing/invoicing.ts'
import { cashierOn, seriesOfRegie } from '../regies/regies.ts'
import { logoOf } from '../settings/settings.ts'
import {
  lastReminderNumber,
  lastReminders,
  notesOf,
  overdueDebts,
  type ReminderRow,
  reminderById,
  remindersOfRun,
} from './recovery-store.ts'
import { levelsOf, peopleOf, shortName, unpaidPayers } from './unpaid.ts'

type Chosen = PayerIds & { readonly level: number; readonly dueCents: number }

/**
 * Makes a numbered reminder for each of these payers, all of them or none.
 * @throws Refused when one of them is no longer proposed that level for that amount: another post was quicker, or it paid
 */
export const remind = (
  core: Core,
  person: Person,
  { regieId, payers }: { readonly regieId: number; readonly payers: readonly Chosen[] },
): { actId: number; reminders: number; letters: number; cents: number } => {
  const { store } = core
  const cents = payers.reduce((sum, { dueCents }) => sum + dueCents, 0)
  const label = `${counted(payers.length, 'relance')} pour ${formatEuros(cents)}`
  return store.act(person, 'recovery.remind', label, (write) => {
    const unknown = numbersUnknown(store)
    if (unknown !== null) throw new Refused(unknown)
    const on = dayAt(write.at)
    const made = proposedReminders(store, regieId, payers, on)
    const series = seriesOfRegie(store, regieId, 'R')
    const year = yearOf(on)
    for (const one of made) {
      const number = nextNumber(store, `${series}${year}`, lastReminderNumber(store, series, year))
      write.insert(reminder, { ...one, regieId, series, year, number, madeOn: on })
    }
    return {
      actId: write.actId,
      reminders: made.length,
      letters: made.filter(({ channel }) => channel === 'letter').length,
      cents,
    }
  })
}

const proposedReminders = (store: Store, regieId: number, payers: readonly Chosen[], on: Day) => {
  const wanted = new Map(payers.map((one) => [payerKey(one), one]))
  if (wanted.size < payers.length) throw new Refused('Une famille est choisie deux fois.', 'payers')
  const debts = overdueDebts(store, regieId, on).filter((debt) => wanted.has(payerKey(debt)))
  const found = unpaidPayers(store, regieId, debts, on)
  const levels = levelsOf(store, regieId)
  const facts = factsOf(store, regieId, found, on)
  for (const chosen of payers) {
    const row = found.find(({ key }) => key === payerKey(chosen))
    if (row?.step.kind !== 'remind' || row.step.level !== chosen.level || row.dueCents !== chosen.dueCents)
      throw new Refused(
        `La liste a changé depuis que vous l’avez lue${row ? `, pour ${row.name}` : ''}\u00a0: aucune relance n’est partie. Relisez-la, puis recommencez.`,
        'payers',
      )
    if (row.aside !== null && !mayRemindAnyway[row.aside.cause])
      throw new Refused(`${row.name}\u00a0: ${row.aside.sentence}. Aucune relance n’est partie.`, 'payers')
  }
  // Letters are numbered in the order in which they are folded: by level, then by name.
  return found
    .toSorted((one, other) => one.name.localeCompare(other.name, 'fr'))
    .flatMap(({ key, familyId, thirdPartyId, step, channel, dueCents }) => {
      const level = step.kind === 'remind' ? levels[step.level - 1] : undefined
      const paper = facts.get(key)
      if (step.kind !== 'remind' || !level || !paper) return []
      return [
        {
          familyId,
          thirdPartyId,
          level: step.level,
          channel,
          payBefore: addDays(on, level.payWithinDays),
          amountCents: dueCents,
          paper,
        },
      ]
    })
}

type Payable = PayerIds & {
  readonly key: string
  readonly children: string
  readonly step: { readonly kind: string; readonly level?: number }
}

/** What the reminders of these payers say today, by the key of the payer. */
const factsOf = (
  store: Store,
  regieId: number,
  payers: readonly Payable[],
  on: Day,
): ReadonlyMap<string, ReminderFacts> => {
  const levels = levelsOf(store, regieId)
  const { organisation, payment, complaints } = letterheadOf(store, regieId)
  const cashier = cashierOn(store, regieId, on)
  const people = peopleOf(store, payers, on)
  const last = lastReminders(store, regieId)
  const keptByPlans = debtsKeptByPlans(store, regieId, on)
  const notes = Map.groupBy(notesOf(store, regieId, null), payerKey)
  return new Map(
    payers.flatMap((payer): [string, ReminderFacts][] => {
      const { key, familyId, thirdPartyId, children, step } = payer
      const person = people.get(key)
      const level = levels[(step.level ?? levels.length) - 1] ?? levels.at(-1)
      if (!person || !level) return []
      const owed = openDebts(store, familyId ?? thirdPartyId ?? 0, familyId === null ? 'thirdParty' : 'family').flatMap(
        (debt) =>
          debt.regieId === regieId && debt.dueOn !== null && !keptByPlans.has(debtKey(debt))
            ? [{ ...debt, dueOn: debt.dueOn }]
            : [],
      )
      const overdue = owed
        .filter(({ dueOn }) => dueOn < on)
        .toSorted((one, other) => (one.dueOn < other.dueOn ? -1 : 1))
      const before = last.get(key)
      const first = overdue[0]
      return [
        [
          key,
          {
            organisation,
            payment,
            complaints,
            debtor: { name: person.debtor, addressLines: person.addressLines },
            familyNumber: familyId === null ? '' : familyNumberText(familyId),
            children: children === '' ? [] : children.split(', '),
            levelName: level.name,
            levels: levels.length,
            debts: overdue.map(({ invoiceId, openingDebtId, name, period, dueOn, totalCents, leftCents }) => ({
              invoiceId,
              openingDebtId,
              number: shortName(name),
              period,
              dueOn,
              totalCents,
              leftCents,
            })),
            upcoming: owed
              .filter(({ dueOn }) => dueOn >= on)
              .map(({ name, leftCents, dueOn }) => ({ number: shortName(name), cents: leftCents, dueOn })),
            previousOn: before && first && before.on > first.dueOn ? before.on : null,
            promise: brokenPromise(notes.get(key) ?? [], on),
            consequence: level.consequence,
            cashier,
          },
        ],
      ]
    }),
  )
}

/** The letter that a reminder made now would be: without a number, and nothing is recorded. */
export const previewLetter = async (
  { store, clock }: Core,
  { regieId, ...payer }: PayerIds & { readonly regieId: number },
): Promise<File> => {
  const on = today(clock)
  const debts = overdueDebts(store, regieId, on).filter((debt) => payerKey(debt) === payerKey(payer))
  const [row] = unpaidPayers(store, regieId, debts, on)
  const paper = row && factsOf(store, regieId, [row], on).get(row.key)
  if (!row || !paper) throw new Refused('Cette famille n’a plus rien d’échu.')
  const levels = levelsOf(store, regieId)
  const level = Math.min(row.step.kind === 'statement' ? levels.length : row.step.level, levels.length)
  const payBefore = addDays(on, levels[level - 1]?.payWithinDays ?? 0)
  return fileOf(
    store,
    [{ ...letterOf(paper), number: '', level, date: on, payBefore, amount: row.dueCents }],
    `Relance ${row.name}.pdf`,
  )
}

export const letterFile = ({ store }: Core, { id }: { readonly id: number }): Promise<File> => {
  const row = reminderById(store, id)
  if (!row) throw new Refused('Cette relance n’existe plus.')
  return fileOf(store, [storedLetter(row)], `Relance ${numberIn(row.series, row.year, row.number)}.pdf`)
}

/** The letters of a run. What only the portal shows is not printed. */
export const lettersFile = ({ store }: Core, { actId }: { readonly actId: number }): Promise<File> => {
  const rows = remindersOfRun(store, actId).filter(({ channel }) => channel === 'letter')
  const [first] = rows
  if (!first) throw new Refused('Ce passage n’a aucune lettre à imprimer.')
  return fileOf(store, rows.map(storedLetter), `Relances du ${first.madeOn}.pdf`)
}

const storedLetter = (row: ReminderRow): ReminderLetter => ({
  ...letterOf(row.paper),
  number: numberIn(row.series, row.year, row.number),
  level: row.level,
  date: row.madeOn,
  payBefore: row.payBefore,
  amount: row.amountCents,
})

const letterOf = ({ organisation, payment, ...facts }: ReminderFacts) => {
  const { logoId: _, ...from } = organisation
  return { ...facts, organisation: from, payment }
}

const fileOf = async (store: Store, letters: readonly ReminderLetter[], name: string): Promise<File> => {
  const logo = logoOf(store)?.bytes
  const [bytes] = await renderPapers(
    [
      {
        reminderLetters: letters.map((letter) => ({
          ...letter,
          organisation: { ...letter.organisation, ...(logo && { logo: new Uint8Array(logo) }) },
        })),
      },
    ],
    { createdAt: store.clock() },
  )
  if (!bytes) throw new RangeError('no letter was printed')
  return new File([new Uint8Array(bytes)], name, { type: 'application/pdf' })
}
