import type { LetterChoice, LetterTo, PreparedLetter } from '../../../shared/contract/desk/messages/letters.ts'
import { unnamedPaper } from '../../../shared/rules/dossier/required-paper.ts'
import { exampleValues } from '../../../shared/rules/templates/example-values.ts'
import { resolved } from '../../../shared/rules/templates/resolved-document.ts'
import { fieldsIn, type TemplateDocument } from '../../../shared/rules/templates/template-document.ts'
import { typedFieldsIn, whyNotForRoles, whyOnPaperOnly } from '../../../shared/rules/templates/template-fields.ts'
import { isLetterKind, letterKinds, type TemplateKind } from '../../../shared/rules/templates/template-kinds.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { customFields } from '../fields/fields.ts'
import { mapInTurns } from '../in-turns.ts'
import { refuseAudience } from '../mails/mails.ts'
import { problemOf, templatesOf, whyNotReadMade } from '../templates/templates.ts'
import { changedSince, lettersLabel } from './audience-letters.ts'
import { draftOf } from './letter-files.ts'
import { lettersOfFamily } from './letters-store.ts'
import {
  factsOf,
  leavesBy,
  letterheadNow,
  letterTo,
  type OneLetter,
  recordLetter,
  refuseByMail,
  requireLetter,
  type Typed,
  type Words,
} from './one-letter.ts'

export { mailOfLetter } from './letter-files.ts'
export { lettersOfFamily } from './letters-store.ts'

/*
 * « Courrier… »: letters to a home, made from a template. A letter stores all that it says, and every later print is
 * made from that.
 */

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
        typed: typedFieldsIn(document).map(({ id, label, input }) => ({ id, label, input: input ?? 'line' })),
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

// ---- Before it is made ----------------------------------------------------------------------------------------------

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

export const draftFile = async (
  core: Core,
  person: Person,
  { key, typed, to }: Written & { readonly to: LetterTo },
): Promise<File> => {
  const template = requireLetter(core, person, key)
  const [found] = await lettersTo(core, person, template, [to], typed)
  if (!found) throw new RangeError('no letter was made')
  return draftOf(core, factsOf(letterheadNow(core), template.subject, found), `Projet, ${template.subject}`)
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
  const label = lettersLabel(subject, announced.length)
  return store.act(person, 'letters.make', label, (write) => {
    const found = requireLetter(core, person, key)
    refuseHomes(core, person, recipients)
    const all = recipients.map(letterTo(core, person, found, typed))
    refuseSameReader(all)
    const ready = all.filter((one) => leavesBy(one, by) !== null)
    if (ready.map(({ digest }) => digest).join(' ') !== announced.join(' '))
      throw new Refused(changedSince, 'announced')
    if (ready.length === 0)
      throw new Refused('Personne ne reçoit cette lettre\u00a0: complétez ce qui manque. Rien n’est parti.')
    if (by === 'mail') refuseByMail(core, found, typed)
    const head = letterheadNow(core)
    for (const one of ready) recordLetter(store, write, found, head, { ...one, by })
    return { actId: write.actId, letters: ready.length }
  })
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
  draftOf(
    core,
    factsOf(letterheadNow(core), input.subject, await previewOf(core, person, input)),
    `Aperçu, ${input.subject}`,
  )
