import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import { type CampaignAsk, campaignAsks } from '../../../shared/rules/dossier/campaign.ts'
import type { TestDesk } from '../../support/desk.ts'
import { aMailServer, useMailServer } from '../../support/towns/mails.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'
import { asked, missing } from '../documents/documents-reading.ts'

const campaign = { year: 2026, opensOn: day('2026-11-16'), dueOn: day('2026-12-18') }
let town: Town
let client: TestDesk['client']
let campaignId: number
beforeEach(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Basile: { birthDay: '2020-10-02' }, Zoé: {} } }))
    .with(aFamily('Riou', { children: { Noé: {} } }))
    .with(aWednesday())
    .with(aRegistration('Marchand', 'Basile', 'ALSH mercredi 2026/2027'))
    .open()
  client = town.client
  campaignId = await open()
})
afterEach(() => town.close())

const open = async (asks: readonly CampaignAsk[] = campaignAsks, changes: object = {}) =>
  (await client.campaign.save({ ...campaign, asks: [...asks], ...changes })).id
const note = (kind: 'contact' | 'sent' | 'pickups' | 'benefits' | 'health', child: string | null = null) =>
  client.campaign.confirm({
    familyId: town.family('Marchand'),
    kind,
    childId: child === null ? null : town.child(child),
  })
const familyCampaign = () => client.campaign.ofFamily({ familyId: town.family('Marchand') })
const refused = (call: Promise<unknown>, sentence: RegExp) =>
  expect(call).rejects.toMatchObject({ data: { sentence: expect.stringMatching(sentence) } })

describe('a campaign', () => {
  it('is opened once a year, changed, closed and opened again', async () => {
    await refused(open(), /existe déjà/)
    const next = { year: 2027, opensOn: day('2027-05-03'), dueOn: day('2027-06-30') }
    await refused(open(campaignAsks, next), /encore ouverte/)
    await refused(client.campaign.close({ id: campaignId, on: day('2026-11-20') }), /à venir/)
    await client.campaign.close({ id: campaignId, on: day('2027-01-04') })
    expect(await client.campaign.list()).toMatchObject([{ isRunning: true, closedOn: '2027-01-04' }])
    await open(campaignAsks, next)
    await refused(client.campaign.close({ id: campaignId, on: null }), /encore ouverte/)
  })

  it('concerns the homes whose children are registered, and says where each is', async () => {
    expect(await client.campaign.progress({ id: campaignId })).toMatchObject({
      counts: { notBegun: 1, underWay: 0, sent: 0, whole: 0 },
      homes: [{ family: 'Marchand', children: 'Basile', next: 'Vous et votre foyer', waitingProposals: 0 }],
    })
    expect(await client.campaign.ofFamily({ familyId: town.family('Riou') })).toBe(null)
  })
})

describe('a home without internet', () => {
  it('does it at the counter by the same rules, and staff take a step back', async () => {
    await refused(note('sent'), /Il reste 4\u00a0étapes/)
    await refused(note('health', 'Zoé'), /n’est plus demandé/)
    for (const kind of ['contact', 'benefits', 'pickups'] as const) await note(kind)
    await note('health', 'Basile')
    await note('sent')
    expect(await familyCampaign()).toMatchObject({
      progress: 'sent',
      steps: [{ by: expect.stringMatching(/, à l’accueil$/) }, {}, {}, {}, {}],
    })
    const last = town.store.statement(`select max(id) from act where kind = 'campaign.confirm'`).pluck().get() as number
    await undone(client, last)
    expect(await familyCampaign()).toMatchObject({ progress: 'underWay' })
  })
})

const remind = () => client.campaign.remind({ familyIds: [town.family('Marchand'), town.family('Riou')] })

