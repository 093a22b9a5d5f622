import * as z from 'zod'
import type { Day, Instant, TimeOfDay } from '../../rules/calendar/day.ts'
import { isDay, isInstant, isTimeOfDay } from '../../rules/calendar/day.ts'
import type { BookingRule } from '../../rules/calendar/deadline.ts'
import { consentAnswers, consentKinds } from '../../rules/dossier/consent.ts'
import { requiredKinds } from '../../rules/dossier/required-paper.ts'
import { channelChoices } from '../../rules/messages/channel.ts'
import { aidUnits } from '../../rules/money/aid.ts'
import { recordedDecisionKinds } from '../../rules/money/recovery/debt-decision.ts'
import { addressFields, guardianFields, homeFields, seenByParents } from '../../rules/people/fields.ts'
import { portalPowers } from '../../rules/people/guardian-bond.ts'
import { sexes } from '../../rules/people/person.ts'
import type { Tariff } from '../../rules/price/tariff.ts'
import { maxReminderDays } from '../../rules/requests/mails.ts'
import { paperKinds } from '../../rules/requests/paper.ts'
import { outputsOf, publishedOf } from '../fields.ts'
import { CentsNumber, Id } from '../procedure.ts'

/**
 * The documents that the desk publishes (`shared/exchange/documents.ts`). A document's id begins with its kind; a
 * changed document is sent whole, and contains only what the parents concerned may see. Ids inside are the desk's own.
 * A paper has the id `paper/<family>/<invoice>`, that of a year or of a mandate `paper/<family>/certificate-2026` or
 * `paper/<family>/mandate-<reference>`, and its bytes as its body.
 */

const DayValue = z.custom<Day>((value) => typeof value === 'string' && isDay(value), 'not a day')
const InstantValue = z.custom<Instant>((value) => typeof value === 'string' && isInstant(value), 'not an instant')
const TimeValue = z.custom<TimeOfDay>((value) => typeof value === 'string' && isTimeOfDay(value), 'not a time')
const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null
/**
 * Checked only to be an object: the desk stores valid rules and tariffs only, and `shared/rules` reads them as they
 * are.
 */
const RuleValue = z.custom<BookingRule>(isRecord)
const TariffValue = z.custom<Tariff>(isRecord)

const PayfipValue = z.object({
  /** The régie's client number: six digits, leading zeros included. */
  client: z.string().regex(/^\d{6}$/),
  mode: z.enum(['test', 'activation', 'production']),
  /** In the modes before production: the e-mail address of the only account that may pay online. */
  tryEmail: z.string(),
  /** The address of a simulator, which runs beside both desk and portal; empty for the State's service. */
  address: z.string().regex(/^$|^http:\/\/127\.0\.0\.1:\d+$/),
})

