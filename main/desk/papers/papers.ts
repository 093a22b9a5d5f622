import { eq } from 'drizzle-orm'
import type { AskedPaper, ReceivedPaper } from '../../../shared/contract/desk/papers.ts'
import type { HealthInput } from '../../../shared/contract/desk/people/families.ts'
import { HealthDeclaration } from '../../../shared/contract/exchange/paper-parts.ts'
import type { ActKind } from '../../../shared/record/act-kinds.ts'
import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { addMonths, type Day, dayAt, today } from '../../../shared/rules/calendar/day.ts'
import { type DeclaredHealth, declaredHealthText } from '../../../shared/rules/dossier/health.ts'
import {
  endsTooLate,
  isKeptToItsEnd,
  isOfSomeOnly,
  keptToItsEndText,
  tooLateEndText,
  unnamedPaper,
} from '../../../shared/rules/dossier/required-paper.ts'
import { healthWordIn } from '../../../shared/rules/messages/discretion.ts'
import {
  healthAnswersType,
  type PaperKind,
  paperKindRules,
  whyNotPaperOf,
} from '../../../shared/rules/requests/paper.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { openWithAny } from '../../crypto/sealed-for-desk.ts'
import { isHarmless } from '../../documents/received/judge-received.ts'
import type { Write } from '../../store/acts/acts.ts'
import { askedPaper, receivedPaper } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { allRequired, requiredBySent, writeSeenBySending } from '../dossiers/dossiers.ts'
import { childrenOfFamily, familyOnDay, writeIncome, writeQuotient } from '../families/families.ts'
import { healthOf, writeConfirmed, writeHealth } from '../families/health.ts'
import { settleAsked } from './arriving.ts'
import { askedLate, askedOf, contentOf, countWaiting, receivedOf, receivedWaiting } from './papers-store.ts'

export * from './arriving.ts'

const maxShown = 500

type Received = ReturnType<typeof receivedOf>[number]

export const papersOfFamily = (core: Core, person: Person, familyId: number) => ({
  asked: askedOf(core.store, familyId).map(withLateness(today(core.clock))),
  received: receivedShown(core, person, receivedOf(core.store, familyId)),
})

export const papersQueue = (core: Core, person: Person) => ({
  received: receivedShown(core, person, receivedWaiting(core.store, maxShown)),
  late: askedLate(core.store, today(core.clock), maxShown).map(withLateness(today(core.clock))),
  isSealed: core.store.key.closed !== null,
})

/** How many papers wait to be read, without those that this person may not open. */
export const countPapersToRead = ({ store }: Core, { roles }: Person): number =>
  countWaiting(store)
    .filter(({ kind }) => !isHealth(kind) || may(roles, 'health.read'))
    .reduce((sum, { count }) => sum + count, 0)

const withLateness =
  (on: Day) =>
  (one: Omit<AskedPaper, 'isLate'>): AskedPaper => ({ ...one, isLate: one.state === 'open' && one.dueOn < on })

const receivedShown = (core: Core, person: Person, rows: readonly Received[]): ReceivedPaper[] => {
  const on = today(core.clock)
  const required = allRequired(core.store)
  return rows.map(({ requiredId, ...row }) => ({
    ...row,
    isForDossier: requiredBySent(required, { ...row, paperId: row.id, requiredId }, on).length > 0,
    quotientNow: row.kind === 'benefits' ? (familyOnDay(core.store, row.familyId, on).quotient?.value ?? null) : null,
    isForOthers: isHealth(row.kind) && !may(person.roles, 'health.read'),
  }))
}

const isHealth = (kind: PaperKind): boolean => paperKindRules[kind].isHealth

/** A due date more than a year ahead is a typing error. */
const maxMonthsAhead = 12

