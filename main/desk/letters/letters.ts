import { createHash } from 'node:crypto'
import type { LetterChoice, LetterTo, PreparedLetter } from '../../../shared/contract/desk/messages/letters.ts'
import { addMinutes, dayAt, today } from '../../../shared/rules/calendar/day.ts'
import { unnamedPaper } from '../../../shared/rules/dossier/required-paper.ts'
import { whyNotDiscreet } from '../../../shared/rules/messages/discretion.ts'
import { documentHtml, documentText } from '../../../shared/rules/templates/document-text.ts'
import { exampleValues } from '../../../shared/rules/templates/example-values.ts'
import type { LetterFacts } from '../../../shared/rules/templates/letter.ts'
import { missingFields, type ResolvedDocument, resolved } from '../../../shared/rules/templates/resolved-document.ts'
import { blocksIn, fieldsIn, type TemplateDocument } from '../../../shared/rules/templates/template-document.ts'
import {
  labelOfField,
  typedFieldsIn,
  whyNotForRoles,
  whyOnPaperOnly,
} from '../../../shared/rules/templates/template-fields.ts'
import { isLetterKind, letterKinds, type TemplateKind } from '../../../shared/rules/templates/template-kinds.ts'
import { counted, instantText, isWholeAddress } from '../../../shared/rules/text/french.ts'
import type { LetterPaper } from '../../documents/letters/letter-pdf.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import type { Write } from '../../store/acts/acts.ts'
import { letter } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { mapInTurns } from '../families/families.ts'
import { customFields } from '../fields/fields.ts'
import { letterheadOf } from '../invoicing/invoicing.ts'
import { guardiansReached, type NewMail, queueMails, refuseAudience, sendsMails } from '../mails/mails.ts'
import { letterFoot, logosOf } from '../settings/settings.ts'
import { problemOf, type Template, templatesOf, usableTemplate, whyNotReadMade } from '../templates/templates.ts'
import { type Addressed, addressed } from './letter-values.ts'
import { letterById, lettersOfAct, lettersOfFamily, lettersSince, type StoredLetter } from './letters-store.ts'

export { lettersOfFamily } from './letters-store.ts'

/*
 * « Courrier… »: letters to a home, made from a template. A letter stores all that it says, and every later print is
 * made from that.
 */

type Typed = Readonly<Record<string, string>>
type Written = { readonly key: string; readonly typed: Typed }

export const listChoices = (core: Core, person: Person): LetterChoice[] =>
  templatesOf(core.store, letterKinds).flatMap((one) => {
    const { key, kind, name, subject, document } = one
    if (!isLetterKind(kind)) return []
    const used = fieldsIn(document)
    return [
      {
        key,
        kind,
        name,
        subject,
        typed: typedFieldsIn(document).map(({ id, label, isLong }) => ({ id, label, isLong: isLong === true })),
        needsChild: used.some((id) => id.startsWith('child.')),
        needsRegistration: used.some((id) => id.startsWith('registration.')),
        problem: problemOf(core, one) ?? whyNotForRoles(document, customFields(core.store), person.roles),
      },
    ]
  })

export const listLetters = ({ store }: Core, person: Person, familyId: number) =>
  lettersOfFamily(store, familyId).map((one) => ({
    id: one.id,
    subject: whyNotReadMade(store, person, one) === null ? one.subject : unnamedPaper,
    to: one.paper.to.name,
    by: one.by,
    madeOn: one.madeOn,
    author: one.author,
  }))

/** @throws Refused for a letter that tells what this person does not read */
const refuseUnread = ({ store }: Core, person: Person, found: readonly StoredLetter[]): void => {
  for (const one of found) {
    const hidden = whyNotReadMade(store, person, one)
    if (hidden !== null) throw new Refused(hidden)
  }
}

// ---- Before it is made ----------------------------------------------------------------------------------------------

/**
 * @throws Refused for a template that is not for letters, that must be corrected, or that shows data hidden from this
 * person
 */
