import * as z from 'zod'
import type { Day, Instant, TimeOfDay } from '../../rules/calendar/day.ts'
import { isDay, isInstant, isTimeOfDay } from '../../rules/calendar/day.ts'
import type { BookingRule } from '../../rules/calendar/deadline.ts'
import { consentAnswers, consentKinds } from '../../rules/dossier/consent.ts'
import { requiredKinds } from '../../rules/dossier/required-paper.ts'
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
/** Checked only to be an object: the desk stores valid rules and tariffs only, and `shared/rules` reads them as they are. */
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
   * The régies of a town that has several, each with its own online payment. `payfip` is then absent: a portal that does
   * not know several régies would pay all their invoices to the first.
   */
  regies: z.array(z.object({ id: Id, name: z.string(), payfip: PayfipValue.optional() })).optional(),
  /** The service asks the CAF or the MSA for quotients of homes that consent; absent, parents are not offered it. */
  quotientApi: z.literal(true).optional(),
  /** What the service asks those who hold authority for a child (« autorisations »); absent without any. */
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
            /** The last day on which answers to the former text hold; absent: none does. */
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
        /** Asks as in `shared/rules/dossier/campaign.ts`, not an enum: a newer desk may ask what this portal does not know. */
        asks: z.array(z.string()),
        /** The first day on which it is closed; absent while staff have not closed it. */
        closedOn: DayValue.optional(),
      }),
    )
    .optional(),
  /** The régies whose mandates of direct debit parents sign and stop on the portal; absent without any. */
  debits: z
    .array(
      z.object({
        regie: Id,
        /** The creditor, as the mandate names it. */
        creditor: z.string(),
        /** « ICS » */
        creditorId: z.string(),
        /** The letters before the references of its mandates. */
        referencePrefix: z.string(),
        /** Days between a notice and its debit. */
        noticeDays: z.int(),
      }),
    )
    .optional(),
  /** The desk reads the whole health record that parents tell; absent, only the fields of the first version. */
  wholeHealth: z.literal(true).optional(),
  /** Guardians with authority are shown what their child's health record says, sealed to their account; absent, nobody. */
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
  /** The desk's stop list has the address: no mail but those about the account itself. Absent when it has not. */
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
  /** `lead`: the activity to which it was joined, under which a dossier counts; absent where it stands alone. */
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
  /** Whether parents are warned of an incomplete dossier, or book only with a complete one; absent for neither. */
  dossier: z.enum(['warn', 'required']).optional(),
  /** Whether waiting lists follow the town's priorities before the order of recording. */
  waitingByPriority: z.boolean(),
  /** What a child's week must be (`rules/requests/week-rule.ts`); absent: each day is asked for by itself. */
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
    /** Names of the schools whose children it takes; absent for all, and from older desks. */
    schools: z.array(z.string()).optional(),
    /** The groups of the activity, one of which a child must be in; absent without groups, and from older desks. */
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
  /** The group of all its children, whatever their age; absent unless the tariff has a price for groups. */
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
      /** The same of each group that has places of its own; absent where all children share the places. */
      groups: z.array(z.object({ groupId: Id, held: z.int(), waiting: z.int() })).optional(),
    }),
  ),
})
export type PlacesDocument = z.infer<typeof PlacesDocument>

export const PickupValue = z.object({ name: z.string(), relation: z.string(), phone: z.string() })

