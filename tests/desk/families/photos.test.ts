import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConsentAnswer } from '../../../shared/rules/dossier/consent.ts'
import { confirmedParent } from '../../../shared/rules/people/guardian-bond.ts'
import type { TestDesk } from '../../support/desk.ts'
import { aGuardian } from '../../support/towns/families.ts'
import { aJpeg, keepingPhotos } from '../../support/towns/photos.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'

const period = 'ALSH mercredi 2026/2027'
const today = '2026-11-25'
let town: Town
let client: TestDesk['client']
let familyId: number
let camille: number
let basile: number
beforeEach(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Basile: {}, Zoé: {} } }))
    .with(aWednesday())
    .with(aRegistration('Marchand', 'Basile', period))
    .with(keepingPhotos)
    .open()
  client = town.client
  familyId = town.family('Marchand')
  basile = town.child('Basile')
  camille = (await client.families.one({ id: familyId })).guardians[0]?.id ?? 0
  await client.reservations.move({
    act: 'book',
    reason: { kind: 'listed', code: 'toldInTime' },
    cells: [
      { registrationId: town.registration('Basile', period), day: today, slotId: town.slot('CLSH MERCREDI', 'Matin') },
    ],
  })
})
afterEach(() => town.close())

const jpeg = () => new Blob([aJpeg()], { type: 'image/jpeg' })
const base64 = Buffer.from(aJpeg()).toString('base64')
const say = async (answer: ConsentAnswer) => {
  const [asked] = await client.consents.ofChild({ childId: basile })
  await client.consents.answer({ childId: basile, guardianId: camille, textId: asked?.textId ?? 0, answer, on: today })
}
const ofFamily = async (own = client) =>
  Object.fromEntries((await own.photos.ofFamily({ familyId })).map(({ name, ...one }) => [name, one]))
const save = (own = client) => own.photos.save({ childId: basile, file: jpeg(), agreedOn: null })
const refused = (call: Promise<unknown>, sentence: RegExp, field?: string) =>
  expect(call).rejects.toMatchObject({ data: { sentence: expect.stringMatching(sentence), ...(field && { field }) } })
const toTheEnd = async (steps: AsyncIterator<unknown>) => {
  for (let step = await steps.next(); !step.done; ) step = await steps.next()
}
const rows = () => town.store.statement('select count(*) from photo_content').pluck().get()
const aGrandmother = async () => {
  const odile = { name: 'Odile Sorel', relation: 'grand-mère', phone: '' }
  await client.families.addPickup({ childId: basile, ...odile, allowed: true })
  const { children } = await client.families.one({ id: familyId })
  const id = children.flatMap(({ pickups }) => pickups)[0]?.id ?? 0
  return { ...odile, id }
}

