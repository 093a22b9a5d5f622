import { addDays, type Day, dayAt, monthOf, yearOf } from '../../../shared/rules/calendar/day.ts'
import { campaignAsks, stepKinds } from '../../../shared/rules/dossier/campaign.ts'
import { type ConsentKind, consentKindRules, leastAgeToLeaveAlone } from '../../../shared/rules/dossier/consent.ts'
import {
  type RequiredKind,
  requiredKindTitle,
  scopesOfKind,
  usualEnd,
} from '../../../shared/rules/dossier/required-paper.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { consentAnswer, messageChoice, paperFact } from '../../store/schema/index.ts'
import { saveCampaign } from '../campaign/campaign.ts'
import { addQuestion, listQuestions } from '../consents/consents.ts'
import { listRequired, saveRequired, writeConfirmed } from '../dossiers/dossiers.ts'
import { portalSettingsOf } from '../portal/portal.ts'
import type { Agenda } from './agenda.ts'
import type { SchoolYear } from './calendar.ts'
import type { Town } from './town.ts'

/** Adds the papers and consents that the service requires this year, those that families gave, and an open campaign. */
export const addDossiers = (town: Town, agenda: Agenda, year: SchoolYear): void => {
  const { today } = town
  agenda.add(addDays(year.from, -70), '14:10', () => askForDossiers(town, addDays(year.from, -60)))
  agenda.add(addDays(year.from, 12), '16:20', () => noteSeptember(town))
  agenda.add(addDays(year.from, 12), '16:40', () => noteChannels(town))
  agenda.add(addDays(today, -9), '10:05', () => openCampaign(town))
  for (const [part, ago] of [7, 5, 3, 1].entries())
    agenda.add(addDays(today, -ago), '19:40', () => confirmSome(town, part))
}

const asked: readonly RequiredKind[] = ['insurance', 'health', 'contact', 'rules', 'consents']

const texts: readonly (readonly [kind: ConsentKind, text: string])[] = [
  ['emergencyCare', 'En cas d’urgence, les secours sont appelés, et vous l’êtes aussitôt après.'],
  ['image', 'L’équipe peut photographier votre enfant, pour le journal et le site de la ville.'],
  ['transport', 'Votre enfant peut aller en sortie dans le car ou le minibus du service.'],
  ['swimming', 'Votre enfant peut se baigner, à la piscine ou à la mer, avec un surveillant.'],
  ['leavesAlone', 'Votre enfant peut rentrer sans adulte à la fin de l’accueil.'],
]

const askForDossiers = ({ core, staff: { sandrine } }: Town, fromDay: Day) => {
  for (const kind of asked) {
    const [scope] = scopesOfKind(kind)
    const validity = kind === 'consents' ? null : 'schoolYear'
    saveRequired(core, sandrine, {
      kind,
      name: requiredKindTitle(kind),
      scope,
      activityId: null,
      validity,
      months: null,
    })
  }
  for (const [kind, text] of texts)
    addQuestion(core, sandrine, {
      kind,
      title: consentKindRules[kind].title,
      asksAll: consentKindRules[kind].asksAll,
      leastAge: kind === 'leavesAlone' ? leastAgeToLeaveAlone : null,
      first: { text, fromDay },
    })
}

