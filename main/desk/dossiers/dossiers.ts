import type {
  FamilyDossier,
  HealthGivenInput,
  RequiredPaperInput,
} from '../../../shared/contract/desk/people/dossiers.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import { whyNotForAll } from '../../../shared/rules/access/sites.ts'
import { type Day, dayAt, type Instant, today } from '../../../shared/rules/calendar/day.ts'
import type { ConfirmationKind } from '../../../shared/rules/dossier/campaign.ts'
import {
  type DossierHome,
  type DossierItem,
  dossierOf,
  isComplete,
  itemState,
  itemsFor,
} from '../../../shared/rules/dossier/dossier.ts'
import {
  hasOwnRule,
  isAnsweredBy,
  isConfirmable,
  isOfSomeOnly,
  isWithdrawn,
  judgeSeen,
  type RequiredKind,
  type SeenPaper,
  sentKind,
  unnamedPaper,
  usualEnd,
  whyNotRequired,
} from '../../../shared/rules/dossier/required-paper.ts'
import type { Exemption } from '../../../shared/rules/people/catchment.ts'
import { coveredUntil } from '../../../shared/rules/quotient/validity.ts'
import type { PaperKind } from '../../../shared/rules/requests/paper.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { confirmation, paperFact, pickupContact, requiredPaper } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { activityOf, leadOf } from '../activities/activities.ts'
import { answeredUntilOf } from '../consents/consents.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { childrenOfFamily, exemptionsOf, recordedQuotients, requireFamily } from '../families/families.ts'
import { changeHealth, healthLackingOf } from '../families/health.ts'
import { quotientRuleOf } from '../settings/settings.ts'
import {
  allRequired,
  type FactRow,
  factsOf,
  factsWithFile,
  hasFacts,
  isConfirmationCollected,
  lastRemindersOf,
  lastSeenOf,
  type NamedRequired,
  pickupsWithFile,
  type RequiredRow,
  registeredIn,
  requiredOf,
  rulesAcceptedBeyond,
  unreadPapersOf,
  yearPrepared,
} from './dossiers-store.ts'

export { allRequired, confirmationsOf, healthSeenOf, lastRemindersOf, liveRegistrationSql } from './dossiers-store.ts'

/* What a dossier requires, what staff have seen of it, and whether it is complete. */

// ---- What the town asks for -----------------------------------------------------------------------------------------

export const listRequired = ({ store }: Core): (NamedRequired & { isUsed: boolean })[] =>
  allRequired(store).map((one) => ({ ...one, isUsed: hasFacts(store, one.id) }))

/**
 * @throws Refused for a paper that the rules forbid to ask for, and when the kind of a paper changes that was already
 * seen
 */
export const saveRequired = ({ store }: Core, person: Person, input: RequiredPaperInput): { id: number } => {
  const { id, ...values } = input
  const label = id === undefined ? `Pièce exigée\u00a0: ${input.name}` : `Pièce exigée modifiée\u00a0: ${input.name}`
  return store.act(person, 'dossiers.require', label, (write) => {
    const known = id === undefined ? undefined : requireOwnRequired(store, person, id)
    const wrong = whyNotRequired(values)
    if (wrong) throw new Refused(wrong.why, wrong.field)
    const shownId = values.activityId === null ? null : leadOf(store, activityOf(store, values.activityId).id)
    const twin = allRequired(store).find(
      (one) =>
        one.id !== id &&
        one.withdrawnOn === null &&
        one.activityId === shownId &&
        one.name.toLocaleLowerCase('fr') === values.name.toLocaleLowerCase('fr'),
    )
    if (twin) throw new Refused(`«\u00a0${twin.name}\u00a0» est déjà demandé.`, 'name')
    if (!known) return { id: write.insert(requiredPaper, { ...values, withdrawnOn: null }).id }
    if ((known.kind !== values.kind || known.scope !== values.scope) && hasFacts(store, known.id)) {
      throw new Refused(
        'Cette pièce a déjà été vue pour des familles\u00a0: ce qu’elle est ne change plus. Retirez-la, et demandez-en une autre.',
        'kind',
      )
    }
    write.update(requiredPaper, known.id, values)
    return { id: known.id }
  })
}