const requireLetter = ({ store, clock }: Core, { roles }: Person, key: string): Template => {
  const found = usableTemplate(store, key, today(clock))
  if (!isLetterKind(found.kind)) throw new Refused('Ce modèle n’est pas celui d’un courrier.', 'key')
  const hidden = whyNotForRoles(found.document, customFields(store), roles)
  if (hidden !== null) throw new Refused(hidden, 'key')
  return found
}

type OneLetter = Addressed & {
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

type Words = Pick<Template, 'kind' | 'subject' | 'document' | 'saved'>

const letterTo =
  (core: Core, person: Person, { kind, subject, document, saved }: Words, typed: Typed) =>
  (one: LetterTo): OneLetter => {
    const read = addressed(core, person, kind, one, typed)
    const { to, guardianId, name, addressLines, named, registered } = read
    const { familyId, childId, registrationId } = to
    const isReader = (_family: number, id: number) => id === guardianId
    const email = guardiansReached(core.store, [familyId], 'message', isReader).get(familyId)?.email ?? null
    const custom = customFields(core.store)
    const body = resolved(document, read.values)
    const used = [...fieldsIn(document), ...blocksIn(document)]
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

/** @throws Refused when one of these homes is out of this person's sites */
const refuseHomes = (core: Core, person: Person, to: readonly LetterTo[]): void =>
  refuseAudience(core, person, {
    kind: 'families',
    familyIds: [...new Set(to.map(({ familyId }) => familyId))],
  })

const lettersTo = async (
  core: Core,
  person: Person,
  words: Words,
  to: readonly LetterTo[],
  typed: Typed,
): Promise<OneLetter[]> => {
  refuseHomes(core, person, to)
  const found = await mapInTurns(to, letterTo(core, person, words, typed))
  refuseSameReader(found)
  return found
}

const refuseSameReader = (found: readonly OneLetter[]): void => {
  const readers = found.map(({ guardianId, to: { familyId, childId, registrationId } }) =>
    [familyId, guardianId, childId, registrationId].join(' '),
  )
  if (new Set(readers).size < readers.length)
    throw new Refused('Une même personne est choisie deux fois.', 'recipients')
}

export const prepareLetters = async (
  core: Core,
  person: Person,
  { key, typed, recipients }: Written & { readonly recipients: readonly LetterTo[] },
) => {
  const template = requireLetter(core, person, key)
  const found = await lettersTo(core, person, template, recipients, typed)
  return {
    shown: { subject: template.subject, body: found[0]?.body ?? [] },
    recipients: found.map(
      ({ to, guardianId, name, email, missing, hasAddress, digest }): PreparedLetter => ({
        ...to,
        guardianId,
        name,
        email,
        missing: [...missing],
        hasAddress,
        digest,
      }),
    ),
    onPaperOnly: whyOnPaperOnly(template.document, customFields(core.store)),
  }
}

const factsOf = (
  core: Core,
  subject: string,
  { name, addressLines, familyNumber, body, childIds, registrationIds }: OneLetter,
): LetterFacts => ({
  organisation: letterheadOf(core.store).organisation,
  foot: letterFoot(core.store),
  to: { name, addressLines },
  familyNumber,
  madeOn: today(core.clock),
  subject,
  body,
  childIds,
  registrationIds,
})

export const draftFile = async (
  core: Core,
  person: Person,
  { key, typed, to }: Written & { readonly to: LetterTo },
): Promise<File> => {
  const template = requireLetter(core, person, key)
  const [found] = await lettersTo(core, person, template, [to], typed)
  if (!found) throw new RangeError('no letter was made')
  return fileOf(core, [factsOf(core, template.subject, found)], `Projet, ${template.subject}.pdf`, true)
}

// ---- Making them ----------------------------------------------------------------------------------------------------

type Making = Written & {
  readonly recipients: readonly LetterTo[]
  readonly by: 'print' | 'mail'
  readonly announced: readonly string[]
}

/**
 * @throws Refused when no letter can be made, or when the letters differ from those that the person previewed; nothing
 * is then made
 */
export const makeLetters = (
  core: Core,
  person: Person,
  { key, typed, recipients, by, announced }: Making,
): { actId: number; letters: number } => {
  const { store } = core
  const { subject } = requireLetter(core, person, key)
  const label = `Courrier «\u00a0${subject}\u00a0»\u00a0: ${counted(announced.length, 'lettre')}`
  return store.act(person, 'letters.make', label, (write) => {
    const found = requireLetter(core, person, key)
    const { kind, saved } = found
    if (!isLetterKind(kind)) throw new RangeError(`${key} is no letter`)
    refuseHomes(core, person, recipients)
    const all = recipients.map(letterTo(core, person, found, typed))
    refuseSameReader(all)
    const ready = all.filter(
      ({ missing, email, hasAddress }) => missing.length === 0 && (by === 'print' ? hasAddress : email !== null),
    )
    if (ready.map(({ digest }) => digest).join(' ') !== announced.join(' '))
      throw new Refused(
        'Les lettres ne sont plus celles que vous avez vues\u00a0: relisez. Rien n’est parti.',
        'announced',
      )
    if (ready.length === 0)
      throw new Refused('Personne ne reçoit cette lettre\u00a0: complétez ce qui manque. Rien n’est parti.')
    if (by === 'mail') refuseByMail(core, found, typed)
    const templateVersionId = saved?.versionId ?? null
    refuseTwice(store, write, ready, { subject, by, templateVersionId })
    const ids = write.insertMany(
      letter,
      ready.map((one) => ({
        familyId: one.to.familyId,
        childId: one.to.childId,
        guardianId: one.guardianId,
        templateVersionId,
        kind,
        subject,
        by,
        madeOn: dayAt(write.at),
        paper: factsOf(core, subject, one),
      })),
    )
    if (by === 'mail')
      queueMails(
        store,
        write,
        ready.map(
          ({ to, guardianId, name, email, body }, at): NewMail => ({
            familyId: to.familyId,
            guardianId,
            kind: 'message',
            name,
            email: email ?? '',
            subject,
            body: documentText(body),
            paper: { kind: 'letter', id: ids[at] ?? 0 },
          }),
        ),
      )
    return { actId: write.actId, letters: ready.length }
  })
}

/**
 * The same letter to the same person within this many minutes is taken for a repeated click: the answer to the first
 * one was lost.
 */
const secondClickMinutes = 60

/** A key for comparing letters: same reader, same text. */
const textOf = (guardianId: number | null, body: ResolvedDocument): string => JSON.stringify([guardianId, body])

const refuseTwice = (
  store: Store,
  { at }: Write,
  ready: readonly OneLetter[],
  { subject, by, templateVersionId }: Pick<typeof letter.$inferSelect, 'subject' | 'by' | 'templateVersionId'>,
): void => {
  const familyIds = ready.map(({ to }) => to.familyId)
  const made = new Map(
    lettersSince(store, { familyIds, since: addMinutes(at, -secondClickMinutes) })
      .filter((one) => one.subject === subject && one.by === by && one.templateVersionId === templateVersionId)
      .map((one) => [textOf(one.guardianId, one.paper.body), one.at]),
  )
  for (const { guardianId, name, body } of ready) {
    const before = made.get(textOf(guardianId, body))
    if (before !== undefined)
      throw new Refused(
        `Cette lettre à ${name} est déjà faite, ${instantText(before)}\u00a0: ouvrez-la dans les courriers de la famille. Pour la refaire, changez un mot.`,
      )
  }
}

/**
 * @throws Refused when the desk has no mail server, and when the template or the words typed by staff say what a mail
 * may not say
 */
const refuseByMail = (core: Core, { subject, document }: Template, typed: Typed): void => {
  if (!sendsMails(core))
    throw new Refused(
      'Aucun serveur de mail n’est réglé sur ce poste\u00a0: imprimez, ou voyez Réglages, Courriels. Rien n’est parti.',
    )
  const onPaper = whyOnPaperOnly(document, customFields(core.store))
  if (onPaper !== null) throw new Refused(onPaper)
  const text = documentText(resolved(document, { fields: typed, blocks: {} }))
  const told = { subject, text, hasSms: false, isOwed: false, surnames: [], ownNames: [], files: [] }
  const indiscreet = whyNotDiscreet(told)
  if (indiscreet !== null) throw new Refused(indiscreet)
}

// ---- On paper -------------------------------------------------------------------------------------------------------

export const letterFile = async (core: Core, person: Person, id: number): Promise<File> => {
  const found = requireStored(core, id)
  refuseUnread(core, person, [found])
  return fileOfStored(core, found)
}

const requireStored = (core: Core, id: number): StoredLetter => {
  const found = letterById(core.store, id)
  if (!found) throw new Refused('Ce courrier n’existe plus.')
  return found
}

const fileOfStored = (core: Core, found: StoredLetter): Promise<File> =>
  fileOf(core, [found.paper], `${found.subject}, ${found.paper.to.name}.pdf`)

export const lettersFile = async (core: Core, person: Person, actId: number): Promise<File> => {
  const found = lettersOfAct(core.store, actId)
  const [first] = found
  if (!first) throw new Refused('Ces courriers n’existent plus.')
  refuseUnread(core, person, found)
  return fileOf(
    core,
    found.map(({ paper }) => paper),
    `${first.subject}, ${counted(found.length, 'lettre')}.pdf`,
  )
}

/** What is attached to the mail of a letter: the letter as a PDF, and its text as HTML. */
export const mailOfLetter = async (core: Core, id: number) => {
  const found = requireStored(core, id)
  return { files: [await fileOfStored(core, found)], html: documentHtml(found.paper.body) }
}

const fileOf = async (core: Core, facts: readonly LetterFacts[], name: string, isDraft = false): Promise<File> => {
  const logo = logosOf(core.store)
  const letters = facts.map(({ organisation: from, foot, childIds: _c, registrationIds: _r, ...rest }): LetterPaper => {
    const { logoId, ...organisation } = from
    return {
      ...rest,
      organisation: { ...organisation, ...(foot !== '' && { foot }), ...logo(logoId) },
      isDraft,
    }
  })
  const [bytes] = await renderPapers([{ letters }], { createdAt: core.clock() })
  if (!bytes) throw new RangeError('no letter was printed')
  return new File([new Uint8Array(bytes)], name.replaceAll(/[/\\:*?"<>|]/g, ' '), { type: 'application/pdf' })
}

// ---- While a template is written ------------------------------------------------------------------------------------

type Preview = {
  readonly kind: TemplateKind
  readonly subject: string
  readonly document: TemplateDocument
  readonly familyId: number | null
  readonly childId: number | null
}

const previewOf = async (
  core: Core,
  person: Person,
  { kind, subject, document, familyId, childId }: Preview,
): Promise<OneLetter> => {
  const why = problemOf(core, { kind, document })
  if (why !== null) throw new Refused(why, 'document')
  const custom = customFields(core.store)
  const example = exampleValues(custom)
  if (familyId !== null && isLetterKind(kind)) {
    const hidden = whyNotForRoles(document, custom, person.roles)
    if (hidden !== null) throw new Refused(hidden, 'familyId')
    const typed = Object.fromEntries(Object.entries(example.fields).filter(([id]) => id.startsWith('typed.')))
    const [found] = await lettersTo(
      core,
      person,
      { kind, subject, document, saved: null },
      [{ familyId, childId, guardianId: null, registrationId: null }],
      typed,
    )
    if (found) return found
  }
  return {
    to: { familyId: 0, childId: null, guardianId: null, registrationId: null },
    guardianId: 0,
    name: example.fields['recipient.name'] ?? '',
    addressLines: ['12 rue des Lilas', '14550 Blainville-sur-Orne'],
    familyNumber: example.fields['recipient.familyNumber'] ?? '',
    values: example,
    missing: [],
    email: null,
    body: resolved(document, example),
    hasAddress: true,
    named: {},
    registered: [],
    childIds: [],
    registrationIds: [],
    digest: '',
  }
}

export const previewTemplate = async (core: Core, person: Person, input: Preview) => {
  const { missing, body } = await previewOf(core, person, input)
  return {
    subject: input.subject,
    body,
    missing: [...missing],
    onPaperOnly: whyOnPaperOnly(input.document, customFields(core.store)),
  }
}

export const previewFile = async (core: Core, person: Person, input: Preview): Promise<File> =>
  fileOf(
    core,
    [factsOf(core, input.subject, await previewOf(core, person, input))],
    `Aperçu, ${input.subject}.pdf`,
    true,
  )
