import {
  type Day,
  daysOfMonth,
  firstOfMonth,
  lastOfMonth,
  type Month,
  today,
} from '../../../shared/rules/calendar/day.ts'
import { weekText } from '../../../shared/rules/calendar/typical-week.ts'
import { lengthText, presentDays } from '../../../shared/rules/cell/presence.ts'
import { familyNumberText } from '../../../shared/rules/money/invoice.ts'
import { formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import { bornWord } from '../../../shared/rules/people/names.ts'
import type { Sex } from '../../../shared/rules/people/person.ts'
import { recipientWords, serviceWords } from '../../../shared/rules/templates/reminder-values.ts'
import {
  type FilledBlock,
  missingFields,
  resolved,
  type TemplateValues,
} from '../../../shared/rules/templates/resolved-document.ts'
import { labelOfField, missingText } from '../../../shared/rules/templates/template-fields.ts'
import {
  counted,
  listed,
  longDate,
  monthText,
  shortDay,
  spanText,
  timeText,
  unitDatesText,
} from '../../../shared/rules/text/french.ts'
import { WIDTH } from '../../documents/letterhead.ts'
import type { AttestationPaper } from '../../documents/letters/attestation-pdf.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { debtorOf, requireChild } from '../families/families.ts'
import { type Quote, quoteOfHome } from '../invoicing/invoicing.ts'
import { accountOf } from '../payments/payments.ts'
import { type PlannedSlot, type PlannedWeek, plannedSlots } from '../reservations/reservations.ts'
import { organisationOf, portalAddress } from '../settings/settings.ts'
import { usableTemplate } from '../templates/templates.ts'
import { type ChildOfHome, presentSlots, registrationsWithin, type Span } from './attestations-store.ts'
import { oneFile } from './printing.ts'
import { organisationPrinted } from './statements.ts'

/*
 * Attestations that a family asks for at the counter, for its employer, a fund or a court. Nothing of them is stored: a
 * correction shows in the next print.
 */

type Proof = {
  /** The kind of template with its text. */
  readonly kind: 'presence' | 'registered' | 'paid' | 'quote'
  /** What it says about these people and days, keyed by field name without « proof. ». */
  readonly words: Readonly<Record<string, string>>
  readonly table: Omit<Extract<FilledBlock, { readonly kind: 'table' }>, 'kind'>
}

type Row = Proof['table']['rows'][number]

/** @throws Refused when a field of the template is empty, with the name of the field */
const attestationFile = (
  core: Core,
  { name: signatory }: Person,
  familyId: number,
  of: string,
  { kind, words, table }: Proof,
): Promise<File> => {
  const { store, clock } = core
  const madeOn = today(clock)
  const { name, subject: title, document } = usableTemplate(store, kind, madeOn)
  const to = debtorOf(store, familyId, madeOn)
  const organisation = organisationPrinted(store)
  const familyNumber = familyNumberText(familyId)
  const values: TemplateValues = {
    fields: {
      ...serviceWords({ organisation, author: signatory, portal: portalAddress(store) ?? '', on: madeOn }),
      ...recipientWords(to.name, familyNumber),
      ...Object.fromEntries(Object.entries(words).map(([field, told]) => [`proof.${field}`, told])),
    },
    blocks: { proof: { kind: 'table', ...table } },
  }
  const missing = missingFields(document, values).map((id) => labelOfField(id, []))
  if (missing.length > 0)
    throw new Refused(`Modèle «\u00a0${name}\u00a0»\u00a0: ${missingText(missing)}. Rien n’est imprimé.`)
  const attestation: AttestationPaper = {
    organisation,
    to: { name: to.name, addressLines: to.addressLines },
    familyNumber,
    madeOn,
    place: organisationOf(store).town,
    title,
    signatory,
    body: resolved(document, values),
  }
  return oneFile(core, { attestation }, `${title} ${of}`)
}

/**
 * « Attestation de présence » of a child, over the days that this home booked: the other home of the child has its own.
 * @throws Refused when the child was never marked present on these days
 */
export const presenceFile = (core: Core, person: Person, input: ChildOfHome & Span): Promise<File> => {
  const { store } = core
  const child = requireChild(store, input.childId)
  const slots = presentSlots(store, input)
  const periods = [...new Set(slots.map(({ period }) => period))]
  if (slots.length === 0)
    throw new Refused(`${child.firstName} n’a été noté${feminine[child.sex]} présent${feminine[child.sex]} aucun jour.`)
  // One line a day, whatever the activities of that day: those are summed up below.
  const days = presentDays(slots)
  const hasHours = days.some(({ arrivedAt, leftAt }) => arrivedAt !== null || leftAt !== null)
  const isNoted = days.every(({ arrivedAt, leftAt }) => arrivedAt !== null && leftAt !== null)
  const minutesOf = (some: typeof days) => lengthText(some.reduce((sum, { minutes }) => sum + minutes, 0))
  const where = periods.length === 1 ? `à l’activité ${periods[0] ?? ''}` : 'aux activités du service'
  const row = (kind: Row['kind'], on: string, what: string, length: string, hours = ['', '']): Row => ({
    kind,
    cells: [on, what, ...(hasHours ? hours : []), length],
  })
  return attestationFile(core, person, input.familyId, `${child.firstName} ${child.lastName}`, {
    kind: 'presence',
    words: { ...identity(child), where, from: longDate(input.from), until: longDate(input.to) },
    table: {
      columns: [
        { title: 'Jour', width: 38 },
        { title: 'Accueil', width: hasHours ? 73 : 119 },
        ...(hasHours
          ? ([
              { title: 'Arrivée', width: 23, align: 'right' },
              { title: 'Départ', width: 23, align: 'right' },
            ] as const)
          : []),
        { title: 'Durée', width: 23, align: 'right' },
      ],
      rows: [
        ...days.map(({ day, slots: names, arrivedAt, leftAt, minutes }) =>
          row(
            'line',
            shortDay(day),
            listed([...new Set(names.map((name) => name.toLocaleLowerCase('fr')))]),
            lengthText(minutes),
            [arrivedAt, leftAt].map((time) => (time === null ? '–' : timeText(time))),
          ),
        ),
        ...(periods.length === 1 ? [] : periods).map((period) => {
          const own = presentDays(slots.filter((slot) => slot.period === period))
          return row('section', counted(own.length, 'jour'), period, minutesOf(own))
        }),
        row('total', 'En tout', counted(days.length, 'jour'), minutesOf(days)),
      ],
      note: [
        isNoted
          ? 'Heures notées à l’arrivée et au départ, à la minute.'
          : hasHours
            ? 'Où l’arrivée ou le départ n’est pas noté, la durée suit les heures d’ouverture de l’accueil.'
            : 'La durée suit les heures d’ouverture de l’accueil.',
        ...(periods.length === 1 ? [] : ['Le temps entre deux accueils n’est pas compté.']),
      ].join(' '),
    },
  })
}

/**
 * « Attestation d’inscription » of a child by this home.
 * @throws Refused when nothing covers these days
 */
export const registeredFile = (core: Core, person: Person, input: ChildOfHome & Span): Promise<File> => {
  const child = requireChild(core.store, input.childId)
  const registrations = registrationsWithin(core.store, input)
  if (registrations.length === 0)
    throw new Refused(`${child.firstName} n’a aucune inscription à ces dates pour ce foyer.`)
  return attestationFile(core, person, input.familyId, `${child.firstName} ${child.lastName}`, {
    kind: 'registered',
    words: identity(child),
    table: {
      columns: [
        { title: 'Activité', width: 56 },
        { title: 'Du', width: 34 },
        { title: 'Au', width: 34 },
        { title: 'Semaine type', width: 56 },
      ],
      rows: registrations.map(({ period, from, to, week }) => ({
        kind: 'line',
        cells: [period, longDate(from), longDate(to), week.length === 0 ? 'au jour choisi' : weekText(week)],
      })),
      note: 'Inscriptions acceptées à la date de cette attestation.',
    },
  })
}

/**
 * « Attestation de paiement » of a home: what it paid, less what was cancelled or given back.
 * @throws Refused when it paid nothing on these days
 */
export const paidFile = (
  core: Core,
  person: Person,
  { familyId, from, to }: Pick<ChildOfHome, 'familyId'> & Span,
): Promise<File> => {
  const lines = accountOf(core.store, familyId).lines.filter(
    ({ kind, on }) => (kind === 'payment' || kind === 'cancelled' || kind === 'refund') && on >= from && on <= to,
  )
  const cents = lines.reduce((sum, { settledCents, chargedCents }) => sum + settledCents - chargedCents, 0)
  if (lines.length === 0) throw new Refused('Cette famille n’a rien payé à ces dates.')
  const { name, familyName } = debtorOf(core.store, familyId, to)
  return attestationFile(core, person, familyId, familyName, {
    kind: 'paid',
    words: { payer: name, from: longDate(from), until: longDate(to), amount: formatEuros(cents) },
    table: {
      columns: [
        { title: 'Date', width: 36 },
        { title: 'Quittance', width: 40 },
        { title: 'Moyen', width: 69 },
        { title: 'Montant', width: 35, align: 'right' },
      ],
      rows: [
        ...lines.map(
          ({ on, piece, detail, settledCents, chargedCents }): Row => ({
            kind: 'line',
            cells: [longDate(on), piece, detail, formatEuros(settledCents - chargedCents)],
          }),
        ),
        { kind: 'total', cells: ['En tout', '', '', formatEuros(cents)] },
      ],
      note: 'Sommes reçues à ces dates, quelle que soit la date des factures qu’elles paient.',
    },
  })
}

/**
 * « Devis »: what a home will be billed for the months of these days, from what it booked, and from a week that it plans,
 * under today's tariffs, in the lines of its invoices.
 * @throws Refused when nothing is left to bill, and when no day may be planned
 */
export const quoteFile = (
  core: Core,
  person: Person,
  {
    familyId,
    from,
    to,
    plan,
  }: Pick<ChildOfHome, 'familyId'> & Span & { readonly plan?: Pick<PlannedWeek, 'childIds' | 'week'> | undefined },
): Promise<File> => {
  const { store } = core
  const planned = plan ? plannedSlots(core, { ...plan, familyId, from, to }) : []
  if (plan && planned.length === 0)
    throw new Refused('Aucun jour à prévoir\u00a0: ces enfants y sont déjà réservés, ou n’y sont pas inscrits.')
  const quote = quoteOfHome(store, { familyId, from, to, planned })
  if (quote.sections.length === 0 && quote.givenBack.length === 0)
    throw new Refused('Rien ne reste à facturer de ces mois.')
  const { name, familyName } = debtorOf(store, familyId, from)
  return attestationFile(core, person, familyId, familyName, {
    kind: 'quote',
    words: {
      payer: name,
      amount: formatEuros(quote.totalCents),
      days: planned.length === 0 ? 'les jours réservés' : 'les jours réservés et les jours prévus',
      months: spanText(firstOfMonth(from), lastOfMonth(to)),
    },
    table: {
      columns: [
        { title: 'Ce que vous paierez', width: WIDTH - 86 },
        { title: 'Quantité', width: 32, align: 'right' },
        { title: 'Prix unitaire', width: 27, align: 'right' },
        { title: 'Montant', width: 27, align: 'right' },
      ],
      rows: quoteRows(quote, firstOfMonth(from) !== firstOfMonth(to)),
      note: [...plannedNotes(core, planned), quoteNote(quote)].join(' '),
    },
  })
}

const quoteRows = ({ sections, givenBack, totalCents }: Quote, hasMonths: boolean): Row[] => {
  const titled = (title: string, month: Month) =>
    hasMonths ? `${title}, ${monthText(daysOfMonth(month).from)}` : title
  return [
    ...sections.flatMap(({ month, title, lines }): Row[] => [
      {
        kind: 'section',
        cells: [titled(title, month), '', '', formatEuros(lines.reduce((sum, one) => sum + one.totalCents, 0))],
      },
      ...lines.map(
        ({ label, quantity, unit, unitCents, totalCents: cents, days }): Row => ({
          kind: 'line',
          cells: [
            days.length === 0 ? label : `${label} (${unitDatesText(days)})`,
            counted(quantity, unit.one, unit.many),
            formatEuros(unitCents),
            formatEuros(cents),
          ],
        }),
      ),
    ]),
    ...givenBack.map(
      ({ month, cents }): Row => ({
        kind: 'line',
        cells: [titled('À rendre de ce qui est facturé', month), '', '', formatEuros(0 - cents)],
      }),
    ),
    { kind: 'total', cells: ['En tout', '', '', formatEuros(totalCents)] },
  ]
}

/** Says of each child how many days are only planned. */
const plannedNotes = ({ store }: Core, planned: readonly PlannedSlot[]): string[] => {
  if (planned.length === 0) return []
  const ofChildren = [...Map.groupBy(planned, ({ childId }) => childId)].map(([childId, own]) => {
    const { firstName } = requireChild(store, childId)
    return `${firstName}, ${counted(new Set(own.map(({ day }) => day)).size, 'jour')}`
  })
  return [`Prévu et non réservé\u00a0: ${ofChildren.join('\u00a0; ')}. Ce devis ne réserve aucune place.`]
}

const quoteNote = ({ familyQuotients, explanations, unpricedDays }: Quote): string =>
  [
    ...(familyQuotients.length === 0 ? [`Quotient familial ${unknownText}.`] : []),
    ...familyQuotients.map(
      ({ value, from }) =>
        `Quotient familial au ${longDate(from)}\u00a0: ${value === null ? unknownText : formatNumber(value)}.`,
    ),
    ...explanations.map((text) => `${text}.`),
    unpricedDays === 0
      ? 'Ce qui est déjà facturé de ces mois n’y est pas.'
      : `Ce qui est déjà facturé de ces mois n’y est pas, ni ${counted(unpricedDays, 'jour')} sans tarif.`,
  ].join(' ')

const unknownText = 'non connu, le tarif le plus élevé s’applique'

/** The ending of a participle, in the gender of a child. */
const feminine: Readonly<Record<Sex, string>> = { F: 'e', M: '', '': '(e)' }

const identity = ({
  firstName,
  lastName,
  birthDay,
  sex,
}: {
  readonly firstName: string
  readonly lastName: string
  readonly birthDay: Day
  readonly sex: Sex
}) => ({
  child: `${firstName} ${lastName}`,
  born: `${bornWord[sex]} le ${longDate(birthDay)}`,
  present: `présent${feminine[sex]}`,
  registered: `inscrit${feminine[sex]}`,
})