/** Stops asking for a paper from a day on; null asks for it again. @throws Refused for a past day */
export const withdrawRequired = (
  { store, clock }: Core,
  person: Person,
  { id, on }: { readonly id: number; readonly on: Day | null },
): void => {
  const { name } = requireOwnRequired(store, person, id)
  const label =
    on === null ? `De nouveau demandée\u00a0: ${name}` : `Plus demandée à partir du ${shortDay(on)}\u00a0: ${name}`
  store.act(person, 'dossiers.require', label, (write) => {
    if (on !== null && on < today(clock)) {
      throw new Refused('Cette date est passée\u00a0: choisissez aujourd’hui ou un jour à venir.', 'on')
    }
    write.update(requiredPaper, id, { withdrawnOn: on })
  })
}

/** A paper that the town asks for, or asked for. @throws Refused when it does not exist */
const requireRequired = (store: Store, id: number): RequiredRow => {
  const row = requiredOf(store, id)
  if (!row) throw new Refused('Cette pièce n’est plus demandée.')
  return row
}

/**
 * A required paper that this person may change. @throws Refused when it is asked at every site and the person is
 * limited to some
 */
const requireOwnRequired = (store: Store, person: Person, id: number): RequiredRow => {
  const row = requireRequired(store, id)
  const notHere = whyNotForAll(person, row)
  if (notHere !== null) throw new Refused(notHere)
  return row
}

// ---- Whether a dossier is complete ----------------------------------------------------------------------------------

/** The dossiers of these homes on a day; a home without a registration has none. */
export const dossiersOf = (
  store: Store,
  familyIds: readonly number[],
  on: Day,
): ReadonlyMap<number, readonly DossierItem[]> => {
  const required = allRequired(store).filter((one) => !isWithdrawn(one, on))
  if (required.length === 0) return new Map()
  const unread = Map.groupBy(unreadPapersOf(store, familyIds), ({ familyId }) => familyId)
  return new Map(
    [...homesRead(store, familyIds, required, on)].flatMap(([familyId, home]) => {
      const papers = unread.get(familyId) ?? []
      const items = dossierOf(required, home, on).map((item) =>
        papers.some((paper) => isAnsweredBy(item, paper)) ? { ...item, isSent: true } : item,
      )
      return items.length === 0 ? [] : [[familyId, items] as const]
    }),
  )
}

const homesRead = (
  store: Store,
  familyIds: readonly number[],
  required: readonly NamedRequired[],
  on: Day,
): ReadonlyMap<number, DossierHome> => {
  const registered = Map.groupBy(registeredIn(store, familyIds, on), ({ familyId }) => familyId)
  const homes = [...registered.keys()]
  const children = [...new Set([...registered.values()].flat().map(({ childId }) => childId))]
  const seen = lastSeenOf(store, homes, children)
  const ofHome = Map.groupBy(seen, ({ familyId }) => familyId)
  const ofChild = Map.groupBy(seen, ({ childId }) => childId)
  const asks = (wanted: RequiredKind) => required.some(({ kind }) => kind === wanted)
  const consents = asks('consents') ? answeredUntilOf(store, children, on) : new Map<number, DossierItem['held']>()
  const exemptions = asks('exemption') ? exemptionsOf(store, children, on) : new Map<number, Exemption>()
  const lacking = asks('health') ? healthLackingOf(store, children) : new Map<number, Day>()
  const quotients = recordedQuotients(store, asks('benefits') ? homes : [])
  const rule = quotientRuleOf(store)
  return new Map(
    homes.map((familyId) => {
      const byChild = Map.groupBy(registered.get(familyId) ?? [], ({ childId }) => childId)
      return [
        familyId,
        {
          children: [...byChild].map(([id, rows]) => ({
            id,
            activityIds: rows.map(({ activityId }) => activityId),
            consents: consents.get(id),
            healthLacksFrom: lacking.get(id),
            exemption: heldOfExemption(exemptions.get(id)),
          })),
          quotient: coveredUntil(rule, quotients.get(familyId) ?? [], on),
          seen: [...(ofHome.get(familyId) ?? []), ...[...byChild.keys()].flatMap((id) => ofChild.get(id) ?? [])],
        },
      ] as const
    }),
  )
}

