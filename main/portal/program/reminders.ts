import { and, count, eq, gt, inArray, isNotNull, isNull, like, lt, or } from 'drizzle-orm'
import { isAskedOtherwise } from '../../../shared/pages/money/invoice.ts'
import {
  addDays,
  type Day,
  dayAt,
  daysBetween,
  type Instant,
  timeAt,
  timeOfDay,
} from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { type AttemptState, attemptState } from '../../../shared/rules/money/payment/payfip.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import { maxReminderDays, type PaymentReminders, reminderOn } from '../../../shared/rules/requests/mails.ts'
import { counted, longDate } from '../../../shared/rules/text/french.ts'
import { pairedDesk } from '../exchange/pairing.ts'
import { childrenWithout } from '../family/family.ts'
import { enqueueMails, type OutgoingMail } from '../mails/mail.ts'
import { claimKey, readersOf } from '../mails/readers.ts'
import { mailNotices } from '../messages/messages.ts'
import { attemptsOf, receivedSince } from '../payment/payment.ts'
import type { Portal } from '../portal.ts'
import { documentOf, documentsOf } from '../published/documents.ts'
import { account, accountHome, document, draft } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'

/** Reminders of drafts are sent in the evening, before the night's exchange, and not at night. */
const eveningHours = [timeOfDay('18:00'), timeOfDay('21:00')] as const

/** Whether the desk moved to another portal, which then reminds parents in place of this one. */
const isReplaced = async ({ store: { db } }: Portal): Promise<boolean> => (await pairedDesk(db)).replaced !== null

/** Reminds parents, once a day, of days that they ticked and did not record: the town does not see ticks. */
export const remindOfDrafts = async (portal: Portal): Promise<void> => {
  const at = portal.clock()
  const time = timeAt(at)
  if (time < eveningHours[0] || time >= eveningHours[1] || (await isReplaced(portal))) return
  const today = dayAt(at)
  await portal.store.db.transaction(async (tx) => {
    const counts = await countDrafts(tx, today)
    if (counts.size === 0) return
    const reminded = await tx
      .update(account)
      .set({ remindedOn: today })
      .where(
        and(
          eq(account.blocked, false),
          isNotNull(account.activatedAt),
          or(isNull(account.remindedOn), lt(account.remindedOn, today)),
          inArray(account.guardianId, [...counts.keys()]),
        ),
      )
      .returning()
    if (reminded.length === 0) return
    const mails = reminded.map(({ guardianId, name, email }) => {
      const demandes = counted(counts.get(guardianId) ?? 0, 'demande')
      return {
        kind: 'draft' as const,
        to: email,
        subject: `${demandes} à enregistrer`,
        body: `Bonjour ${name},

Votre brouillon contient ${demandes}. La mairie ne le voit pas encore\u00a0: ouvrez le portail et touchez «\u00a0Enregistrer mes demandes\u00a0».
${portal.address}/mes-reservations

Si vous n’en voulez plus, videz le brouillon\u00a0: ce message ne reviendra pas.
`,
      }
    })
    await enqueueMails(tx, mails, at)
  })
}

/** Number of ticked days to come, by guardian: only in homes and registrations that the guardian still has. */
const countDrafts = async (db: Queryable, today: Day): Promise<ReadonlyMap<number, number>> => {
  const { guardianId, familyId, registrationId } = draft
  const rows = await db
    .select({ guardianId, familyId, registrationId, days: count() })
    .from(draft)
    .innerJoin(accountHome, and(eq(accountHome.guardianId, guardianId), eq(accountHome.familyId, familyId)))
    .where(gt(draft.day, today))
    .groupBy(guardianId, familyId, registrationId)
  const families = await documentsOf(db, 'family', [...new Set(rows.map((row) => row.familyId))])
  const counts = new Map<number, number>()
  for (const row of rows) {
    const family = families.get(`${row.familyId}`)
    const registered = family?.registrations.find(({ id }) => id === row.registrationId)
    if (family && registered && !childrenWithout(family, row.guardianId, 'sees').has(registered.child))
      counts.set(row.guardianId, (counts.get(row.guardianId) ?? 0) + row.days)
  }
  return counts
}

/** Reminders of invoices and mails of notices are sent at these hours only. */
const daytimeHours = [timeOfDay('08:00'), timeOfDay('20:00')] as const

/**
 * Mails the notices that begin today, and reminds of invoices that are due soon or late, as the town chose; each once,
 * whichever worker comes first. Skips invoices that are paid, or whose online payment is under way or not yet counted
 * by the desk.
 */
