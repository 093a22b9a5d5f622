import type { Role } from '../../../shared/rules/access/roles.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { clientOf, password, type TestDesk } from '../desk.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, type Part, type Town } from './town.ts'

/** A mark in all names of the other site: a person of the first site must never see it. */
export const mark = 'Zyxsud'

const wednesdays = ['2026-12-09', '2026-12-16'] as const

/** Puts the facility of that name in a new site. */
const inSite =
  (facility: string, site: string): Part =>
  async ({ client, known }) => {
    const made = await client.settings.saveSite({ name: site })
    const own = (await client.settings.facilities()).find(({ name }) => name === facility)
    if (!own) throw new Error(`no facility ${facility}`)
    await client.settings.saveFacility({ ...own, siteId: made.id })
    known.set(`site ${site}`, made.id)
  }

const booked =
  (firstName: string, activity: string, period: string): Part =>
  async (town) => {
    const cells = wednesdays.map((on) => ({
      registrationId: town.registration(firstName, period),
      day: day(on),
      slotId: town.slot(activity, 'Matin'),
    }))
    await town.client.reservations.move({ cells, act: 'book', reason: { kind: 'written', text: 'Au téléphone' } })
  }

/**
 * A service of two sites: Zoé comes to the first, Malo to the second, Inès to both, and Paul of a new home to none.
 */
export const aTownOfSites = () =>
  aTown()
    .with(aFamily('Marchand', { familyQuotient: 727, children: { Zoé: {} } }))
    .with(aFamily(mark, { familyQuotient: 500, children: { Malo: {} } }))
    .with(aFamily('Deux', { children: { Inès: {} } }))
    .with(aFamily('Nouveau', { children: { Paul: {} } }))
    .with(anActivity('CLSH NORD', { facility: 'MAISON DU NORD' }))
    .with(anActivity(`CLSH ${mark}`, { facility: `MAISON ${mark}` }))
    .with(aPeriod('Nord 2026/2027', 'CLSH NORD'))
    .with(aPeriod(`${mark} 2026/2027`, `CLSH ${mark}`))
    .with(aRegistration('Marchand', 'Zoé', 'Nord 2026/2027'))
    .with(aRegistration(mark, 'Malo', `${mark} 2026/2027`))
    .with(aRegistration('Deux', 'Inès', 'Nord 2026/2027'))
    .with(aRegistration('Deux', 'Inès', `${mark} 2026/2027`))
    .with(inSite(`MAISON ${mark}`, `Site ${mark}`))
    .with(booked('Zoé', 'CLSH NORD', 'Nord 2026/2027'))
    .with(booked('Malo', `CLSH ${mark}`, `${mark} 2026/2027`))
    .with(booked('Inès', `CLSH ${mark}`, `${mark} 2026/2027`))

/** A connection of somebody with these roles at the first site only. */
export const atFirstSite = async (town: Town | TestDesk, roles: readonly Role[], name = roles.join('-')) => {
  const login = `nord-${name}`
  const given = 'Premier-Matin-07'
  await town.client.staff.add({ name: login, login, roles: [...roles], siteIds: [1], password: given })
  const own = clientOf(town.desk)
  await own.staff.login({ login, password: given })
  await own.staff.changePassword({ current: given, next: password })
  return own
}