/** « Pièces » of a family: what its dossier asks for, what was seen of it and by whom, and until when that is valid. */
export const familyDossier = ({ store, clock }: Core, person: Person, familyId: number): FamilyDossier => {
  requireFamily(store, familyId)
  const on = today(clock)
  const items = dossiersOf(store, [familyId], on).get(familyId) ?? []
  const required = new Map(allRequired(store).map((one) => [one.id, one]))
  const children = childrenOfFamily(store, familyId)
  const prepared = yearPrepared(store, on)
  const facts = factsOf(
    store,
    [familyId],
    children.map(({ id }) => id),
  )
  return {
    isComplete: isComplete(items, on),
    remindedOn: lastRemindersOf(store, [familyId]).get(familyId) ?? null,
    children: children.flatMap(({ id, firstName }) => {
      const own = items.some(({ childId }) => childId === id) ? itemsFor(items, { childId: id }) : []
      const complete = isComplete(own, on)
      return complete === null ? [] : [{ childId: id, firstName, isComplete: complete }]
    }),
    items: items.map((item) => {
      const { requiredId, kind, childId } = item
      const kept = required.get(requiredId)
      const last = latestFact(facts, item)
      return {
        requiredId,
        kind,
        name: nameShown(person, item),
        childId,
        activity: kept?.activity ?? null,
        state: itemState(item, on),
        seenOn: last?.seenOn ?? null,
        seenBy: last?.seenBy ?? '',
        paperId: last?.paperId ?? null,
        usualEnd: kept ? usualEnd(kept, on, prepared) : null,
      }
    }),
  }
}

/** A « dérogation » counts while the child goes to that school. */
const heldOfExemption = (asked: Exemption | undefined): DossierItem['held'] | undefined =>
  asked && (asked.isGiven ? { until: null } : null)

const latestFact = (
  facts: readonly FactRow[],
  { requiredId, childId }: Pick<DossierItem, 'requiredId' | 'childId'>,
): FactRow | undefined => facts.findLast((one) => one.requiredId === requiredId && one.childId === childId)

/**
 * The name of a paper, hidden from people who may not read health where it would reveal a care plan, a treatment or a
 * court decision.
 */
export const nameShown = ({ roles }: Person, { kind, name }: Pick<DossierItem, 'kind' | 'name'>): string =>
  isOfSomeOnly(kind) && !may(roles, 'health.read') ? unnamedPaper : name

/**
 * Which of these registrations belong to a child whose dossier is incomplete for the activity.
 * @param rows registrations of one activity. If it is joined to another, the papers required for that other one count.
 */
export const incompleteAmong = (
  store: Store,
  activityId: number,
  rows: readonly { readonly id: number; readonly familyId: number; readonly childId: number }[],
  on: Day,
): ReadonlySet<number> => {
  const dossiers = dossiersOf(store, [...new Set(rows.map(({ familyId }) => familyId))], on)
  const shownId = leadOf(store, activityId)
  return new Set(
    rows.flatMap(({ id, familyId, childId }) =>
      isComplete(itemsFor(dossiers.get(familyId) ?? [], { childId, activityId: shownId }), on) === false ? [id] : [],
    ),
  )
}

// ---- Seeing a paper -------------------------------------------------------------------------------------------------