/** In September most families brought all papers; one in six forgot the insurance, one in nine an answer. */
const noteSeptember = ({ core, staff: { receptionist }, townChildren, townHomes }: Town) => {
  const { store } = core
  const on = dayAt(core.clock())
  const required = listRequired(core)
  const textIds = listQuestions(core).flatMap(({ kind, texts: own }) => own.slice(0, 1).map(({ id }) => ({ kind, id })))
  const guardians = Map.groupBy(
    store
      .statement(
        `select link.child_id childId, held.guardian_id guardianId from family_child link
        join family_guardian held on held.family_id = link.family_id order by link.child_id, held.guardian_id`,
      )
      .all() as { childId: number; guardianId: number }[],
    ({ childId }) => childId,
  )
  const present = townChildren.filter(({ homes }) => homes.some(({ leftOn }) => leftOn === null))
  const seen = (requiredId: number, of: { familyId: number | null; childId: number | null }) => ({
    requiredId,
    ...of,
    seenOn: on,
    seenBy: receptionist.name,
    validUntil: endOfYear(on),
    paperId: null,
  })
  store.act(receptionist, 'dossiers.see', 'Dossiers de la rentrée', (write) => {
    write.insertMany(
      paperFact,
      required.flatMap(({ id, kind, scope }) => {
        if (kind === 'consents') return []
        return scope === 'home'
          ? townHomes.flatMap(({ id: familyId, leftOn }) =>
              leftOn !== null || familyId % 8 === 3 ? [] : [seen(id, { familyId, childId: null })],
            )
          : present.flatMap(({ id: childId }) => (childId % 6 === 0 ? [] : [seen(id, { familyId: null, childId })]))
      }),
    )
    write.insertMany(
      consentAnswer,
      present.flatMap(({ id: childId }) =>
        (guardians.get(childId) ?? []).flatMap(({ guardianId }) =>
          childId % 9 === 0
            ? []
            : textIds.map(({ kind, id: consentTextId }) => ({
                consentTextId,
                childId,
                guardianId,
                answer: kind === 'image' && childId % 14 === 0 ? ('no' as const) : ('yes' as const),
                answeredOn: on,
                entryId: null,
              })),
        ),
      ),
    )
  })
}

/**
 * On the same sheet most guardians chose how they get messages: three in five by SMS, one in five by mail, the others
 * left it empty.
 */
const noteChannels = ({ core: { store }, staff: { receptionist } }: Town) => {
  const guardianIds = store.statement('select id from guardian order by id').pluck().all() as number[]
  store.act(receptionist, 'sendings.choice', 'Canaux choisis à la rentrée', (write) => {
    write.insertMany(
      messageChoice,
      guardianIds
        .filter((id) => id % 5 !== 0)
        .map((guardianId) => ({
          guardianId,
          choice: guardianId % 5 === 1 ? ('mail' as const) : ('sms' as const),
          chosenAt: write.at,
        })),
    )
  })
}

const openCampaign = ({ core, staff: { sandrine } }: Town) => {
  const opensOn = dayAt(core.clock())
  // From May on, families prepare the next school year.
  const isForNext = monthOf(opensOn) >= 5 && monthOf(opensOn) < 9
  saveCampaign(core, sandrine, {
    year: yearOf(schoolYearStart(opensOn)) + (isForNext ? 1 : 0),
    opensOn,
    dueOn: addDays(opensOn, 32),
    asks: [...campaignAsks],
  })
}

/**
 * One home in sixteen confirms steps of its dossier; half of these confirm all of it, with a new health record.
 * @param part 0 to 3: each names other homes, so that they confirm on different days
 */
const confirmSome = ({ core, townHomes }: Town, part: number) => {
  const { store } = core
  const at = core.clock()
  const on = dayAt(at)
  const { version } = portalSettingsOf(store).terms
  const health = listRequired(core).find(({ kind }) => kind === 'health')?.id ?? 0
  const nameOfParent = store
    .statement(
      `select first_name || ' ' || last_name from family_guardian join guardian on guardian.id = guardian_id
      where family_id = ? order by rank`,
    )
    .pluck()
  const childrenOf = store.statement('select child_id from family_child where family_id = ? order by child_id').pluck()
  const portal = { kind: 'guardian', name: 'Portail Famille' } as const
  store.act(portal, 'exchange.collect', 'Étapes confirmées du portail', (write) => {
    for (const { id: familyId, leftOn } of townHomes) {
      if (leftOn !== null || familyId % 16 !== part * 4) continue
      const isDone = familyId % 32 < 16
      const by = `${nameOfParent.get(familyId) as string}, sur le portail`
      for (const kind of stepKinds) {
        if (kind === 'health' || (!isDone && kind !== 'contact' && kind !== 'pickups')) continue
        const accepted = kind === 'sent' ? version : ''
        writeConfirmed(
          store,
          write,
          { familyId, kind, childId: null, at, by, version: accepted, entryId: null },
          version,
        )
      }
      const children = isDone ? (childrenOf.all(familyId) as number[]) : []
      write.insertMany(
        paperFact,
        children.map((childId) => ({
          requiredId: health,
          familyId: null,
          childId,
          seenOn: on,
          seenBy: by,
          validUntil: endOfYear(on),
          paperId: null,
        })),
      )
    }
  })
}

const endOfYear = (on: Day): Day => usualEnd({ validity: 'schoolYear', months: null }, on) ?? on
