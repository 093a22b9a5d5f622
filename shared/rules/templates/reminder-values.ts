import { type Day } from '../calendar/day.ts'
import { type Cents, formatEuros } from '../money/money.ts'
import { type ReminderFacts, reminderFootnote, reminderIntroduction } from '../money/recovery/reminder.ts'
import { listed, longDate, shortDay } from '../text/french.ts'
import type { FieldWords, FilledBlock, TemplateValues } from './resolved-document.ts'

type Sender = Omit<ReminderFacts['organisation'], 'logoId'>
type Told = Omit<ReminderFacts, 'organisation'> & { readonly organisation: Sender }

/** The fields about the service and the addressee, which any paper with its letterhead may use. */
export const serviceWords = ({
  organisation,
  author,
  portal,
  on,
}: {
  readonly organisation: Sender
  /** Who writes or signs. */
  readonly author: string
  /** « https://portail.exemple.fr »; empty without a portal. */
  readonly portal: string
  readonly on: Day
}): FieldWords => ({
  'service.name': organisation.name,
  'service.authority': organisation.town,
  'service.address': organisation.addressLines.filter((line) => line !== '').join(', '),
  'service.town': organisation.addressLines.at(-1)?.replace(/^\d{5} /, '') ?? '',
  'service.phone': organisation.phone,
  'service.email': organisation.email,
  'service.portal': portal.replace(/^https:\/\//, ''),
  'service.author': author,
  'service.today': longDate(on),
})

/** « Madame » or « Monsieur », when the letter has one addressee whose civility is known. */
const greetingOf = (name: string): string =>
  / et /.test(name)
    ? 'Madame, Monsieur'
    : name.startsWith('Mme ')
      ? 'Madame'
      : name.startsWith('M. ')
        ? 'Monsieur'
        : 'Bonjour'

export const recipientWords = (name: string, familyNumber: string): FieldWords => ({
  'recipient.greeting': greetingOf(name),
  'recipient.name': name,
  'recipient.familyNumber': familyNumber,
})

/** The table of what is owed; its last line is the total. */
const debtsBlock = (facts: Pick<Told, 'debts' | 'upcoming' | 'fee'>, payBefore: Day, amount: Cents): FilledBlock => ({
  kind: 'table',
  columns: [
    { title: 'Facture', width: 42 },
    { title: 'Période', width: 38 },
    { title: 'À payer avant le', width: 34 },
    { title: 'Montant', width: 22, align: 'right' },
    { title: 'Déjà payé', width: 22, align: 'right' },
    { title: 'Reste', width: 22, align: 'right' },
  ],
  rows: [
    ...facts.debts.map(({ number, period, dueOn, totalCents, leftCents }) => ({
      kind: 'line' as const,
      cells: [
        number,
        period,
        shortDay(dueOn),
        formatEuros(totalCents),
        leftCents === totalCents ? '–' : formatEuros(totalCents - leftCents),
        formatEuros(leftCents),
      ],
    })),
    { kind: 'total' as const, cells: [`À payer avant le ${shortDay(payBefore)}`, '', '', '', '', formatEuros(amount)] },
  ],
  note: reminderFootnote(facts),
})

/** The values with which the letter of a reminder fills its template. */
export const reminderValues = (
  facts: Told,
  { date, payBefore, amount }: { readonly date: Day; readonly payBefore: Day; readonly amount: Cents },
): TemplateValues => {
  const { organisation, debtor, familyNumber, children, levelName, consequence, previousOn, cashier, payment } = facts
  const phone = organisation.phone === '' ? '' : ` au ${organisation.phone}`
  return {
    fields: {
      ...serviceWords({ organisation, author: cashier, portal: payment.codes?.portal ?? '', on: date }),
      ...recipientWords(debtor.name, familyNumber),
      'reminder.introduction': reminderIntroduction(facts),
      'reminder.amount': formatEuros(amount),
      'reminder.payBefore': shortDay(payBefore),
      'reminder.callBefore': `Appelez-nous avant le ${shortDay(payBefore)}${phone}`,
      'reminder.level': levelName,
      'reminder.consequence': consequence,
      'reminder.keepsPlace':
        children.length === 0
          ? ''
          : `${listed(children)} ${children.length === 1 ? 'garde sa place' : 'gardent leur place'} à la cantine, dans tous les cas.`,
      'reminder.children': listed(children),
      'reminder.previousOn': previousOn === null ? '' : shortDay(previousOn),
      'reminder.regisseur': cashier,
    },
    blocks: { debts: debtsBlock(facts, payBefore, amount) },
  }
}
