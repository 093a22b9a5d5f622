import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aFamily as aHomeOf } from '../support/towns/families.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, aWednesday, type Town } from '../support/towns/town.ts'

const year = 'ALSH mercredi 2026/2027'
const early = 'Petits, dès août'
let town: Town
beforeEach(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Louison: { birthDay: '2022-05-04', level: 'MS' } } }))
    .with(aFamily('Lebret', { town: 'Caen', children: { Zoé: { birthDay: '2014-01-09', level: '6e' } } }))
    .with(aWednesday())
    .with(anActivity('PETITS', { minimumAge: 3, maximumAge: 5, levels: ['PS', 'MS', 'GS'], residentsOnly: true }))
    .with(aPeriod('Petits 2026/2027', 'PETITS'))
    .with(aPeriod(early, 'PETITS', { startDay: '2026-08-17' }))
    .open()
})
afterEach(() => town.close())

const wish = (firstName: string, family: string, period = year) => ({
  childId: town.child(firstName),
  familyId: town.family(family),
  periodId: town.period(period),
  startDay: '2026-09-02',
  endDay: '2027-06-30',
})
const asked = (...of: Parameters<typeof wish>) => ({
  ...wish(...of),
  typicalWeek: [],
  overrideReason: '',
  accepted: false,
})

describe('a registration', () => {
  it('is asked («\u00a0?\u00a0»), then accepted; the list counts each state', async () => {
    const { id, state } = await town.client.registrations.ask(asked('Louison', 'Marchand'))
    expect(state).toBe('asked')
    expect((await town.client.registrations.accept({ id, overrideReason: '' })).state).toBe('accepted')
    const [count] = (await town.client.registrations.counts({})).filter((one) => one.period === year)
    expect(count).toMatchObject({ asked: 0, accepted: 1 })
    expect(await town.client.registrations.list({ periodId: town.period(year), states: ['accepted'] })).toMatchObject([
      { firstName: 'Louison', family: 'Marchand', activity: 'CLSH MERCREDI', facility: 'CENTRE DE LOISIRS' },
    ])
  })

  it('is found where a French list has its child: « Hébert » before « Hubert »', async () => {
    for (const [family, firstName] of [
      ['Hubert', 'Abel'],
      ['Hébert', 'Maël'],
      ['Zola', 'Élie'],
      ['Élan', 'Nour'],
    ] as const) {
      await aFamily(family, { children: { [firstName]: {} } })(town)
      await aRegistration(family, firstName, year)(town)
    }
    const names = (await town.client.registrations.list({ periodId: town.period(year) })).map(
      ({ lastName }) => lastName,
    )
    expect(names).toEqual(['Élan', 'Hébert', 'Hubert', 'Zola'])
  })

  it('is refused with a reason, or withdrawn; then a new one may be asked', async () => {
    const { id } = await town.client.registrations.ask(asked('Louison', 'Marchand'))
    await expect(town.client.registrations.refuse({ id, reason: ' ' })).rejects.toMatchObject({
      data: { field: 'reason' },
    })
    expect(await town.client.registrations.refuse({ id, reason: 'Dossier incomplet' })).toMatchObject({
      state: 'refused',
      reason: 'Dossier incomplet',
    })
    const second = await town.client.registrations.ask(asked('Louison', 'Marchand'))
    await town.client.registrations.withdraw({ id: second.id, reason: '' })
    await expect(town.client.registrations.accept({ id: second.id, overrideReason: '' })).rejects.toMatchObject({
      data: { sentence: 'Cette inscription a été retirée\u00a0: faites-en une nouvelle.' },
    })
  })

  it('is unique per child, family and period: for a second one, the refusal says where to book instead', async () => {
    await aRegistration('Marchand', 'Louison', year)(town)
    const sentence = `Cet enfant est déjà inscrit à «\u00a0${year}\u00a0»\u00a0: réservez dans le calendrier de cette inscription.`
    expect(await town.client.registrations.check(wish('Louison', 'Marchand'))).toMatchObject({
      obstacle: sentence,
      liveRegistrationId: town.registration('Louison', year),
    })
    await expect(town.client.registrations.ask(asked('Louison', 'Marchand'))).rejects.toMatchObject({
      data: { sentence, field: 'periodId' },
    })
    expect(await town.client.registrations.ofChild({ childId: town.child('Louison') })).toHaveLength(1)
  })

  it('stays inside its period', async () => {
    await expect(
      town.client.registrations.ask({ ...asked('Louison', 'Marchand'), endDay: '2027-07-09' }),
    ).rejects.toMatchObject({ data: { field: 'endDay' } })
    await expect(
      town.client.registrations.ask({ ...asked('Louison', 'Marchand'), startDay: '2026-08-01' }),
    ).rejects.toMatchObject({ data: { field: 'startDay' } })
  })

  it('is made by the child’s own family', async () => {
    await expect(town.client.registrations.ask(asked('Louison', 'Lebret'))).rejects.toMatchObject({
      data: { sentence: 'Cet enfant n’est pas de cette famille.', field: 'childId' },
    })
  })

  it('keeps the days that hold a place inside its dates', async () => {
    await aRegistration('Marchand', 'Louison', year)(town)
    const id = town.registration('Louison', year)
    await town.client.reservations.move({
      cells: [{ registrationId: id, day: '2027-06-30', slotId: town.slot('CLSH MERCREDI', 'Matin') }],
      act: 'book',
    })
    const shorter = { id, startDay: '2026-09-02', endDay: '2027-06-23', typicalWeek: [], overrideReason: '' }
    await expect(town.client.registrations.change(shorter)).rejects.toMatchObject({ data: { field: 'endDay' } })
    expect((await town.client.registrations.get({ id })).endDay).toBe('2027-06-30')
  })

  it('keeps a typical week of the days and slots of its period', async () => {
    const { id } = await town.client.registrations.ask(asked('Louison', 'Marchand'))
    const slotId = town.slot('CLSH MERCREDI', 'Matin')
    const dates = { id, startDay: '2026-09-09', endDay: '2027-06-30', overrideReason: '' }
    expect(
      (await town.client.registrations.change({ ...dates, typicalWeek: [{ weekday: 3, slotId }] })).typicalWeek,
    ).toEqual([{ weekday: 3, slotId }])
    await expect(
      town.client.registrations.change({ ...dates, typicalWeek: [{ weekday: 1, slotId }] }),
    ).rejects.toMatchObject({ data: { field: 'typicalWeek' } })
  })
})

