import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDesk } from '../../main/app/desk.ts'
import type { Context } from '../../main/desk/staff/procedures.ts'
import { version } from '../../package.json'
import { versionMismatchText } from '../../renderer/desk/staff/versions.ts'
import { day } from '../../shared/rules/calendar/day.ts'
import { sameHomeAllWeek } from '../../shared/rules/people/custody.ts'
import { unconfirmedBond } from '../../shared/rules/people/guardian-bond.ts'
import { type aClock, aMember, password } from '../support/desk.ts'
import { aGuardian } from '../support/towns/families.ts'
import { aFamily, aTown, type Town } from '../support/towns/town.ts'

let town: Town
let clock: ReturnType<typeof aClock>
let mine: Context
let theirs: Context
beforeAll(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Louison: {} } }))
    .with(aFamily('Duval', { children: { Tom: {} } }))
    .open()
  clock = town.clock
  await aMember(town.desk, town.client, { name: 'Inès Roche', login: 'ines', roles: ['director', 'administrator'] })
})
beforeEach(async () => {
  clock.set('2026-11-25', '10:00')
  mine = await at('sandrine')
  theirs = await at('ines')
})
afterAll(() => town.close())

const at = async (login: string): Promise<Context> => {
  const context = town.desk.connect()
  await createRouterClient(town.desk.router, { context }).staff.login({ login, password })
  return context
}

/** A call as a page sends it: under a key, from what its screen had read. */
const by = (context: Context, call: { key?: string; basis?: number } = {}) =>
  createRouterClient(town.desk.router, { context: { ...context, call } })

const lastRead = () => Number(town.store.sqlite.prepare('select max(id) from audit').pluck().get())
const acts = () => Number(town.store.sqlite.prepare('select count(*) from act').pluck().get())
const form = (letter: string, count = 1) => `${letter.repeat(16)}-${count}`

const organisation = async (changes: Record<string, string>) => ({
  ...(await by(mine).settings.organisation()),
  ...changes,
})

describe('two people on one record', () => {
  it('the second is shown what the first changed in the same field, by whom and when, and nothing is written', async () => {
    const basis = lastRead()
    clock.set('2026-11-25', '10:02')
    await by(theirs).settings.changeOrganisation(await organisation({ phone: '02 31 00 00 01' }))
    clock.set('2026-11-25', '10:05')
    const typed = await organisation({ phone: '02 31 99 99 99' })
    await expect(by(mine, { basis }).settings.changeOrganisation(typed)).rejects.toMatchObject({
      code: 'OVERWRITES',
      data: {
        sentence: 'Modifié entre-temps par Inès Roche à 10\u00a0h\u00a002.',
        entity: 'organisation',
        clashes: [{ field: 'phone', theirs: '02 31 00 00 01', yours: '02 31 99 99 99' }],
      },
    })
    expect((await by(mine).settings.organisation()).phone).toBe('02 31 00 00 01')
  })

  it('after that, the second may write all the same; a third change in between is shown again', async () => {
    const basis = lastRead()
    await by(theirs).settings.changeOrganisation(await organisation({ email: 'un@ville.fr' }))
    const typed = await organisation({ email: 'deux@ville.fr' })
    const refusal = await by(mine, { basis })
      .settings.changeOrganisation(typed)
      .catch((error: { data: { revision: number } }) => error)
    const { revision } = (refusal as { data: { revision: number } }).data
    await by(theirs).settings.changeOrganisation(await organisation({ email: 'trois@ville.fr' }))
    await expect(by(mine, { basis: revision }).settings.changeOrganisation(typed)).rejects.toMatchObject({
      data: { clashes: [{ theirs: 'trois@ville.fr' }] },
    })
    await by(mine, { basis: lastRead() }).settings.changeOrganisation(typed)
    expect((await by(mine).settings.organisation()).email).toBe('deux@ville.fr')
  })

  it('fields that only one of them changed do not conflict', async () => {
    const basis = lastRead()
    await by(theirs).settings.changeOrganisation(await organisation({ regie: 'Régie enfance' }))
    await by(mine, { basis }).settings.changeOrganisation(await organisation({ cashier: 'M. Lepage' }))
    expect(await by(mine).settings.organisation()).toMatchObject({ regie: 'Régie enfance', cashier: 'M. Lepage' })
  })

  it('a form that stays open does not conflict with its own changes', async () => {
    const basis = lastRead()
    const mineFirst = by(mine, { basis, key: form('a', 1) })
    await mineFirst.settings.changeOrganisation(await organisation({ siret: '21140060600011' }))
    await by(mine, { basis, key: form('a', 2) }).settings.changeOrganisation(
      await organisation({ siret: '21140060600029' }),
    )
    expect((await by(mine).settings.organisation()).siret).toBe('21140060600029')
  })
})