export const askPaper = (
  { store, clock }: Core,
  person: Person,
  asked: {
    readonly familyId: number
    readonly childId: number | null
    readonly kind: PaperKind
    readonly note: string
    readonly dueOn: Day
  },
): { id: number } => {
  const { familyId, childId, kind, note, dueOn } = asked
  const label = `Pièce demandée\u00a0: ${isOfSomeOnly(kind) ? unnamedPaper.toLocaleLowerCase('fr') : paperKindRules[kind].title}`
  return store.act(person, 'papers.ask', label, (write) => {
    if (childId !== null && !childrenOfFamily(store, familyId).some(({ id }) => id === childId)) {
      throw new Refused('Cet enfant n’est pas de ce foyer.', 'childId')
    }
    refuseHealthWord(kind, note, 'note', 'cette note')
    const wrong = whyNotPaperOf(kind, childId !== null)
    if (wrong !== null) throw new Refused(wrong, 'childId')
    const on = today(clock)
    if (dueOn < on)
      throw new Refused('Cette date est passée\u00a0: laissez à la famille le temps de l’envoyer.', 'dueOn')
    if (dueOn > addMonths(on, maxMonthsAhead)) throw new Refused('Cette date est à plus d’un an.', 'dueOn')
    const same = askedOf(store, familyId).find((one) => one.kind === kind && one.childId === childId)
    if (same && kind !== 'other') {
      throw new Refused(`Cette pièce est déjà demandée, pour le ${shortDay(same.dueOn)}.`, 'kind')
    }
    return { id: write.insert(askedPaper, { ...asked, askedAt: write.at, state: 'open' }).id }
  })
}

/** @throws Refused for a text that would tell on the portal what the name of such a paper is hidden for */
const refuseHealthWord = (kind: PaperKind, text: string, field: string, it: string): void => {
  const health = isOfSomeOnly(kind) || isHealth(kind) ? healthWordIn(text) : null
  if (health === null) return
  throw new Refused(
    `«\u00a0${health}\u00a0» parle de santé, et le portail garde ${it} en clair\u00a0: dites-le à la famille de vive voix.`,
    field,
  )
}

export const closeAsked = (
  { store }: Core,
  person: Person,
  { id, as }: { readonly id: number; readonly as: 'settled' | 'dropped' },
): void => {
  const row = store.db.select().from(askedPaper).where(eq(askedPaper.id, id)).get()
  if (!row) throw new Refused('Cette pièce n’est plus demandée.')
  const { title } = paperKindRules[row.kind]
  const label =
    as === 'settled' ? `Pièce reçue au guichet\u00a0: ${title}` : `Pièce qui n’est plus demandée\u00a0: ${title}`
  store.act(person, 'papers.close', label, (write) => {
    if (store.db.select().from(askedPaper).where(eq(askedPaper.id, id)).get()?.state !== 'open') {
      throw new Refused('Cette pièce n’est plus demandée.')
    }
    write.update(askedPaper, id, { state: as })
  })
}

const requirePaper = (store: Store, id: number): Paper => {
  const row = store.db.select().from(receivedPaper).where(eq(receivedPaper.id, id)).get()
  if (!row) throw new Refused('Cette pièce n’est plus ici.')
  return row
}

/** Deliberately not a table's name: a consultation must not notify screens of a change. */
const consultationEntity = 'paper_consultation'

/**
 * Opens a received paper for staff. The portal checked it before sealing it, but a compromised portal cannot be
 * trusted, so the desk checks it again.
 * @throws Refused when the file is not harmless, and as `paperAsSent`
 */
export const openPaper = async (core: Core, person: Person, id: number): Promise<File> => {
  const { store } = core
  const paper = requirePaper(store, id)
  if (paper.type !== healthAnswersType && !(await isHarmless(paper.type, decryptContent(store, person, paper)))) {
    throw new Refused(doubtfulText)
  }
  return paperAsSent(core, person, id)
}

/**
 * The paper's bytes without the check of `openPaper`, for the copy of its data that a family asks for; health answers
 * become a text. The audit records who read it. @throws Refused
 */
export const paperAsSent = ({ store }: Core, person: Person, id: number): File => {
  const paper = requirePaper(store, id)
  return store.act(person, actKindOfReading(paper), labelOfReading(paper), (write) => {
    const bytes = readContent(store, write, person, paper)
    if (paper.type !== healthAnswersType) return new File([new Uint8Array(bytes)], paper.name, { type: paper.type })
    return new File([declaredHealthText(parseHealthDeclaration(bytes))], `${paperKindRules[paper.kind].title}.txt`, {
      type: 'text/plain',
    })
  })
}

