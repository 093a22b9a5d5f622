import type { LetterTo } from '../../../shared/contract/desk/messages/letters.ts'
import type { Family, Guardian } from '../../../shared/contract/desk/people/families.ts'
import { ageOn, type Day, today } from '../../../shared/rules/calendar/day.ts'
import { weekText } from '../../../shared/rules/calendar/typical-week.ts'
import { lackingIn } from '../../../shared/rules/dossier/dossier.ts'
import { familyNumberText } from '../../../shared/rules/money/invoice.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { customName, customSubjects } from '../../../shared/rules/people/custom-field.ts'
import {
  childFields,
  fieldValueText,
  guardianFields,
  homeFields,
  type RecordFields,
} from '../../../shared/rules/people/fields.ts'
import { recipientWords, serviceWords } from '../../../shared/rules/templates/reminder-values.ts'
import type { FieldWords, FilledBlocks, TemplateValues } from '../../../shared/rules/templates/resolved-document.ts'
import type { TemplateKind } from '../../../shared/rules/templates/template-kinds.ts'
import { addressLines, ageText, listed, longDate, numericDay, shortDay } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { dossiersOf, nameShown } from '../dossiers/dossiers.ts'
import { readFamily } from '../families/families.ts'
import { customFields, valuesOf } from '../fields/fields.ts'
import { letterheadOf, openDebtsOf } from '../invoicing/invoicing.ts'
import { portalAddress } from '../settings/settings.ts'
import { type RegistrationRow, registrationsOf } from './letters-store.ts'

/** The recipient of a letter. `about`: the children for whom the home is in the audience; absent: all its children. */
export type Address = LetterTo & { readonly about?: readonly number[] }

/** The recipient of one letter, and the values of its fields and blocks. */
export type Addressed = {
  /** The recipient as staff chose it; where they chose a registration, with the child of that registration. */
  readonly to: LetterTo
  readonly guardianId: number
  readonly name: string
  readonly addressLines: readonly string[]
  readonly familyNumber: string
  readonly values: TemplateValues
  /** The children that each field or block names, by the id of the field or block. */
  readonly named: Readonly<Record<string, readonly number[]>>
  /** The registrations listed in the letter. */
  readonly registered: readonly number[]
}

/**
 * Finds the guardian to whom a letter is addressed, and the value of each of its fields, and of its lists if `blocks`
 * names them. The letter names only children whom this guardian may see.
 * @throws Refused for a child, a registration or a guardian of another home, and for a guardian who is not told of the
 * child
 */