const refusing = (sentence: string) => ({ data: { sentence } })

const overwrites = (clashes: unknown) => ({
  code: 'OVERWRITES',
  data: { sentence: expect.stringMatching(/^Modifié entre-temps par Inès Roche/), clashes },
})

describe('two people on what is kept otherwise', () => {
  it('in a health record, a field that both changed conflicts, and one that only one changed is kept', async () => {
    const childId = town.child('Louison')
    const record = { allergies: '', diet: '' as const, pai: '', doctor: '' }
    await by(mine).families.changeHealth({ childId, ...record })
    const basis = lastRead()
    await by(theirs).families.changeHealth({ childId, ...record, allergies: 'Arachide' })
    await expect(
      by(mine, { basis }).families.changeHealth({ childId, ...record, allergies: 'Noix' }),
    ).rejects.toMatchObject(overwrites([{ field: 'allergies', theirs: 'Arachide', yours: 'Noix' }]))
    expect(await by(mine).families.health({ childId })).toMatchObject({ allergies: 'Arachide' })
    await by(mine, { basis }).families.changeHealth({ childId, ...record, allergies: 'Arachide', doctor: 'Quesnel' })
    expect(await by(mine).families.health({ childId })).toMatchObject({ allergies: 'Arachide', doctor: 'Quesnel' })
    // Reading it is no change.
    const then = lastRead()
    await by(theirs).families.health({ childId })
    await by(mine, { basis: then }).families.changeHealth({ childId, ...record, doctor: 'Delarue' })
  })

  it('the rules of the portal: what passes without a decision, and the hour of the exchange', async () => {
    const { automatic } = await by(mine).portal.settings()
    // Nothing was ever set: the other's is the first.
    const basis = lastRead()
    await by(theirs).portal.saveAutomatic({ ...automatic, cancellations: true })
    await expect(by(mine, { basis }).portal.saveAutomatic({ ...automatic, registrations: true })).rejects.toMatchObject(
      overwrites([
        {
          field: 'automatic',
          theirs: { ...automatic, cancellations: true },
          yours: { ...automatic, registrations: true },
        },
      ]),
    )
    // The hour is nobody's change yet.
    await by(mine, { basis }).exchange.schedule({ nightAt: '02:30', continuous: false })
    const then = lastRead()
    await by(theirs).exchange.schedule({ nightAt: '03:00', continuous: false })
    await expect(
      by(mine, { basis: then }).exchange.schedule({ nightAt: '04:00', continuous: false }),
    ).rejects.toMatchObject(overwrites([{ field: 'nightAt', theirs: '03:00', yours: '04:00' }]))
    expect(await by(mine).portal.settings()).toMatchObject({ nightAt: '03:00', automatic: { cancellations: true } })
  })

  it('a rule of shared custody: corrected or taken away by another, it is not replaced unseen', async () => {
    const childId = town.child('Louison')
    const homes = [town.family('Marchand'), town.family('Duval')] as const
    await by(mine).families.linkChild({ familyId: homes[1], childId })
    const rule = (evenHome: number, oddHome: number) => ({
      childId,
      decisions: [],
      change: {
        kind: 'rule' as const,
        rule: {
          from: day('2026-12-07'),
          evenWeek: [...sameHomeAllWeek(evenHome)],
          oddWeek: [...sameHomeAllWeek(oddHome)],
          holidays: null,
        },
      },
    })
    await by(mine).reservations.changeCustody(rule(homes[0], homes[1]))
    const basis = lastRead()
    await by(theirs).reservations.changeCustody(rule(homes[1], homes[0]))
    const remove = { childId, decisions: [], change: { kind: 'removeRule' as const, from: day('2026-12-07') } }
    for (const change of [rule(homes[0], homes[0]), remove])
      await expect(by(mine, { basis }).reservations.changeCustody(change)).rejects.toMatchObject(overwrites(null))
    await by(mine, { basis: lastRead() }).reservations.changeCustody(remove)
  })

  it('a bond edited by two at once conflicts, unless both entered the same', async () => {
    const family = await by(mine).families.one({ id: town.family('Marchand') })
    const pair = { guardianId: family.guardians[0]?.id ?? 0, childId: town.child('Louison') }
    const bond = { ...unconfirmedBond, ...pair }
    const basis = lastRead()
    await by(theirs).families.setBond({ ...bond, authority: 'yes' })
    await by(mine, { basis }).families.setBond({ ...bond, authority: 'yes' })
    await expect(by(mine, { basis }).families.setBond({ ...bond, authority: 'no' })).rejects.toMatchObject(
      overwrites([{ field: 'parentalAuthority', theirs: 'yes', yours: 'no' }]),
    )
    const { bonds } = await by(mine).families.one({ id: town.family('Marchand') })
    expect(bonds.find(({ childId }) => childId === pair.childId)).toMatchObject({ authority: 'yes' })
    await by(mine, { basis: lastRead() }).families.setBond({ ...bond, authority: 'no' })
  })

  it('a guardian who left meanwhile has no bond any more, and a person who was taken off the list is not changed', async () => {
    const familyId = town.family('Duval')
    const childId = town.child('Tom')
    const { id: guardianId } = await by(mine).families.addGuardian({ familyId, guardian: aGuardian('Karim', 'Benali') })
    const pickup = { name: 'Odile Garnier', relation: '', phone: '', allowed: true }
    await by(mine).families.addPickup({ ...pickup, childId })
    const listed = async () =>
      (await by(mine).families.one({ id: familyId })).children.find(({ id }) => id === childId)?.pickups ?? []
    const [known] = await listed()
    const basis = lastRead()
    await by(theirs).families.removeGuardian({ familyId, guardianId })
    await by(theirs).families.removePickup({ id: known?.id ?? 0 })
    await expect(
      by(mine, { basis }).families.setBond({ ...unconfirmedBond, authority: 'yes', guardianId, childId }),
    ).rejects.toMatchObject(refusing('Ce responsable et cet enfant ne sont plus dans la même famille.'))
    await expect(
      by(mine, { basis }).families.changePickup({ ...pickup, id: known?.id ?? 0, allowed: false }),
    ).rejects.toMatchObject(refusing('Cette personne n’est plus dans la liste.'))
    // Two who add the same person at once add one.
    await by(theirs).families.addPickup({ ...pickup, childId })
    await expect(
      by(mine, { basis }).families.addPickup({ ...pickup, name: 'odile GARNIER', childId }),
    ).rejects.toMatchObject(refusing('Cette personne est déjà dans la liste.'))
    expect(await listed()).toHaveLength(1)
  })

  it('a field of the town, filled in by two at once', async () => {
    const field = { subject: 'child' as const, kind: 'text' as const, label: 'Casier', choices: [] }
    const roles = ['director' as const]
    const { id: fieldId } = await by(mine).fields.save({ ...field, seenBy: roles, editedBy: roles })
    const typed = (value: string) => ({ childId: town.child('Louison'), values: [{ fieldId, value }] })
    const basis = lastRead()
    await by(theirs).fields.set(typed('12'))
    await expect(by(mine, { basis }).fields.set(typed('13'))).rejects.toMatchObject(
      overwrites([{ field: 'value', theirs: '12', yours: '13' }]),
    )
    await by(mine, { basis }).fields.set(typed('12'))
  })

  it('a notice that another person changed is not removed from the portal without a question', async () => {
    const given = {
      title: 'Séjour d’été',
      text: 'Inscriptions en mars.',
      audience: { kind: 'all' as const },
      fromDay: '2026-11-25',
      untilDay: '2026-12-25',
      byMail: false,
    }
    await by(mine).messages.addNotice(given)
    const [known] = await by(mine).messages.notices()
    const id = known?.id ?? 0
    const basis = lastRead()
    await by(theirs).messages.changeNotice({ id, ...given, text: 'Inscriptions en avril.' })
    await expect(by(mine, { basis }).messages.removeNotice({ id })).rejects.toMatchObject(overwrites(null))
    expect(await by(mine).messages.notices()).toMatchObject([{ text: 'Inscriptions en avril.' }])
    await by(mine, { basis: lastRead() }).messages.removeNotice({ id })
  })
})

