import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Login } from '../../../main/portal/account/accounts.ts'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { proposalsShown, propose } from '../../../main/portal/family/proposals.ts'
import { messagesShown, newsOf, writeMessage } from '../../../main/portal/messages/messages.ts'
import { calendar, dashboard, family, offeredPeriods } from '../../../main/portal/pages/pages.ts'
import { papersShown, sendPaper } from '../../../main/portal/papers/sent-papers.ts'
import { register } from '../../../main/portal/registrations/registering.ts'
import { latestDemandes, withdraw } from '../../../main/portal/reservations/demandes.ts'
import { saveDrafts } from '../../../main/portal/reservations/drafts.ts'
import { agendaOf, createFeed } from '../../../main/portal/reservations/feed.ts'
import { listReceipts } from '../../../main/portal/reservations/receipts.ts'
import { record } from '../../../main/portal/reservations/recorded-days.ts'
import { mail } from '../../../main/portal/store/schema/index.ts'
import { day, instant } from '../../../shared/rules/calendar/day.ts'
import type { Power } from '../../../shared/rules/people/guardian-bond.ts'
import { aPortal } from '../portal.ts'
import { stores } from '../stores.ts'
import { families, published, town } from '../town.ts'

const [noa, tao] = [101, 102]
const noasDays = 1001
const { aubry } = families

describe.each(stores)('a guardian who has no authority for one child, on %s', (_, open) => {
  let place: Awaited<ReturnType<typeof aPortal>>
  let claire: Login
  let marc: Login
  beforeEach(async () => {
    place = await aPortal(open)
    claire = await place.login('claire.aubry@exemple.fr')
    const login = await place.login('marc.aubry@exemple.fr')
    marc = { ...login, familyId: 1 }
    // Claire has said something of each kind about Noa.
    await saveDrafts(place.portal, claire, [{ registration: noasDays, day: day('2027-01-06'), slot: 1, wish: 'book' }])
    await record(place.portal, claire, { request: randomUUID(), surchargeAccepted: false })
    await propose(place.portal, claire, [{ subject: 'child', subjectId: noa, field: 'firstName', value: 'Noah' }])
    await writeMessage(place.portal, claire, {
      requestId: randomUUID(),
      to: { subject: 'Goûter', child: noa, invoice: null },
      text: 'Noa vient-il avec un goûter ?',
    })
  })
  afterEach(() => place.close())

  /** The desk publishes that Marc lacks these powers for Noa. */
  const withhold = (...not: readonly Exclude<Power, 'fetches'>[]) => {
    const [own, other] = aubry.guardians
    if (!own || !other) throw new Error('two guardians')
    const asked = [
      { id: 1, kind: 'insurance', child: noa, note: '', dueOn: day('2026-12-10') },
      { id: 2, kind: 'insurance', child: tao, note: '', dueOn: day('2026-12-10') },
    ]
    const said = {
      key: 'k1',
      by: 'service',
      author: '',
      at: instant('2026-11-25T09:00:00.000Z'),
      text: 'Bonjour',
    }
    const conversation = { key: 'c1', subject: 'Sieste', child: noa, invoice: null, closed: false, messages: [said] }
    return publish(place.portal, {
      documents: [
        published('family/1', {
          ...aubry,
          guardians: [own, { ...other, limits: [{ child: noa, not }] }],
        }),
        published('familyPapers/1', { asked, received: [] }),
        published('messages/1', { conversations: [conversation] }),
      ],
      withdrawn: [],
    })
  }
  const mailsTo = async (email: string) =>
    (await place.portal.store.db.select().from(mail))
      .filter((one) => one.recipient === email)
      .map(({ subject }) => subject)

  it('sees nothing of that child by any page, and everything of the other', async () => {
    await withhold('sees', 'asks', 'told')
    const { portal } = place
    expect((await family(portal, marc)).children.map(({ firstName }) => firstName)).toEqual(['Tao'])
    const shown = JSON.stringify([
      await dashboard(portal, marc),
      await family(portal, marc),
      await papersShown(portal, marc),
      await messagesShown(portal, marc),
      await proposalsShown(portal, marc),
      await latestDemandes(portal, marc),
      await listReceipts(portal, marc),
    ])
    expect(shown).not.toMatch(/Noa/)
    expect((await papersShown(portal, marc)).asked.map(({ about }) => about)).toEqual(['Tao Aubry'])
    expect((await newsOf(portal.store.db, marc, portal.clock())).unread).toBe(0)
    await expect(
      calendar(portal, marc, { registration: noasDays, from: day('2026-12-01'), to: day('2026-12-31') }),
    ).rejects.toThrow(/n’existe pas/)
    await expect(offeredPeriods(portal, marc, noa)).rejects.toThrow(/n’existe pas/)
    await expect(
      writeMessage(portal, marc, { requestId: randomUUID(), to: { conversation: 'c1' }, text: 'Bonjour' }),
    ).rejects.toThrow(/n’existe pas/)
    const { address } = await createFeed(portal, marc)
    expect(await agendaOf(portal, address.slice(address.lastIndexOf('/') + 1, -4))).not.toMatch(/1001-/)
    expect((await family(portal, claire)).children.map(({ firstName }) => firstName)).toEqual(['Noa', 'Tao'])
    expect(await listReceipts(portal, claire)).toHaveLength(1)
  })

  it('gets no mail about that child', async () => {
    await withhold('told')
    expect(await mailsTo('marc.aubry@exemple.fr')).toEqual(
      expect.not.arrayContaining(['L’Espace Jeunesse vous a écrit', '2 documents vous sont demandés']),
    )
    expect(await mailsTo('marc.aubry@exemple.fr')).toContain('Un document vous est demandé')
    expect(await mailsTo('claire.aubry@exemple.fr')).toEqual(
      expect.arrayContaining(['L’Espace Jeunesse vous a écrit', '2 documents vous sont demandés']),
    )
  })

  it('and may see it without asking for it changes nothing, and reads why', async () => {
    await withhold('asks')
    const { portal } = place
    const why = /sans pouvoir demander/
    for (const wish of ['book', 'cancel'] as const) {
      const on = wish === 'book' ? day('2027-01-13') : day('2026-12-09')
      const saved = await saveDrafts(portal, marc, [{ registration: noasDays, day: on, slot: 1, wish }])
      expect(saved.refused).toMatchObject([{ reason: expect.stringMatching(why) }])
    }
    const [asked] = (await latestDemandes(portal, marc)).filter(({ kind }) => kind === 'day')
    await expect(withdraw(portal, marc, asked?.id ?? '')).rejects.toThrow(why)
    const wanted = {
      request: randomUUID(),
      child: noa,
      period: 1,
      from: day('2026-12-02'),
      to: day('2027-07-07'),
      week: [],
    }
    await expect(register(portal, marc, wanted)).rejects.toThrow(why)
    await expect(
      propose(portal, marc, [{ subject: 'child', subjectId: noa, field: 'school', value: 'École Jules-Verne' }]),
    ).rejects.toThrow(why)
    await publish(portal, { documents: [published('town', { ...town, papersKey: 'AAAA' })], withdrawn: [] })
    const head = {
      request: randomUUID(),
      kind: 'insurance',
      child: noa,
      asked: 1,
      required: null,
      name: 'assurance.pdf',
      quotient: null,
      incomeCents: null,
    } as const
    await expect(sendPaper(portal, marc, head, new Uint8Array(10))).rejects.toThrow(why)
    expect((await register(portal, marc, { ...wanted, child: tao })).registration).toMatchObject({ child: 'Tao' })
  })
})
