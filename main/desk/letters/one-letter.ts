import { createHash } from 'node:crypto'
import type { LetterWay } from '../../../shared/contract/desk/messages/letters.ts'
import { addMinutes, dayAt, today } from '../../../shared/rules/calendar/day.ts'
import { whyNotDiscreet } from '../../../shared/rules/messages/discretion.ts'
import { documentText } from '../../../shared/rules/templates/document-text.ts'
import type { LetterFacts } from '../../../shared/rules/templates/letter.ts'
import { missingFields, type ResolvedDocument, resolved } from '../../../shared/rules/templates/resolved-document.ts'
import { blocksIn, fieldsIn } from '../../../shared/rules/templates/template-document.ts'
import { labelOfField, whyNotForRoles, whyOnPaperOnly } from '../../../shared/rules/templates/template-fields.ts'
import { isLetterKind } from '../../../shared/rules/templates/template-kinds.ts'
import { instantText, isWholeAddress } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { letter } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { customFields } from '../fields/fields.ts'
import { letterheadOf } from '../invoicing/invoicing.ts'
import { guardiansReached, queueMails, sendsMails } from '../mails/mails.ts'
import { letterFoot } from '../settings/settings.ts'
import { type Template, usableTemplate } from '../templates/templates.ts'
import { type Address, type Addressed, addressed } from './letter-values.ts'
import { lettersSince } from './letters-store.ts'

/* One letter: its recipient and content, the checks before it leaves, and its recording. */

/** The texts that staff type when they write the letter, by field id. */
export type Typed = Readonly<Record<string, string>>

/**
 * @throws Refused for a template that is not for letters, that must be corrected, or that shows data hidden from this
 * person
 */
export const requireLetter = ({ store, clock }: Core, { roles }: Person, key: string): Template => {
  const found = usableTemplate(store, key, today(clock))
  if (!isLetterKind(found.kind)) throw new Refused('Ce modèle n’est pas celui d’un courrier.', 'key')
  const hidden = whyNotForRoles(found.document, customFields(store), roles)
  if (hidden !== null) throw new Refused(hidden, 'key')
  return found
}

export type OneLetter = Addressed & {
  readonly missing: readonly string[]
  readonly body: ResolvedDocument
  /** The address to which the letter can be mailed; null when the reader cannot be mailed. */
  readonly email: string | null
  readonly hasAddress: boolean
  /** The children that the letter names. */
  readonly childIds: readonly number[]
  readonly registrationIds: readonly number[]
  readonly digest: string
}

export type Words = Pick<Template, 'kind' | 'subject' | 'document' | 'saved'>

export const letterTo =
  (core: Core, person: Person, { kind, subject, document, saved }: Words, typed: Typed) =>
  (one: Address): OneLetter => {
    const blocks = blocksIn(document)
    const read = addressed(core, person, { kind, blocks }, one, typed)
    const { to, guardianId, name, addressLines, named, registered } = read
    const { familyId, childId, registrationId } = to
    const isReader = (_family: number, id: number) => id === guardianId
    const email = guardiansReached(core.store, [familyId], 'message', isReader).get(familyId)?.email ?? null
    const custom = customFields(core.store)
    const body = resolved(document, read.values)
    const used = [...fieldsIn(document), ...blocks]
    return {
      ...read,
      missing: missingFields(document, read.values).map((id) => labelOfField(id, custom)),
      body,
      email,
      hasAddress: isWholeAddress(addressLines),
      childIds: [...new Set([...(childId === null ? [] : [childId]), ...used.flatMap((id) => named[id] ?? [])])],
      registrationIds: [
        ...(registrationId === null ? [] : [registrationId]),
        ...(used.includes('registrations') ? registered : []),
      ],
      digest: createHash('sha256')
        .update(JSON.stringify([saved?.actId ?? null, subject, to, guardianId, name, addressLines, email, body]))
        .digest('hex'),
    }
  }

