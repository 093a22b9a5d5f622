import { describe, expect, it, onTestFinished } from 'vitest'
import {
  bookById,
  type CurrentBook,
  currentBook,
  keepBook,
  type PriceBook,
} from '../../../../main/desk/prices/prices.ts'
import { billedSpan, tariffRevision, tariffVersion } from '../../../../main/store/schema/index.ts'
import { type Day, day, type Month, timeOfDay } from '../../../../shared/rules/calendar/day.ts'
import { priceDays } from '../../../../shared/rules/price/price.ts'
import type { Tariff, TariffVersion } from '../../../../shared/rules/price/tariff.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { undone } from '../../../support/undone.ts'

type Definition = Omit<TariffVersion, 'from'>

const wednesday = '2026-12-09'

/** The definition with another price of the meal. */
const withMeal = <Dated extends Definition>(definition: Dated, cents: number): Dated => ({
  ...definition,
  lines: definition.lines.map((line) =>
    line.count.per === 'slot' && line.count.price.method === 'fixed'
      ? { ...line, count: { ...line.count, price: { ...line.count.price, cents } } }
      : line,
  ),
})

const open = async () => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const { client, store } = town
  const gestures = billing(town)
  const [tariff] = await client.prices.tariffs()
  const [version] = tariff?.versions ?? []
  if (!tariff || !version) throw new Error('the town has a tariff')
  const activityId = town.activity('CLSH MERCREDI')
  return {
    town,
    ...gestures,
    tariff,
    version,
    save: (definition: Definition, more: { id?: number; from?: Day } = { id: version.id }) =>
      client.prices.saveVersion({
        tariffId: tariff.id,
        from: version.from,
        definition: structuredClone(definition) as never,
        ...more,
      }),
    bill: async () => gestures.issue((await gestures.run()).id),
    /** What issuing writes with the papers of a month. */
    keepFor: (month: string): number => {
      const bookOf = 'select book_id from billed_span where family_id = ? and month = ?'
      const kept = store.statement(bookOf).pluck().get(town.family('Marchand'), month) as number | undefined
      if (kept !== undefined) return kept
      const book = currentBook(store)
      return store.act(town.person, 'invoicing.issue', 'Factures émises', (write) => {
        const bookId = keepBook(write, book)
        const familyId = town.family('Marchand')
        write.insert(billedSpan, { familyId, month: month as Month, bookId, quotients: [], residence: [] })
        return bookId
      })
    },
    mealIn: (book: PriceBook, on = wednesday) => mealOf(book.activities.get(activityId)?.tariff ?? null, on),
    revisions: () =>
      store.db
        .select({ versionId: tariffRevision.versionId, revision: tariffRevision.revision })
        .from(tariffRevision)
        .all(),
    revisionNow: () => store.db.select({ revision: tariffVersion.revision }).from(tariffVersion).get()?.revision,
    lastAct: () => store.statement(`select max(id) from act where kind like 'prices%'`).pluck().get() as number,
    current: (): CurrentBook => currentBook(store),
  }
}

const mealOf = (tariff: Tariff | null, on: string) =>
  priceDays({
    activity: 'CLSH MERCREDI',
    tariff,
    familyQuotients: [],
    residence: [],
    days: [{ day: day(on), slots: [{ slot: 'repas', why: 'booked', attendance: 'present' }] }],
  }).totalCents

const keptSentence = {
  data: {
    sentence: 'Des factures ont été faites avec cette version\u00a0: corrigez-la, elle gardera ses anciens prix.',
  },
}

