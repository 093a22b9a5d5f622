import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nextBatch, storeRecovered, updateBelieved } from '../../../main/exchange/publications.ts'
import { hashOf } from '../../../main/exchange/published/reach.ts'
import { defaultBatchLimit } from '../../../shared/exchange/compose.ts'
import { aFarSide, close, invoiced, of, open, pay, portal, statement, town } from './publishing.ts'

afterEach(close)

describe('papers', () => {
  beforeEach(() => open())

  it('come last, newest first, each once, the same bytes whenever they are made', async () => {
    await invoiced('Marchand')
    town.clock.set('2026-11-30')
    await invoiced('Fouquet')
    const all = await portal.exchange({ papers: true })
    const papers = all.filter((id) => id.startsWith('paper/'))
    expect(all.slice(-4)).toEqual(papers)
    const [latest, before] = ['2026-11-30', '2026-11-25']
    expect(papers.map((id) => portal.holds.get(id)?.paperOf)).toEqual([latest, latest, before, before])
    for (const id of papers) {
      expect(
        Buffer.from(portal.holds.get(id)?.body ?? '', 'base64')
          .subarray(0, 5)
          .toString(),
      ).toBe('%PDF-')
    }
    await pay('Marchand', 100)
    expect(await portal.exchange({ papers: true })).toEqual([of('money', 'Marchand'), statement('Marchand')])
    const again = aFarSide(town)
    town.store.sqlite.exec('delete from publication')
    town.store.sqlite.exec('update exchange_side set published_on = null')
    town.clock.set('2026-12-02')
    await again.exchange({ papers: true })
    for (const id of papers) expect(again.holds.get(id)).toEqual(portal.holds.get(id))
  })

  it('that the portal holds are not made again, even where the desk forgot that it sent them', async () => {
    await invoiced('Marchand')
    await portal.exchange({ papers: true })
    const [paper] = [...portal.holds.values()].filter(({ paperOf }) => paperOf !== null)
    if (!paper) throw new Error('no paper')
    town.store.sqlite.exec('delete from publication; delete from file_fact')
    town.store.sqlite.exec('update exchange_side set published_on = null')
    const names = [...portal.holds.values(), { ...paper, hash: 'of older bytes' }]
    updateBelieved(town.store, { published: [], unpublished: [], listed: { after: '', upTo: null, names } })
    expect(await portal.exchange({ papers: true })).toEqual([])
  })

  it('that a restored desk lost are asked back, and are known from then on', async () => {
    await portal.exchange()
    const body = Buffer.from('%PDF-1.7 lost').toString('base64')
    const id = `paper/${town.family('Marchand')}/99`
    const lost = { id, kind: 'paper', paperOf: '2026-11-20', body, hash: hashOf(body) }
    updateBelieved(town.store, {
      published: [],
      unpublished: [],
      listed: { after: 'p', upTo: 'paper0', names: [lost] },
    })
    const { unknownPapers, withdrawn } = await nextBatch(town.desk.core, defaultBatchLimit)
    expect(unknownPapers.map((one) => one.id)).toEqual([id])
    expect(withdrawn).toEqual([])
    storeRecovered(town.store, [lost], town.clock())
    expect((await nextBatch(town.desk.core, defaultBatchLimit)).unknownPapers).toEqual([])
    await pay('Marchand', 100)
    expect(await portal.exchange({ papers: true })).toEqual([of('money', 'Marchand'), statement('Marchand')])
  })

  it('issued again under the id of one that was lost take its place', async () => {
    const { issued } = await invoiced('Marchand')
    expect(issued).toBe(1)
    await portal.exchange()
    const invoiceId = town.store.statement('select max(id) from invoice').pluck().get() as number
    const body = Buffer.from('%PDF-1.7 lost').toString('base64')
    const id = `paper/${town.family('Marchand')}/${invoiceId}`
    const lost = { id, kind: 'paper', paperOf: '2026-11-25', body, hash: hashOf(body) }
    town.store.sqlite.exec(`delete from publication where paper_of is not null`)
    updateBelieved(town.store, { published: [lost], unpublished: [], listed: null })
    storeRecovered(town.store, [lost], town.clock())
    await pay('Marchand', 100)
    expect(await portal.exchange({ papers: true })).toEqual([of('money', 'Marchand'), id, statement('Marchand')])
    expect(portal.holds.get(id)?.hash).not.toBe(lost.hash)
  })
})