describe('the photo of a child', () => {
  it('is kept once those who hold authority agreed, and shown to the team of the day', async () => {
    await refused(save(), /Il manque l’accord/)
    expect((await ofFamily())['Basile Marchand']).toMatchObject({ jpeg: null, whyNot: expect.stringMatching(/accord/) })
    await say('yes')
    await save()
    expect((await ofFamily())['Basile Marchand']).toMatchObject({ jpeg: base64, whyNot: null })
    const day = { activityId: town.activity('CLSH MERCREDI'), day: today }
    expect(await client.photos.ofDay(day)).toEqual([{ childId: basile, jpeg: base64, adults: [] }])
    await save()
    expect(rows()).toBe(1)
  })

  it('goes at once when the consent is withdrawn, and is nowhere in the file', async () => {
    await say('yes')
    await save()
    const bytes = town.store.statement('select sealed from photo_content').pluck().get() as string
    expect(bytes).not.toContain(base64.slice(0, 40))
    await say('withdrawn')
    expect((await ofFamily())['Basile Marchand']).toMatchObject({
      jpeg: null,
      whyNot: expect.stringMatching(/ne veut pas/),
    })
    expect(rows()).toBe(0)
    expect(
      town.store
        .statement(`select count(*) from audit where before like ? or after like ?`)
        .pluck()
        .get(`%${bytes.slice(0, 60)}%`, `%${bytes.slice(0, 60)}%`),
    ).toBe(0)
  })

  it('is a JPEG made here: anything else is refused, and nothing changed', async () => {
    await say('yes')
    const sent = (bytes: Uint8Array<ArrayBuffer>) =>
      client.photos.save({ childId: basile, file: new Blob([bytes]), agreedOn: null })
    await refused(sent(aJpeg(500)), /400 × 400/, 'file')
    await refused(sent(new Uint8Array(300_000)), /forme attendue/, 'file')
    await refused(sent(Uint8Array.from([...aJpeg(), 1])), /autre chose que l’image/, 'file')
    await refused(client.photos.save({ file: jpeg(), agreedOn: null }), /une personne, et une seule/)
    await refused(
      client.photos.save({ childId: basile, guardianId: camille, file: jpeg(), agreedOn: null }),
      /une seule/,
    )
    expect(rows()).toBe(0)
  })

  it('is neither kept nor shown where the service keeps none', async () => {
    await say('yes')
    await save()
    const { hasLogo: _hasLogo, ...organisation } = await client.settings.organisation()
    await client.settings.changeOrganisation({ ...organisation, photos: false })
    expect((await ofFamily())['Basile Marchand']).toMatchObject({
      jpeg: null,
      whyNot: expect.stringMatching(/ne garde pas/),
    })
    expect(await client.photos.ofDay({ activityId: town.activity('CLSH MERCREDI'), day: today })).toEqual([])
    await refused(save(), /ne garde pas de photos/)
    expect((await client.protection.due({ kind: 'photo' })).map(({ name }) => name)).toEqual(['Basile Marchand'])
  })

  it('goes with the family that leaves, and is due once its last registration is over', async () => {
    await say('yes')
    await save()
    expect(await client.protection.due({ kind: 'photo' })).toEqual([])
    town.clock.set('2027-10-15')
    expect(await client.protection.due({ kind: 'photo' })).toMatchObject([
      { name: 'Basile Marchand', since: '2027-06-30' },
    ])
    town.clock.set(today)
    await client.reservations.leave({ familyId, on: today, charged: false })
    expect(rows()).toBe(0)
  })

  it('is erased with what is due', async () => {
    await say('yes')
    await save()
    town.clock.set('2027-10-15')
    await toTheEnd(await client.protection.eraseDue({ kinds: ['photo'], confirmation: 'EFFACER' }))
    expect(rows()).toBe(0)
  })
})

describe('the photo of an adult who fetches', () => {
  it('is kept with that adult’s own agreement, and shown beside the child', async () => {
    const { id: pickupId } = await aGrandmother()
    await refused(client.photos.save({ pickupId, file: jpeg(), agreedOn: null }), /est d’accord/, 'agreedOn')
    await refused(client.photos.save({ pickupId, file: jpeg(), agreedOn: '2026-12-25' }), /d’avance/, 'agreedOn')
    await client.photos.save({ pickupId, file: jpeg(), agreedOn: today })
    await client.photos.save({ guardianId: camille, file: jpeg(), agreedOn: today })
    expect(await client.photos.ofDay({ activityId: town.activity('CLSH MERCREDI'), day: today })).toEqual([
      {
        childId: basile,
        jpeg: null,
        adults: [
          { name: 'Camille Marchand', relation: '', jpeg: base64 },
          { name: 'Odile Sorel', relation: 'grand-mère', jpeg: base64 },
        ],
      },
    ])
  })

  it('goes with whoever may not fetch any more, and when the line names somebody else', async () => {
    const { id, ...odile } = await aGrandmother()
    const keep = () => client.photos.save({ pickupId: id, file: jpeg(), agreedOn: today })
    await keep()
    await client.families.changePickup({ id, ...odile, phone: '06 39 98 27 15', allowed: true })
    expect(rows()).toBe(1)
    await client.families.changePickup({ id, ...odile, name: 'Karim Benali', allowed: true })
    expect(rows()).toBe(0)
    await keep()
    await client.families.changePickup({ id, ...odile, allowed: false })
    expect(rows()).toBe(0)
    await refused(keep(), /ne vient chercher aucun enfant/)
    await client.families.changePickup({ id, ...odile, allowed: true })
    await keep()
    await client.families.removePickup({ id })
    expect(rows()).toBe(0)
  })

  it('is not kept of a guardian who fetches none of the children', async () => {
    for (const childId of [basile, town.child('Zoé')])
      await client.families.setBond({
        ...confirmedParent,
        overrides: { ...confirmedParent.overrides, fetches: false },
        overrideReason: 'jugement',
        guardianId: camille,
        childId,
      })
    await refused(client.photos.save({ guardianId: camille, file: jpeg(), agreedOn: today }), /ne vient chercher/)
    expect(rows()).toBe(0)
  })

  it('is neither kept nor shown beside a child whom a judge forbids the guardian to fetch', async () => {
    const { id: julien } = await client.families.addGuardian({ familyId, guardian: aGuardian('Julien', 'Marchand') })
    await client.photos.save({ guardianId: julien, file: jpeg(), agreedOn: today })
    const forbid = (childId: number) =>
      client.families.addPickup({
        childId,
        name: 'MARCHAND Julien',
        relation: 'père',
        phone: '',
        allowed: false,
        decidedBy: 'JAF de Caen',
        decidedOn: '2026-03-12',
      })
    const keep = () => client.photos.save({ guardianId: julien, file: jpeg(), agreedOn: today })
    const beside = async () =>
      (await client.photos.ofDay({ activityId: town.activity('CLSH MERCREDI'), day: today })).flatMap(({ adults }) =>
        adults.map(({ name }) => name),
      )
    expect(await beside()).toEqual(['Julien Marchand'])
    await forbid(basile)
    expect(await beside()).toEqual([])
    // He fetches Zoé.
    await keep()
    await forbid(town.child('Zoé'))
    await refused(keep(), /ne vient chercher/)
  })

  it('goes with a guardian who leaves the last of their homes', async () => {
    const { id: julien } = await client.families.addGuardian({ familyId, guardian: aGuardian('Julien', 'Marchand') })
    await client.photos.save({ guardianId: julien, file: jpeg(), agreedOn: today })
    await client.families.removeGuardian({ familyId, guardianId: julien })
    expect(rows()).toBe(0)
  })
})

