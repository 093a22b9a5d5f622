import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import { recoveryNoteKinds } from '../../../rules/money/recovery/reminder.ts'
import { reminderChannels } from '../../../rules/money/recovery/reminder-level.ts'
import { skipCauses } from '../../../rules/money/recovery/unpaid.ts'
import { firstRegieId } from '../../../rules/money/regie.ts'
import { CentsNumber, DayText, Id, Note, procedure } from '../../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const Cents = z.int()
const Channel = z.enum(reminderChannels)
/** Absent: the first régie. */
const RegieId = Id.default(firstRegieId)
/** Exactly one of the two is set. */
const Payer = z.object({ familyId: Id.nullable(), thirdPartyId: Id.nullable() })

/** An invoice or an opening balance: exactly one of the two is set. */
const DebtName = z.object({ invoiceId: Id.nullable(), openingDebtId: Id.nullable() })

export const ReminderLevelShape = z.object({
  name: z.string(),
  afterDays: z.int(),
  channel: Channel,
  payWithinDays: z.int(),
  consequence: z.string(),
  feeCents: Cents.optional(),
  feeDecision: z.string().optional(),
})

const NextStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('remind'), level: z.int() }),
  z.object({ kind: z.literal('wait'), level: z.int(), from: DayOut }),
  z.object({ kind: z.literal('statement') }),
])

export const UnpaidPayer = Payer.extend({
  /** « f12 », « t3 » */
  key: z.string(),
  name: z.string(),
  /** The guardians of a home, or the kind of a third party. */
  about: z.string(),
  children: z.string(),
  phone: z.string(),
  debts: z.int(),
  /** Since the due date of the oldest debt. */
  daysLate: z.int(),
  dueCents: Cents,
  last: z.object({ level: z.int(), levelName: z.string(), on: DayOut }).nullable(),
  step: NextStep,
  /** How the next reminder would reach the payer: on the portal only when the home has an account. */
  channel: Channel,
  /** The state of its payment plan; null without one. */
  plan: z.object({ isKept: z.boolean(), sentence: z.string() }).nullable(),
  /** Why a run skips the payer; null when it does not. */
  skipped: z
    .object({
      cause: z.enum(skipCauses),
      sentence: z.string(),
      /** Whether staff may remind the payer nevertheless. */
      mayRemind: z.boolean(),
    })
    .nullable(),
})
export type UnpaidPayer = z.infer<typeof UnpaidPayer>

export const Unpaid = z.object({
  on: DayOut,
  /** The payers furthest in the levels of reminders first. */
  payers: z.array(UnpaidPayer),
  /** Debts by age, in the bands of `ageBands`. */
  bands: z.array(z.object({ debts: z.int(), cents: Cents })),
  levels: z.array(ReminderLevelShape),
  /** Newest first. */
  runs: z.array(
    z.object({
      actId: Id,
      on: DayOut,
      reminders: z.int(),
      letters: z.int(),
      cents: Cents,
      paidCents: Cents,
    }),
  ),
})
export type Unpaid = z.infer<typeof Unpaid>

export const UnpaidDetail = z.object({
  debts: z.array(
    z.object({
      number: z.string(),
      period: z.string(),
      dueOn: DayOut,
      daysLate: z.int(),
      leftCents: Cents,
      /** Whether a payment plan includes the debt. */
      isPlanned: z.boolean(),
    }),
  ),
  /** Debts that are not past due. */
  upcoming: z.array(z.object({ number: z.string(), dueOn: DayOut, cents: Cents })),
  /** The last promise of a payment whose day has passed; null when there is none. */
  promise: z.object({ calledOn: DayOut, promisedOn: DayOut }).nullable(),
  /** The day by which a reminder made today asks for payment; null when none is proposed. */
  payBefore: DayOut.nullable(),
  /** Its payment plans, newest first. */
  plans: z.array(
    z.object({
      id: Id,
      madeOn: DayOut,
      by: z.string(),
      state: z.enum(['kept', 'broken', 'paid', 'ended']),
      /** « Échéancier respecté : 50,00 € avant le ven. 15 janv. 2027 », or how the plan ended. */
      sentence: z.string(),
      parts: z.array(z.object({ dueOn: DayOut, cents: Cents, leftCents: Cents })),
    }),
  ),
  /** The debts that a plan may include; null where the decision of the régie allows no plan. */
  plannable: z
    .array(
      DebtName.extend({
        number: z.string(),
        period: z.string(),
        dueOn: DayOut,
        leftCents: Cents,
        /** Why no plan may include the debt; null when one may. */
        hold: z.string().nullable(),
      }),
    )
    .nullable(),
  /** Newest first. */
  story: z.array(
    z.object({
      id: z.string(),
      kind: z.enum([...recoveryNoteKinds, 'reminder', 'payment', 'decision']),
      text: z.string(),
      on: DayOut,
      about: z.string(),
      /** Set for a letter that can be printed again. */
      reminderId: Id.nullable(),
    }),
  ),
})
export type UnpaidDetail = z.infer<typeof UnpaidDetail>