const doubtfulText =
  'Cette pièce n’est pas ouverte\u00a0: elle contient des actions ou des fichiers joints, ou ne se lit pas en entier. Refusez-la, et demandez à la famille d’en envoyer une photo.'

/**
 * The health information that a parent sent, next to the child's record. @throws Refused for another kind of paper, and
 * as `paperAsSent`
 */
export const readHealthTold = ({ store }: Core, person: Person, id: number) => {
  const paper = requirePaper(store, id)
  return store.act(person, actKindOfReading(paper), labelOfReading(paper), (write) => {
    const bytes = readContent(store, write, person, paper)
    if (paper.type !== healthAnswersType || paper.childId === null) throw new Refused(noRecordText)
    return { told: parseHealthDeclaration(bytes), record: healthOf(store, write, paper.childId) }
  })
}

type Paper = typeof receivedPaper.$inferSelect

const actKindOfReading = ({ kind }: Paper): ActKind => (isHealth(kind) ? 'health.read' : 'papers.read')
const labelOfReading = ({ kind }: Paper): string => `Pièce consultée\u00a0: ${paperKindRules[kind].title}`

const parseHealthDeclaration = (bytes: Buffer): DeclaredHealth => HealthDeclaration.parse(JSON.parse(bytes.toString()))

/** The paper's bytes; call within the act that records who read them. */
const readContent = (store: Store, write: Write, person: Person, paper: Paper): Buffer => {
  const bytes = decryptContent(store, person, paper)
  write.trace(consultationEntity, paper.id, {})
  if (isHealth(paper.kind) && paper.childId !== null) write.trace('health_consultation', paper.childId, {})
  return bytes
}

/**
 * @throws Refused when this person may not read the paper, when it is awaited or lost, or when its key is not available
 */
const decryptContent = (store: Store, person: Person, paper: Paper): Buffer => {
  if (isHealth(paper.kind) && !may(person.roles, 'health.read')) throw new Refused(roleNeeded('health.read'))
  if (paper.content !== 'here') {
    throw new Refused(
      paper.content === 'lost'
        ? 'Cette pièce est perdue\u00a0: refusez-la, et demandez-la de nouveau à la famille.'
        : 'Cette pièce arrive\u00a0: elle sera là à la fin de l’échange avec le portail.',
    )
  }
  const { key, closed, previousKeys } = store.key
  if (!key) throw new Refused(closed ?? '')
  const bytes = openWithAny([key, ...previousKeys], contentOf(store, paper.id), paper.key)
  if (!bytes) throw new Refused(paperLostText)
  return bytes
}

const paperLostText =
  'Cette pièce est illisible\u00a0: elle a été scellée avec une clé perdue. Refusez-la, et demandez-la de nouveau à la famille.'

/** @throws Refused unless the paper waits for a decision. Call within the act that decides. */
const requireWaiting = (store: Store, person: Person, id: number): Paper => {
  const paper = requirePaper(store, id)
  if (isHealth(paper.kind) && !may(person.roles, 'health.write')) throw new Refused(roleNeeded('health.write'))
  if (paper.state !== 'waiting') {
    throw new Refused(
      paper.state === 'accepted' ? 'Cette pièce a déjà été acceptée.' : 'Cette pièce a déjà été refusée.',
    )
  }
  return paper
}

type Acceptance = {
  readonly id: number
  /** The day until which the paper is valid in the dossier; null for the usual duration. */
  readonly validUntil: Day | null
  readonly quotient: { readonly fromDay: Day; readonly value: number } | null
  readonly incomeCents: number | null
}

/**
 * Accepts a paper. The same act writes what the paper proves, such as a quotient or an income, and closes the request
 * for it.
 */
