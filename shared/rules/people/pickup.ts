import type { Day } from '../calendar/day.ts'
import { listed } from '../text/french.ts'
import { whyNotDecision } from './guardian-bond.ts'
import { folded, isPhone, phoneText } from './names.ts'

/** A person authorised to pick a child up. */
export type Pickup = { readonly name: string; readonly relation: string; readonly phone: string }

export const maxPickups = 20
const maxPartLength = 200

const civilities = new Set(['m', 'mr', 'mme', 'mlle', 'monsieur', 'madame', 'mademoiselle'])

/** A key that is equal for all spellings of one person's name: « Mme Odile SOREL », « Sorel Odile ». */
const pickupKey = (name: string): string => {
  const words = folded(name).split(' ')
  const nameWords = words.filter((word) => !civilities.has(word))
  return (nameWords.length > 0 ? nameWords : words).toSorted().join(' ')
}

export const isSamePickupPerson = (one: { readonly name: string }, other: { readonly name: string }): boolean =>
  pickupKey(one.name) === pickupKey(other.name)

/**
 * Whether two names may belong to one person, one of them being incomplete: « Julien Marchand » and « Julien
 * Marchand-Duval ». At least two words of the shorter name must match, and all of them must be in the other.
 */
export const maySamePersonBear = (one: string, other: string): boolean => {
  const [few = [], many = []] = [one, other]
    .map((name) => pickupKey(name).split(/[ -]/))
    .toSorted((before, after) => before.length - after.length)
  return few.length > 1 && few.every((word) => many.includes(word))
}

/** Whether two names may be spellings of one person's name, complete or incomplete. */
export const mayBeSamePerson = (one: string, other: string): boolean =>
  isSamePickupPerson({ name: one }, { name: other }) || maySamePersonBear(one, other)

export const isSamePickup = (one: Pickup, other: Pickup): boolean =>
  one.name === other.name && one.relation === other.relation && one.phone === other.phone

const withSingleSpaces = (text: string): string => text.replace(/\s+/g, ' ').trim()

export const pickupOf = ({ name, relation, phone }: Pickup): Pickup => ({
  name: withSingleSpaces(name),
  relation: withSingleSpaces(relation),
  phone: withSingleSpaces(phoneText(phone)),
})

// ---- As text, one person per line: « Odile Sorel, grand-mère, 06 39 98 27 15 »

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** A text with a comma or quotes is quoted, as in CSV. */
const quotedIfNeeded = (text: string): string => (text === '' || /[,"]/.test(text) ? quoted(text) : text)

const lineOf = (person: Pickup): string => {
  const { name, relation, phone } = pickupOf(person)
  const isOmittable = relation === '' && (phone === '' || isPhone(phone))
  const asRelation = phone === '' && isPhone(relation) ? quoted(relation) : quotedIfNeeded(relation)
  return [
    quotedIfNeeded(name),
    ...(isOmittable ? [] : [asRelation]),
    ...(phone === '' ? [] : [quotedIfNeeded(phone)]),
  ].join(', ')
}

export const pickupsText = (people: readonly Pickup[]): string => people.map(lineOf).join('\n')

type Part = { readonly text: string; readonly isQuoted: boolean }

const partsOf = (line: string): Part[] =>
  [...line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))/g)].map(([, between, plain = '']) =>
    between === undefined
      ? { text: withSingleSpaces(plain), isQuoted: false }
      : { text: withSingleSpaces(between.replaceAll('""', '"')), isQuoted: true },
  )

const personOf = (line: string): Pickup => {
  const [name, second, third] = partsOf(line)
  const isSecondPhone = second !== undefined && third === undefined && !second.isQuoted && isPhone(second.text)
  return {
    name: name?.text ?? '',
    relation: isSecondPhone ? '' : (second?.text ?? ''),
    phone: phoneText((isSecondPhone ? second : third)?.text ?? ''),
  }
}

/** Parses the text that `pickupsText` writes. */
export const pickupsIn = (text: string): Pickup[] => (text === '' ? [] : text.split('\n').map(personOf))

// ---- Validation

