import { addDays, type Day } from '../../calendar/day.ts'
import { counted } from '../../text/french.ts'
import { type Cents, formatEuros } from '../money.ts'

/** How a reminder reaches the payer: shown on the portal, by a mail with the letter, or by a printed letter. */
export const reminderChannels = ['portal', 'mail', 'letter'] as const
export type ReminderChannel = (typeof reminderChannels)[number]

export const reminderChannelNames: Readonly<Record<ReminderChannel, string>> = {
  portal: 'portail',
  mail: 'courriel',
  letter: 'lettre',
}

/** How a level is sent, and by what it is replaced when that cannot reach the payer. */
export const levelChannelNames: Readonly<Record<ReminderChannel, string>> = {
  portal: 'portail, sinon lettre',
  mail: 'courriel, sinon lettre',
  letter: 'lettre',
}

/** A level of reminders of a payer's debts at a régie. A payer passes through the levels in order. */
export type ReminderLevel = {
  /** « Rappel » */
  readonly name: string
  /** For the first level, days after the due date; for the others, days after the previous reminder. */
  readonly afterDays: number
  readonly channel: ReminderChannel
  /** The days that the payer has for paying, from the day of the reminder. */
  readonly payWithinDays: number
  /** What will happen without a payment, as the reminder announces it. */
  readonly consequence: string
  /** The fee for the reminder, on the home's next invoice; absent unless a council decided it. */
  readonly feeCents?: Cents | undefined
  /** The number of that decision; empty without a fee. */
  readonly feeDecision?: string | undefined
}

const mostFeeCents = 5000

export const maxReminderLevels = 5

/** The levels of a régie that has not chosen its own. */
export const usualLevels: readonly ReminderLevel[] = [
  {
    name: 'Rappel',
    afterDays: 10,
    channel: 'portal',
    payWithinDays: 15,
    consequence: 'Sans paiement ni appel de votre part, une lettre suivra.',
  },
  {
    name: 'Lettre',
    afterDays: 30,
    channel: 'letter',
    payWithinDays: 15,
    consequence:
      'Un dernier avis suivra. La ville pourra ensuite émettre un titre exécutoire, que le comptable public recouvre\u00a0: nous ne pourrons plus recevoir votre paiement.',
  },
  {
    name: 'Dernier avis',
    afterDays: 30,
    channel: 'letter',
    payWithinDays: 15,
    consequence:
      'Ceci est le dernier avis. La ville émettra ensuite un titre exécutoire, que le comptable public recouvre\u00a0: nous ne pourrons plus recevoir votre paiement.',
  },
]

/** « 10 jours après l’échéance », « 30 jours après le niveau 1 ». @param level from 1 */
export const levelDelayText = ({ afterDays }: Pick<ReminderLevel, 'afterDays'>, level: number): string =>
  `${counted(afterDays, 'jour')} après ${level === 1 ? 'l’échéance' : `le niveau\u00a0${level - 1}`}`

/** A reminder that a payer got. */
export type PastReminder = {
  /** Counted from 1. */
  readonly level: number
  readonly on: Day
  readonly payBefore: Day
}

/**
 * The next step for a payer: a reminder of a level (from 1); a reminder on a later day; or, after a reminder of each
 * level without a payment, the list of debts for the Treasury (« état des restes »).
 */
export type NextStep =
  | { readonly kind: 'remind'; readonly level: number }
  | { readonly kind: 'wait'; readonly level: number; readonly from: Day }
  | { readonly kind: 'statement' }

/**
 * @param dueOn the due date of the oldest debt past due
 * @param last the payer's last reminder. A reminder made before that due date was about other debts, which are paid:
 * the payer starts at the first level again.
 */
export const nextStep = (
  levels: readonly Pick<ReminderLevel, 'afterDays'>[],
  { dueOn, last, on }: { readonly dueOn: Day; readonly last: PastReminder | null; readonly on: Day },
): NextStep => {
  const before = last !== null && last.on > dueOn ? last : null
  const level = (before?.level ?? 0) + 1
  const next = levels[level - 1]
  if (!next)
    return before !== null && before.payBefore >= on
      ? { kind: 'wait', level, from: addDays(before.payBefore, 1) }
      : { kind: 'statement' }
  const from = addDays(before?.on ?? dueOn, next.afterDays)
  return from <= on ? { kind: 'remind', level } : { kind: 'wait', level, from }
}

/** Why levels cannot be saved, with the wrong one; undefined when they can. */
export const refuseLevels = (
  levels: readonly ReminderLevel[],
): { readonly sentence: string; readonly row: number; readonly field: keyof ReminderLevel } | undefined => {
  if (levels.length === 0) return { sentence: 'Gardez au moins un niveau de relance.', row: 0, field: 'name' }
  if (levels.length > maxReminderLevels)
    return {
      sentence: `${maxReminderLevels}\u00a0niveaux au plus.`,
      row: maxReminderLevels,
      field: 'name',
    }
  for (const [row, level] of levels.entries()) {
    const { name, afterDays, payWithinDays, consequence, feeCents = 0, feeDecision = '' } = level
    if (name === '') return { sentence: 'Donnez un nom à ce niveau, par exemple Rappel.', row, field: 'name' }
    if (levels.findIndex((other) => other.name === name) < row)
      return { sentence: 'Un autre niveau porte déjà ce nom.', row, field: 'name' }
    if (afterDays < 1 || afterDays > 120) return { sentence: 'De 1 à 120 jours.', row, field: 'afterDays' }
    if (payWithinDays < 1 || payWithinDays > 60) return { sentence: 'De 1 à 60 jours.', row, field: 'payWithinDays' }
    if (consequence.length > 400) return { sentence: '400 caractères au plus.', row, field: 'consequence' }
    if (feeCents < 0 || feeCents > mostFeeCents)
      return { sentence: `Les frais d’une relance vont de 0 à ${formatEuros(mostFeeCents)}.`, row, field: 'feeCents' }
    if (feeCents > 0 && feeDecision === '')
      return {
        sentence: 'Des frais se demandent par une délibération\u00a0: indiquez son numéro.',
        row,
        field: 'feeDecision',
      }
  }
  return undefined
}