/** Id `town`: the service, and the texts of the public pages. */
export const TownDocument = z.object({
  name: z.string(),
  authority: z.string(),
  address: z.string(),
  postcode: z.string(),
  town: z.string(),
  phone: z.string(),
  email: z.string(),
  /** « du lundi au vendredi, de 9 h à 12 h et de 14 h à 18 h » */
  openingHours: z.string(),
  /** The text of « Informations » on the home page; empty, the block is not shown. */
  information: z.string(),
  /** Number of working days within which demandes are answered, for example 2. */
  answerWorkingDays: z.int().min(0),
  legal: z.object({
    publisher: z.string(),
    director: z.string(),
    host: z.string(),
    dataProtectionOfficer: z.string(),
  }),
  accessibility: z.object({
    /** « totale » requires an audit. */
    conformity: z.enum(['non', 'partielle', 'totale']),
    audit: z.string(),
    contact: z.string(),
  }),
  /** The name of an accent colour (`shared/portal/accent.ts`); absent or unknown, the default one. */
  accent: z.string().optional(),
  /** Reminders of invoices, in days before and after the due day; absent, none. */
  reminders: z
    .object({
      before: z.int().min(0).max(maxReminderDays).nullable(),
      after: z.int().min(1).max(maxReminderDays).nullable(),
    })
    .optional(),
  /** Online payment of a town with one régie; absent, parents pay at the counter. */
  payfip: PayfipValue.optional(),
  /**
   * The régies of a town that has several, each with its own online payment. `payfip` is then absent: a portal that
   * does not know several régies would pay all their invoices to the first.
   */
  regies: z.array(z.object({ id: Id, name: z.string(), payfip: PayfipValue.optional() })).optional(),
  /** The service asks the CAF or the MSA for quotients of homes that consent; absent, parents are not offered it. */
  quotientApi: z.literal(true).optional(),
  /** The service sends SMS; absent, parents are not offered them. */
  sms: z.literal(true).optional(),
  /**
   * The questions of the service to those who hold authority for a child (« autorisations »); absent when there are
   * none.
   */
  consents: z
    .array(
      z.object({
        id: Id,
        kind: z.enum(consentKinds).catch('other'),
        title: z.string(),
        asksAll: z.boolean(),
        leastAge: z.int().nullable(),
        texts: z.array(
          z.object({
            id: Id,
            version: z.int(),
            text: z.string(),
            from: DayValue,
            /** The last day on which answers to the former text hold; absent when none do. */
            formerUntil: DayValue.optional(),
          }),
        ),
      }),
    )
    .optional(),
  /** The annual campaigns, the first to open first; absent without any. */
  campaigns: z
    .array(
      z.object({
        id: Id,
        /** The year in which the school year begins. */
        year: z.int(),
        from: DayValue,
        due: DayValue,
        /**
         * Kinds of `shared/rules/dossier/campaign.ts` as texts, not an enum: a newer desk may ask something that this
         * portal does not know.
         */
        asks: z.array(z.string()),
        /** The first day on which it is closed; absent while staff have not closed it. */
        closedOn: DayValue.optional(),
      }),
    )
    .optional(),
  /**
   * The régies for which parents can sign and stop mandates of direct debit on the portal; absent when there are none.
   */
  debits: z
    .array(
      z.object({
        regie: Id,
        /** The creditor's name on the mandate. */
        creditor: z.string(),
        /** « ICS » */
        creditorId: z.string(),
        /** The letters at the beginning of its mandates' references. */
        referencePrefix: z.string(),
        /** The days between a notice and its debit. */
        noticeDays: z.int(),
      }),
    )
    .optional(),
  /** The desk accepts all fields of a parent's health declaration; absent: only those of the first version. */
  wholeHealth: z.literal(true).optional(),
  /**
   * Guardians with authority can read the health record of their child, sealed to their account; absent: nobody can.
   */
  showsHealth: z.literal(true).optional(),
  /** The desk's public key, to which parents' papers and accounts are sealed; absent, neither is accepted. */
  papersKey: z.base64().optional(),
  /** Sign-up of families unknown to the service; absent, they must come to the counter. */
  signUp: z
    .object({
      terms: z.object({ version: z.string(), text: z.string() }),
      /** The names of the schools to choose from. */
      schools: z.array(z.string()),
    })
    .optional(),
})
export type TownDocument = z.infer<typeof TownDocument>

/** A login. Id `account/<guardian>`. */
export const AccountDocument = z.object({
  guardian: Id,
  email: z.email(),
  /** « Mme Claire Aubry » */
  name: z.string(),
  families: z.array(Id).min(1),
  blocked: z.boolean(),
  /** The last invitation given by staff; the portal ignores an id that it has already handled. */
  invitation: z
    .discriminatedUnion('by', [
      z.object({ id: z.string(), by: z.literal('mail') }),
      /** sha-256 of the code printed on the letter (`shared/rules/access/letter-code.ts`). */
      z.object({ id: z.string(), by: z.literal('letter'), codeHash: z.string(), expiresAt: InstantValue }),
    ])
    .nullable(),
  /**
   * Kinds of mail that this guardian has stopped, for a portal on which the account is new; afterwards the choice
   * recorded there applies. Absent when all are wanted.
   */
  unwantedMails: z.array(z.string()).optional(),
  /**
   * The address is on the desk's stop list: it gets no mail except those about the account itself. Absent when it is
   * not.
   */
  stopped: z.literal(true).optional(),
})
export type AccountDocument = z.infer<typeof AccountDocument>

const WindowValue = z.object({
  opensAt: InstantValue,
  residentsFrom: InstantValue.optional(),
  closesAt: InstantValue.optional(),
})

