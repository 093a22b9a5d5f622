import type { Whom } from '../../../shared/contract/desk/messages/sendings.ts'
import { audienceNames } from '../../../shared/rules/messages/audience.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import type { Core, Person } from '../core.ts'
import { savedLists } from '../free-lists/free-lists.ts'
import { regieName, regiesOf } from '../regies/regies.ts'
import { facilitiesOf, schoolsOf, sitesOf } from '../settings/settings.ts'
import { activitiesOfSites } from './sendings-store.ts'

/**
 * The audience of a message as staff read it later: « Les enfants attendus le mer. 9 déc. 2026, CLSH MERCREDI, CM1 ».
 */
export const audienceText = (core: Core, person: Person, whom: Whom): string => {
  const narrowed = whom.brackets === undefined ? '' : ', affinés'
  return `${chosenText(core, person, whom)}${narrowed}`
}

const chosenText = (core: Core, person: Person, whom: Whom): string => {
  const { store } = core
  switch (whom.kind) {
    case 'expected': {
      const { day, untilDay, siteId, facilityId, schoolId, activityId, level } = whom
      const days = day === untilDay ? `le ${shortDay(day)}` : `du ${shortDay(day)} au ${shortDay(untilDay)}`
      const where = [
        named(sitesOf(store), siteId),
        named(facilitiesOf(store), facilityId),
        named(schoolsOf(store), schoolId),
        named(activitiesOfSites(store), activityId),
        level,
      ]
      return [`Les enfants attendus ${days}`, ...where].filter((one) => typeof one === 'string').join(', ')
    }
    case 'list': {
      const asked = JSON.stringify(filterOf(whom.query))
      const list = savedLists(core, person).find(({ query }) => JSON.stringify(filterOf(query)) === asked)
      return list ? `Les foyers de la liste «\u00a0${list.name}\u00a0»` : audienceNames.list
    }
    case 'families':
      return counted(whom.familyIds.length, 'foyer choisi', 'foyers choisis')
    case 'owing': {
      const regies = regiesOf(store)
      const regie = regies.find(({ id }) => id === whom.regieId)
      return regies.length > 1 && regie ? `${audienceNames.owing}, ${regieName(regie)}` : audienceNames.owing
    }
    case 'missingPaper':
      return audienceNames.missingPaper
  }
}

const named = (things: readonly { readonly id: number; readonly name: string }[], id: number | null | undefined) =>
  things.find((one) => one.id === id)?.name

const filterOf = ({ thing, on, brackets }: Extract<Whom, { kind: 'list' }>['query']) => ({ thing, on, brackets })
