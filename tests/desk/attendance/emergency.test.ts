import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aMember, type TestDesk } from '../../support/desk.ts'
import { aTownOfSites, atFirstSite, mark } from '../../support/towns/sites.ts'
import type { Town } from '../../support/towns/town.ts'

/** On 9 December Zoé is booked at the first site, Inès and Malo at the other; Paul nowhere. */
const today = '2026-12-09'

let town: Town
let delegate: TestDesk['client']
let colleague: TestDesk['client']
beforeAll(async () => {
  town = await aTownOfSites().open()
  town.clock.set(today, '10:00')
  delegate = await aMember(town.desk, town.client, { name: 'Ugo Anim', login: 'ugo', roles: ['animator'] })
  colleague = await aMember(town.desk, town.client, { name: 'Lou Anim', login: 'lou', roles: ['animator'] })
  for (const child of ['Zoé', 'Inès', 'Malo', 'Paul']) {
    await town.client.families.changeHealth({
      childId: town.child(child),
      allergies: `Arachide ${child}`,
      diet: '',
      pai: '',
      doctor: '',
    })
  }
})
afterAll(() => town.close())

const staffId = (name: string) =>
  town.store.statement('select id from staff_member where name = ?').pluck().get(name) as number
const open = (client: TestDesk['client'], child: string) =>
  client.emergency.open({ childId: town.child(child), reason: 'rescue' })
const name = (agent: string, from = today, to: string | null = today) =>
  town.client.emergency.saveDelegate({ staffId: staffId(agent), from: day(from), to: to === null ? null : day(to) })
const readings = () =>
  town.store
    .statement(
      `select count(*) from audit where entity = 'health_consultation' and after ->> '$.emergency' is not null`,
    )
    .pluck()
    .get()
const refusal = (sentence: RegExp) => ({ data: { sentence: expect.stringMatching(sentence) } })

describe('the health of a booked child, in an emergency', () => {
  it('is refused to whom no director named, and nothing is logged', async () => {
    expect(await delegate.emergency.isDelegate()).toBe(false)
    await expect(open(delegate, 'Zoé')).rejects.toMatchObject(refusal(/nommé par la direction/))
    expect(readings()).toBe(0)
  })

  it('opens to a delegate on the days of the delegation, with its reason in the audit trail', async () => {
    await name('Ugo Anim')
    expect(await delegate.emergency.isDelegate()).toBe(true)
    expect(await open(delegate, 'Zoé')).toMatchObject({ allergies: 'Arachide Zoé' })
    expect(readings()).toBe(1)
    const { rows } = await town.client.protection.consultations({})
    expect(rows[0]).toMatchObject({ person: 'Ugo Anim', about: 'Zoé Marchand', what: 'read', emergency: 'rescue' })
    const { openings } = await town.client.emergency.delegates()
    expect(openings).toMatchObject([{ person: 'Ugo Anim', child: 'Zoé Marchand', reason: 'rescue' }])
    // Nothing of the record is in the audit trail, which administrators read.
    const trail = town.store.statement('select group_concat(label) from act').pluck().get()
    expect(trail).toContain('ouverte en urgence (demandée par les secours)')
    expect(trail).not.toContain('Arachide')
  })

  it('opens neither for a child who is not booked that day, nor to a colleague, nor the next day', async () => {
    await expect(open(delegate, 'Paul')).rejects.toMatchObject(refusal(/pas attendu aujourd’hui/))
    await expect(open(colleague, 'Zoé')).rejects.toMatchObject(refusal(/nommé par la direction/))
    town.clock.set('2026-12-10', '10:00')
    await expect(open(delegate, 'Zoé')).rejects.toMatchObject(refusal(/nommé par la direction/))
    town.clock.set(today, '10:00')
    // What the delegate may open in an emergency gives no other way to it.
    await expect(delegate.families.health({ childId: town.child('Zoé') })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(readings()).toBe(1)
  })

  it('is bound to the sites of the delegate, and so is the director who names', async () => {
    const nord = await atFirstSite(town, ['animator'], 'anim')
    const director = await atFirstSite(town, ['director'], 'dir')
    await name('nord-anim')
    expect(await open(nord, 'Zoé')).toMatchObject({ allergies: 'Arachide Zoé' })
    // Inès is registered at both sites, and booked today at the other one; Malo never comes here.
    await expect(open(nord, 'Inès')).rejects.toMatchObject(refusal(/pas attendu aujourd’hui/))
    await expect(open(nord, 'Malo')).rejects.toMatchObject(refusal(/pas attendu aujourd’hui|n’existe plus/))
    await expect(
      director.emergency.saveDelegate({ staffId: staffId('Lou Anim'), from: day(today), to: null }),
    ).rejects.toMatchObject(refusal(/autres sites/))
    const seen = await director.emergency.delegates()
    expect(seen.candidates.map((one) => one.name)).toEqual(['nord-anim'])
    expect(JSON.stringify(seen)).not.toContain(mark)
  })

  it('refuses to name who reads health anyway, who works with no child, and the same days twice', async () => {
    await aMember(town.desk, town.client, { name: 'Rita Régie', login: 'rita', roles: ['cashier'] })
    await aMember(town.desk, town.client, { name: 'Dina Dir', login: 'dina', roles: ['director', 'receptionist'] })
    await expect(name('Rita Régie')).rejects.toMatchObject(refusal(/Agent d’accueil ou Animateur/))
    await expect(name('Dina Dir')).rejects.toMatchObject(refusal(/lit déjà/))
    await expect(name('Ugo Anim', '2026-12-01', null)).rejects.toMatchObject(refusal(/déjà délégué/))
    await expect(name('Lou Anim', '2026-12-02', '2026-12-01')).rejects.toMatchObject(refusal(/échangez-les/))
  })

  it('ends with the delegation; what was opened stays in the audit trail', async () => {
    const { delegates } = await town.client.emergency.delegates()
    await town.client.emergency.removeDelegate({ id: delegates.find((one) => one.name === 'Ugo Anim')?.id ?? 0 })
    await expect(open(delegate, 'Zoé')).rejects.toMatchObject(refusal(/nommé par la direction/))
    expect((await town.client.emergency.delegates()).openings).toHaveLength(2)
  })
})