/** Id `period/<id>`: a period with its activity, its rules, its prices and its calendar. */
export const PeriodDocument = z.object({
  id: Id,
  name: z.string(),
  from: DayValue,
  to: DayValue,
  facility: z.object({ id: Id, name: z.string() }),
  activityType: z.object({ id: Id, name: z.string() }),
  /** `lead`: the activity to which it was joined, and for which a dossier counts; absent when it stands alone. */
  activity: z.object({ id: Id, name: z.string(), lead: Id.optional() }),
  slots: z.array(
    z.object({
      id: Id,
      name: z.string(),
      shortName: z.string(),
      start: TimeValue,
      end: TimeValue,
      /** The slot's code in tariffs. */
      code: z.string(),
    }),
  ),
  /** Monday 1 … Sunday 7. */
  weekdays: z.array(z.int().min(1).max(7)),
  registrationWindow: WindowValue.nullable(),
  bookingWindow: WindowValue.nullable(),
  booking: RuleValue,
  cancelling: RuleValue,
  waitingList: z.boolean(),
  /** Whether an incomplete dossier only warns parents, or prevents booking; absent: neither. */
  dossier: z.enum(['warn', 'required']).optional(),
  /** Whether waiting lists follow the town's priorities before the order of recording. */
  waitingByPriority: z.boolean(),
  /** What a child's week must be (`rules/requests/week-rule.ts`); absent: families book each day by itself. */
  weekRule: z
    .object({
      least: z.union([z.literal('all'), z.int()]).nullable(),
      most: z.int().nullable(),
      needs: z.array(z.object({ slotId: Id, neededId: Id })),
      oneOf: z.array(Id),
    })
    .optional(),
  conditions: z.object({
    minAge: z.int().nullable(),
    maxAge: z.int().nullable(),
    classes: z.array(z.string()),
    /** Names of the schools whose children it takes; absent: all schools, or an older desk. */
    schools: z.array(z.string()).optional(),
    /** The groups of the activity, one of which the child must be in; absent: no groups, or an older desk. */
    groups: z
      .array(
        z.object({
          id: Id,
          name: z.string(),
          minAge: z.int().nullable(),
          maxAge: z.int().nullable(),
          classes: z.array(z.string()),
        }),
      )
      .optional(),
    residentsOnly: z.boolean(),
  }),
  tariff: TariffValue.nullable(),
  /** The group of all its children, whatever their age; present only when the tariff has a price for groups. */
  onlyGroup: z.string().optional(),
  openings: z.array(
    z.object({
      day: DayValue,
      slot: Id,
      capacity: z.int().min(0),
      /** The places of each group; absent where all children share the capacity. */
      groupPlaces: z.array(z.object({ groupId: Id, capacity: z.int().min(0) })).optional(),
    }),
  ),
  /** Days that the period's plan would open and that are closed, with the reason. */
  closed: z.array(z.object({ day: DayValue, why: z.string() })),
})
export type PeriodDocument = z.infer<typeof PeriodDocument>

/** Id `places/<period>`: how full each opening is. A document of its own, since it changes every day. */
export const PlacesDocument = z.object({
  openings: z.array(
    z.object({
      day: DayValue,
      slot: Id,
      held: z.int(),
      waiting: z.int(),
      /** The same for each group that has its own places; absent where all children share the places. */
      groups: z.array(z.object({ groupId: Id, held: z.int(), waiting: z.int() })).optional(),
    }),
  ),
})
export type PlacesDocument = z.infer<typeof PlacesDocument>

export const PickupValue = z.object({ name: z.string(), relation: z.string(), phone: z.string() })

/** An aid, with which the portal estimates what the family itself pays. */
const AidValue = z.object({
  id: Id,
  label: z.string(),
  /** Who pays the aid; absent when it only reduces the price. */
  thirdParty: z.string().optional(),
  /** Absent: every child of the home. */
  child: Id.optional(),
  per: z.enum(aidUnits),
  amountCents: CentsNumber.nullable(),
  percent: z.number().nullable(),
  fiscals: z.array(z.enum(['garde', 'repas', 'autre'])).nullable(),
  activities: z.array(Id).nullable(),
  from: DayValue,
  to: DayValue.optional(),
  ceilingCents: CentsNumber.nullable(),
  ceilingUnits: z.int().nullable(),
  leavesCents: CentsNumber,
  upToQuotient: z.number().nullable(),
  fromRank: z.int().nullable(),
  /** The amount that issued invoices took from the aid, and the last day that they billed. */
  given: z.object({ cents: CentsNumber, units: z.number(), to: DayValue.nullable() }),
})
export type AidValue = z.infer<typeof AidValue>