describe('a family', () => {
  it('reads its photos in the copy of its data, and they are erased with it', async () => {
    await client.photos.save({ guardianId: camille, file: jpeg(), agreedOn: today })
    await client.photos.save({ pickupId: (await aGrandmother()).id, file: jpeg(), agreedOn: today })
    await say('yes')
    await save()
    const copy = Buffer.from(await (await client.protection.exportFamily({ familyId })).arrayBuffer())
    for (const name of ['Basile Marchand', 'Camille Marchand', 'Odile Sorel'])
      expect(copy.includes(Buffer.from(`${name}.jpg`))).toBe(true)
    const [registered] = await client.registrations.ofFamily({ familyId })
    await client.reservations.endRegistration({
      registrationId: registered?.id ?? 0,
      lastDay: '2026-11-24',
      reason: 'départ',
      charged: false,
    })
    await toTheEnd(
      await client.protection.erase({
        subject: 'family',
        id: familyId,
        confirmation: 'Marchand',
      }),
    )
    expect(rows()).toBe(0)
    expect(town.store.statement('select count(*) from photo').pluck().get()).toBe(0)
  })

  it('that is merged keeps one photo of each', async () => {
    const { id: twin } = await client.families.addChild({
      familyId,
      child: { lastName: 'Marchand', firstName: 'Bazile', birthDay: '2020-03-14', sex: '', notes: '' },
      schooling: null,
    })
    await say('yes')
    await save()
    await client.doubles.merge({ kind: 'child', keptId: basile, goneId: twin, take: [] })
    expect((await ofFamily())['Basile Marchand']?.jpeg).toBe(base64)
  })
})

describe('who sees photos', () => {
  it('is the desk, and the team of the day on the day itself', async () => {
    await say('yes')
    await save()
    const day = { activityId: town.activity('CLSH MERCREDI'), day: today }
    const animator = await town.as('animator')
    expect(await animator.photos.ofDay(day)).toHaveLength(1)
    await refused(animator.photos.ofDay({ ...day, day: '2026-12-02' }), /le jour même/)
    await refused(animator.photos.ofFamily({ familyId }), /Directeur ou Agent/)
    await refused((await town.as('administrator')).photos.ofDay(day), /Animateur/)
    expect((await ofFamily(await town.as('receptionist')))['Basile Marchand']?.jpeg).toBe(base64)
  })
})

describe('the trombinoscope', () => {
  it('has everybody of an activity or of a day, with or without a photo, and the audit trail says who printed it', async () => {
    await say('yes')
    await save()
    const activity = { kind: 'activity', activityId: town.activity('CLSH MERCREDI'), day: today } as const
    const file = await client.photos.board(activity)
    expect(file.name).toBe('trombinoscope-2026-11-25.pdf')
    await client.photos.board({ kind: 'day', siteId: null, day: today })
    await refused(client.photos.board({ kind: 'day', siteId: null, day: '2026-11-26' }), /Aucun enfant/)
    const { acts } = await client.history.ofRecord({ entity: 'child', id: basile })
    expect(acts.map(({ label }) => label)).toContain('Photo enregistrée\u00a0: Basile Marchand')
  })
})