describe('a call whose answer was lost', () => {
  it('comes again under its key and is answered the same, done once', async () => {
    const typed = { name: 'Salle Prévert', address: '', contact: '', phone: '', archived: false }
    const first = await by(mine, { key: form('b') }).settings.saveFacility(typed)
    const before = acts()
    expect(await by(mine, { key: form('b') }).settings.saveFacility(typed)).toEqual(first)
    expect(acts()).toBe(before)
    await expect(by(mine, { key: form('c') }).settings.saveFacility(typed)).rejects.toMatchObject({ code: 'REFUSED' })
  })

  it('waits for the first while that one is still at work', async () => {
    const call = by(mine, { key: form('d') })
    const leo = { name: 'Léo', login: 'leo', password, roles: ['animator' as const] }
    const [one, other] = await Promise.all([call.staff.add(leo), call.staff.add(leo)])
    expect(other).toEqual(one)
  })

  it('is never answered to another person', async () => {
    const typed = { name: 'Gymnase', address: '', contact: '', phone: '', archived: false }
    await by(mine, { key: form('e') }).settings.saveFacility(typed)
    await expect(by(theirs, { key: form('e') }).settings.saveFacility(typed)).rejects.toMatchObject({ code: 'REFUSED' })
  })

  it('after the desk was started again: it says that it is done, and does nothing', async () => {
    const typed = { name: 'Foyer', address: '', contact: '', phone: '', archived: false }
    await by(mine, { key: form('f') }).settings.saveFacility(typed)
    town.desk.core.workstations.answers.clear()
    await expect(by(mine, { key: form('f') }).settings.saveFacility(typed)).rejects.toMatchObject({
      code: 'ALREADY_DONE',
      data: { sentence: 'C’était enregistré\u00a0: seule la réponse s’était perdue.' },
    })
  })

  it('that was refused is refused anew: what it met may have changed', async () => {
    const weak = { name: 'Zoé', login: 'zoe', password: 'azerty', roles: ['animator' as const] }
    const call = by(mine, { key: form('g') })
    await expect(call.staff.add(weak)).rejects.toMatchObject({ code: 'REFUSED' })
    expect(await call.staff.add({ ...weak, password })).toMatchObject({ name: 'Zoé' })
  })
})

