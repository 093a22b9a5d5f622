import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aMember } from '../../support/desk.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { asked as run } from '../documents/documents-reading.ts'

const period = 'ALSH mercredi 2026/2027'
const today = day('2026-11-25')
let town: Town

beforeAll(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Basile: { birthDay: '2020-10-02' }, Louison: {} } }))
    .with(aWednesday())
    .with(aRegistration('Marchand', 'Basile', period))
    .with(aRegistration('Marchand', 'Louison', period))
    .open()
  const cells = ['Basile', 'Louison'].map((name) => ({
    registrationId: town.registration(name, period),
    day: today,
    slotId: town.slot('CLSH MERCREDI', 'Matin'),
  }))
  await town.client.reservations.move({ cells, act: 'book', reason: { kind: 'listed', code: 'toldInTime' } })
  await town.client.families.changeHealth({
    childId: town.child('Basile'),
    allergies: 'Arachide et ses traces. Éviction complète.',
    diet: '',
    pai: 'Trousse n° 4, bureau de la direction.',
    paiUntil: '2026-12-18',
    treatment: 'Seulement en cas de réaction, dans la trousse.',
    prescriptionOn: '2026-09-03',
    recommendations: 'Lunettes à garder toute la journée.',
    doctor: 'Dr Leroux, 02 61 91 40 18',
    insurer: 'Mutuelle des écoles',
    insuranceContract: '48-7721',
    doses: { mmr: '05/10/2021, 04/03/2022' },
  })
})
afterAll(() => town.close())

const read = async (file: unknown) => {
  const bytes = new Uint8Array(await (file as File).arrayBuffer())
  return run('pdftotext', bytes, ['-layout'], ['-'])
}
const childId = () => town.child('Basile')
const readings = () =>
  town.store.statement(`select count(*) from act where kind = 'health.read'`).pluck().get() as number

describe('fiches sanitaires on paper', () => {
  it('say all that the record says of a child, and are logged as a reading', async () => {
    const before = readings()
    const text = await read(await town.client.attendance.healthSheets({ kind: 'child', childId: childId() }))
    for (const said of [
      'Fiche sanitaire',
      'MARCHAND Basile',
      'ALLERGIE – PAI',
      'Rougeole, oreillons, rubéole',
      '05/10/2021 · 04/03/2022',
      'admis provisoirement',
      'ordonnance du 03/09/2026',
      'finit le 18/12/2026',
      'Lunettes à garder',
      'Dr Leroux',
      'contrat n° 48-7721',
      'le responsable de l’accueil appelle les secours',
      'D’après l’arrêté du 20 février 2003',
    ])
      expect(text.replaceAll('\u00a0', ' ')).toContain(said)
    expect(readings()).toBe(before + 1)
  })

  it('are those of an outing, without who stays, and of everybody expected on a day', async () => {
    const activityId = town.activity('CLSH MERCREDI')
    const outing = {
      kind: 'outing' as const,
      activityId,
      day: today,
      registrationIds: [town.registration('Louison', period)],
    }
    const text = await read(await town.client.attendance.healthSheets(outing))
    expect(text).toContain('MARCHAND Louison')
    expect(text).not.toContain('Basile')
    const all = await read(await town.client.attendance.healthSheets({ kind: 'day', day: today }))
    expect(all.match(/Nom, prénom/g)).toHaveLength(2)
    await expect(town.client.attendance.healthSheets({ kind: 'day', day: day('2026-11-26') })).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/rien à imprimer/) },
    })
  })

  it('are printed by who may read health records, and nobody else', async () => {
    const animator = await aMember(town.desk, town.client, { name: 'Karim', login: 'karim', roles: ['animator'] })
    await expect(animator.attendance.healthSheets({ kind: 'child', childId: childId() })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })
})