/** Error messages, by field. */
export const pickupErrors = (person: Pickup): Partial<Record<keyof Pickup, string>> => {
  const { name, relation, phone } = pickupOf(person)
  const tooLong = `Texte trop long\u00a0: ${maxPartLength} caractères au plus.`
  return {
    ...(name === '' && { name: 'Indiquez le nom et le prénom.' }),
    ...(name.length > maxPartLength && { name: tooLong }),
    ...(relation.length > maxPartLength && { relation: tooLong }),
    ...(phone !== '' &&
      !isPhone(phone) && {
        phone: 'Ce numéro n’est pas valable. Exemple\u00a0: 06\u00a039\u00a098\u00a041\u00a007.',
      }),
  }
}

/**
 * Why this list, as text, is refused; null when it is valid. It must be exactly what `pickupsText` would write, so that
 * the list that staff read is the list stored.
 */
export const whyNotPickups = (text: string): string | null => {
  const people = pickupsIn(text)
  if (people.length > maxPickups) return `La liste compte ${maxPickups} personnes au plus.`
  if (pickupsText(people) !== text) return 'Cette liste ne peut pas être lue\u00a0: une personne par ligne.'
  const [first] = people.flatMap((person) => Object.values(pickupErrors(person)))
  return first ?? null
}

// ---- Changes

/**
 * The requested list with a person added, replaced or removed. People already on the current list keep their order, so
 * that an unchanged list gives an unchanged text.
 */
export const withPickup = (
  current: readonly Pickup[],
  requested: readonly Pickup[],
  person: Pickup,
  wish: 'add' | 'remove',
): Pickup[] => {
  const added = pickupOf(person)
  const others = requested.filter((known) => !isSamePickupPerson(known, added))
  const result = wish === 'add' ? [...others, added] : others
  const inCurrentOrder = current.flatMap((known) => result.find((own) => isSamePickupPerson(own, known)) ?? [])
  return [...inCurrentOrder, ...result.filter((own) => !current.some((known) => isSamePickupPerson(known, own)))]
}

/** The people whom a change adds, or whose details it changes. */
export const addedOrChanged = (previous: readonly Pickup[], next: readonly Pickup[]): Pickup[] =>
  next.filter((own) => !previous.some((known) => isSamePickup(known, own)))

/**
 * Applies a change from `previous` to `next` on the list as it is now: people added meanwhile stay. A phone that the
 * change leaves out is not removed unless the previous list had one.
 */
export const mergedPickups = (
  now: readonly Pickup[],
  before: readonly Pickup[],
  after: readonly Pickup[],
): Pickup[] => {
  const changes = addedOrChanged(before, after)
  const isRemoved = (own: Pickup) =>
    before.some((known) => isSamePickupPerson(known, own)) && !after.some((known) => isSamePickupPerson(known, own))
  const changed = (own: Pickup): Pickup => {
    const change = changes.find((known) => isSamePickupPerson(known, own))
    if (!change) return own
    const isPhoneGiven =
      change.phone !== '' || before.some((known) => isSamePickupPerson(known, own) && known.phone !== '')
    return isPhoneGiven ? change : { ...change, phone: own.phone }
  }
  const isNew = (own: Pickup) => !now.some((known) => isSamePickupPerson(known, own))
  return [...now.filter((own) => !isRemoved(own)).map(changed), ...changes.filter(isNew)]
}

/** A row of the page: a person as currently listed and as requested, with the children concerned. */
export type PickupRow<Child> = {
  readonly now: Pickup | null
  readonly asked: Pickup | null
  readonly children: readonly Child[]
}

/** Each person once, with all children for whom the current and the requested details are the same. */
export const pickupRows = <Child>(
  lists: readonly { readonly child: Child; readonly now: readonly Pickup[]; readonly asked: readonly Pickup[] }[],
): PickupRow<Child>[] => {
  const rows = lists.flatMap(({ child, now, asked }) => [
    ...now.map((own) => ({ child, now: own, asked: asked.find((known) => isSamePickupPerson(known, own)) ?? null })),
    ...asked
      .filter((own) => !now.some((known) => isSamePickupPerson(known, own)))
      .map((own) => ({ child, now: null, asked: own })),
  ])
  return [...Map.groupBy(rows, ({ now, asked }) => JSON.stringify([now, asked])).values()].flatMap((alike) => {
    const [first] = alike
    return first ? [{ now: first.now, asked: first.asked, children: alike.map(({ child }) => child) }] : []
  })
}