type OfDossier = { readonly requiredId: number; readonly familyId: number; readonly childId: number | null }

/** « Vu »: records that staff saw a paper at the counter. @throws Refused when the paper or its dates are not valid */
export const seePaper = (
  { store, clock }: Core,
  person: Person,
  { requiredId, familyId, childId, ...seen }: OfDossier & SeenPaper,
): void => {
  const required = requireRequired(store, requiredId)
  const label = isOfSomeOnly(required.kind) ? 'Pièce du dossier vue' : `Pièce vue\u00a0: ${required.name}`
  store.act(person, 'dossiers.see', label, (write) => {
    requireFamily(store, familyId)
    if ((required.scope === 'child') !== (childId !== null)) {
      throw new Refused(childId === null ? 'Choisissez l’enfant.' : 'Cette pièce est celle du foyer, pas d’un enfant.')
    }
    if (childId !== null && !childrenOfFamily(store, familyId).some(({ id }) => id === childId)) {
      throw new Refused('Cet enfant n’est pas de ce foyer.')
    }
    writeSeen(store, write, required, { familyId, childId, paperId: null }, seen, { by: person.name, on: today(clock) })
  })
}

/**
 * « Fiche rendue »: staff type the record from the sheet that the family signed, which gives it: the dossier says that
 * they saw it today.
 */
export const giveHealth = (core: Core, person: Person, { familyId, ...record }: HealthGivenInput): void => {
  const { store, clock } = core
  const { childId } = record
  const on = today(clock)
  requireFamily(store, familyId)
  const asked = (dossiersOf(store, [familyId], on).get(familyId) ?? []).filter(
    (item) => item.kind === 'health' && item.childId === childId,
  )
  if (asked.length === 0)
    throw new Refused('La fiche sanitaire de cet enfant n’est pas demandée\u00a0: rien n’a été noté.')
  changeHealth(core, person, record, (write) => {
    for (const { requiredId } of asked) {
      const required = requireRequired(store, requiredId)
      writeSeen(
        store,
        write,
        required,
        { familyId, childId, paperId: null },
        { seenOn: on, validUntil: null },
        { by: person.name, on },
      )
    }
  })
}

const writeSeen = (
  store: Store,
  write: Write,
  required: RequiredRow,
  { familyId, childId, paperId }: Omit<OfDossier, 'requiredId'> & { readonly paperId: number | null },
  seen: SeenPaper,
  { by, on }: { readonly by: string; readonly on: Day },
): void => {
  const judged = judgeSeen(required, seen, on, yearPrepared(store, on))
  if ('why' in judged) throw new Refused(judged.why, judged.field === '' ? undefined : judged.field)
  write.insert(paperFact, {
    requiredId: required.id,
    familyId: childId === null ? familyId : null,
    childId,
    seenOn: seen.seenOn,
    seenBy: by,
    validUntil: judged.validUntil,
    paperId,
  })
}

// ---- What a home confirms --------------------------------------------------------------------------------------------

export type Confirmed = {
  readonly familyId: number
  readonly kind: ConfirmationKind
  readonly childId: number | null
  readonly at: Instant
  readonly by: string
  /** The version of the règlement that was accepted; empty for other kinds. */
  readonly version: string
  /** The entry of the portal's log that brought the confirmation; null when staff recorded it. */
  readonly entryId: string | null
}

/**
 * Called within an act: stores what a home confirmed, and updates its dossier. Only the present version of the
 * règlement counts for the dossier. A confirmation of something no longer required is stored without an effect on the
 * dossier.
 */
