import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHealthCheck } from '../../main/portal/program/health.ts'
import { createMetrics } from '../../main/portal/program/metrics.ts'
import { quickStore } from '../support/machine/quick-store.ts'
import { aPortal } from './portal.ts'

describe('the health of a portal', () => {
  let place: Awaited<ReturnType<typeof aPortal>>
  beforeEach(async () => {
    place = await aPortal(quickStore)
  })
  afterEach(() => place.close())
  const health = () => createHealthCheck(place.portal)()

  it('is good while mails are retried, and reports once they wait for a person', async () => {
    place.mailbox.refuse(true)
    place.clock.later(90)
    await place.portal.mails.sendWaiting()
    expect(await health()).toEqual({ faults: [], remarks: [] })
    place.clock.later(100)
    expect(await health()).toEqual({
      faults: [],
      remarks: ['Des mails ne partent pas\u00a0: le plus ancien attend depuis 3\u00a0heures.'],
    })
    const text = await createMetrics().text(place.portal)
    expect(text).toContain('portal_mails_waiting 3\n')
    expect(text).toContain(`portal_oldest_mail_seconds ${190 * 60}\n`)
  })

  it('is bad when the store is read and takes nothing, as on a full disk', async () => {
    const { db } = place.portal.store
    await db.execute(sql`set default_transaction_read_only = on`)
    expect((await health()).faults).toEqual(['La base ne prend plus rien.'])
    await db.execute(sql`set default_transaction_read_only = off`)
    expect((await health()).faults).toEqual([])
  })
})
