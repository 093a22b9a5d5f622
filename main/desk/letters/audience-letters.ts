import type { AudienceLetter, LetterWay } from '../../../shared/contract/desk/messages/letters.ts'
import { maxLetters } from '../../../shared/contract/desk/messages/letters.ts'
import { unnamedPaper } from '../../../shared/rules/dossier/required-paper.ts'
import type { Audience } from '../../../shared/rules/messages/audience.ts'
import { missingFields, resolved } from '../../../shared/rules/templates/resolved-document.ts'
import { fieldsIn } from '../../../shared/rules/templates/template-document.ts'
import {
  labelOfField,
  missingText,
  typedFieldsIn,
  whyOnPaperOnly,
} from '../../../shared/rules/templates/template-fields.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { customFields } from '../fields/fields.ts'
import { mapInTurns } from '../in-turns.ts'
import { allOrNothing } from '../invoicing/invoicing.ts'
import { refuseAudience } from '../mails/mails.ts'
import type { LongWorkTools } from '../progress.ts'
import { concernedBy } from '../sendings/sendings.ts'
import { type Template, whyNotReadMade } from '../templates/templates.ts'
import type { Address } from './letter-values.ts'
import { hasOtherLetters, lastRuns } from './letters-store.ts'
import {
  leavesBy,
  letterheadNow,
  letterTo,
  type OneLetter,
  recordLetter,
  refuseByMail,
  requireLetter,
  type Typed,
} from './one-letter.ts'

/* A letter to each home of an audience. */

/** The refusal when the letters differ from those that the person has seen. */
export const changedSince = 'Les lettres ne sont plus celles que vous avez vues\u00a0: relisez. Rien n’est parti.'

export const lettersLabel = (subject: string, letters: number): string =>
  `Courrier «\u00a0${subject}\u00a0»\u00a0: ${counted(letters, 'lettre')}`

/**
 * One letter per home, or one per child or registration when the text contains such fields.
 * @throws Refused when nobody is in the audience, when it needs more letters than one act makes, and for fields of
 * registrations when the audience does not say which registrations are meant
 */
const addressesOf = async (core: Core, person: Person, { document }: Template, whom: Audience): Promise<Address[]> => {
  refuseAudience(core, person, whom)
  const concerned = await concernedBy(core, person, whom)
  const used = fieldsIn(document)
  const isOf = (group: string) => used.some((id) => id.startsWith(`${group}.`))
  const ofRegistration = isOf('registration')
  const ofChild = ofRegistration || isOf('child')
  if (ofRegistration && concerned.some(({ registrationId }) => registrationId === null))
    throw new Refused(
      'Ce modèle dit une inscription\u00a0: choisissez les enfants attendus un jour, ou un autre modèle.',
      'key',
    )
  const found = [
    ...Map.groupBy(concerned, ({ familyId, childId, registrationId }) =>
      JSON.stringify([familyId, ofChild ? childId : null, ofRegistration ? registrationId : null]),
    ).values(),
  ].flatMap((same): Address[] => {
    const [first] = same
    if (!first) return []
    const { familyId, childId, registrationId } = first
    return [
      {
        familyId,
        childId: ofChild ? childId : null,
        registrationId: ofRegistration ? registrationId : null,
        guardianId: null,
        about: [...new Set(same.flatMap((one) => one.childId ?? []))],
      },
    ]
  })
  if (found.length === 0) throw new Refused('Personne n’est concerné\u00a0: choisissez d’autres destinataires.', 'whom')
  if (found.length > maxLetters)
    throw new Refused(
      `Cela ferait ${counted(found.length, 'lettre')}, ${maxLetters} au plus à la fois\u00a0: «\u00a0Affiner\u00a0», ou choisissez moins de foyers, puis recommencez pour les autres.`,
      'whom',
    )
  return found
}

/** Values for all fields that staff must fill in, so that the list of recipients does not depend on what is typed. */
const allTyped = (document: Template['document']): Typed =>
  Object.fromEntries(typedFieldsIn(document).map(({ id }) => [id, '…']))