/** Id `family/<id>`: a home, its guardians, its children, its registrations. */
export const FamilyDocument = z.object({
  id: Id,
  /** « Mme et M. Aubry » */
  title: z.string(),
  address: z.object(outputsOf(addressFields)),
  ...publishedOf(homeFields, seenByParents(homeFields)),
  /** Parent 1, then parent 2. */
  guardians: z.array(
    z.object({
      id: Id,
      name: z.string(),
      ...publishedOf(guardianFields, seenByParents(guardianFields)),
      /** The channel that the guardian chose for messages; absent without a choice. */
      messageChoice: z.enum(channelChoices).optional(),
      /**
       * The children for whom this guardian has limited powers on the portal, and which powers are missing; absent when
       * there are none.
       */
      limits: z.array(z.object({ child: Id, not: z.array(z.enum(portalPowers)) })).optional(),
    }),
  ),
  familyQuotients: z.array(
    z.object({
      from: DayValue,
      to: DayValue.optional(),
      value: z.number(),
      source: z.string(),
      /** The last day of a quotient that has ended, on days when it still counts as the last known one. */
      endedOn: DayValue.optional(),
    }),
  ),
  /** The present consent to a request for the quotient at the CAF or the MSA; absent without one. */
  quotientConsent: z.object({ givenOn: DayValue }).optional(),
  residence: z.array(z.object({ from: DayValue, to: DayValue.optional(), resident: z.boolean() })),
  /** Price categories (« catégories tarifaires ») of a child, or of the whole home; absent without any. */
  priceCategories: z
    .array(z.object({ from: DayValue, to: DayValue.optional(), child: Id.optional(), category: z.string() }))
    .optional(),
  /** Aids promised to the home or its children, in the order in which they apply; absent when there are none. */
  aids: z.array(AidValue).optional(),
  children: z.array(
    z.object({
      id: Id,
      firstName: z.string(),
      lastName: z.string(),
      birth: DayValue,
      sex: z.enum(sexes),
      school: z.string(),
      schoolClass: z.string().nullable(),
      /** Classes of the last year that have ended, soonest first; absent when there are none, or with an older desk. */
      formerClasses: z.array(z.object({ until: DayValue, schoolClass: z.string().nullable() })).optional(),
      /**
       * Schools and classes already recorded for later days, soonest first; absent when there are none. Older desks
       * send the school alone, or nothing.
       */
      comingClasses: z
        .array(z.object({ from: DayValue, school: z.string().optional(), schoolClass: z.string().nullable() }))
        .optional(),
      /**
       * People authorised to pick the child up, in addition to its guardians. Without phone numbers if the child has
       * two homes: a number may come from the other home.
       */
      pickups: z.array(PickupValue),
      /** The day on which the service last noted the health record as up to date; absent when it never did. */
      healthSeenOn: DayValue.optional(),
      /**
       * The people who may hold authority for the child, with their answers to the texts of `town.consents`, oldest
       * first. Null for a guardian of the child's other home. Absent when the service has no questions.
       */
      consentHolders: z
        .array(
          z.object({
            guardian: Id.nullable(),
            answers: z.array(z.object({ text: Id, answer: z.enum(consentAnswers), on: DayValue })),
          }),
        )
        .optional(),
    }),
  ),
  registrations: z.array(
    z.object({
      id: Id,
      child: Id,
      period: Id,
      /** Absent from older desks. */
      activity: Id.optional(),
      state: z.enum(['asked', 'accepted', 'refused', 'withdrawn', 'ended']),
      from: DayValue,
      to: DayValue,
      week: z.array(z.object({ weekday: z.int().min(1).max(7), slot: Id })),
      /** Conditions of age, class or residence were waived for this registration: they prevent no booking. */
      isExempt: z.literal(true).optional(),
      /**
       * The groups in which staff put the child, soonest first; null: age and class decide again. Absent when there are
       * none.
       */
      put: z.array(z.object({ from: DayValue, groupId: Id.nullable() })).optional(),
    }),
  ),
  /** What the home confirmed in its dossier, with the last time of each; absent when nothing, or with an older desk. */
  confirmed: z.array(z.object({ kind: z.string(), child: Id.nullable(), at: InstantValue })).optional(),
  /** What the dossier of the home requires; absent when nothing, or with an older desk. */
  dossier: z
    .array(
      z.object({
        required: Id,
        kind: z.enum(requiredKinds),
        name: z.string(),
        /** Null: a paper of the home. */
        child: Id.nullable(),
        /** Null: required for every activity. */
        activity: Id.nullable(),
        /** Null: the paper was never there. Without `until`, it counts without an end. */
        held: z.object({ until: DayValue.optional() }).nullable(),
        /** Of a health record: it lacks something today. What, and until when, is sealed. */
        isLacking: z.literal(true).optional(),
        /** The first day on which it is no longer required. */
        withdrawnOn: DayValue.optional(),
      }),
    )
    .optional(),
})
export type FamilyDocument = z.infer<typeof FamilyDocument>