/** An aid, by which the portal estimates what the family pays itself. */
const AidValue = z.object({
  id: Id,
  label: z.string(),
  /** Who pays it; absent for a reduction of the price, which nobody pays. */
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
  /** What issued invoices took of it, and the last day for which they did. */
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
      /** The children for whom this guardian may not do everything here, and what not; absent without any. */
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
  /** The consent in force that the service asks the CAF or the MSA for the quotient; absent without one. */
  quotientConsent: z.object({ givenOn: DayValue }).optional(),
  residence: z.array(z.object({ from: DayValue, to: DayValue.optional(), resident: z.boolean() })),
  /** Price categories (« catégories tarifaires ») of a child, or of the whole home; absent without any. */
  priceCategories: z
    .array(z.object({ from: DayValue, to: DayValue.optional(), child: Id.optional(), category: z.string() }))
    .optional(),
  /** Aids promised to the home or its children, in the order in which they are taken; absent without any. */
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
      /** Classes of the last year that have ended, soonest first; absent without any, and from older desks. */
      formerClasses: z.array(z.object({ until: DayValue, schoolClass: z.string().nullable() })).optional(),
      /**
       * Schools and classes already recorded for later days, soonest first; absent without any, and from older desks,
       * the school alone from some of them.
       */
      comingClasses: z
        .array(z.object({ from: DayValue, school: z.string().optional(), schoolClass: z.string().nullable() }))
        .optional(),
      /**
       * People authorised to pick the child up, in addition to its guardians. Without phone numbers if the child has
       * two homes: a number may come from the other home.
       */
      pickups: z.array(PickupValue),
      /** The day on which its health record was last noted as seen; absent when it never was. */
      healthSeenOn: DayValue.optional(),
      /**
       * Who may hold authority for the child, with what they answered to the texts of `town.consents`, oldest first.
       * Null for a guardian of its other home. Absent while the service asks nothing.
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
      /** The groups that staff put the child in, soonest first; null: age and class decide again. Absent without any. */
      put: z.array(z.object({ from: DayValue, groupId: Id.nullable() })).optional(),
    }),
  ),
  /** What the home confirmed of its dossier, the last time of each; absent when nothing, and from older desks. */
  confirmed: z.array(z.object({ kind: z.string(), child: Id.nullable(), at: InstantValue })).optional(),
  /** What the dossier of the home asks for; absent when nothing, and from older desks. */
  dossier: z
    .array(
      z.object({
        required: Id,
        kind: z.enum(requiredKinds),
        name: z.string(),
        /** Null: of the home. */
        child: Id.nullable(),
        /** Null: asked for every activity. */
        activity: Id.nullable(),
        /** Null: it was never there. Without `until`, it is there without an end. */
        held: z.object({ until: DayValue.optional() }).nullable(),
        /** The first day on which it is not asked any more. */
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
  /** What this home owes closes new bookings in these activities; absent when nothing does. */
  suspended: z
    .array(
      z.object({
        activities: z.array(Id),
        /** Whom to call: the name of the régie, empty in a town that has one, and the service's telephone. */
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
      /** To whom it is owed, in a town with several régies. */
      regie: RegieValue.optional(),
      /** « Octobre 2026 » */
      label: z.string(),
      issuedOn: DayValue,
      dueOn: DayValue.nullable(),
      totalCents: CentsNumber,
      leftCents: CentsNumber,
      /** What is to pay to the Treasury, to which the town handed it over; absent without any. */
      treasuryCents: CentsNumber.optional(),
      /** What of that came to the town, which hands it over; absent without any. */
      forwardedCents: CentsNumber.optional(),
      /** What the town gave up of it: a « remise gracieuse » or an « admission en non-valeur »; absent without any. */
      givenUp: z.object({ kind: z.enum(recordedDecisionKinds), cents: CentsNumber }).optional(),
      /** The day of the payment or credit note that settled the invoice; absent until then. */
      settledOn: DayValue.optional(),
      /** The day on which a frozen collection debits it; absent otherwise. It is not paid in another way meanwhile. */
      debitOn: DayValue.optional(),
      /** The day of the next part of the payment plan that takes it up; absent without one. */
      partOn: DayValue.optional(),
      /** The day of the balance of the year whose equal parts pay it; absent on other invoices. */
      balanceOn: DayValue.optional(),
      lines: z.array(
        z.object({
          label: z.string(),
          detail: z.string(),
          totalCents: CentsNumber,
          /** The child's name, as at the beginning of `label`. */
          child: z.string().optional(),
          /** « 7 et 14 oct., deux fois le 5 oct. »; earlier versions of the desk left it out when the days were many. */
          days: z.string().optional(),
          /** « Pourquoi ce prix » */
          why: z.string().optional(),
        }),
      ),
      /** What concerns the whole home, such as how far an aid for all its children is used; absent without any. */
      remarks: z.array(z.string()).optional(),
    }),
  ),
  /** Opening balances imported from another program (« solde repris »), newest first; absent without one. */
  takenOver: z
    .array(
      z.object({
        /** Absent where an earlier version of the desk wrote it: such a debt is not paid online. */
        id: Id.optional(),
        /** « S2026-000012 »: names the debt to PayFiP; absent with the id. */
        number: z.string().optional(),
        on: DayValue,
        /** Of an invoice of the other program, its number there; absent for a balance. */
        reference: z.string().optional(),
        /** Of such an invoice, the last day to pay it. */
        dueOn: DayValue.optional(),
        /** The amount owed; negative when the family had credit. */
        totalCents: CentsNumber,
        /** The part still to pay; for a credit, still to use. */
        leftCents: CentsNumber,
        /** What is to pay to the Treasury; absent without any. */
        treasuryCents: CentsNumber.optional(),
        /** What of that came to the town, which hands it over; absent without any. */
        forwardedCents: CentsNumber.optional(),
        /** The day on which a frozen collection debits it; absent otherwise. */
        debitOn: DayValue.optional(),
        /** In a town with several régies. */
        regie: RegieValue.optional(),
      }),
    )
    .optional(),
  /** How the home pays by direct debit; absent without a mandate that is collected and without anything announced. */
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
      /** What frozen collections debit, by day. */
      announced: z.array(z.object({ on: DayValue, cents: CentsNumber, notice: z.string(), lastFour: z.string() })),
      /** Debits that came back, as long as what they were to pay is owed; absent without any. */
      returned: z
        .array(z.object({ on: DayValue, cents: CentsNumber, lastFour: z.string(), why: z.string() }))
        .optional(),
    })
    .optional(),
  /** The last reminder of each régie whose debts are not all paid; absent without any. */
  reminded: z
    .array(
      z.object({
        on: DayValue,
        payBefore: DayValue,
        /** What is left of the sum that it asked for. */
        leftCents: CentsNumber,
        /** In a town with several régies. */
        regie: RegieValue.optional(),
      }),
    )
    .optional(),
  /** What a reminder or a debit that came back costs, while no invoice bills it; absent without any. */
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
  /** Payment plans that nobody ended and of which something is left to pay; absent without any. */
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
  /** What is past due of each régie that suspends new bookings of the home for it; absent without any. */
  suspended: z.array(z.object({ cents: CentsNumber, regie: z.string(), phone: z.string() })).optional(),
  /** Régies that ask the home for an account to debit, until it signs a mandate; absent without any. */
  accountAsked: z.array(z.object({ on: DayValue, regie: RegieValue.optional() })).optional(),
  /** Equal parts by which the home pays a school year ahead (« échéancier annuel »); absent without any that stands. */
  years: z
    .array(
      z.object({
        /** By day. `returned`: the bank sent it back, it is debited again. */
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
  /** The ids of online payments that differ from what was to be paid and that staff have dealt with; absent without any. */
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
  /** Guardians of these homes to whom it is not shown; absent without any. */
  except: z.array(Id).optional(),
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
      /** What it is called where its kind is told to nobody; absent: as its kind is. */
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
 * Id `health/<guardian>`: the health records of the children for whom this guardian's authority is confirmed, each sealed
 * to the key of the guardian's account (`main/crypto/account-key.ts`). A child without a record has an empty one here: the
 * portal learns of none whether it has.
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