/** The letter of a home, or the reason why it gets none. */
const letterOrWhy = (make: (to: Address) => OneLetter, to: Address): OneLetter | string => {
  try {
    return make(to)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return error.sentence
  }
}

const nameOfHome = (store: Store, familyId: number): string =>
  store.statement('select name from family where id = ?').pluck().get(familyId) as string

/** The recipients of letters, and what prevents a letter to some of them. Records nothing. */
export const prepareForAudience = async (
  core: Core,
  person: Person,
  { key, whom }: { readonly key: string; readonly whom: Audience },
): Promise<{ letters: AudienceLetter[]; onPaperOnly: string | null }> => {
  const template = requireLetter(core, person, key)
  const { document } = template
  const addresses = await addressesOf(core, person, template, whom)
  const make = letterTo(core, person, template, allTyped(document))
  return {
    letters: await mapInTurns(addresses, ({ about, ...to }): AudienceLetter => {
      const found = letterOrWhy(make, about ? { ...to, about } : to)
      const home = nameOfHome(core.store, to.familyId)
      if (typeof found === 'string')
        return { ...to, home, name: '', email: null, missing: [], hasAddress: false, digest: '', why: found }
      const { guardianId, name, email, missing, hasAddress, digest } = found
      return { ...found.to, guardianId, home, name, email, missing: [...missing], hasAddress, digest, why: null }
    }),
    onPaperOnly: whyOnPaperOnly(document, customFields(core.store)),
  }
}

type Making = {
  readonly key: string
  readonly typed: Typed
  readonly whom: Audience
  readonly by: LetterWay
  readonly announced: readonly string[]
}

/**
 * Makes the letters in slices: all of them, or none.
 * @throws Refused for the audience, or when the letters differ from those that the person has seen
 */
export const makeForAudience = async (
  core: Core,
  person: Person,
  { key, typed, whom, by, announced }: Making,
  { signal, onProgress }: LongWorkTools,
): Promise<{ actId: number; printed: number; mailed: number }> => {
  const { store } = core
  const template = requireLetter(core, person, key)
  const { subject, document } = template
  const custom = customFields(store)
  const empty = missingFields(document, { fields: typed, blocks: {} }).filter((id) => id.startsWith('typed.'))
  if (empty.length > 0)
    throw new Refused(`Remplissez d’abord\u00a0: ${missingText(empty.map((id) => labelOfField(id, custom)))}.`, 'typed')
  if (by !== 'print') refuseByMail(core, template, typed)
  const addresses = await addressesOf(core, person, template, whom)
  const make = letterTo(core, person, template, allTyped(document))
  const head = letterheadNow(core)
  const awaited = new Set(announced)
  const made = { print: 0, mail: 0 }
  const act = store.longAct(person, 'letters.make', lettersLabel(subject, announced.length))
  return allOrNothing(act, async () => {
    await act.slices(
      addresses,
      (write, to) => {
        const found = letterOrWhy(make, to)
        const way = typeof found === 'string' ? null : leavesBy(found, by)
        if (typeof found === 'string' || way === null) return
        if (!awaited.has(found.digest)) throw new Refused(changedSince, 'announced')
        const { fields, blocks } = found.values
        const body = resolved(document, { fields: { ...fields, ...typed }, blocks })
        recordLetter(store, write, template, head, { ...found, body, by: way })
        made[way] += 1
      },
      { signal, onProgress: (done) => onProgress(done, addresses.length) },
    )
    return act.close((write) => {
      if (made.print + made.mail !== awaited.size) throw new Refused(changedSince, 'announced')
      if (hasOtherLetters(store, write.actId))
        throw new Refused(
          'Un autre poste vient de faire ces lettres\u00a0: regardez les derniers courriers. Rien n’est parti d’ici.',
        )
      return { actId: write.actId, printed: made.print, mailed: made.mail }
    })
  })
}

/** The last acts that made letters to several homes, newest first. */
export const listRuns = ({ store }: Core, person: Person) =>
  lastRuns(store).map(({ kind, templateVersionId, subject, ...run }) => {
    const isRead = whyNotReadMade(store, person, { kind, templateVersionId }) === null
    return { ...run, subject: isRead ? subject : unnamedPaper, isRead }
  })