const heldKinds = [
  z.object({
    kind: z.literal('waitlisted'),
    rank: z.int().min(1),
    /** A place is offered until then, for the family to accept or decline. */
    offeredUntil: InstantValue.optional(),
  }),
  z.object({ kind: z.literal('confirmed'), cancelDenied: z.boolean() }),
] as const

/**
 * Id `bookings/<family>`: bookings and waiting-list ranks of the home's children, through the home's own registrations.
 */
export const BookingsDocument = z.object({
  cells: z.array(
    z.object({
      registration: Id,
      day: DayValue,
      slot: Id,
      held: z.discriminatedUnion('kind', heldKinds),
      /** Why staff put the cell into this state, for example why they refused to cancel; empty without a reason. */
      note: z.string(),
    }),
  ),
  /**
   * Shared custody: the days on which a child wakes up in its other home. Nothing else about that home is published.
   */
  otherDays: z.array(z.object({ child: Id, day: DayValue })),
  /** The activities in which the home's debts prevent new bookings; absent when there are none. */
  suspended: z
    .array(
      z.object({
        activities: z.array(Id),
        /** Whom to call: the name of the régie, empty in a town with only one, and the service's telephone. */
        regie: z.string(),
        phone: z.string(),
      }),
    )
    .optional(),
})
export type BookingsDocument = z.infer<typeof BookingsDocument>

const RegieValue = z.object({ id: Id, name: z.string() })