describe('a version of a tariff', () => {
  it('is replaced in place as long as it billed nothing, and can be removed', async () => {
    const { town, version, save, revisions, revisionNow, book, run } = await open()
    await book('Louison', [wednesday], 'Matin')
    await run()
    await save(withMeal(version.definition, 500))
    expect([revisionNow(), revisions()]).toEqual([1, []])
    await town.client.prices.removeVersion({ id: version.id })
  })

  it('with which papers were issued keeps its former definition, and cannot be removed', async () => {
    const { town, tariff, version, save, revisions, revisionNow, book, bill } = await open()
    await book('Louison', [wednesday], 'Matin')
    await bill()
    await save(withMeal(version.definition, 500))
    expect([revisionNow(), revisions()]).toEqual([2, [{ versionId: version.id, revision: 1 }]])
    // Nothing was billed with the second revision.
    await save(withMeal(version.definition, 600))
    expect([revisionNow(), revisions().length]).toEqual([2, 1])
    await expect(town.client.prices.removeVersion({ id: version.id })).rejects.toMatchObject(keptSentence)
    await town.client.prices.attach({ activityId: town.activity('CLSH MERCREDI'), tariffId: null })
    await expect(town.client.prices.removeTariff({ id: tariff.id })).rejects.toMatchObject({
      data: { sentence: 'Des factures ont été faites avec ce tarif\u00a0: il reste, pour corriger leurs mois.' },
    })
  })

  it('keeps a former definition only when the definition changes', async () => {
    const { version, save, revisions, book, bill } = await open()
    await book('Louison', [wednesday], 'Matin')
    await bill()
    await save(version.definition, { id: version.id, from: day('2024-08-31') })
    expect(revisions()).toEqual([])
  })

  it('that begins after what was billed is free', async () => {
    const { town, version, save, keepFor, book, bill } = await open()
    await book('Louison', [wednesday, '2027-01-06'], 'Matin')
    const saved = await save(withMeal(version.definition, 500), { from: day('2027-01-01') })
    const next = saved.versions.find(({ from }) => from === '2027-01-01')
    await bill()
    // The book of December names the version of January too.
    const bookId = keepFor('2026-12')
    await town.client.prices.removeVersion({ id: next?.id ?? 0 })
    expect(
      bookById(town.store, bookId, currentBook(town.store)).activities.get(town.activity('CLSH MERCREDI'))?.tariff
        ?.versions,
    ).toHaveLength(1)
  })

  it('comes back by undo only as long as nothing was billed since', async () => {
    const { town, version, save, revisions, revisionNow, keepFor, lastAct, book, bill } = await open()
    await save(withMeal(version.definition, 480))
    const beforeBilling = lastAct()
    await book('Louison', [wednesday], 'Matin')
    await bill()
    await expect(undone(town.client, beforeBilling)).rejects.toThrow('corrigez-la, elle gardera ses anciens prix')
    await save(withMeal(version.definition, 500))
    await undone(town.client, lastAct())
    expect([revisionNow(), revisions()]).toEqual([1, []])
    await save(withMeal(version.definition, 500))
    keepFor('2027-01')
    await expect(undone(town.client, lastAct())).rejects.toThrow('corrigez-la, elle gardera ses anciens prix')
    expect([revisionNow(), revisions().length]).toEqual([2, 1])
  })

  it('does not go back to its first revision when another month names the second', async () => {
    const { town, version, save, keepFor, lastAct, book, bill } = await open()
    await book('Louison', [wednesday], 'Matin')
    await bill()
    await save(withMeal(version.definition, 500))
    keepFor('2026-11')
    await expect(undone(town.client, lastAct())).rejects.toThrow('corrigez-la, elle gardera ses anciens prix')
  })
})

describe('a price book', () => {
  it('prices a billed month as it was billed, whatever is edited afterwards', async () => {
    const { town, version, save, keepFor, mealIn, current, book, bill } = await open()
    await book('Louison', [wednesday], 'Matin')
    await bill()
    const bookId = keepFor('2026-12')
    await save(withMeal(version.definition, 500))
    await save(withMeal(version.definition, 600), { from: day('2026-12-01') })
    expect([mealIn(current()), mealIn(bookById(town.store, bookId, currentBook(town.store)))]).toEqual([600, 450])
    const other = await town.client.prices.saveTariff({ name: 'Autre' })
    await town.client.prices.attach({ activityId: town.activity('CLSH MERCREDI'), tariffId: other.id })
    const lunch = town.slot('CLSH MERCREDI', 'Repas')
    const known = (await town.client.activities.list()).find(({ id }) => id === town.activity('CLSH MERCREDI'))
    if (!known) throw new Error('the activity is listed')
    await town.client.activities.save({
      ...known,
      slots: known.slots.map((slot) =>
        slot.id === lunch ? { ...slot, name: 'Déjeuner', end: timeOfDay('14:00') } : slot,
      ),
    })
    const kept = bookById(town.store, bookId, currentBook(town.store))
    expect([mealIn(current()), mealIn(kept)]).toEqual([0, 450])
    expect([current().slotCodes.get(lunch), kept.slotCodes.get(lunch)]).toEqual(['dejeuner', 'repas'])
    expect(current().slotEnds.get(lunch)).toBe('14:00')
    expect(kept.slotEnds.get(lunch)).not.toBe('14:00')
  })

  it('prices with the present book an activity that had no tariff yet, and its slots', async () => {
    const { town, tariff, keepFor } = await open()
    const activityId = town.activity('CLSH MERCREDI')
    await town.client.prices.attach({ activityId, tariffId: null })
    const bookId = keepFor('2026-12')
    expect(bookById(town.store, bookId, currentBook(town.store)).activities.get(activityId)?.tariff).toBeNull()
    await town.client.prices.attach({ activityId, tariffId: tariff.id })
    const book = bookById(town.store, bookId, currentBook(town.store))
    expect(book.activities.get(activityId)?.tariff?.id).toBe(String(tariff.id))
    expect(book.slotCodes.get(town.slot('CLSH MERCREDI', 'Repas'))).toBe('repas')
  })

  it('is kept once, and has another id as soon as anything that prices depend on is another', async () => {
    const { town, version, save, keepFor, current, lastAct } = await open()
    const first = current()
    expect([keepFor('2026-11'), keepFor('2026-12')]).toEqual([first.id, first.id])
    expect(town.store.statement('select count(*) from price_book').pluck().get()).toBe(1)
    // Nothing was billed with the version: the edit keeps its revision, and is another book all the same.
    await save(withMeal(version.definition, 500))
    const second = current()
    expect(second.stored).toEqual(first.stored)
    expect(second.id).not.toBe(first.id)
    await undone(town.client, lastAct())
    expect(current().id).toBe(first.id)
    await town.client.prices.saveTariff({ name: 'Pas encore choisi' })
    expect(current().id).toBe(first.id)
    await save(version.definition, { from: day('2027-01-01') })
    expect(current().id).not.toBe(first.id)
  })

  it('that a file does not have is a fault of the program', async () => {
    const { town } = await open()
    expect(() => bookById(town.store, 7, currentBook(town.store))).toThrow('no price book 7')
  })
})