export const writeConfirmed = (
  store: Store,
  write: Write,
  { entryId, ...confirmed }: Confirmed,
  presentVersion: string,
): void => {
  if (entryId !== null && isConfirmationCollected(store, entryId)) return
  write.insert(confirmation, { ...confirmed, entryId })
  const { familyId, kind, at, by, version } = confirmed
  const on = dayAt(at)
  const given = kind === 'sent' && version !== '' ? 'rules' : kind
  if (!isConfirmable(given) || (given === 'rules' && version !== presentVersion)) return
  const prepared = yearPrepared(store, on)
  for (const item of itemsConfirmed(store, familyId, on)) {
    if (item.kind !== given) continue
    const required = requireRequired(store, item.requiredId)
    const validUntil = usualEnd(required, on, prepared)
    if (validUntil === null || (item.held?.until && item.held.until >= validUntil)) continue
    const { childId } = item
    write.insert(paperFact, {
      requiredId: required.id,
      familyId: childId === null ? familyId : null,
      childId,
      seenOn: on,
      seenBy: by,
      validUntil,
      paperId: null,
    })
  }
}

/**
 * The papers of a dossier that a home may confirm. A home without a registration (between two school years) has no
 * dossier: its confirmation is then stored for each paper required for all activities, and counts when the home
 * registers again.
 */
const itemsConfirmed = (
  store: Store,
  familyId: number,
  on: Day,
): readonly Pick<DossierItem, 'requiredId' | 'kind' | 'childId' | 'held'>[] => {
  if (registeredIn(store, [familyId], on).length > 0) return dossiersOf(store, [familyId], on).get(familyId) ?? []
  const children = childrenOfFamily(store, familyId).map(({ id }) => id)
  const facts = factsOf(store, [familyId], children)
  return allRequired(store)
    .filter((one) => one.activityId === null && !isWithdrawn(one, on))
    .flatMap(({ id: requiredId, kind, scope }) =>
      (scope === 'home' ? [null] : children).map((childId) => {
        const last = latestFact(facts, { requiredId, childId })
        return { requiredId, kind, childId, held: last ? { until: last.validUntil } : null }
      }),
    )
}

/**
 * Called within the act that changes the règlement: acceptances of the former version are valid until this day at most.
 */
export const endAccepted = (store: Store, write: Write, lastDay: Day): void => {
  const ids = rulesAcceptedBeyond(store, lastDay)
  if (ids.length > 0) write.updateMany(paperFact, ids, { validUntil: lastDay })
}

/**
 * Called within the act that erases a received paper: what was seen or decided from it stays, without a link to the
 * file.
 */
export const forgetFile = (store: Store, write: Write, paperId: number): void => {
  for (const id of factsWithFile(store, paperId)) write.update(paperFact, id, { paperId: null })
  for (const id of pickupsWithFile(store, paperId)) write.update(pickupContact, id, { decisionPaperId: null })
}

/** A paper that a parent sent, and its subject. */
export type SentPaper = {
  readonly paperId: number
  readonly kind: PaperKind
  readonly familyId: number
  readonly childId: number | null
  /** The required paper to which the parent sent it in answer; null for any required paper of this kind. */
  readonly requiredId: number | null
}

/** The required papers that a paper from the portal answers, without those no longer required. */
export const requiredBySent = (
  required: readonly NamedRequired[],
  { kind, childId, requiredId }: SentPaper,
  on: Day,
): NamedRequired[] =>
  required.filter(
    (one) =>
      !isWithdrawn(one, on) &&
      !hasOwnRule(one.kind) &&
      one.scope === (childId === null ? 'home' : 'child') &&
      (requiredId === null
        ? one.kind === kind && kind !== 'other'
        : one.id === requiredId && sentKind(one.kind) === kind),
  )

/**
 * Part of the act that accepts a paper from the portal: records it as seen in the dossier.
 * @throws Refused when the paper bears its own end date and staff gave none
 */
export const writeSeenBySending = (
  store: Store,
  write: Write,
  by: string,
  sent: SentPaper,
  validUntil: Day | null,
): void => {
  const on = dayAt(write.at)
  for (const { id } of requiredBySent(allRequired(store), sent, on)) {
    writeSeen(store, write, requireRequired(store, id), sent, { seenOn: on, validUntil }, { by, on })
  }
}