export const remindOnTheDay = async (portal: Portal): Promise<void> => {
  const time = timeAt(portal.clock())
  if (time < daytimeHours[0] || time >= daytimeHours[1] || (await isReplaced(portal))) return
  await mailNotices(portal)
  await remindToPay(portal)
}

const remindToPay = async ({ store: { db }, clock, address }: Portal): Promise<void> => {
  const at = clock()
  const today = dayAt(at)
  const reminders = (await documentOf(db, 'town'))?.reminders
  if (!reminders || (reminders.before === null && reminders.after === null)) return
  // Checked once an hour: the due invoices change with the day, and with the night's exchange.
  if (!(await claimKey(db, `reminders/${today} ${timeAt(at).slice(0, 2)}`, at))) return
  const days = daysBetween(addDays(today, -2 * maxReminderDays), addDays(today, 2 * maxReminderDays)).filter(
    (dueOn) => reminderOn(reminders, dueOn, today) !== null,
  )
  const isDue = or(...days.map((dueOn) => like(document.body, `%"dueOn":"${dueOn}"%`)))
  const homes = await db
    .select({ id: document.id })
    .from(document)
    .where(and(eq(document.kind, 'money'), isDue))
  for (const { id } of homes) {
    const familyId = Number(id.slice('money/'.length))
    const due = (await dueIn(db, familyId, reminders, at)).filter(({ moment }) => moment !== null)
    if (due.length === 0) continue
    await db.transaction(async (tx) => {
      const unclaimed: typeof due = []
      for (const one of due) if (await claimKey(tx, `invoice/${one.id}/${one.moment}`, at)) unclaimed.push(one)
      if (unclaimed.length === 0) return
      const readers = await readersOf(tx, [familyId])
      await enqueueMails(
        tx,
        readers.map(({ name, email }) => reminderMail({ name, email }, unclaimed, { today, address })),
        at,
      )
    })
  }
}

/** States of an online payment shown as « en cours ». */
const underWayStates: readonly AttemptState[] = ['made', 'sent', 'unknown']

type Due = {
  readonly id: number
  readonly number: string
  readonly label: string
  readonly leftCents: number
  readonly dueOn: Day
  readonly moment: 'before' | 'after' | null
}

const dueIn = async (db: Queryable, familyId: number, reminders: PaymentReminders, at: Instant): Promise<Due[]> => {
  const money = await documentOf(db, 'money', familyId)
  const dated = (money?.invoices ?? []).flatMap((invoice): Due[] => {
    const { id, kind, number, label, leftCents, dueOn } = invoice
    if (kind !== 'invoice' || leftCents <= 0 || dueOn === null) return []
    if (isAskedOtherwise(invoice, dayAt(at))) return []
    return [{ id, number, label, leftCents, dueOn, moment: reminderOn(reminders, dueOn, dayAt(at)) }]
  })
  const due = dated.filter(({ moment }) => moment !== null)
  if (!money || due.length === 0) return []
  const attempts = await attemptsOf(db, familyId)
  const received = receivedSince(money, attempts)
  return due.flatMap((one) => {
    const leftCents = one.leftCents - (received.get(debtKey({ invoiceId: one.id, openingDebtId: null })) ?? 0)
    const isUnderWay = attempts.some(
      (attempt) => attempt.invoiceId === one.id && underWayStates.includes(attemptState(attempt, at)),
    )
    return leftCents > 0 && !isUnderWay ? [{ ...one, leftCents }] : []
  })
}

const reminderMail = (
  { name, email }: { name: string; email: string },
  due: readonly Due[],
  { today, address }: { today: Day; address: string },
): OutgoingMail => {
  const isLate = due.some(({ dueOn }) => dueOn < today)
  const lines = due.map(
    ({ label, number, leftCents, dueOn }) =>
      `- ${label}, n° ${number}\u00a0: ${formatEuros(leftCents)}, ${dueOn < today ? 'c’était à régler avant le' : 'à régler au plus tard le'} ${longDate(dueOn)}`,
  )
  return {
    kind: 'reminder',
    to: email,
    subject: isLate ? 'Une facture attend votre paiement' : 'Une facture à payer bientôt',
    body: `Bonjour ${name},

Il reste à payer\u00a0:
${lines.join('\n')}

Les factures et les moyens de payer sont sur le portail, dans «\u00a0Mon compte\u00a0»\u00a0:
${address}/mon-compte

Si vous avez payé ces jours-ci, ne tenez pas compte de ce message.
`,
  }
}
