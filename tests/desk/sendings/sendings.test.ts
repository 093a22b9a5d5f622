import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { activityDays } from '../../../main/desk/figures/tables/attendance-store.ts'
import { sendPlansDue } from '../../../main/desk/sendings/sendings.ts'
import { noticeDocuments } from '../../../main/exchange/published/messages.ts'
import type { Whom } from '../../../shared/contract/desk/messages/sendings.ts'
import { day, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { aClock } from '../../support/desk.ts'
import { anSmsProvider } from '../../support/machine/sms-provider.ts'
import { aGuardian } from '../../support/towns/families.ts'
import { aMailServer, useMailServer } from '../../support/towns/mails.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'

const wednesday = day('2026-12-09')
const period = 'ALSH mercredi 2026/2027'
const soon = { timeout: 8000 }
const closers: (() => unknown)[] = []
let clock = aClock()
let town: Town
let mailbox: Awaited<ReturnType<typeof aMailServer>>['mailbox']
let provider: Awaited<ReturnType<typeof anSmsProvider>>

beforeEach(async () => {
  clock = aClock()
  town = await aTown()
    .with(aFamily('Delaunay', { children: { Gabin: { level: 'CM1' }, Rose: { level: 'CP' } } }))
    .with(aFamily('Quesnel', { children: { Noa: { level: 'CP' } } }))
    .with(aFamily('Ruel', { children: { Soan: { level: 'CE2' } } }))
    .with(aFamily('Absent', { children: { Zoé: {} } }))
    .with(aFamily('Libre', { children: { Paul: {} } }))
    .with(anActivity('CLSH MERCREDI'))
    .with(aPeriod(period, 'CLSH MERCREDI'))
    .with(aRegistration('Delaunay', 'Gabin', period))
    .with(aRegistration('Delaunay', 'Rose', period))
    .with(aRegistration('Quesnel', 'Noa', period))
    .with(aRegistration('Ruel', 'Soan', period))
    .with(aRegistration('Absent', 'Zoé', period))
    .open(clock)
  closers.push(() => town.close())
  const server = await aMailServer()
  ;({ mailbox } = server)
  closers.push(() => mailbox.close())
  provider = await anSmsProvider()
  closers.push(() => provider.close())
  useMailServer(town.desk.core, town.person, server)
  await town.client.mails.saveSmsServer(provider.settings)
  await reaches('Delaunay', { mobilePhone: '06 39 98 20 33', email: 'claire@exemple.fr' }, 'sms')
  await reaches('Quesnel', { email: 'julie@exemple.fr' })
  for (const child of ['Gabin', 'Rose', 'Noa', 'Soan']) await book(child)
})
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

const guardianOf = (family: string) =>
  town.store
    .statement(
      'select guardian.* from guardian join family_guardian link on guardian_id = guardian.id where family_id = ?',
    )
    .get(town.family(family)) as { id: number }

const reaches = async (family: string, changes: Record<string, string>, choice: 'sms' | 'mail' | null = null) => {
  const { id } = guardianOf(family)
  await town.client.families.changeGuardian({
    id,
    guardian: { ...aGuardian('Camille', family), civility: 'Mme', ...changes },
  })
  if (choice) await town.client.sendings.saveChoice({ guardianId: id, choice })
}

const book = (child: string, on = wednesday) =>
  town.client.reservations.move({
    cells: [{ registrationId: town.registration(child, period), day: on, slotId: town.slot('CLSH MERCREDI', 'Matin') }],
    act: 'book',
    reason: { kind: 'written', text: 'Au téléphone' },
  })

const expected = (changes: Partial<Whom & { kind: 'expected' }> = {}): Whom => ({
  kind: 'expected',
  day: wednesday,
  untilDay: wednesday,
  siteId: null,
  activityId: null,
  groupId: null,
  level: null,
  ...changes,
})

const preview = (whom: Whom = expected(), withSms = true) => town.client.sendings.preview({ whom, withSms })
const seenOf = async (whom: Whom = expected()) => (await preview(whom)).people.map(({ guardianId }) => guardianId)
const message = { subject: 'Le centre ferme', text: 'Coupure d’eau\u00a0: venez chercher {prénoms}.', withSms: true }
const send = async (changes: { readonly whom?: Whom; readonly seen?: number[]; readonly files?: File[] } = {}) => {
  const whom = changes.whom ?? expected()
  return town.client.sendings.send({ ...message, whom, seen: await seenOf(whom), files: [], ...changes })
}
const refusing = (text: string) => ({ data: { sentence: expect.stringContaining(text) as string } })
const queued = () => town.store.statement('select count(*) from mail').pluck().get()

const close = async (changes: object = {}) =>
  town.client.sendings.closeUrgently({
    ...message,
    siteId: null,
    activityId: town.activity('CLSH MERCREDI'),
    from: wednesday,
    to: wednesday,
    reason: 'Coupure d’eau',
    seen: await seenOf(),
    ...changes,
  })

const held = () =>
  town.store.statement(`select count(*) from reservation where day = ? and held = 'confirmed'`).pluck().get(wednesday)

const at = instantOf(day('2026-11-25'), timeOfDay('17:30'))
const lookedAt = instantOf(day('2026-11-25'), timeOfDay('17:29'))
const plan = async (subject = message.subject) =>
  town.client.sendings.plan({ ...message, subject, whom: expected(), seen: await seenOf(), files: [], at })

const names = async (whom: Whom) => (await preview(whom)).people.map(({ name }) => name)

describe('who is in an audience', () => {
  it('is each guardian once, by the channel that they chose', async () => {
    const { people, children, families, hasSms, surnames } = await preview()
    expect({ children, families, hasSms }).toEqual({ children: 4, families: 3, hasSms: true })
    expect(
      people.map(({ name, channel, address, why, values }) => [name, channel, address || why, values['prénoms']]),
    ).toEqual([
      ['Camille Delaunay', 'sms', '+33639982033', 'Gabin et Rose'],
      ['Camille Quesnel', 'mail', 'julie@exemple.fr', 'Noa'],
      ['Camille Ruel', 'call', 'nothing', 'Soan'],
    ])
    expect(surnames).toEqual(expect.arrayContaining(['Delaunay', 'Quesnel', 'Ruel']))
    // A name that the service itself bears may be told.
    await town.client.settings.saveSchool({ name: 'École Jean-Ruel' })
    expect((await preview()).ownNames).toContain('École Jean-Ruel')
  })

  it('is narrowed by class, activity and day, or chosen by hand', async () => {
    expect(await names(expected({ level: 'CM1' }))).toEqual(['Camille Delaunay'])
    expect(await names(expected({ activityId: town.activity('CLSH MERCREDI'), level: 'CP' }))).toHaveLength(2)
    expect(await names(expected({ day: day('2026-12-10'), untilDay: day('2026-12-10') }))).toEqual([])
    expect(await names({ kind: 'families', familyIds: [town.family('Absent')] })).toEqual(['Camille Absent'])
    expect(await names({ kind: 'owing', regieId: 1 })).toEqual([])
    expect(await names({ kind: 'missingPaper', requiredId: null })).toEqual([])
  })

  it('counts on the portal only the homes that opened their account', async () => {
    const { id } = guardianOf('Quesnel')
    town.store
      .statement(
        `insert into portal_account (guardian_id, invitation_id, invitation_by, invited_at, act_id)
        select ?, 'a', 'mail', ?, max(id) from act`,
      )
      .run(id, clock())
    expect((await preview()).portalHomes).toBe(0)
    town.store.statement('update portal_account set activated_at = ? where guardian_id = ?').run(clock(), id)
    expect((await preview()).portalHomes).toBe(1)
  })

  it('leaves out a guardian who is not told of the child', async () => {
    const { id } = guardianOf('Quesnel')
    await town.client.families.setBond({
      guardianId: id,
      childId: town.child('Noa'),
      kind: 'stepParent',
      authority: 'no',
      decidedBy: '',
      decidedOn: null,
      referent: '',
      overrides: { sees: null, asks: null, fetches: null, told: null },
      overrideReason: '',
    })
    expect((await preview()).people.map(({ name }) => name)).toEqual(['Camille Delaunay', 'Camille Ruel'])
  })

  it('writes once to two guardians of a home who have one address, for the children of both', async () => {
    const link = { civility: 'M.' as const, mobilePhone: '06 39 98 20 33', email: 'claire@exemple.fr' }
    await town.client.families.addGuardian({
      familyId: town.family('Delaunay'),
      guardian: { ...aGuardian('Marc', 'Delaunay'), ...link },
    })
    expect(await names(expected({ level: 'CM1' }))).toEqual(['Camille Delaunay', 'Marc Delaunay'])
    const marc = town.store.statement(`select id from guardian where first_name = 'Marc'`).pluck().get() as number
    await town.client.sendings.saveChoice({ guardianId: marc, choice: 'sms' })
    expect(await names(expected({ level: 'CM1' }))).toEqual(['Camille Delaunay et Marc Delaunay'])
  })

  it('names the children who were chosen, and reaches nobody for the others', async () => {
    const familyIds = [town.family('Delaunay'), town.family('Ruel')]
    const whom: Whom = { kind: 'families', familyIds, childIds: [town.child('Rose')] }
    expect((await preview(whom)).people.map(({ name, values }) => [name, values['prénoms']])).toEqual([
      ['Camille Delaunay', 'Rose'],
    ])
  })

  it('is the director’s and the reception’s; a cashier writes to one family, or to those of a régie', async () => {
    const cashier = await town.as('cashier')
    const refused = refusing('la direction ou l’accueil')
    await expect(cashier.sendings.preview({ whom: expected(), withSms: true })).rejects.toMatchObject(refused)
    const both = { kind: 'families', familyIds: [town.family('Ruel'), town.family('Absent')] } as const
    await expect(
      cashier.sendings.send({ ...message, whom: both as unknown as Whom, seen: [], files: [] }),
    ).rejects.toMatchObject(refused)
    const one: Whom = { kind: 'families', familyIds: [town.family('Quesnel')] }
    const seen = (await cashier.sendings.preview({ whom: one, withSms: true })).people.map(
      ({ guardianId }) => guardianId,
    )
    await cashier.sendings.send({ ...message, whom: one, seen, files: [] })
    await cashier.sendings.preview({ whom: { kind: 'owing', regieId: 1 }, withSms: true })
    await expect((await town.as('animator')).sendings.list({ from: 0, count: 10 })).rejects.toMatchObject(
      refusing('rôle'),
    )
  })
})

describe('a sending', () => {
  it('reaches each person by their channel and their home on the portal, once', async () => {
    const { id, people } = await send()
    expect(people).toBe(3)
    await vi.waitFor(async () => {
      const { fates } = await town.client.sendings.read({ id })
      expect(fates.map(({ fate, count }) => `${fate} ${count}`).toSorted()).toEqual(['sent 2', 'toCall 1'])
    }, soon)
    expect(provider.received).toMatchObject([
      { recipient: '33639982033', content: "Coupure d'eau : venez chercher Gabin et Rose." },
    ])
    expect(mailbox.received.map(({ to, subject, text }) => [to, subject, text.trim()])).toEqual([
      ['julie@exemple.fr', 'Le centre ferme', 'Coupure d’eau\u00a0: venez chercher Noa.'],
    ])
    const [row] = (await town.client.sendings.list({ from: 0, count: 10 })).rows
    expect(row).toMatchObject({ state: 'sent', smsParts: 1, costThousandths: 59, people: 3, difference: '' })
    expect(await town.client.messages.notices()).toEqual([])
    const reach = {
      today: day('2026-11-26'),
      overSince: day('2026-06-01'),
      bookedUntil: day('2027-11-26'),
      issuedFrom: day('2025-01-01'),
    }
    const published = noticeDocuments(town.store, reach, [1]).get(1)
    expect(published).toMatchObject({
      title: 'Le centre ferme',
      text: 'Coupure d’eau\u00a0: venez chercher votre enfant.',
      byMail: false,
    })
  })

  it('is refused when the audience is no longer that of the preview, saying who came', async () => {
    const seen = await seenOf()
    await book('Zoé')
    await expect(send({ seen })).rejects.toMatchObject(
      refusing('1\u00a0personne de plus (Camille Absent) depuis l’aperçu'),
    )
    expect(queued()).toBe(0)
    await send()
    expect(queued()).toBe(4)
  })

  it.each<[string, object, string]>([
    ['nobody', { whom: expected({ day: day('2026-12-10'), untilDay: day('2026-12-10') }) }, 'Personne n’est concerné'],
    ['no text', { text: ' ' }, 'Écrivez votre message'],
    ['no subject', { subject: '' }, 'Écrivez l’objet'],
    ['a field that is not known', { text: 'Bonjour {nom}' }, '{nom}'],
    ['a word of health', { text: 'L’allergie de votre enfant' }, 'parle de santé'],
    ['a debt, by SMS', { text: 'Votre facture attend' }, 'parle d’argent dû'],
    ['a surname, by SMS', { text: 'Venez chercher Ruel' }, 'est un nom de famille'],
    ['a file that is no PDF', { files: [new File(['bonjour'], 'a.exe')] }, 'ni un PDF ni une photo'],
    [
      'files that are too large',
      { files: [new File(['%PDF-1.7', new Uint8Array(11 * 1024 * 1024)], 'a.pdf')] },
      '10\u00a0Mo',
    ],
  ])('of %s is refused, and nothing is queued', async (_, changes, sentence) => {
    await expect(send(changes)).rejects.toMatchObject(refusing(sentence))
    expect([queued(), (await town.client.sendings.list({ from: 0, count: 10 })).total]).toEqual([0, 0])
  })

  it('that is asked for a second time, the first answer lost, is not sent twice', async () => {
    await send()
    await expect(send()).rejects.toMatchObject(refusing('a déjà été écrit aux mêmes destinataires'))
    await plan()
    await expect(plan()).rejects.toMatchObject(refusing('a déjà été écrit aux mêmes destinataires'))
    expect(queued()).toBe(3)
    clock.set('2026-11-25', '16:30')
    await send()
  })

  it('is decided about by who may write it', async () => {
    const { id } = await send()
    const [row] = (await town.client.sendings.read({ id })).recipients.filter(({ fate }) => fate === 'toCall')
    const cashier = await town.as('cashier')
    const refused = refusing('la direction ou l’accueil')
    await expect(cashier.mails.resend({ ids: [row?.id ?? 0] })).rejects.toMatchObject(refused)
    await expect(cashier.mails.withdraw({ ids: [row?.id ?? 0] })).rejects.toMatchObject(refused)
  })

  it('takes its files to those who are written to by mail', async () => {
    const { id } = await send({ files: [new File(['%PDF-1.7 trousseau'], 'Trousseau de décembre.pdf')] })
    await vi.waitFor(() => expect(mailbox.received).toHaveLength(1), soon)
    expect((await town.client.sendings.read({ id })).files).toEqual(['Trousseau de décembre.pdf'])
    expect(mailbox.received[0]?.files).toHaveLength(1)
  })

  it('without SMS goes by mail to those who have an address', async () => {
    expect((await preview(expected(), false)).people.map(({ channel }) => channel)).toEqual(['mail', 'mail', 'call'])
  })

  it('is sent once more by a person alone, to the way that somebody has now', async () => {
    const { id } = await send()
    const toCall = async () =>
      (await town.client.sendings.read({ id })).recipients.find(({ name }) => name === 'Camille Ruel')
    const mailId = (await toCall())?.id ?? 0
    await expect(town.client.mails.resend({ ids: [mailId] })).rejects.toMatchObject(refusing('ni mobile ni adresse'))
    await reaches('Ruel', { mobilePhone: '06 39 98 44 70' })
    await town.client.mails.resend({ ids: [mailId] })
    await vi.waitFor(async () => expect(await toCall()).toMatchObject({ channel: 'sms', fate: 'sent' }), soon)
    expect(provider.received.at(-1)).toMatchObject({ recipient: '33639984470' })
  })

  it('is judged again when a mail becomes an SMS, and paid for', async () => {
    const whom: Whom = { kind: 'families', familyIds: [town.family('Ruel')] }
    const resent = async (text: string, withSms = true) => {
      await reaches('Ruel', {})
      const { id } = await town.client.sendings.send({
        ...message,
        whom,
        text,
        withSms,
        seen: [guardianOf('Ruel').id],
        files: [],
      })
      await reaches('Ruel', { mobilePhone: '06 39 98 44 70' })
      const [row] = (await town.client.sendings.read({ id })).recipients
      await town.client.mails.resend({ ids: [row?.id ?? 0] })
      return id
    }
    await expect(resent('La famille Ruel a une facture impayée')).rejects.toMatchObject(refusing('argent dû'))
    await expect(resent('Venez, famille Ruel')).rejects.toMatchObject(refusing('nom de famille'))
    await expect(resent('Venez', false)).rejects.toMatchObject(refusing('sans SMS'))
    const id = await resent('Venez chercher {prénoms}')
    expect(await town.client.sendings.read({ id })).toMatchObject({ smsParts: 1 })
  })

  it('to families that lack a paper can only be read by people who may read dossiers', async () => {
    const { id } = await send()
    town.store
      .statement(`update sending set audience = '{"kind":"missingPaper","requiredId":null}' where id = ?`)
      .run(id)
    await town.client.sendings.read({ id })
    await expect((await town.as('cashier')).sendings.read({ id })).rejects.toMatchObject(refusing('manque une pièce'))
  })

  it('to families that lack a paper is hidden from a cashier in the queue too, and cannot be found by its subject', async () => {
    const familyId = town.family('Quesnel')
    const whom: Whom = { kind: 'families', familyIds: [familyId] }
    const lacks = { ...message, subject: 'Il manque l’assurance', withSms: false, whom }
    const { id } = await town.client.sendings.send({ ...lacks, seen: [guardianOf('Quesnel').id], files: [] })
    const lacking = `update sending set audience = '{"kind":"missingPaper","requiredId":null}' where id = ?`
    town.store.statement(lacking).run(id)
    const cashier = await town.as('cashier')
    const listed = async (client: typeof cashier, text = '') =>
      (await client.mails.list({ filter: 'all', text, from: 0, count: 9 })).rows
    const [mail] = await listed(town.client)
    const mailId = mail?.id ?? 0
    expect(await listed(town.client, 'assurance')).toHaveLength(1)
    expect(await listed(cashier, 'assurance')).toEqual([])
    expect(await listed(cashier, 'quesnel')).toMatchObject([
      { subject: 'Un document du dossier', mayResend: false, mayWithdraw: false },
    ])
    const hidden = refusing('manque une pièce')
    await expect(cashier.mails.read({ id: mailId })).rejects.toMatchObject(hidden)
    await expect(cashier.mails.withdraw({ ids: [mailId] })).rejects.toMatchObject(hidden)
    expect(await cashier.sendings.ofFamily({ familyId })).toMatchObject([{ subject: 'Un document du dossier' }])
    expect((await cashier.sendings.list({ from: 0, count: 9 })).rows).toMatchObject([
      { subject: 'Un document du dossier', text: '' },
    ])
    expect(await town.client.mails.read({ id: mailId })).toMatchObject({ subject: 'Il manque l’assurance' })
  })

  it('is read at the family’s, and goes with the last of its recipients when people are erased', async () => {
    const familyId = town.family('Libre')
    await town.client.mails.stop({ email: '06 39 98 44 70', reason: 'STOP au téléphone' })
    await reaches('Libre', { mobilePhone: '06 39 98 44 70' })
    const { id } = await send({ whom: { kind: 'families', familyIds: [familyId] } })
    expect(await town.client.sendings.ofFamily({ familyId })).toMatchObject([
      { subject: 'Le centre ferme', fate: 'toCall' },
    ])
    expect(await town.client.mails.stops()).toMatchObject([
      { email: '+33639984470', guardians: [{ name: 'Camille Libre', familyId }] },
    ])
    const guardianId = guardianOf('Libre').id
    await town.client.sendings.saveChoice({ guardianId, choice: 'sms' })
    const home = { subject: 'family', id: familyId } as const
    const { name } = await town.client.protection.plan(home)
    for await (const _ of await town.client.protection.erase({ ...home, confirmation: name })) void _
    const left = (table: string) => town.store.statement(`select count(*) from ${table}`).pluck().get()
    expect(id).toBe(1)
    expect(['sending', 'notice', 'mail', 'message_choice', 'stopped_address'].map(left)).toEqual([0, 0, 0, 1, 0])
  })

  it('whose mails were all withdrawn is not shown on the portal either', async () => {
    const { id } = await send({ whom: { kind: 'families', familyIds: [town.family('Quesnel')] } })
    await vi.waitFor(() => expect(mailbox.received).toHaveLength(1), soon)
    town.store.statement(`update mail_delivery set fate = 'waiting'`).run()
    const [row] = (await town.client.sendings.read({ id })).recipients
    await town.client.mails.withdraw({ ids: [row?.id ?? 0] })
    expect(town.store.statement('select count(*) from notice').pluck().get()).toBe(0)
  })

  it('is shown on the portal until the last day that it is about', async () => {
    const until = () => town.store.statement('select until_day from notice order by id desc').pluck().get()
    await send()
    expect(until()).toBe(wednesday)
    await send({ whom: { kind: 'families', familyIds: [town.family('Quesnel')] } })
    expect(until()).toBe('2026-12-02')
  })

  it('is taken off the portal by who may write it, once', async () => {
    const { id } = await send()
    expect((await town.client.sendings.read({ id })).notice).toEqual({ untilDay: wednesday, isPublished: false })
    await expect((await town.as('cashier')).sendings.removeNotice({ id })).rejects.toMatchObject(
      refusing('la direction ou l’accueil'),
    )
    await town.client.sendings.removeNotice({ id })
    expect((await town.client.sendings.read({ id })).notice).toBeNull()
    await expect(town.client.sendings.removeNotice({ id })).rejects.toMatchObject(refusing('ne montre déjà plus'))
  })

  it('lets a person say that somebody was telephoned', async () => {
    const { id } = await send()
    const [row] = (await town.client.sendings.read({ id })).recipients.filter(({ fate }) => fate === 'toCall')
    await town.client.mails.withdraw({ ids: [row?.id ?? 0] })
    expect((await town.client.sendings.read({ id })).fates).toContainEqual({ fate: 'called', count: 1 })
  })
})

const inClass = (level: string) => [[{ column: 'child.schoolClass' as const, is: 'equalTo' as const, text: level }]]

describe('a choice of recipients', () => {
  const lists = { thing: 'children' as const, on: null }

  it('may be the homes of a list, for the children of its lines', async () => {
    const brackets = [[...inClass('CM1'), ...inClass('CE2')].flat()]
    const whom: Whom = { kind: 'list', query: { ...lists, brackets } }
    const { people } = await preview(whom)
    expect(people.map(({ name, values }) => [name, values['prénoms']])).toEqual([
      ['Camille Delaunay', 'Gabin'],
      ['Camille Ruel', 'Soan'],
    ])
    const { id } = await send({ whom })
    expect(await town.client.sendings.read({ id })).toMatchObject({ whom, audience: 'Les foyers d’une liste libre' })
    await town.client.freeLists.save({
      name: 'CM1 et CE2',
      isShared: false,
      query: { ...lists, brackets, columns: ['child.firstName'], groups: [], sort: [] },
    })
    expect(await town.client.sendings.read({ id })).toMatchObject({
      audience: 'Les foyers de la liste «\u00a0CM1 et CE2\u00a0»',
    })
  })

  it('is narrowed by conditions on the children', async () => {
    const whom = { ...expected(), brackets: inClass('CP') }
    expect(await names(whom)).toEqual(['Camille Delaunay', 'Camille Quesnel'])
    expect(await names({ ...whom, brackets: [...inClass('CP'), ...inClass('CM1')] })).toEqual([])
  })

  it('does not read health', async () => {
    const brackets = [[{ column: 'child.allergies' as const, is: 'filled' as const }]]
    await expect(names({ ...expected(), brackets })).rejects.toMatchObject(refusing('ne lit pas la santé'))
  })

  it('is kept under a name, used again, shared by who may, and taken away', async () => {
    const { client } = town
    const { sendings } = await town.as('receptionist')
    const kept = { name: 'Les CP du mercredi', whom: { ...expected(), brackets: inClass('CP') }, isShared: false }
    const { id } = await sendings.saveAudience(kept)
    await expect(sendings.saveAudience({ ...kept, name: 'les cp du mercredi' })).rejects.toMatchObject(
      refusing('s’appelle déjà'),
    )
    await expect(sendings.saveAudience({ ...kept, id, isShared: true })).rejects.toMatchObject(refusing('Directeur'))
    expect(await sendings.savedAudiences()).toMatchObject([
      { id, name: kept.name, whom: kept.whom, isMine: true, why: null },
    ])
    expect(await client.sendings.savedAudiences()).toEqual([])
    const shared = await client.sendings.saveAudience({ ...kept, name: 'À tous', isShared: true })
    const cashier = (await town.as('cashier')).sendings
    expect(await cashier.savedAudiences()).toMatchObject([
      { name: 'À tous', isMine: false, why: expect.stringContaining('régisseur') as string },
    ])
    await expect(sendings.removeAudience({ id: shared.id })).rejects.toMatchObject(refusing('gardez le vôtre'))
    await sendings.removeAudience({ id })
    expect((await sendings.savedAudiences()).map(({ name }) => name)).toEqual(['À tous'])
  })
})

describe('planned for an hour', () => {
  it('leaves at its hour, for those who are expected then, and says who came meanwhile', async () => {
    const { id } = await plan()
    expect((await town.client.sendings.read({ id })).planned).toMatchObject({ people: 3 })
    await book('Zoé')
    expect(await town.client.sendings.read({ id })).toMatchObject({ people: 3, planned: { people: 4, smsParts: 1 } })
    await sendPlansDue(town.desk.core, lookedAt)
    expect(queued()).toBe(0)
    clock.set('2026-11-25', '17:31')
    await sendPlansDue(town.desk.core, lookedAt)
    await sendPlansDue(town.desk.core, lookedAt)
    expect(await town.client.sendings.read({ id })).toMatchObject({
      state: 'sent',
      people: 4,
      // Names would outlive the people who are erased.
      difference: '1\u00a0personne de plus depuis l’aperçu',
    })
  })

  it('is never sent by itself after its hour: a person is asked', async () => {
    const { id } = await plan()
    clock.set('2026-11-25', '18:30')
    await sendPlansDue(town.desk.core, lookedAt)
    expect(queued()).toBe(0)
    expect(await town.client.sendings.late()).toMatchObject([{ id, subject: 'Le centre ferme' }])
    await expect(town.client.sendings.sendPlanned({ id, seen: [] })).rejects.toMatchObject(
      refusing('personnes de plus'),
    )
    await town.client.sendings.sendPlanned({ id, seen: await seenOf() })
    expect(await town.client.sendings.late()).toEqual([])
    await expect(town.client.sendings.drop({ id })).rejects.toMatchObject(refusing('n’attend plus'))
  })

  it('is not sent when the desk was opened after its hour, nor from an older copy of the file', async () => {
    const { id } = await plan()
    clock.set('2026-11-25', '17:31')
    await sendPlansDue(town.desk.core, clock())
    expect(queued()).toBe(0)
    town.store.statement(`insert into file_fact (key, value) values ('plans_held_since', ?)`).run(lookedAt)
    await sendPlansDue(town.desk.core, lookedAt)
    expect(queued()).toBe(0)
    expect(await town.client.sendings.late()).toMatchObject([{ id, obstacle: null }])
  })

  it('says what keeps it, and keeps no other', async () => {
    const { id } = await plan()
    await plan('Le centre ferme tôt')
    town.store.statement(`update sending set text = 'Une facture impayée' where id = ?`).run(id)
    clock.set('2026-11-25', '17:31')
    await sendPlansDue(town.desk.core, lookedAt)
    expect(queued()).toBe(3)
    clock.set('2026-11-25', '17:34')
    const [late] = await town.client.sendings.late()
    expect(late).toMatchObject({ id, obstacle: expect.stringContaining('argent dû') as string })
  })

  it('to many families cannot be dropped by a cashier', async () => {
    const { id } = await plan()
    await expect((await town.as('cashier')).sendings.drop({ id })).rejects.toMatchObject(
      refusing('la direction ou l’accueil'),
    )
  })

  it('may be given up, and never for an hour that has passed', async () => {
    const { id } = await plan()
    await town.client.sendings.drop({ id })
    clock.set('2026-11-25', '17:31')
    await sendPlansDue(town.desk.core, lookedAt)
    expect([queued(), (await town.client.sendings.read({ id })).state]).toEqual([0, 'dropped'])
    await expect(plan()).rejects.toMatchObject(refusing('Cette heure est passée'))
  })
})

describe('an urgent closing', () => {
  it('closes the days and writes to the families of expected children', async () => {
    expect(await close()).toMatchObject({ people: 3, bookings: 4, isExchanging: false })
    expect((await town.client.sendings.list({ from: 0, count: 1 })).rows).toMatchObject([
      { audience: 'Les enfants attendus le mer. 9 déc. 2026, CLSH MERCREDI' },
    ])
    expect([held(), queued()]).toEqual([0, 3])
    expect((await preview()).people).toEqual([])
    clock.set(wednesday, '09:00')
    expect(await town.client.home.today()).toMatchObject({
      activities: [],
      closed: [{ activity: 'CLSH MERCREDI', reason: 'Coupure d’eau' }],
    })
  })

  it('leaves the places of the children who are already there, and every screen counts them', async () => {
    clock.set(wednesday, '09:00')
    const slotId = town.slot('CLSH MERCREDI', 'Matin')
    const place = { registrationId: town.registration('Gabin', period), day: wednesday, slotId }
    await town.client.attendance.mark({ cells: [place], mark: 'present' })
    const days = { from: wednesday, to: wednesday }
    const seen = async () => ({
      home: (await town.client.home.today()).children?.present,
      sheet: (await town.client.attendance.day({ day: wednesday })).map(({ present }) => present),
      figures: activityDays(town.store, { ...days, activityId: null, siteId: null, slot: '' }).map(
        ({ present }) => present,
      ),
    })
    const asked = { ...days, periodIds: null, slotIds: null }
    expect(await town.client.reservations.closingPreview(asked)).toMatchObject({ bookings: 3, marked: 1 })
    expect(await close()).toMatchObject({ bookings: 3 })
    expect([held(), await seen()]).toEqual([1, { home: 1, sheet: [1], figures: [1] }])
    const actId = town.store.statement(`select max(id) from act where kind = 'reservations.close'`).pluck().get()
    await undone(town.client, Number(actId))
    expect([held(), await seen()]).toEqual([4, { home: 1, sheet: [1], figures: [1] }])
  })

  it.each([
    ['a word of health', { text: 'Un cas de rougeole' }, 'parle de santé'],
    ['another audience', { seen: [] }, 'personnes de plus'],
    ['nothing chosen', { activityId: null }, 'Choisissez ce qui ferme'],
  ])('with %s does neither', async (_, changes, sentence) => {
    await expect(close(changes)).rejects.toMatchObject(refusing(sentence))
    expect([held(), queued()]).toEqual([4, 0])
  })

  it('of a school frees and tells its children, and leaves the activity to the others', async () => {
    const { id: schoolId } = await town.client.settings.saveSchool({ name: 'École Jean-Ruel' })
    const schooling = { fromDay: day('2026-09-01'), schoolId, level: 'CP' as const, className: '' }
    await town.client.families.setSchooling({ childId: town.child('Noa'), ...schooling })
    const place = { siteId: null, activityId: null, schoolId }
    const asked = { ...place, from: wednesday, to: wednesday }
    expect(await town.client.sendings.closingPreview(asked)).toMatchObject({ bookings: 1, marked: 0 })
    const seen = await seenOf(expected({ schoolId }))
    expect(await close({ ...place, seen })).toMatchObject({ people: 1, bookings: 1 })
    expect([held(), queued()]).toEqual([3, 1])
    expect((await town.client.sendings.list({ from: 0, count: 1 })).rows).toMatchObject([
      { audience: 'Les enfants attendus le mer. 9 déc. 2026, École Jean-Ruel' },
    ])
    clock.set(wednesday, '09:00')
    expect(await town.client.home.today()).toMatchObject({ activities: [{ expected: 3 }], closed: [] })
  })

  it('of a facility closes its activities', async () => {
    const [facility] = await town.client.settings.facilities()
    const facilityId = facility?.id ?? 0
    expect(await close({ activityId: null, facilityId })).toMatchObject({ people: 3, bookings: 4 })
    clock.set(wednesday, '09:00')
    expect(await town.client.home.today()).toMatchObject({ activities: [] })
  })

  it('takes the closing to the portal at once, when there is one', async () => {
    const { exchange } = town.desk.core
    const now = vi.spyOn(exchange, 'now').mockResolvedValue()
    vi.spyOn(exchange, 'nextAt', 'get').mockReturnValue(at)
    expect(await close()).toMatchObject({ isExchanging: true })
    expect(now).toHaveBeenCalledOnce()
  })

  it('of days that are already closed writes to nobody', async () => {
    const seen = await seenOf()
    await close()
    await expect(close({ seen })).rejects.toMatchObject(refusing('Personne n’est concerné'))
    expect(queued()).toBe(3)
  })
})