/** Id `money/<family>`: the home's balance, invoices and credit notes. */
export const MoneyDocument = z.object({
  /** The day of the last movement. */
  on: DayValue,
  /** The amount owed; negative when the family has credit. */
  balanceCents: CentsNumber,
  /** The parts of the balance that are not zero, in a town with several régies: each is paid apart. */
  accounts: z.array(z.object({ regie: RegieValue, balanceCents: CentsNumber })).optional(),
  /** Newest first. */
  invoices: z.array(
    z.object({
      id: Id,
      number: z.string(),
      kind: z.enum(['invoice', 'creditNote']),
      /** The régie to which it is owed, in a town with several. */
      regie: RegieValue.optional(),
      /** « Octobre 2026 » */
      label: z.string(),
      issuedOn: DayValue,
      dueOn: DayValue.nullable(),
      totalCents: CentsNumber,
      leftCents: CentsNumber,
      /** The part to pay to the Treasury, which now collects it; absent when there is none. */
      treasuryCents: CentsNumber.optional(),
      /** The part of it that the town received and hands over to the Treasury; absent when there is none. */
      forwardedCents: CentsNumber.optional(),
      /**
       * The part that the town gave up: a « remise gracieuse » or an « admission en non-valeur »; absent when there is
       * none.
       */
      givenUp: z.object({ kind: z.enum(recordedDecisionKinds), cents: CentsNumber }).optional(),
      /** The day of the payment or credit note that settled the invoice; absent until then. */
      settledOn: DayValue.optional(),
      /**
       * The day on which a frozen collection debits it, so that it must not be paid in another way; absent otherwise.
       */
      debitOn: DayValue.optional(),
      /** The day of the next part of the payment plan that includes it; absent without a plan. */
      partOn: DayValue.optional(),
      /** The day of the final balance of the school year whose equal parts pay it; absent for other invoices. */
      balanceOn: DayValue.optional(),
      lines: z.array(
        z.object({
          label: z.string(),
          detail: z.string(),
          totalCents: CentsNumber,
          /** The child's name, as at the beginning of `label`. */
          child: z.string().optional(),
          /**
           * « 7 et 14 oct., deux fois le 5 oct. »; earlier versions of the desk left it out when the days were many.
           */
          days: z.string().optional(),
          /** « Pourquoi ce prix » */
          why: z.string().optional(),
        }),
      ),
      /**
       * Remarks about the whole home, for instance how much of an aid for all its children is used; absent when there
       * are none.
       */
      remarks: z.array(z.string()).optional(),
    }),
  ),
  /** Opening balances imported from another program (« solde repris »), newest first; absent without one. */
  takenOver: z
    .array(
      z.object({
        /** Absent in documents of older desks: such a debt cannot be paid online. */
        id: Id.optional(),
        /** « S2026-000012 »: identifies the debt for PayFiP; absent without the id. */
        number: z.string().optional(),
        on: DayValue,
        /** The number of the invoice in the other program; absent for a balance. */
        reference: z.string().optional(),
        /** The last day to pay such an invoice. */
        dueOn: DayValue.optional(),
        /** The amount owed; negative when the family had credit. */
        totalCents: CentsNumber,
        /** The part still to pay; for a credit, still to use. */
        leftCents: CentsNumber,
        /** The part to pay to the Treasury; absent when there is none. */
        treasuryCents: CentsNumber.optional(),
        /** The part of it that the town received and hands over to the Treasury; absent when there is none. */
        forwardedCents: CentsNumber.optional(),
        /** The day on which a frozen collection debits it; absent otherwise. */
        debitOn: DayValue.optional(),
        /** In a town with several régies. */
        regie: RegieValue.optional(),
      }),
    )
    .optional(),
  /** How the home pays by direct debit; absent when it has neither an active mandate nor an announced debit. */
  debits: z
    .object({
      mandates: z.array(
        z.object({
          reference: z.string(),
          /** The last four signs of the account. */
          lastFour: z.string(),
          signedOn: DayValue,
          /** In a town with several régies. */
          regie: RegieValue.optional(),
        }),
      ),
      /** The debits of frozen collections, by day. */
      announced: z.array(z.object({ on: DayValue, cents: CentsNumber, notice: z.string(), lastFour: z.string() })),
      /** Debits that came back, while the debts that they were to pay are still owed; absent when there are none. */
      returned: z
        .array(z.object({ on: DayValue, cents: CentsNumber, lastFour: z.string(), why: z.string() }))
        .optional(),
    })
    .optional(),
  /** The last reminder of each régie with unpaid debts; absent when there are none. */
  reminded: z
    .array(
      z.object({
        on: DayValue,
        payBefore: DayValue,
        /** The part of the requested sum that is still unpaid. */
        leftCents: CentsNumber,
        /** In a town with several régies. */
        regie: RegieValue.optional(),
      }),
    )
    .optional(),
  /** The fees of a reminder or of a debit that came back, until an invoice bills them; absent when there are none. */
  fees: z
    .array(
      z.object({
        /** « Frais de relance du 21/10/2026 » */
        label: z.string(),
        cents: CentsNumber,
        /** In a town with several régies. */
        regie: RegieValue.optional(),
      }),
    )
    .optional(),
  /** Active payment plans that are not paid entirely; absent when there are none. */
  plans: z
    .array(
      z.object({
        on: DayValue,
        /** By day. */
        parts: z.array(z.object({ dueOn: DayValue, cents: CentsNumber, leftCents: CentsNumber })),
        /** In a town with several régies. */
        regie: RegieValue.optional(),
      }),
    )
    .optional(),
  /**
   * The debts past due of each régie that prevents new bookings of the home because of them; absent when there are
   * none.
   */
  suspended: z.array(z.object({ cents: CentsNumber, regie: z.string(), phone: z.string() })).optional(),
  /** Régies that ask the home for an account to debit, until it signs a mandate; absent when there are none. */
  accountAsked: z.array(z.object({ on: DayValue, regie: RegieValue.optional() })).optional(),
  /**
   * The equal parts in which the home pays a school year in advance (« échéancier annuel »); absent without an active
   * plan.
   */
  years: z
    .array(
      z.object({
        /** By day. `returned`: the debit came back, and the part will be debited again. */
        parts: z.array(
          z.object({
            dueOn: DayValue,
            cents: CentsNumber,
            state: z.enum(['free', 'announced', 'taken', 'returned']),
          }),
        ),
        balanceOn: DayValue,
        /** In a town with several régies. */
        regie: RegieValue.optional(),
      }),
    )
    .optional(),
  manager: z.object({ facility: z.string(), address: z.string(), contact: z.string(), phone: z.string() }),
  /** The portal's ids of the online payments already included in these amounts; absent without any. */
  onlinePayments: z.array(z.string()).optional(),
  /**
   * The ids of online payments that differ from the requested amount and that staff have settled; absent when there are
   * none.
   */
  onlineChecked: z.array(z.string()).optional(),
})
export type MoneyDocument = z.infer<typeof MoneyDocument>