describe('writing again', () => {
  it('is a real mail to a home that has not finished, which says how much is left and nothing of what', async () => {
    const { mailbox, ...server } = await aMailServer()
    try {
      useMailServer(town.desk.core, town.person, server)
      town.store.sqlite
        .prepare(`update guardian set email = 'camille@exemple.fr' where id in
          (select guardian_id from family_guardian where family_id = ?)`)
        .run(town.family('Marchand'))
      const { bonds } = await client.families.one({ id: town.family('Marchand') })
      const tell = (told: boolean | null, of = bonds) =>
        Promise.all(
          of.map(({ powers: _powers, ...bond }) =>
            client.families.setBond({
              ...bond,
              overrides: { ...bond.overrides, told },
              overrideReason: told === null ? '' : 'À sa demande',
            }),
          ),
        )
      // A guardian who is told of none of the children hears nothing of their dossier either.
      await tell(false)
      await refused(remind(), /Aucune de ces familles ne reçoit de mail/)
      await tell(null)
      const preview = () => client.campaign.reminder({ familyIds: [town.family('Marchand'), town.family('Riou')] })
      expect(await preview()).toMatchObject({ mails: 1, reminded: 0, remindedOn: null })
      expect(mailbox.received).toHaveLength(0)
      expect(await remind()).toEqual({ mailed: 1, unreached: [] })
      expect(await preview()).toMatchObject({
        mails: 1,
        unreached: 0,
        reminded: 1,
        remindedOn: '2026-11-25',
        example: { subject: 'Votre dossier 2026/2027 est à finir' },
      })
      expect((await client.dossiers.ofFamily({ familyId: town.family('Marchand') })).remindedOn).toBe('2026-11-25')
      await vi.waitFor(() => expect(mailbox.received).toHaveLength(1), { timeout: 8000 })
      const [mail] = mailbox.received
      expect(mail).toMatchObject({ to: 'camille@exemple.fr', subject: 'Votre dossier 2026/2027 est à finir' })
      expect(mail?.text).toMatch(/à finir avant le ven\. 18 déc\. 2026\s: il reste 5\sétapes\./)
      expect(mail?.text).not.toMatch(/santé|PAI|Basile/i)
      // Of a child of whom they are not told, a guardian hears nothing: neither what is left, nor how much.
      await tell(
        false,
        bonds.filter(({ childId }) => childId === town.child('Basile')),
      )
      await remind()
      await vi.waitFor(() => expect(mailbox.received).toHaveLength(2), { timeout: 8000 })
      expect(mailbox.received[1]?.text).toMatch(/il reste 4\sétapes\./)

      for (const kind of ['contact', 'benefits', 'pickups'] as const) await note(kind)
      await note('health', 'Basile')
      await note('sent')
      await refused(remind(), /Rien ne manque plus/)
    } finally {
      await mailbox.close()
    }
  })

  it.skipIf(missing('pdftotext'))('or a letter, of the steps that are left (needs pdftotext)', async () => {
    await note('contact')
    const letters = await client.campaign.letters({ familyIds: [town.family('Marchand')] })
    const text = asked('pdftotext', new Uint8Array(await letters.arrayBuffer()), [], ['-'])
    expect(text).toContain('À relire avec nous')
    expect(text).toContain('Qui vient les chercher')
    expect(text).not.toContain('Vous et votre foyer')
  })

  it.skipIf(missing('pdftotext'))('that names a thing once, as a paper or as a step (needs pdftotext)', async () => {
    await client.dossiers.saveRequired({
      name: 'Personnes autorisées confirmées',
      kind: 'pickups',
      scope: 'child',
      validity: 'schoolYear',
      months: null,
      activityId: null,
    })
    const letters = await client.campaign.letters({ familyIds: [town.family('Marchand')] })
    const text = asked('pdftotext', new Uint8Array(await letters.arrayBuffer()), [], ['-'])
    expect(text).toContain('Personnes autorisées confirmées')
    expect(text).not.toContain('Qui vient les chercher')
    expect(text).toContain('Vous et votre foyer')
  })
})
