import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { markActivated } from '../../../main/desk/portal/portal.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { exchangeRun, exchangeSide, portalAccount } from '../../../main/store/schema/index.ts'
import { newSide } from '../../../shared/exchange/side.ts'
import { typedLetterCode } from '../../../shared/rules/access/letter-code.ts'
import { instant } from '../../../shared/rules/calendar/day.ts'
import { aDesk, type TestDesk } from '../../support/desk.ts'
import { aGuardian, aHome, anAddress } from '../../support/towns/families.ts'
import { asked, missing } from '../documents/documents-reading.ts'

let town: TestDesk
beforeEach(async () => {
  town = await aDesk()
})
afterEach(() => town.close())

/** A home of these guardians, by first name and e-mail; their ids in the same order. */
const home = async (name: string, people: Readonly<Record<string, string>>) => {
  const { id } = await town.client.families.create({
    home: aHome(name),
    guardians: Object.entries(people).map(([firstName, email]) => ({ ...aGuardian(firstName, name), email })),
    move: { fromDay: '2026-09-01', address: anAddress('8 rue des Tilleuls'), resident: null },
    quotient: null,
    children: [{ ...aChildOf(name), schooling: null }],
  })
  const family = await town.client.families.one({ id })
  return { familyId: id, ids: family.guardians.map((one) => one.id) }
}
const aChildOf = (lastName: string) => ({
  firstName: 'Basile',
  lastName,
  birthDay: '2020-03-04',
  sex: '' as const,
  notes: '',
})

const accounts = async (filter = '', state: 'all' | 'open' | 'none' = 'all') =>
  town.client.portal.accounts({ filter, state, from: 0, count: 50 })
const stateOf = async (guardianId: number) =>
  (await accounts()).rows.find((one) => one.guardianId === guardianId)?.state

/** The desk knows a portal at this address; nothing was published yet. */
const pairedOnPaper = () => {
  town.store.db
    .insert(exchangeSide)
    .values({
      id: 1,
      side: newSide('desk'),
      address: 'https://portail-famille.exemple.fr',
      ring: [],
      publicKey: '',
      pairedAt: town.clock(),
      portalKinds: [],
      series: {},
    })
    .run()
}
const exchanged = (at: string) => {
  town.store.db
    .insert(exchangeRun)
    .values({ cause: 'night', startedAt: instant(at), endedAt: instant(at), outcome: 'done' })
    .run()
}
const opens = (guardianId: number) =>
  town.store.act({ kind: 'system', name: 'Portail' }, 'exchange.collect', 'Reçu du portail', (write) =>
    markActivated(town.desk.core, write, guardianId, write.at),
  )

/** As the form of the texts holds them. */
const texts = async () => {
  const { nightAt: _, continuous: _c, automatic: _a, ...rest } = await town.client.portal.settings()
  return rest
}

describe('an invitation by mail', () => {
  it('opens an account for each guardian, each with its own e-mail as its login', async () => {
    const { ids, familyId } = await home('Marchand', { Camille: 'camille@exemple.fr', Julien: 'julien@exemple.fr' })
    expect(await town.client.portal.inviteByMail({ guardianIds: ids })).toEqual({ invited: 2, refused: [] })
    expect(await town.client.portal.accountsOfFamily({ familyId })).toMatchObject([
      { name: 'Camille Marchand', state: 'invited', invitedBy: 'mail', toSend: true },
      { name: 'Julien Marchand', state: 'invited', toSend: true },
    ])
  })

  it('is refused one by one with what to do, and the others go', async () => {
    const { ids } = await home('Marchand', { Camille: 'foyer@exemple.fr', Julien: 'foyer@exemple.fr' })
    const { ids: without } = await home('Fouquet', { Nadia: '' })
    const left = await home('Picot', { Aurélie: 'aurelie@exemple.fr' })
    await town.client.reservations.leave({ familyId: left.familyId, on: '2026-11-01', charged: false })
    const answer = await town.client.portal.inviteByMail({ guardianIds: [...ids, ...without, ...left.ids, 4321] })
    expect(answer.invited).toBe(1)
    expect(answer.refused.map(({ sentence }) => sentence.replaceAll('\u00a0', ' '))).toEqual([
      'L’adresse mail foyer@exemple.fr est déjà l’identifiant de Camille Marchand : il en faut une à chacun.',
      'Pas d’adresse mail : c’est l’identifiant du portail, ajoutez-la à sa fiche.',
      'Cette personne n’est plus dans une famille présente.',
      'Cette personne n’est plus dans une famille présente.',
    ])
    expect((await accounts()).counts).toMatchObject({ invited: 1, none: 1, noEmail: 1 })
  })

  it('given again, is another: the portal carries out each once', async () => {
    const { ids } = await home('Marchand', { Camille: 'camille@exemple.fr' })
    const given = () => town.store.db.select().from(portalAccount).all()[0]?.invitationId
    await town.client.portal.inviteByMail({ guardianIds: ids })
    const first = given()
    await town.client.portal.inviteByMail({ guardianIds: ids })
    expect(given()).not.toBe(first)
    expect((await accounts()).total).toBe(1)
  })

  it('given again leaves a file that the judge finds sound, and one still that nobody’s act wrote', async () => {
    const { ids } = await home('Marchand', { Camille: 'camille@exemple.fr', Julien: 'julien@exemple.fr' })
    const [camille = 0] = ids
    await town.client.portal.inviteByMail({ guardianIds: ids })
    await town.client.portal.inviteByMail({ guardianIds: ids })
    expect(checkFile(town.store.sqlite)).toEqual([])
    await town.client.portal.inviteByMail({ guardianIds: [camille] })
    expect(checkFile(town.store.sqlite)).toEqual([])
    town.store.sqlite.exec(
      `update portal_account set act_id = (select max(id) from act) where guardian_id <> ${camille}`,
    )
    expect(checkFile(town.store.sqlite)).toMatchObject([{ table: 'portal_account' }])
  })

  it('runs out 48 hours after the exchange that carried it, unless the account was opened', async () => {
    const { ids } = await home('Marchand', { Camille: 'camille@exemple.fr', Julien: 'julien@exemple.fr' })
    const [camille = 0, julien = 0] = ids
    await town.client.portal.inviteByMail({ guardianIds: ids })
    town.clock.set('2026-12-10')
    expect(await stateOf(camille)).toBe('invited')
    exchanged('2026-12-10T10:00:00.000Z')
    town.clock.set('2026-12-12', '10:59')
    expect(await stateOf(camille)).toBe('invited')
    opens(julien)
    town.clock.set('2026-12-12', '11:00')
    expect(await stateOf(camille)).toBe('expired')
    expect(await stateOf(julien)).toBe('open')
  })
})

