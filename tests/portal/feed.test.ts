import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Login } from '../../main/portal/account/accounts.ts'
import { publish } from '../../main/portal/exchange/publications.ts'
import { agendaOf, closeFeed, createFeed, feedOf, feedSecretIn } from '../../main/portal/reservations/feed.ts'
import { account } from '../../main/portal/store/schema/index.ts'
import { aPortal } from './portal.ts'
import { stores } from './stores.ts'
import { bookings, published } from './town.ts'

const secretOf = ({ address }: { address: string }) => feedSecretIn(new URL(address).pathname) ?? ''
const lines = (agenda: string | null) => (agenda ?? '').replace(/\r\n /g, '').split('\r\n')

describe.each(stores)('the agenda of a parent on %s', (_, open) => {
  let place: Awaited<ReturnType<typeof aPortal>>
  let claire: Login
  beforeEach(async () => {
    place = await aPortal(open)
    claire = await place.login('claire.aubry@exemple.fr')
  })
  afterEach(() => place.close())

  const read = (secret: string) => agendaOf(place.portal, secret)

  it('has the confirmed days of her children, and no other day', async () => {
    const agenda = lines(await read(secretOf(await createFeed(place.portal, claire))))
    expect(agenda[0]).toBe('BEGIN:VCALENDAR')
    expect(agenda.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1)
    // 9 h in Paris in winter; the afternoon, on the waiting list, is not there.
    expect(agenda).toContain('DTSTART:20261209T080000Z')
    expect(agenda).toContain('DTEND:20261209T110000Z')
    expect(agenda.find((line) => line.startsWith('SUMMARY:'))).toMatch(/CLSH MERCREDI\\, matin$/)
    expect(agenda).toContain('LOCATION:CENTRE DE LOISIRS')
  })

  it('has a day that staff booked although the activity is closed', async () => {
    const secret = secretOf(await createFeed(place.portal, claire))
    const [morning] = bookings(1).cells
    const closed = { ...bookings(1), cells: [{ ...morning, day: '2026-12-23' }] }
    await publish(place.portal, { documents: [published('bookings/1', closed)], withdrawn: [] })
    expect(lines(await read(secret))).toContain('DTSTART:20261223T080000Z')
  })

  it('joins the slots that follow each other, under a name that stays when the day changes', async () => {
    const secret = secretOf(await createFeed(place.portal, claire))
    const uid = lines(await read(secret)).find((line) => line.startsWith('UID:'))
    const [morning] = bookings(1).cells
    const both = { ...bookings(1), cells: [1, 2].map((slot) => ({ ...morning, slot })) }
    await publish(place.portal, { documents: [published('bookings/1', both)], withdrawn: [] })
    const agenda = lines(await read(secret))
    expect(agenda).toContain('DTEND:20261209T123000Z')
    expect(agenda.filter((line) => line.startsWith('UID:'))).toEqual([uid])
  })

  it('is read by nobody who has not its address, nor by an address that was replaced or closed', async () => {
    expect(await read('a'.repeat(43))).toBeNull()
    const first = secretOf(await createFeed(place.portal, claire))
    const second = secretOf(await createFeed(place.portal, claire))
    expect([await read(first), (await read(second)) === null]).toEqual([null, false])
    await closeFeed(place.portal, claire)
    expect(await read(second)).toBeNull()
    expect(await feedOf(place.portal, claire)).toBeNull()
  })

  it('shows her when it was last read, and ends with her account', async () => {
    const secret = secretOf(await createFeed(place.portal, claire))
    expect(await feedOf(place.portal, claire)).toMatchObject({ readOn: null })
    await read(secret)
    expect(await feedOf(place.portal, claire)).toMatchObject({ readOn: '2026-11-25' })
    await place.portal.store.db.update(account).set({ blocked: true })
    expect(await read(secret)).toBeNull()
  })
})