describe('age, class and residence', () => {
  it('are checked on the first day and say what is missing', async () => {
    expect(await town.client.registrations.check(wish('Louison', 'Marchand', 'Petits 2026/2027'))).toMatchObject({
      obstacle: null,
      unmet: [],
    })
    const { unmet } = await town.client.registrations.check(wish('Zoé', 'Lebret', 'Petits 2026/2027'))
    expect(unmet).toHaveLength(3)
    expect(unmet[2]).toBe('Cette activité est réservée aux familles de la commune.')
  })

  it('a class recorded from 1 September counts for a period that begins the day before, with the teachers', async () => {
    const home = await aHomeOf(town.client, 'Renard', { children: { Nina: '2022-05-04' }, level: 'MS' })
    const newcomer = { familyId: home.id, childId: home.children[0]?.id ?? 0 }
    const asOf = async (startDay: string) =>
      (await town.client.registrations.check({ ...wish('Louison', 'Marchand', early), ...newcomer, startDay })).unmet
    expect(await asOf('2026-08-31')).toEqual([])
    expect(await asOf('2026-08-20')).toContainEqual(expect.stringContaining('la classe de l’enfant n’est pas connue'))
  })

  it('are passed by a director with a written reason only, which is kept', async () => {
    const ask = asked('Zoé', 'Lebret', 'Petits 2026/2027')
    const receptionist = await town.as('receptionist')
    await expect(receptionist.registrations.ask({ ...ask, overrideReason: 'Fratrie' })).rejects.toMatchObject({
      data: { field: 'overrideReason' },
    })
    await expect(town.client.registrations.ask(ask)).rejects.toMatchObject({ data: { field: 'overrideReason' } })
    expect(await town.client.registrations.ofFamily({ familyId: town.family('Lebret') })).toEqual([])
    const director = await town.as('director')
    expect(await director.registrations.ask({ ...ask, overrideReason: 'Fratrie' })).toMatchObject({
      overrideReason: 'Fratrie',
    })
  })

  it('a reason that passes nothing is not kept', async () => {
    expect(
      await town.client.registrations.ask({ ...asked('Louison', 'Marchand'), overrideReason: 'Par habitude' }),
    ).toMatchObject({ overrideReason: '' })
  })
})

describe('rights', () => {
  it('a cashier reads, an animator does not', async () => {
    const cashier = await town.as('cashier')
    expect(await cashier.registrations.list({})).toEqual([])
    await expect(cashier.registrations.ask(asked('Louison', 'Marchand'))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const animator = await town.as('animator')
    await expect(animator.registrations.list({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