describe('an account', () => {
  it('is closed and opened again by staff; while it is, no way in is given', async () => {
    const { ids } = await home('Marchand', { Camille: 'camille@exemple.fr' })
    const [guardianId = 0] = ids
    await expect(town.client.portal.block({ guardianId, blocked: true })).rejects.toMatchObject({
      data: { sentence: 'Cette personne n’a pas de compte sur le portail.' },
    })
    await town.client.portal.inviteByMail({ guardianIds: ids })
    opens(guardianId)
    await town.client.portal.block({ guardianId, blocked: true })
    expect(await stateOf(guardianId)).toBe('blocked')
    const { refused } = await town.client.portal.inviteByMail({ guardianIds: ids })
    expect(refused[0]?.sentence).toContain('bloqué')
    await town.client.portal.block({ guardianId, blocked: false })
    expect(await stateOf(guardianId)).toBe('open')
  })

  it('keeps the day on which it was first opened, however often the portal reports it', async () => {
    const { ids } = await home('Marchand', { Camille: 'camille@exemple.fr' })
    const [guardianId = 0] = ids
    await town.client.portal.inviteByMail({ guardianIds: ids })
    opens(guardianId)
    town.clock.set('2026-12-01')
    opens(guardianId)
    opens(999)
    expect((await accounts('', 'open')).rows[0]?.openedAt).toBe('2026-11-25T09:42:00.000Z')
  })

  it('is found by the names of the home, of its children, and by the e-mail', async () => {
    await home('Hébert', { Élise: 'elise.h@exemple.fr' })
    await home('Zola', { Élie: 'z@exemple.fr' })
    await home('Besnier', { Marc: 'm@exemple.fr' })
    expect((await accounts()).rows.map(({ name }) => name)).toEqual(['Marc Besnier', 'Élise Hébert', 'Élie Zola'])
    for (const [typed, count] of [
      ['heb', 1],
      ['basile', 3],
      ['ELI', 2],
      ['elise.h@', 1],
      ['personne', 0],
    ] as const)
      expect([typed, (await accounts(typed)).total]).toEqual([typed, count])
  })

  it('keeps its login to itself: its guardian cannot take the e-mail of another account', async () => {
    const { ids } = await home('Marchand', { Camille: 'camille@exemple.fr', Julien: 'julien@exemple.fr' })
    const [, julien = 0] = ids
    const change = (email: string) =>
      town.client.families.changeGuardian({ id: julien, guardian: { ...aGuardian('Julien', 'Marchand'), email } })
    await town.client.portal.inviteByMail({ guardianIds: ids })
    await expect(change('Camille@exemple.fr')).rejects.toMatchObject({
      code: 'REFUSED',
      data: { field: 'guardian.email' },
    })
    await change('julien.marchand@exemple.fr')
  })
})