export const isRowChanged = ({ now, asked }: Pick<PickupRow<unknown>, 'now' | 'asked'>): boolean =>
  now === null || asked === null || !isSamePickup(now, asked)

/** The requested changes as a sentence: « ajouter Karim Benali pour Tao et Noa ». */
export const pickupChangesText = (lists: Parameters<typeof pickupRows<string>>[0]): string =>
  pickupRows(lists)
    .filter(isRowChanged)
    .map(({ now, asked, children }) => {
      const what = now === null ? 'ajouter' : asked === null ? 'retirer' : 'modifier'
      return `${what} ${(asked ?? now)?.name ?? ''} pour ${listed(children)}`
    })
    .join('\u00a0; ')

// ---- People forbidden

/** A judge's decision that forbids a person to fetch a child. Its fields are empty when there is none. */
export type ForbiddingDecision = {
  readonly decidedBy: string
  readonly decidedOn: Day | null
  /** Its last day; null: until another decision. */
  readonly decidedUntil: Day | null
  /** The decision itself, among the papers that a parent sent; null when the town has only its facts. */
  readonly decisionPaperId: number | null
}

export const noDecision: ForbiddingDecision = {
  decidedBy: '',
  decidedOn: null,
  decidedUntil: null,
  decisionPaperId: null,
}

/** Why a decision cannot be recorded, with the field at fault; null when it can be, or when there is none. */
export const whyNotForbid = (
  { decidedBy, decidedOn, decidedUntil, decisionPaperId }: ForbiddingDecision,
  today: Day,
): { readonly field: keyof ForbiddingDecision; readonly sentence: string } | null => {
  if (decidedBy === '' && decidedOn === null && decidedUntil === null && decisionPaperId === null) return null
  const wrong = whyNotDecision({ decidedBy, decidedOn }, today)
  if (wrong !== null) return wrong
  return decidedUntil !== null && decidedOn !== null && decidedUntil < decidedOn
    ? { field: 'decidedUntil', sentence: 'Cette décision finirait avant d’être rendue.' }
    : null
}

/**
 * What the team must do when a forbidden person comes. Only a judge may keep a child from a person who holds parental
 * authority (Code civil, articles 371-1 and 373-2-6): without a decision valid on that day, the team calls the
 * director.
 * @param holders names of those who may hold authority for the child
 */
export const forbiddingOn = (
  person: { readonly name: string } & ForbiddingDecision,
  holders: readonly string[],
  on: Day,
): 'forbidden' | 'disputed' => {
  const { decidedOn, decidedUntil } = person
  const counts = decidedOn !== null && decidedOn <= on && (decidedUntil === null || on <= decidedUntil)
  return !counts && holders.some((name) => mayBeSamePerson(name, person.name)) ? 'disputed' : 'forbidden'
}

/** `disputed`: a guardian who is forbidden, whom the team neither refuses nor lets go without the director. */
export type Fetching = 'yes' | 'disputed' | 'no'

/** Whether a guardian fetches a child, by their bond and by what is recorded of people forbidden. */
export const fetchingOf = (
  { name, fetches }: { readonly name: string; readonly fetches: boolean },
  contacts: readonly { readonly name: string; readonly forbidding: 'forbidden' | 'disputed' | null }[],
): Fetching => {
  const is = (what: 'forbidden' | 'disputed') =>
    contacts.some((one) => one.forbidding === what && mayBeSamePerson(one.name, name))
  if (!fetches || is('forbidden')) return 'no'
  return is('disputed') ? 'disputed' : 'yes'
}

export const callDirectorText = 'autorité parentale, appelez la direction'

/** « Julien Marchand (père) : autorité parentale, appelez la direction » */
export const disputedText = (person: string): string => `${person}\u00a0: ${callDirectorText}`
