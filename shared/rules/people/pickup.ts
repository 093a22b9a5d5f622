import { listed } from '../text/french.ts'
import { folded, isPhone, phoneText } from './names.ts'

/** Somebody who may fetch a child. */
export type Pickup = { readonly name: string; readonly relation: string; readonly phone: string }

export const mostPickups = 20
const longestPart = 200

const civilities = new Set(['m', 'mr', 'mme', 'mlle', 'monsieur', 'madame', 'mademoiselle'])

/** One and the same for one person, however written: « Mme Odile SOREL », « Sorel Odile ». */
const keyOf = (name: string): string => {
  const words = folded(name).split(' ')
  const own = words.filter((word) => !civilities.has(word))
  return (own.length > 0 ? own : words).toSorted().join(' ')
}

export const samePerson = (one: { readonly name: string }, other: { readonly name: string }): boolean =>
  keyOf(one.name) === keyOf(other.name)

export const isAlike = (one: Pickup, other: Pickup): boolean =>
  one.name === other.name && one.relation === other.relation && one.phone === other.phone

const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

export const pickupOf = ({ name, relation, phone }: Pickup): Pickup => ({
  name: inOneLine(name),
  relation: inOneLine(relation),
  phone: inOneLine(phoneText(phone)),
})

// ---- As text: « Odile Sorel, grand-mère, 06 39 98 27 15 », one person a line

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** A comma that is part of a name stands between quotes, as in a list of a spreadsheet. */
const part = (text: string): string => (text === '' || /[,"]/.test(text) ? quoted(text) : text)

const lineOf = (person: Pickup): string => {
  const { name, relation, phone } = pickupOf(person)
  const isLost = relation === '' && (phone === '' || isPhone(phone))
  const asRelation = phone === '' && isPhone(relation) ? quoted(relation) : part(relation)
  return [part(name), ...(isLost ? [] : [asRelation]), ...(phone === '' ? [] : [part(phone)])].join(', ')
}

export const pickupsText = (people: readonly Pickup[]): string => people.map(lineOf).join('\n')

type Part = { readonly text: string; readonly isQuoted: boolean }

const partsOf = (line: string): Part[] =>
  [...line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))/g)].map(([, between, plain = '']) =>
    between === undefined
      ? { text: inOneLine(plain), isQuoted: false }
      : { text: inOneLine(between.replaceAll('""', '"')), isQuoted: true },
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

/** What `pickupsText` wrote. */
export const pickupsIn = (text: string): Pickup[] => (text === '' ? [] : text.split('\n').map(personOf))

// ---- What is refused

/** By field, what to correct. */
export const wrongInPickup = (person: Pickup): Partial<Record<keyof Pickup, string>> => {
  const { name, relation, phone } = pickupOf(person)
  const tooLong = `Texte trop long\u00a0: ${longestPart} caractères au plus.`
  return {
    ...(name === '' && { name: 'Indiquez le nom et le prénom.' }),
    ...(name.length > longestPart && { name: tooLong }),
    ...(relation.length > longestPart && { relation: tooLong }),
    ...(phone !== '' &&
      !isPhone(phone) && {
        phone: 'Ce numéro n’est pas valable. Exemple\u00a0: 06\u00a039\u00a098\u00a041\u00a007.',
      }),
  }
}

/** Why this list, as text, cannot stand; null when it can. What staff read must be what is written. */
export const whyNotPickups = (text: string): string | null => {
  const people = pickupsIn(text)
  if (people.length > mostPickups) return `La liste compte ${mostPickups} personnes au plus.`
  if (pickupsText(people) !== text) return 'Cette liste ne peut pas être lue\u00a0: une personne par ligne.'
  const [first] = people.flatMap((person) => Object.values(wrongInPickup(person)))
  return first ?? null
}

// ---- Changes

/** The list asked for with somebody on it, or not. Those that it had before keep their place: the same list is the same text. */
export const withPickup = (
  before: readonly Pickup[],
  asked: readonly Pickup[],
  person: Pickup,
  wish: 'add' | 'remove',
): Pickup[] => {
  const one = pickupOf(person)
  const others = asked.filter((known) => !samePerson(known, one))
  const wished = wish === 'add' ? [...others, one] : others
  const kept = before.flatMap((known) => wished.find((own) => samePerson(own, known)) ?? [])
  return [...kept, ...wished.filter((own) => !before.some((known) => samePerson(known, own)))]
}

/** Whom a change puts on the list, or tells otherwise. */
export const putBy = (before: readonly Pickup[], after: readonly Pickup[]): Pickup[] =>
  after.filter((own) => !before.some((known) => isAlike(known, own)))

/**
 * The list as it is now, with what a change makes of it: whoever came meanwhile stays. A phone that was not told is not
 * taken away by its absence.
 */
export const mergedPickups = (
  now: readonly Pickup[],
  before: readonly Pickup[],
  after: readonly Pickup[],
): Pickup[] => {
  const put = putBy(before, after)
  const isGone = (own: Pickup) =>
    before.some((known) => samePerson(known, own)) && !after.some((known) => samePerson(known, own))
  const changed = (own: Pickup): Pickup => {
    const wished = put.find((known) => samePerson(known, own))
    if (!wished) return own
    const isTold = wished.phone !== '' || before.some((known) => samePerson(known, own) && known.phone !== '')
    return isTold ? wished : { ...wished, phone: own.phone }
  }
  const isNew = (own: Pickup) => !now.some((known) => samePerson(known, own))
  return [...now.filter((own) => !isGone(own)).map(changed), ...put.filter(isNew)]
}

/** One line of a page: somebody as they are on the list and as they are asked for, with the children concerned. */
export type PickupRow<Child> = {
  readonly now: Pickup | null
  readonly asked: Pickup | null
  readonly children: readonly Child[]
}

/** Each person once, where all that is told of them is the same for several children. */
export const pickupRows = <Child>(
  lists: readonly { readonly child: Child; readonly now: readonly Pickup[]; readonly asked: readonly Pickup[] }[],
): PickupRow<Child>[] => {
  const rows = lists.flatMap(({ child, now, asked }) => [
    ...now.map((own) => ({ child, now: own, asked: asked.find((known) => samePerson(known, own)) ?? null })),
    ...asked
      .filter((own) => !now.some((known) => samePerson(known, own)))
      .map((own) => ({ child, now: null, asked: own })),
  ])
  return [...Map.groupBy(rows, ({ now, asked }) => JSON.stringify([now, asked])).values()].flatMap((alike) => {
    const [first] = alike
    return first ? [{ now: first.now, asked: first.asked, children: alike.map(({ child }) => child) }] : []
  })
}

export const isAsked = ({ now, asked }: Pick<PickupRow<unknown>, 'now' | 'asked'>): boolean =>
  now === null || asked === null || !isAlike(now, asked)

/** What is asked of the lists of some children, as one would say it: « ajouter Karim Benali pour Tao et Noa ». */
export const pickupsAsked = (lists: Parameters<typeof pickupRows<string>>[0]): string =>
  pickupRows(lists)
    .filter(isAsked)
    .map(({ now, asked, children }) => {
      const what = now === null ? 'ajouter' : asked === null ? 'retirer' : 'modifier'
      return `${what} ${(asked ?? now)?.name ?? ''} pour ${listed(children)}`
    })
    .join('\u00a0; ')