export const addressed = (
  core: Core,
  person: Person,
  { kind, blocks: wanted }: { readonly kind: TemplateKind; readonly blocks: readonly string[] },
  { about, ...to }: Address,
  typed: Readonly<Record<string, string>>,
): Addressed => {
  const { store, clock } = core
  const on = today(clock)
  const family = readFamily(core, person, to.familyId)
  const [registration] = to.registrationId === null ? [] : registrationsOf(store, family.id, on, to.registrationId)
  if (to.registrationId !== null && !registration) throw new Refused('Cette inscription n’est pas de cette famille.')
  const childId = registration?.childId ?? to.childId
  if (registration && to.childId !== null && to.childId !== childId)
    throw new Refused('Cette inscription n’est pas celle de cet enfant.')
  if (kind === 'welcome' && registration && registration.state !== 'accepted')
    throw new Refused('Cette inscription n’est pas acceptée\u00a0: choisissez-en une autre, ou un autre courrier.')
  const child = family.children.find(({ id }) => id === childId)
  if (childId !== null && !child) throw new Refused('Cet enfant n’est pas de cette famille.')
  const guardian = readerOf(family, childId, to.guardianId, about)
  const seen = family.children.filter((one) => powersOf(family, guardian.id, one.id)?.sees !== false)
  const seesHome = seen.length > 0 || family.children.length === 0
  const seesChild = child !== undefined && seen.includes(child)
  const name = `${guardian.civility} ${guardian.firstName} ${guardian.lastName}`.trim()
  const address = guardian.ownAddress ?? family.address
  const lines = address ? addressLines(address) : []
  const familyNumber = familyNumberText(family.id)
  const { named, registered, blocks } = blocksOf(core, person, family, seen, { on, wanted })
  return {
    to: { ...to, childId },
    guardianId: guardian.id,
    name,
    addressLines: lines,
    familyNumber,
    values: {
      fields: {
        ...serviceWords({
          organisation: letterheadOf(store).organisation,
          author: person.name,
          portal: portalAddress(store) ?? '',
          on,
        }),
        ...recipientWords(name, familyNumber),
        'home.children': listed(seen.map(({ firstName }) => firstName)),
        ...(seesHome && {
          'home.address': family.address ? addressLines(family.address).join(', ') : '',
          ...declaredWords('home', homeFields, family),
        }),
        ...declaredWords('guardian', guardianFields, guardian),
        // A guardian who is told of a child but may not see its record is given only its first name.
        ...(child && { 'child.firstName': child.firstName }),
        ...(child &&
          seesChild && {
            ...declaredWords('child', childFields, child),
            'child.fullName': `${child.firstName} ${child.lastName}`,
            'child.age': ageText(ageOn(child.birthDay, on)),
            'child.school': child.schooling?.school ?? '',
            'child.schoolClass': child.schooling?.level ?? '',
          }),
        ...(registration && seesChild && registrationWords(registration)),
        ...customWords(store, {
          family: seesHome ? family.id : null,
          guardian: guardian.id,
          child: seesChild ? childId : null,
          registration: seesChild ? to.registrationId : null,
        }),
        ...Object.fromEntries(Object.entries(typed).filter(([id]) => id.startsWith('typed.'))),
      },
      blocks: seesHome ? blocks : {},
    },
    named,
    registered,
  }
}

const powersOf = (family: Family, guardianId: number, childId: number) =>
  family.bonds.find((bond) => bond.guardianId === guardianId && bond.childId === childId)?.powers

/**
 * The guardian that staff chose, else the first guardian of the home who is told of the child. A letter about no child
 * in particular goes to a guardian who is told of one of the children that it is about.
 */
const readerOf = (
  family: Family,
  childId: number | null,
  guardianId: number | null,
  about: readonly number[] | undefined,
): Guardian => {
  const children = family.children.filter(({ id }) => about?.includes(id) ?? true)
  // A letter about the home itself may go to a guardian who is told of at least one of its children.
  const isTold = ({ id }: Guardian) =>
    childId === null
      ? children.length === 0 || children.some((one) => powersOf(family, id, one.id)?.told !== false)
      : powersOf(family, id, childId)?.told !== false
  if (guardianId === null) {
    const first = family.guardians.find(isTold)
    if (!first)
      throw new Refused(`Aucun responsable de la famille ${family.name} n’est prévenu de ce qui touche ses enfants.`)
    return first
  }
  const chosen = family.guardians.find(({ id }) => id === guardianId)
  if (!chosen) throw new Refused('Cette personne n’est pas responsable dans cette famille.', 'guardianId')
  if (!isTold(chosen))
    throw new Refused(
      `${chosen.firstName} ${chosen.lastName} n’est pas prévenu de ce qui touche ${childId === null ? 'ces enfants' : 'cet enfant'}\u00a0: choisissez un autre responsable.`,
      'guardianId',
    )
  return chosen
}

/** The values of the fields that parents see of this record: the same fields as `template-fields.ts` offers. */
const declaredWords = (group: string, fields: RecordFields, record: object): FieldWords =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const value = (record as Readonly<Record<string, unknown>>)[name]
      return field.parents === 'none' || (typeof value !== 'string' && typeof value !== 'number')
        ? []
        : [[`${group}.${name}`, fieldValueText(field, value)]]
    }),
  )