describe('what another workstation changes', () => {
  it('is sent to open pages at once, with the last revision of the audit', async () => {
    const stream = await by(mine).staff.changes({ page: 'page-of-sandrine' })
    expect((await stream.next()).value).toMatchObject({ domains: [], revision: lastRead() })
    const told = stream.next()
    await by(theirs).settings.saveSchool({ name: 'École Jacques-Prévert' })
    expect((await told).value).toMatchObject({ domains: expect.arrayContaining(['settings', 'families', 'invoicing']) })
    await stream.return?.(undefined)
  })
})

describe('who else has a record before them', () => {
  it('each is shown the name of the other, and again when one logs out or leaves', async () => {
    const [one, other] = [
      await by(mine).staff.changes({ page: 'sandrine-1' }),
      await by(theirs).staff.changes({ page: 'ines-page-1' }),
    ]
    await Promise.all([one.next(), other.next()])
    await by(mine).staff.look({ page: 'sandrine-1', record: 'family 1' })
    expect((await one.next()).value).toMatchObject({ others: [] })
    const [toMine, toTheirs] = [one.next(), other.next()]
    await by(theirs).staff.look({ page: 'ines-page-1', record: 'family 1' })
    expect((await toMine).value).toMatchObject({ others: ['Inès Roche'] })
    expect((await toTheirs).value).toMatchObject({ others: ['Sandrine Tostain'] })
    const loggedOut = other.next()
    await by(mine).staff.logout()
    expect((await loggedOut).value).toMatchObject({ others: [] })
    await by(mine).staff.login({ login: 'sandrine', password })
    await one.next()
    await by(mine).staff.look({ page: 'sandrine-1', record: 'family 1' })
    await Promise.all([one.next(), other.next()])
    const left = one.next()
    await other.return?.(undefined)
    expect((await left).value).toMatchObject({ others: [] })
    await one.return?.(undefined)
  })
})

describe('screens and core of two versions', () => {
  it('are recognised by the version that the core reports', async () => {
    const { version: core } = await by(mine).staff.session()
    expect(versionMismatchText({ screens: version, core, isElsewhere: false })).toBeNull()
  })

  it('a browser takes the new screens by loading the page again, a joined window is updated', () => {
    const differing = { screens: '1.0.0', core: '1.1.0' }
    expect(versionMismatchText({ ...differing, isElsewhere: false })).toContain('rechargez-la')
    expect(versionMismatchText({ ...differing, isElsewhere: true })).toContain('Mettez à jour le plus ancien des deux')
  })
})

describe('a session', () => {
  it('continues by its cookie after a restart of the desk, but not once it was ended', async () => {
    const { dataDir } = town.store
    const token = 'a-cookie-of-thirty-two-random-bytes'
    const workstation = { kind: 'browser' as const, address: '', program: 'Firefox' }
    const context = town.desk.letIn(token, workstation, true)
    await by(context).staff.login({ login: 'ines', password })
    const options = { dataDir, exampleDir: `${dataDir}-x`, clock }
    await town.desk.close()
    const again = await openDesk(options)
    const resumed = again.resume(token)
    expect(resumed).toBeDefined()
    expect(again.resume('another-cookie')).toBeUndefined()
    if (!resumed) return
    const client = createRouterClient(again.router, { context: resumed })
    expect(await client.staff.session()).toMatchObject({ state: 'open', member: { name: 'Inès Roche' } })
    again.leave(resumed)
    expect(again.resume(token)).toBeUndefined()
    await again.close()
    Object.assign(town.desk, { close: async () => undefined })
  })
})
