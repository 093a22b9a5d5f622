import { addDays, dayAt, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { answerFamily, collectMessage, listConversations } from '../messages/messages.ts'
import { askPaper, closeAsked } from '../papers/papers.ts'
import type { Agenda } from './agenda.ts'
import { workingDayUntil } from './calendar.ts'
import type { Town, TownHome } from './town.ts'

/** Adds papers that the service asks of families, and messages from parents. */
export const addFromParents = (town: Town, agenda: Agenda): void => {
  const { today } = town
  const yesterday = workingDayUntil(addDays(today, -1))
  agenda.add(addDays(today, -26), '10:30', () => askInsurances(town))
  agenda.add(addDays(today, -6), '09:40', () => askAddresses(town))
  agenda.at(instantOf(yesterday, timeOfDay('08:12')), () => writeToService(town))
  agenda.at(instantOf(yesterday, timeOfDay('09:50')), () => answerFirst(town))
}

/** Homes that have not left, in the order of the screens. */
const presentHomes = ({ townHomes }: Town): readonly TownHome[] => townHomes.filter(({ leftOn }) => leftOn === null)

const childOf = ({ townChildren }: Town, home: TownHome) => townChildren.find(({ homes }) => homes.includes(home))

/** Papers asked about four weeks ago and due ten days later: one was brought to the counter, the others are late. */
const askInsurances = (town: Town) => {
  const { core, staff } = town
  for (const [index, home] of presentHomes(town).slice(2, 6).entries()) {
    const child = childOf(town, home)
    if (!child) continue
    const { id } = askPaper(core, staff.receptionist, {
      familyId: home.id,
      childId: child.id,
      kind: 'insurance',
      note: 'Celle de cette année scolaire.',
      dueOn: addDays(dayAt(core.clock()), 10),
    })
    if (index === 0) closeAsked(core, staff.receptionist, { id, as: 'settled' })
  }
}

const askAddresses = (town: Town) => {
  const { core, staff } = town
  for (const home of presentHomes(town).slice(0, 2)) {
    askPaper(core, staff.receptionist, {
      familyId: home.id,
      childId: null,
      kind: 'residence',
      note: 'De moins de trois mois.',
      dueOn: addDays(dayAt(core.clock()), 21),
    })
  }
}

const parentMessages = [
  ['Retard mercredi', 'Bonjour, nous viendrons chercher les enfants vers 18 h 15 mercredi prochain. Est-ce possible ?'],
  ['Repas sans porc', 'Bonjour, à partir de lundi, pouvez-vous noter des repas sans porc pour nos enfants ? Merci.'],
] as const

const writeToService = (town: Town) => {
  const { core } = town
  core.store.act({ kind: 'guardian', name: 'Portail Famille' }, 'exchange.collect', 'Messages du portail', (write) => {
    for (const [index, [subject, text]] of parentMessages.entries()) {
      const home = presentHomes(town)[index]
      const parent = home && firstGuardian(town, home)
      if (!parent) continue
      const key = `exemple-${index}`
      const recordedAt = core.clock()
      const about = { subject, text, child: null, invoice: null, conversation: key }
      collectMessage(core.store, write, key, { ...about, ...parent, family: home.id, recordedAt })
    }
  })
}

const firstGuardian = ({ core: { store } }: Town, { id }: TownHome) =>
  store
    .statement(
      `select guardian.id guardian, trim(civility || ' ' || first_name || ' ' || last_name) author
      from family_guardian link join guardian on guardian.id = link.guardian_id where link.family_id = ? order by rank`,
    )
    .get(id) as { readonly guardian: number; readonly author: string } | undefined

const answerFirst = ({ core, staff }: Town) => {
  const { rows } = listConversations(core, { state: 'open', filter: '', from: 0, count: 5 })
  const first = rows.find(({ subject }) => subject === parentMessages[0][0])
  if (!first) return
  const text = 'Bonjour, le centre ferme à 18\u00a0h\u00a030\u00a0: c’est possible, nous le notons. Bonne journée.'
  answerFamily(core, staff.receptionist, { id: first.id, text })
}