describe('a printed letter', () => {
  it('needs the address of the portal', async () => {
    const { ids } = await home('Marchand', { Camille: 'camille@exemple.fr' })
    await expect(town.client.portal.inviteByLetter({ guardianIds: ids })).rejects.toMatchObject({ code: 'REFUSED' })
    expect(await stateOf(ids[0] ?? 0)).toBe('none')
  })

  it.skipIf(missing('pdftotext'))(
    'says where, who, with what code and until when; the code is on the paper only (needs pdftotext)',
    async () => {
      pairedOnPaper()
      const { ids } = await home('Marchand', { Camille: 'camille@exemple.fr' })
      const { letters, invited } = await town.client.portal.inviteByLetter({ guardianIds: ids })
      expect(invited).toBe(1)
      const text = asked(
        'pdftotext',
        new Uint8Array((await letters?.arrayBuffer()) ?? new ArrayBuffer()),
        ['-layout'],
        ['-'],
      )
        .replaceAll(/[\u00a0\u202f]/g, ' ')
        .replaceAll(/\s+/g, ' ')
      for (const said of [
        'CAMILLE MARCHAND',
        '8 RUE DES TILLEULS',
        '14550 BLAINVILLE-SUR-ORNE',
        'portail-famille.exemple.fr',
        'camille@exemple.fr',
        'Ouvrir mon compte avec le code',
        'jusqu’au 25 décembre 2026 compris',
      ])
        expect(text).toContain(said)
      const code = /Votre code ([0-9A-Z]{4} – [0-9A-Z]{4} – [0-9A-Z]{4})/.exec(text)?.[1] ?? ''
      const [row] = town.store.db.select().from(portalAccount).all()
      expect(row?.codeHash).toBe(createHash('sha256').update(typedLetterCode(code)).digest('hex'))
      const everything = town.store.statement('select json_group_array(after) from audit').pluck().get() as string
      expect(everything).not.toContain(typedLetterCode(code))
      expect(everything).not.toContain(code.replaceAll(' – ', '-'))
    },
  )

  it('stops working after its last day', async () => {
    pairedOnPaper()
    const { ids } = await home('Marchand', { Camille: 'camille@exemple.fr' })
    const [guardianId = 0] = ids
    await town.client.portal.inviteByLetter({ guardianIds: ids })
    town.clock.set('2026-12-25', '23:59')
    expect(await stateOf(guardianId)).toBe('invited')
    town.clock.set('2026-12-26', '00:00')
    expect(await stateOf(guardianId)).toBe('expired')
  })

  it('is one page for each, and none where all are refused', async () => {
    pairedOnPaper()
    const { ids } = await home('Marchand', { Camille: 'camille@exemple.fr', Julien: 'julien@exemple.fr' })
    const { ids: without } = await home('Fouquet', { Nadia: '' })
    const two = await town.client.portal.inviteByLetter({ guardianIds: [...ids, ...without] })
    expect(two).toMatchObject({ invited: 2, refused: [{ name: 'Nadia Fouquet' }] })
    expect(two.letters?.name).toContain('2 lettres')
    expect(await town.client.portal.inviteByLetter({ guardianIds: without })).toMatchObject({ letters: null })
  })
})

describe('what the town sets', () => {
  it('is kept, and has what it needs before anything was set', async () => {
    expect(await town.client.portal.settings()).toMatchObject({ conformity: 'non', accent: 'marine', nightAt: '02:00' })
    await town.client.portal.saveTexts({ ...(await texts()), information: 'Fermé le 24.', accent: 'prune' })
    expect(await town.client.portal.settings()).toMatchObject({ information: 'Fermé le 24.', accent: 'prune' })
  })

  it('never says « totalement conforme » without an audit', async () => {
    const wanted = { ...(await texts()), conformity: 'totale' as const }
    await expect(town.client.portal.saveTexts(wanted)).rejects.toMatchObject({
      code: 'REFUSED',
      data: { field: 'audit' },
    })
    expect((await town.client.portal.settings()).conformity).toBe('non')
    await town.client.portal.saveTexts({ ...wanted, audit: 'Audit RGAA du 3 novembre 2026, 100 %' })
    expect((await town.client.portal.settings()).conformity).toBe('totale')
  })

  it('lets through fields that parents may propose, no other', async () => {
    const rules = { bookings: true, cancellations: false, registrations: false }
    await town.client.portal.saveAutomatic({ ...rules, fields: ['guardian.mobilePhone', 'family.address.town'] })
    expect((await town.client.portal.settings()).automatic).toMatchObject({ bookings: true })
    // Whom a child is handed to is for a person to decide.
    for (const field of ['guardian.email', 'mobilePhone', 'family.notes', 'child.pickups'])
      await expect(town.client.portal.saveAutomatic({ ...rules, fields: [field] })).rejects.toMatchObject({
        data: { field: 'fields' },
      })
  })

  it('needs the right to the portal; the family’s page shows everybody who has access', async () => {
    const { ids, familyId } = await home('Marchand', { Camille: 'camille@exemple.fr' })
    const cashier = await town.as('cashier')
    for (const call of [
      () => cashier.portal.accounts({ filter: '', state: 'all', from: 0, count: 1 }),
      () => cashier.portal.inviteByMail({ guardianIds: ids }),
      () => cashier.portal.inviteByLetter({ guardianIds: ids }),
      () => cashier.portal.block({ guardianId: ids[0] ?? 0, blocked: true }),
      () => cashier.portal.settings(),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await cashier.portal.accountsOfFamily({ familyId })).toHaveLength(1)
    const animator = await town.as('animator')
    await expect(animator.portal.accountsOfFamily({ familyId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
