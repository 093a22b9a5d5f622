import { createHash } from 'node:crypto'
import { inChunks } from '../../../shared/collections.ts'
import { addDays, type Day, dayAt, today, yearOf } from '../../../shared/rules/calendar/day.ts'
import { familyNumberText } from '../../../shared/rules/money/invoice.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import { brokenPromise, lettersPerFile, type ReminderFacts } from '../../../shared/rules/money/recovery/reminder.ts'
import { numberIn } from '../../../shared/rules/money/series.ts'
import { documentHtml, documentText } from '../../../shared/rules/templates/document-text.ts'
import { reminderValues } from '../../../shared/rules/templates/reminder-values.ts'
import { missingFields, resolved, type TemplateValues } from '../../../shared/rules/templates/resolved-document.ts'
import type { TemplateDocument } from '../../../shared/rules/templates/template-document.ts'
import { labelOfField, missingText } from '../../../shared/rules/templates/template-fields.ts'
import { type DeliveredKey, reminderKey } from '../../../shared/rules/templates/template-kinds.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import type { ReminderLetter } from '../../documents/money/reminder-letter-pdf.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import type { Write } from '../../store/acts/acts.ts'
import { nextNumber, numbersUnknown } from '../../store/numbers.ts'
import { reminder } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { debtsInCollections } from '../debits/debits.ts'
import { debtsKeptByPlans } from '../debts/debts.ts'
import { writeFeeLine } from '../free-lines/free-lines.ts'
import { stepInTurns } from '../in-turns.ts'
import { allOrNothing, letterheadOf, openDebtsOf, type PayerIds, payerKey } from '../invoicing/invoicing.ts'
import { guardiansReached, queueMails, type ReachedGuardian } from '../mails/mails.ts'
import { memoized } from '../memoized.ts'
import { cashierOn, seriesOfRegie } from '../regies/regies.ts'
import { logosOf } from '../settings/settings.ts'
import { usableTemplate } from '../templates/templates.ts'
import {
  hasOtherReminders,
  lastAct,
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

/** Up to this many reminders are made in one transaction; more are made by a long act. */
const mostAtOnce = 20

type Run = { readonly regieId: number; readonly payers: readonly Chosen[] }
type SeenRun = Run & { readonly digest: string }
type Made = { readonly actId: number; readonly reminders: number; readonly letters: number; readonly cents: number }

/** Digest of the reminders that a run would make: `remind` only makes reminders with this digest. Records nothing. */
export const prepareRun = async ({ store, clock }: Core, { regieId, payers }: Run): Promise<{ digest: string }> => ({
  digest: digestOf(await stepInTurns(proposing(store, regieId, payers, today(clock)))),
})

const digestOf = (made: readonly NewReminder[]): string =>
  createHash('sha256').update(JSON.stringify(made)).digest('hex')

/** @throws Refused when the letters, the mails or their recipients differ from those that the person has seen */
const refuseUnseen = (made: readonly NewReminder[], digest: string): void => {
  if (digestOf(made) !== digest)
    throw new Refused(
      'Ce que disent ces relances a changé depuis que vous les avez vues\u00a0: aucune n’est partie. Fermez, relisez, puis recommencez.',
      'payers',
    )
}

/**
 * Makes a numbered reminder for each of these payers, all of them or none.
 * @throws Refused when one of them no longer has that level and amount: it paid, or somebody else already reminded it
 */
export const remind = async (core: Core, person: Person, { regieId, payers, digest }: SeenRun): Promise<Made> => {
  const { store, clock } = core
  const cents = payers.reduce((sum, { dueCents }) => sum + dueCents, 0)
  const label = `${counted(payers.length, 'relance')} pour ${formatEuros(cents)}`
  const summary = (actId: number, made: readonly NewReminder[]): Made => ({
    actId,
    reminders: made.length,
    letters: made.filter(({ channel }) => channel === 'letter').length,
    cents,
  })
  if (payers.length <= mostAtOnce)
    return store.act(person, 'recovery.remind', label, (write) => {
      refuseOtherRun(store, regieId, { own: write.actId, since: write.actId })
      const made = proposedReminders(store, regieId, payers, dayAt(write.at))
      refuseUnseen(made, digest)
      for (const one of made) writeReminder(store, write, regieId, one)
      writeFees(write, regieId, made)
      return summary(write.actId, made)
    })
  const since = lastAct(store)
  const made = await stepInTurns(proposing(store, regieId, payers, today(clock)))
  refuseUnseen(made, digest)
  refuseOtherRun(store, regieId, { own: null, since })
  const act = store.longAct(person, 'recovery.remind', label)
  return allOrNothing(act, async () => {
    await act.slices(made, (write, one) => writeReminder(store, write, regieId, one))
    return act.close((write) => {
      refuseOtherRun(store, regieId, { own: write.actId, since })
      if (!isStillOwed(store, regieId, made, dayAt(write.at)))
        throw new Refused('Une dette a changé pendant ces relances\u00a0: aucune n’est partie. Relisez la liste.')
      writeFees(write, regieId, made)
      return summary(write.actId, made)
    })
  })
}

/** @throws Refused when another run of the régie is under way, or was made since the act `since` */
const refuseOtherRun = (store: Store, regieId: number, run: Parameters<typeof hasOtherReminders>[2]): void => {
  if (hasOtherReminders(store, regieId, run))
    throw new Refused('Un autre poste vient de relancer\u00a0: aucune relance n’est partie d’ici. Relisez la liste.')
}

type NewReminder = ReturnType<typeof proposedReminders>[number]

/** The reminders of a run that one transaction makes, proposed at once. */
const proposedReminders = (...of: Parameters<typeof proposing>) => {
  const steps = proposing(...of)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

const writeReminder = (store: Store, write: Write, regieId: number, { mail, ...one }: NewReminder): void => {
  const unknown = numbersUnknown(store)
  if (unknown !== null) throw new Refused(unknown)
  const on = dayAt(write.at)
  const series = seriesOfRegie(store, regieId, 'R')
  const year = yearOf(on)
  const number = nextNumber(store, `${series}${year}`, lastReminderNumber(store, series, year))
  const named = numberIn(series, year, number)
  const sent = mail && { subject: `${mail.subject}, n°\u00a0${named}`, body: mailBody(mail, named) }
  const paper = { ...one.paper, ...(sent && { mail: sent }) }
  const { id } = write.insert(reminder, { ...one, paper, regieId, series, year, number, madeOn: on })
  if (!mail || !sent) return
  const { guardianId, name, email } = mail.to
  const { subject, body } = sent
  const words = { subject, body: documentText(body) }
  queueMails(store, write, [
    { familyId: one.familyId, guardianId, kind: 'reminder', name, email, ...words, paper: { kind: 'reminder', id } },
  ])
}

/** Adds the fee of a reminder to the next invoice of the home. */
const writeFees = (write: Write, regieId: number, made: readonly NewReminder[]): void => {
  for (const { familyId, paper } of made)
    if (familyId !== null && paper.fee !== undefined)
      writeFeeLine(write, { familyId, regieId, fee: 'reminder', unitCents: paper.fee.cents }, dayAt(write.at))
}

/** Whether every debt in these reminders is still owed as they say, and none was put in a plan since. */
const isStillOwed = (store: Store, regieId: number, made: readonly NewReminder[], on: Day): boolean => {
  const left = new Map(overdueDebts(store, regieId, on).map((debt) => [debtKey(debt), debt.leftCents]))
  const kept = debtsKeptByPlans(store, regieId, on)
  const collected = debtsInCollections(store, regieId)
  return made.every(({ paper }) =>
    paper.debts.every((debt) => {
      const key = debtKey(debt)
      return left.get(key) === debt.leftCents && !kept.has(key) && !collected.has(key)
    }),
  )
}

/** The mail of a reminder. The number of the reminder is filled in when it is made. */
type ReminderMail = {
  readonly to: ReachedGuardian
  readonly subject: string
  readonly document: TemplateDocument
  readonly values: TemplateValues
}

const mailBody = ({ document, values: { fields, blocks } }: ReminderMail, number: string) =>
  resolved(document, { fields: { ...fields, 'reminder.number': number }, blocks })

/** Payers whose debts are read in one step. */
const payersPerStep = 40

/** Proposes the reminders of a run in steps. */
function* proposing(store: Store, regieId: number, payers: readonly Chosen[], on: Day) {
  const wanted = new Map(payers.map((one) => [payerKey(one), one]))
  if (wanted.size < payers.length) throw new Refused('Une famille est choisie deux fois.', 'payers')
  const debts = Map.groupBy(overdueDebts(store, regieId, on), payerKey)
  yield
  const levels = levelsOf(store, regieId)
  const found: ReturnType<typeof unpaidPayers> = []
  const facts = new Map<string, ReminderFacts>()
  for (const some of inChunks([...wanted.keys()], payersPerStep)) {
    const rows = unpaidPayers(
      store,
      regieId,
      some.flatMap((key) => debts.get(key) ?? []),
      on,
    )
    for (const [key, paper] of factsOf(store, regieId, rows, on)) facts.set(key, paper)
    found.push(...rows)
    yield
  }
  const byKey = new Map(found.map((row) => [row.key, row]))
  const mailed = guardiansReached(
    store,
    found.flatMap(({ familyId, channel }) => (channel === 'mail' && familyId !== null ? [familyId] : [])),
    'reminder',
  )
  const held: string[] = []
  const { letterOf, mailTo } = templatesOf(store, levels, on, held)
  for (const chosen of payers) {
    const row = byKey.get(payerKey(chosen))
    if (row?.step.kind !== 'remind' || row.step.level !== chosen.level || row.dueCents !== chosen.dueCents)
      throw new Refused(
        `La liste a changé depuis que vous l’avez lue${row ? `, pour ${row.name}` : ''}\u00a0: aucune relance n’est partie. Relisez-la, puis recommencez.`,
        'payers',
      )
    if (row.skipped !== null && !row.skipped.mayRemind)
      throw new Refused(`${row.name}\u00a0: ${row.skipped.sentence}. Aucune relance n’est partie.`, 'payers')
  }
  // Letters are numbered in the order in which staff fold them: by level, then by name.
  const reminderOf = ({ key, familyId, thirdPartyId, step, channel, dueCents }: (typeof found)[number]) => {
    const level = step.kind === 'remind' ? levels[step.level - 1] : undefined
    const paper = facts.get(key)
    if (step.kind !== 'remind' || !level || !paper) return []
    const reached = familyId === null ? undefined : mailed.get(familyId)
    return [
      {
        familyId,
        thirdPartyId,
        level: step.level,
        channel,
        payBefore: addDays(on, level.payWithinDays),
        amountCents: dueCents,
        paper: { ...paper, letter: letterOf(step.level, paper, dueCents) },
        mail: reached ? mailTo(reached, step.level, paper, dueCents) : null,
      },
    ]
  }
  const made: ReturnType<typeof reminderOf> = []
  for (const row of found.toSorted((one, other) => one.name.localeCompare(other.name, 'fr'))) {
    made.push(...reminderOf(row))
    yield
  }
  refuseHeld(held)
  return made
}

/**
 * The text of the letters of these levels and of the mails that bring them, from the templates as they are now.
 * @param held is filled with the payers for whom a required field is empty, each with that field
 * @throws Refused for a template that must be corrected first
 */
const templatesOf = (store: Store, levels: ReturnType<typeof levelsOf>, on: Day, held: string[]) => {
  const usable = memoized((key: DeliveredKey) => usableTemplate(store, key, on))
  const valuesOf = (level: number, paper: ReminderFacts, amount: Cents) =>
    reminderValues(paper, { date: on, payBefore: addDays(on, levels[level - 1]?.payWithinDays ?? 0), amount })
  const holding = (key: DeliveredKey, payer: string, values: TemplateValues) => {
    const found = usable(key)
    const missing = missingFields(found.document, values).map((id) => labelOfField(id, []))
    if (missing.length > 0) held.push(`${payer}, ${missingText(missing)} (modèle «\u00a0${found.name}\u00a0»)`)
    return found
  }
  return {
    letterOf: (level: number, paper: ReminderFacts, cents: Cents) => {
      const values = valuesOf(level, paper, cents)
      const { subject, document } = holding(reminderKey(level), paper.debtor.name, values)
      return { title: subject, body: resolved(document, values) }
    },
    mailTo: (to: ReachedGuardian, level: number, paper: ReminderFacts, cents: Cents): ReminderMail => {
      const { fields, blocks } = valuesOf(level, { ...paper, debtor: { ...paper.debtor, name: to.name } }, cents)
      const values = { fields: { ...fields, 'reminder.number': '…' }, blocks }
      const { subject, document } = holding('recoveryMail', paper.debtor.name, values)
      return { to, subject, document, values }
    },
  }
}

/**
 * @throws Refused with the names of the payers for whom a field is empty, so that staff can leave them out and remind
 * the others
 */
const refuseHeld = (held: readonly string[]): void => {
  if (held.length > 0)
    throw new Refused(`Aucune relance n’est partie\u00a0: décochez ou complétez ${held.join('\u00a0; ')}.`, 'payers')
}

type Payable = PayerIds & {
  readonly key: string
  readonly children: string
  readonly step: { readonly kind: string; readonly level?: number }
}

/** The content of these payers' reminders today, by the key of the payer. */
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
  const open = openDebtsOf(store, payers)
  const notes = Map.groupBy(notesOf(store, regieId, null), payerKey)
  return new Map(
    payers.flatMap((payer): [string, ReminderFacts][] => {
      const { key, familyId, children, step } = payer
      const person = people.get(key)
      const level = levels[(step.level ?? levels.length) - 1] ?? levels.at(-1)
      if (!person || !level) return []
      const { feeCents = 0, feeDecision = '' } = level
      const owed = (open.get(key) ?? []).flatMap((debt) =>
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
            // A fee is billed as a line to a home; third parties have no such lines.
            ...(familyId !== null && feeCents > 0 && { fee: { cents: feeCents, decision: feeDecision } }),
            cashier,
          },
        ],
      ]
    }),
  )
}