/** Id `messages/<family>`: the conversations between this home and the service. */
export const MessagesDocument = z.object({
  conversations: z.array(
    z.object({
      /** An id made by the side that started the conversation. */
      key: z.string(),
      subject: z.string(),
      child: Id.nullable(),
      invoice: Id.nullable(),
      closed: z.boolean(),
      messages: z.array(
        z.object({
          key: z.string(),
          by: z.enum(['family', 'service']),
          /** The parent's name; empty for the service. */
          author: z.string(),
          at: InstantValue,
          text: z.string(),
        }),
      ),
    }),
  ),
})
export type MessagesDocument = z.infer<typeof MessagesDocument>

/** Id `notice/<id>`: a notice shown to homes between two days. */
export const NoticeDocument = z.object({
  title: z.string(),
  text: z.string(),
  from: DayValue,
  until: DayValue,
  /** The homes to which the notice is shown; other homes do not learn that it exists. */
  homes: z.union([z.literal('all'), z.array(Id)]),
  /** Guardians of these homes to whom it is not shown; absent when there are none. */
  except: z.array(Id).optional(),
  /**
   * The title and text with the field « {prénoms} », and its words for each home; a home that is not there reads those
   * above. Absent for a notice without this field.
   */
  named: z
    .object({ title: z.string(), text: z.string(), firstNames: z.array(z.object({ home: Id, names: z.string() })) })
    .optional(),
  /** Whether the notice is also sent by mail on its first day. */
  byMail: z.boolean(),
})
export type NoticeDocument = z.infer<typeof NoticeDocument>

/** Id `familyPapers/<family>`: papers asked of a home, and the state of those it sent. */
export const FamilyPapersDocument = z.object({
  asked: z.array(
    z.object({
      id: Id,
      kind: z.enum(paperKinds),
      /** The name of the paper when its kind is withheld; absent: the name of its kind. */
      name: z.string().optional(),
      child: Id.nullable(),
      note: z.string(),
      dueOn: DayValue,
    }),
  ),
  received: z.array(
    z.object({
      id: z.string(),
      state: z.enum(['waiting', 'accepted', 'refused']),
      reason: z.string(),
      /** Whether the desk has received all bytes of the paper. */
      isHere: z.boolean(),
      /** Whether a verified backup of the desk contains the paper. */
      inBackup: z.boolean(),
    }),
  ),
})
export type FamilyPapersDocument = z.infer<typeof FamilyPapersDocument>

/**
 * Id `health/<guardian>`: the health records of the children for whom this guardian's authority is confirmed, each
 * sealed to the key of the guardian's account (`main/crypto/account-key.ts`). A child without a record gets an empty
 * one, so that the portal does not learn which children have a record.
 */
export const HealthDocument = z.object({
  /** The public half of the key to which they are sealed. */
  key: z.base64(),
  children: z.array(z.object({ child: Id, sealed: z.base64() })),
})
export type HealthDocument = z.infer<typeof HealthDocument>

/**
 * The new state of a cell, sent with an answer (`facts` of `shared/exchange/answer-entries.ts`): the portal shows it at
 * once, before the document that contains it arrives.
 */
export const AnsweredCell = z.object({
  family: Id,
  registration: Id,
  day: DayValue,
  slot: Id,
  held: z.discriminatedUnion('kind', [z.object({ kind: z.literal('none') }), ...heldKinds]),
  note: z.string(),
})
export type AnsweredCell = z.infer<typeof AnsweredCell>

/** The shape of the documents of each kind. */
export const documents = {
  town: TownDocument,
  account: AccountDocument,
  period: PeriodDocument,
  places: PlacesDocument,
  family: FamilyDocument,
  bookings: BookingsDocument,
  money: MoneyDocument,
  familyPapers: FamilyPapersDocument,
  health: HealthDocument,
  messages: MessagesDocument,
  notice: NoticeDocument,
} as const
export type DocumentKind = keyof typeof documents