/** The state in which a person saw a payer to remind. */
const ChosenPayer = Payer.extend({ level: z.int().positive(), dueCents: CentsNumber })

export const maxReminders = 20_000

const ReminderRun = z.object({
  regieId: RegieId,
  payers: z
    .array(ChosenPayer)
    .min(1, 'Choisissez qui relancer.')
    .max(maxReminders, '20 000 relances au plus à la fois\u00a0: lancez-les en plusieurs passages.'),
})

export const recovery = {
  /** Every payer with a debt past due at a régie. */
  unpaid: procedure('invoices.read')
    .input(z.object({ regieId: RegieId }))
    .output(Unpaid),
  detail: procedure('invoices.read')
    .input(Payer.extend({ regieId: RegieId }))
    .output(UnpaidDetail),
  /** Digest of the letters that a run would make. Records nothing. */
  prepareRun: procedure('reminders')
    .input(ReminderRun)
    .output(z.object({ digest: z.string() })),
  /** Refused when the level or the amount of one of these payers has changed, or when the text of a letter has. */
  remind: procedure('reminders')
    .input(
      ReminderRun.extend({
        /** The digest that `prepareRun` returned: when the letters would differ, none is made. */
        digest: z.string().max(64),
      }),
    )
    .output(z.object({ actId: Id, reminders: z.int(), letters: z.int(), cents: Cents })),
  /** The letter that a reminder made now would be, without a number. */
  preview: procedure('invoices.read')
    .input(Payer.extend({ regieId: RegieId }))
    .output(z.instanceof(File)),
  /**
   * The letters of a run, by name of the recipient, in files of a limited number of letters; parts are counted from 1.
   */
  letters: procedure('invoices.read')
    .input(z.object({ actId: Id, part: z.int().min(1).default(1) }))
    .output(z.instanceof(File)),
  letter: procedure('invoices.read')
    .input(z.object({ id: Id }))
    .output(z.instanceof(File)),
  /** The whole list as a file. */
  file: procedure('invoices.read')
    .input(z.object({ regieId: RegieId, format: z.enum(['pdf', 'xlsx', 'csv']) }))
    .output(z.instanceof(File)),
  /** Records a telephone call with a payer, and the day for which the payer promised to pay. */
  noteCall: procedure('reminders')
    .input(
      Payer.extend({
        regieId: RegieId,
        text: Note.min(1, 'Notez ce qui a été dit.'),
        promisedOn: DayText.nullable(),
      }),
    )
    .output(z.object({ id: Id })),
  /** Sets a payer aside: no reminder until a day. */
  setAside: procedure('reminders')
    .input(Payer.extend({ regieId: RegieId, reason: Note.min(1, 'Indiquez le motif.'), until: DayText }))
    .output(z.object({ id: Id })),
  /** Ends the setting aside of a payer. */
  takeUp: procedure('reminders')
    .input(Payer.extend({ regieId: RegieId }))
    .output(z.object({ id: Id })),
  /**
   * Records a payment plan. Refused when the decision of the régie allows none, and when one of the debts has changed
   * since it was shown.
   */
  plan: procedure('reminders')
    .input(
      Payer.extend({
        regieId: RegieId,
        debts: z.array(DebtName.extend({ leftCents: CentsNumber })).min(1, 'Choisissez ce que l’échéancier reprend.'),
        parts: z.array(z.object({ dueOn: DayText, cents: CentsNumber })),
      }),
    )
    .output(z.object({ id: Id })),
  endPlan: procedure('reminders')
    .input(z.object({ id: Id, reason: Note.min(1, 'Indiquez le motif.') }))
    .output(z.object({ id: Id })),
  /** The paper of a plan, which the family signs and keeps. */
  planPaper: procedure('invoices.read')
    .input(z.object({ id: Id }))
    .output(z.instanceof(File)),
}