/** The letter of a reminder as it would be made now, without a number. Records nothing. */
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
  const held: string[] = []
  const letter = templatesOf(store, levels, on, held).letterOf(level, paper, row.dueCents)
  refuseHeld(held)
  return fileOf(
    store,
    [{ ...paper, letter, number: '', level, date: on, payBefore, amount: row.dueCents }],
    `Relance ${row.name}.pdf`,
  )
}

export const letterFile = ({ store }: Core, { id }: { readonly id: number }): Promise<File> => {
  const row = reminderById(store, id)
  if (!row) throw new Refused('Cette relance n’existe plus.')
  return fileOf(store, [storedLetter(row)], `Relance ${numberIn(row.series, row.year, row.number)}.pdf`)
}

/** The content of a reminder's mail: its letter as an attachment, and its text as HTML. */
export const mailOfReminder = async (core: Core, id: number) => {
  const mail = reminderById(core.store, id)?.paper.mail
  return { files: [await letterFile(core, { id })], ...(mail && { html: documentHtml(mail.body) }) }
}

/** A part of the letters of a run, at most `lettersPerFile`. Reminders shown only on the portal are not printed. */
export const lettersFile = (
  { store }: Core,
  { actId, part }: { readonly actId: number; readonly part: number },
): Promise<File> => {
  const all = remindersOfRun(store, actId).filter(({ channel }) => channel === 'letter')
  const rows = inChunks(all, lettersPerFile)[part - 1] ?? []
  const [first] = rows
  if (!first) throw new Refused('Ce passage n’a aucune lettre à imprimer.')
  const named = all.length > lettersPerFile ? `, ${part}` : ''
  return fileOf(store, rows.map(storedLetter), `Relances du ${first.madeOn}${named}.pdf`)
}

/** The content of a letter, before the logo is read. */
type Printed = Omit<ReminderLetter, 'organisation'> & Pick<ReminderFacts, 'organisation'>

const storedLetter = (row: ReminderRow): Printed => ({
  ...row.paper,
  number: numberIn(row.series, row.year, row.number),
  level: row.level,
  date: row.madeOn,
  payBefore: row.payBefore,
  amount: row.amountCents,
})

const fileOf = async (store: Store, letters: readonly Printed[], name: string): Promise<File> => {
  const logo = logosOf(store)
  const [bytes] = await renderPapers(
    [
      {
        reminderLetters: letters.map(({ organisation: { logoId, ...organisation }, ...letter }) => ({
          ...letter,
          organisation: { ...organisation, ...logo(logoId) },
        })),
      },
    ],
    { createdAt: store.clock() },
  )
  if (!bytes) throw new RangeError('no letter was printed')
  return new File([new Uint8Array(bytes)], name, { type: 'application/pdf' })
}
