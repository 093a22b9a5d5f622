import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { noPhotoText } from '../../../shared/rules/dossier/photo.ts'
import { byFullName, namesakesAmong } from '../../../shared/rules/people/names.ts'
import { ageText, counted, numericDay, shortDay } from '../../../shared/rules/text/french.ts'
import { type PhotoBoardPage, photoBoardPdf } from '../../documents/dossier/photo-board-pdf.ts'
import type { Store } from '../../store/store.ts'
import { groupsOf, leadActivity } from '../activities/activities.ts'
import { attendanceOfDay, childrenOfSheet, registeredOn } from '../attendance/attendance.ts'
import { consentsOn } from '../consents/consents.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { childrenOnDay } from '../families/families.ts'
import { photosOf } from '../families/photos.ts'
import { childGroupsIn } from '../registrations/registrations.ts'
import { organisationOf, sitesOf } from '../settings/settings.ts'
import { jpegsOfChildren } from './photos.ts'
import { activitiesOfSite } from './photos-store.ts'

type Asked =
  | { readonly kind: 'activity'; readonly activityId: number; readonly day: Day }
  | { readonly kind: 'day'; readonly siteId: number | null; readonly day: Day }

type Registered = ReturnType<typeof registeredOn>[number]

/**
 * « Trombinoscope » on paper. The audit trail says who printed whose photos. @throws Refused when nobody is to be
 * printed
 */
export const photoBoard = async (core: Core, person: Person, asked: Asked): Promise<File> => {
  const { store, clock } = core
  const { name: organisation, photos } = organisationOf(store)
  if (!photos) throw new Refused('Le service ne garde pas de photos.')
  const { about, sections } = sectionsOf(core, asked)
  const childIds = [...new Set(sections.flatMap(({ children }) => children.map(({ childId }) => childId)))]
  if (childIds.length === 0)
    throw new Refused(
      asked.kind === 'day'
        ? 'Aucun enfant n’est attendu ce jour-là\u00a0: il n’y a rien à imprimer.'
        : 'Aucun enfant n’est inscrit ce jour-là\u00a0: il n’y a rien à imprimer.',
    )
  const people = childrenOnDay(store, childIds, asked.day)
  const namesakes = namesakesAmong([...people.values()])
  const consents = consentsOn(store, childIds, today(clock))
  const jpegs = jpegsOfChildren(store, childIds, today(clock))
  const label = `Trombinoscope imprimé\u00a0: ${counted(jpegs.size, 'photo')}, ${about}`
  store.act(person, 'photos.print', label, (write) => {
    for (const { id } of photosOf(store, { childIds: [...jpegs.keys()] })) write.trace('photo_consultation', id, {})
  })
  const pages = sections.map(
    ({ title, children }): PhotoBoardPage => ({
      title,
      about: `${about}, ${counted(children.length, 'enfant')}`,
      children: children
        .flatMap(({ childId }) => people.get(childId) ?? [])
        .toSorted(byFullName)
        .map((child) => ({
          firstName: child.firstName,
          lastName: child.lastName,
          about: [namesakes.has(child.id) ? numericDay(child.birthDay) : ageText(child.age), child.level]
            .filter((part) => part !== '')
            .join(', '),
          jpeg: jpegs.get(child.id) ?? null,
          withoutPhoto: noPhotoText(consents.get(child.id)?.teamPhoto ?? null),
        })),
    }),
  )
  const bytes = await photoBoardPdf({ organisation, printedBy: person.name, printedAt: clock(), pages })
  return new File([bytes], `trombinoscope-${asked.day}.pdf`, { type: 'application/pdf' })
}

type Section = { readonly title: string; readonly children: readonly Registered[] }

const sectionsOf = (core: Core, asked: Asked): { about: string; sections: Section[] } => {
  const { store } = core
  const { day } = asked
  if (asked.kind === 'activity') {
    const { id, name } = leadActivity(store, asked.activityId)
    const registered = registeredOn(store, id, day)
    return { about: `inscrits au ${shortDay(day)}`, sections: byGroup(store, id, name, registered, day) }
  }
  const atSite = asked.siteId === null ? null : activitiesOfSite(store, asked.siteId)
  const site = asked.siteId === null ? '' : (sitesOf(store).find(({ id }) => id === asked.siteId)?.name ?? '')
  const sections = attendanceOfDay(core, day)
    .filter(({ activityId }) => atSite?.has(activityId) ?? true)
    .map(({ activityId, activity }) => ({ title: activity, children: childrenOfSheet(store, activityId, day) }))
    .filter(({ children }) => children.length > 0)
  return { about: `attendus le ${shortDay(day)}${site === '' ? '' : `, ${site}`}`, sections }
}

/** One section for each group that has children, then one for those in none; a single one without groups. */
const byGroup = (
  store: Store,
  activityId: number,
  name: string,
  registered: readonly Registered[],
  day: Day,
): Section[] => {
  const groups = groupsOf(store, activityId)
  if (groups.length === 0) return [{ title: name, children: registered }]
  const periods = [...new Set(registered.map(({ periodId }) => periodId))]
  const groupsIn = new Map(periods.map((id) => [id, childGroupsIn(store, id, day, day)]))
  const inGroup = Map.groupBy(registered, (one) => groupsIn.get(one.periodId)?.of(one.registrationId, day) ?? null)
  return [...groups, { id: null, name: 'sans groupe' }].flatMap((group) => {
    const children = inGroup.get(group.id) ?? []
    return children.length === 0 ? [] : [{ title: `${name}, ${group.name}`, children }]
  })
}