const registrationWords = ({ period, from, until, week }: RegistrationRow): FieldWords => ({
  'registration.period': period,
  'registration.from': longDate(from),
  'registration.until': longDate(until),
  'registration.week': week.length === 0 ? 'au jour choisi' : weekText(week),
})

const groupOfSubject = { family: 'home', guardian: 'guardian', child: 'child', registration: 'registration' } as const

const customWords = (
  store: Store,
  owners: Readonly<Record<(typeof customSubjects)[number], number | null>>,
): FieldWords => {
  const byId = new Map(customFields(store).map((field) => [field.id, field]))
  return Object.fromEntries(
    customSubjects.flatMap((subject) => {
      const owner = owners[subject]
      if (owner === null) return []
      return valuesOf(store, subject, [owner]).flatMap(({ fieldId, value }) => {
        const field = byId.get(fieldId)
        return field ? [[`${groupOfSubject[subject]}.${customName(field)}`, fieldValueText(field, value)]] : []
      })
    }),
  )
}

const blocksOf = (
  { store }: Core,
  person: Person,
  family: Family,
  seen: Family['children'],
  { on, wanted }: { readonly on: Day; readonly wanted: readonly string[] },
) => {
  const names = new Map(seen.map(({ id, firstName }) => [id, firstName]))
  // Each list is read only for a letter that has it: in a letter to each home of an audience, reading is what takes time.
  const inLetter = <Row>(block: string, read: () => Row[]): Row[] => (wanted.includes(block) ? read() : [])
  const owed = inLetter('owed', () =>
    [...openDebtsOf(store, [{ familyId: family.id, thirdPartyId: null }]).values()].flat(),
  )
  const missing = inLetter('missingPapers', () =>
    lackingIn(dossiersOf(store, [family.id], on).get(family.id) ?? [], on).filter(
      ({ childId }) => childId === null || names.has(childId),
    ),
  )
  const registered = inLetter('registrations', () =>
    registrationsOf(store, family.id, on, null).filter(({ childId }) => names.has(childId)),
  )
  const seenIds = [...names.keys()]
  const blocks: FilledBlocks = {
    children: {
      kind: 'lines',
      lines: seen.map(
        ({ firstName, lastName, birthDay }) => `${firstName} ${lastName}, ${ageText(ageOn(birthDay, on))}`,
      ),
    },
    registrations: {
      kind: 'lines',
      lines: registered.map(
        ({ firstName, period, from, until }) =>
          `${firstName}\u00a0: ${period}, du ${numericDay(from)} au ${numericDay(until)}`,
      ),
    },
    missingPapers: {
      kind: 'lines',
      lines: missing.map((item) =>
        [nameShown(person, item), ...(item.childId === null ? [] : [`pour ${names.get(item.childId) ?? ''}`])].join(
          ', ',
        ),
      ),
    },
    owed:
      owed.length === 0
        ? { kind: 'lines', lines: ['Rien à payer à ce jour.'] }
        : {
            kind: 'table',
            columns: [
              { title: 'Facture', width: 50 },
              { title: 'Période', width: 50 },
              { title: 'À payer avant le', width: 45 },
              { title: 'Reste', width: 35, align: 'right' },
            ],
            rows: [
              ...owed.map(({ name, period, dueOn, leftCents }) => ({
                kind: 'line' as const,
                cells: [name, period, dueOn === null ? '' : shortDay(dueOn), formatEuros(leftCents)],
              })),
              {
                kind: 'total',
                cells: ['En tout', '', '', formatEuros(owed.reduce((sum, { leftCents }) => sum + leftCents, 0))],
              },
            ],
            note: '',
          },
  }
  const named: Readonly<Record<string, readonly number[]>> = {
    'home.children': seenIds,
    children: seenIds,
    registrations: registered.map(({ childId }) => childId),
    missingPapers: missing.flatMap(({ childId }) => childId ?? []),
  }
  return { blocks, named, registered: registered.map(({ id }) => id) }
}