export const acceptPaper = (
  core: Core,
  person: Person,
  { id, quotient, incomeCents, validUntil }: Acceptance,
): void => {
  const { store, clock } = core
  const { kind, familyId } = requirePaper(store, id)
  const label = `Pièce acceptée\u00a0: ${paperKindRules[kind].title}`
  store.act(person, 'papers.accept', label, (write) => {
    const paper = requireWaiting(store, person, id)
    if (paper.type === healthAnswersType)
      throw new Refused('Cet enfant n’est plus de ce foyer\u00a0: refusez cette pièce.')
    if ((quotient || incomeCents !== null) && kind !== 'benefits') {
      throw new Refused(`Un quotient se lit sur une ${paperKindRules.benefits.title}.`, 'quotient')
    }
    const sentOn = dayAt(paper.recordedAt)
    if (quotient) {
      const source = `${paperKindRules.benefits.title} envoyée le ${shortDay(sentOn)}`
      writeQuotient(store, write, familyId, { ...quotient, source, updatedOn: today(clock) })
    }
    if (incomeCents !== null) writeIncome(write, familyId, incomeCents, today(clock))
    const on = today(clock)
    // Accepting a paper also marks it as seen in the dossier, which takes that right too.
    if (!may(person.roles, 'dossiers') && requiredBySent(allRequired(store), { ...paper, paperId: id }, on).length > 0)
      throw new Refused(roleNeeded('dossiers'))
    const end = isKeptToItsEnd(kind) ? requireEnd(validUntil, on) : null
    writeAccepted(store, write, paper, end)
    writeSeenBySending(store, write, person.name, { ...paper, paperId: paper.id }, validUntil)
  })
}

/** The last day of validity. @throws Refused when staff gave none for a paper that bears its own end date */
const requireEnd = (validUntil: Day | null, on: Day): Day => {
  if (validUntil === null) throw new Refused(keptToItsEndText, 'validUntil')
  if (validUntil < on)
    throw new Refused(
      `Cette pièce n’est plus valable depuis le ${shortDay(validUntil)}\u00a0: refusez-la.`,
      'validUntil',
    )
  if (endsTooLate(validUntil, on)) throw new Refused(tooLateEndText, 'validUntil')
  return validUntil
}

/**
 * Accepts a parent's health information: the child's record becomes that information as staff read and corrected it.
 */
export const acceptHealth = (
  core: Core,
  person: Person,
  { id, ...record }: HealthInput & { readonly id: number },
): void => {
  const { store } = core
  const { childId, familyId } = requirePaper(store, id)
  const child = childrenOfFamily(store, familyId).find((one) => one.id === childId)
  store.act(
    person,
    'health.accept',
    `Fiche sanitaire acceptée${child ? `\u00a0: ${child.firstName}` : ''}`,
    (write) => {
      const paper = requireWaiting(store, person, id)
      if (paper.type !== healthAnswersType || paper.childId === null) throw new Refused(noRecordText)
      writeHealth(store, write, paper.childId, record)
      writeConfirmed(store, write, paper.childId, dayAt(paper.recordedAt), paper.sender)
      writeAccepted(store, write, paper, null)
      writeSeenBySending(store, write, person.name, { ...paper, paperId: paper.id }, null)
    },
  )
}

const noRecordText = 'Cette pièce ne se reporte pas sur une fiche sanitaire.'

/** @throws Refused while the paper's bytes have not arrived */
const writeAccepted = (store: Store, write: Write, paper: Paper, validUntil: Day | null): void => {
  if (paper.content !== 'here') throw new Refused('Attendez que cette pièce soit arrivée, et lisez-la.')
  write.update(receivedPaper, paper.id, { state: 'accepted', decidedAt: write.at, validUntil })
  settleAsked(store, write, paper.askedId)
}

export const refusePaper = (
  { store }: Core,
  person: Person,
  { id, reason }: { readonly id: number; readonly reason: string },
): void => {
  const { kind } = requirePaper(store, id)
  const label = `Pièce refusée\u00a0: ${paperKindRules[kind].title}`
  store.act(person, 'papers.refuse', label, (write) => {
    requireWaiting(store, person, id)
    if (reason === '') throw new Refused('Indiquez un motif\u00a0: la famille le lira.', 'reason')
    refuseHealthWord(kind, reason, 'reason', 'ce motif')
    write.update(receivedPaper, id, { state: 'refused', reason, decidedAt: write.at })
  })
}