/** How a letter leaves; null when something prevents it. */
export const leavesBy = (
  { missing, email, hasAddress }: Pick<OneLetter, 'missing' | 'email' | 'hasAddress'>,
  way: LetterWay,
): 'print' | 'mail' | null => {
  if (missing.length > 0) return null
  if (way !== 'print' && email !== null) return 'mail'
  return way !== 'mail' && hasAddress ? 'print' : null
}

/**
 * @throws Refused when the desk has no mail server, and when the template or the words typed by staff say what a mail
 * may not say
 */
export const refuseByMail = (core: Core, { subject, document }: Template, typed: Typed): void => {
  if (!sendsMails(core))
    throw new Refused(
      'Aucun serveur de mail n’est réglé sur ce poste\u00a0: imprimez, ou voyez Réglages, Courriels. Rien n’est parti.',
    )
  const onPaper = whyOnPaperOnly(document, customFields(core.store))
  if (onPaper !== null) throw new Refused(onPaper)
  const text = documentText(resolved(document, { fields: typed, blocks: {} }))
  const told = { subject, text, hasSms: false, isOwed: false, surnames: [], ownNames: [], files: [] }
  const indiscreet = whyNotDiscreet(told)
  if (indiscreet !== null) throw new Refused(`${indiscreet} Rien n’est parti.`)
}

/** The parts that are the same in all letters of a day. */
export type Letterhead = Pick<LetterFacts, 'organisation' | 'foot' | 'madeOn'>

export const letterheadNow = ({ store, clock }: Core): Letterhead => ({
  organisation: letterheadOf(store).organisation,
  foot: letterFoot(store),
  madeOn: today(clock),
})

export const factsOf = (
  head: Letterhead,
  subject: string,
  { name, addressLines, familyNumber, body, childIds, registrationIds }: OneLetter,
): LetterFacts => ({
  ...head,
  to: { name, addressLines },
  familyNumber,
  subject,
  body,
  childIds,
  registrationIds,
})

/**
 * The same letter to the same person within this many minutes is taken for a repeated click: the answer to the first
 * one was lost.
 */
const secondClickMinutes = 60

/** @throws Refused when the same letter was made a moment ago */
const refuseTwice = (store: Store, { at }: Write, { subject, saved }: Words, by: 'print' | 'mail', one: OneLetter) => {
  const { guardianId, name, body, to } = one
  const text = JSON.stringify(body)
  const before = lettersSince(store, { familyId: to.familyId, since: addMinutes(at, -secondClickMinutes) }).find(
    (made) =>
      made.guardianId === guardianId &&
      made.subject === subject &&
      made.by === by &&
      made.templateVersionId === (saved?.versionId ?? null) &&
      JSON.stringify(made.paper.body) === text,
  )
  if (before)
    throw new Refused(
      `Cette lettre à ${name} est déjà faite, ${instantText(before.at)}\u00a0: ouvrez-la dans les courriers de la famille. Pour la refaire, changez un mot.`,
    )
}

/** Called within the act that makes the letter: stores it, and queues its mail. */
export const recordLetter = (
  store: Store,
  write: Write,
  words: Words,
  head: Letterhead,
  { by, ...one }: OneLetter & { readonly by: 'print' | 'mail' },
): void => {
  const { kind, subject, saved } = words
  if (!isLetterKind(kind)) throw new RangeError(`${kind} is no letter`)
  refuseTwice(store, write, words, by, one)
  const { to, guardianId, name, email, body } = one
  const { familyId, childId } = to
  const { id } = write.insert(letter, {
    familyId,
    childId,
    guardianId,
    templateVersionId: saved?.versionId ?? null,
    kind,
    subject,
    by,
    madeOn: dayAt(write.at),
    paper: factsOf(head, subject, one),
  })
  if (by === 'mail')
    queueMails(store, write, [
      {
        familyId,
        guardianId,
        kind: 'message',
        name,
        email: email ?? '',
        subject,
        body: documentText(body),
        paper: { kind: 'letter', id },
      },
    ])
}
