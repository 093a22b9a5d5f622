import { ORPCError } from '@orpc/client'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { writeQuotient } from '../../../../main/desk/families/families.ts'
import { priceSpans } from '../../../../main/desk/invoicing/spans/spans.ts'
import { changedSpans } from '../../../../main/desk/invoicing/spans/spans-store.ts'
import { currentBook } from '../../../../main/desk/prices/prices.ts'
import { finalSpan, keptPrice } from '../../../../main/store/schema/index.ts'
import type { Definition } from '../../../../shared/contract/desk/money/prices.ts'
import { type Day, day, type Month, timeOfDay } from '../../../../shared/rules/calendar/day.ts'
import { examples } from '../../../support/long.ts'
import { aBillingTown, billing, last } from '../../../support/towns/billing.ts'
import { anAddress } from '../../../support/towns/families.ts'

/** Louison's mornings: two Wednesdays of December and one of January, 5,50 € each, billed. */
const open = async () => {
  const opened = await opening()
  onTestFinished(() => opened.town.close())
  return opened
}

const opening = async () => {
  const town = await aBillingTown().open()
  const { client, store, person } = town
  const desk = billing(town)
  const marchand = town.family('Marchand')
  const bill = async (month: string) => {
    const { id } = await desk.run(month)
    const drafts = await desk.drafts(id)
    await desk.issue(
      id,
      drafts.map((draft) => draft.id),
    )
  }
  await desk.book('Louison', ['2026-12-09', '2026-12-16', '2027-01-06'], 'Matin')
  await bill('2026-12')
  await bill('2027-01')
  const [tariff] = await client.prices.tariffs()
  const [version] = tariff?.versions ?? []
  if (!tariff || !version) throw new Error('the town has a tariff')
  /** What a run would bill and give back to the home, by month: « 2026-12: 550 ». */
  const proposed = (family = 'Marchand'): string[] =>
    store
      .act(person, 'invoicing.run', 'Brouillons', (write) =>
        priceSpans(
          store,
          write,
          currentBook(store),
          changedSpans(store, [town.family(family)], {
            to: day('2027-07-31'),
            bookId: currentBook(store).id,
            billsFrom: null,
            monthsAround: 0,
            madeAgain: null,
          }),
        ),
      )
      .flatMap(({ month, difference: { added, givenBack } }) => [
        ...added.map(({ cents }) => `${month}: ${cents}`),
        ...givenBack.map(({ cents }) => `${month}: −${cents}`),
      ])
  return {
    town,
    ...desk,
    bill,
    marchand,
    tariff,
    proposed,
    setQuotient: (value: number, fromDay: string) =>
      client.families.setQuotient({ familyId: marchand, fromDay, value, source: '', updatedOn: fromDay }),
    /** Every half-day costs this. */
    setPrice: async (cents: number, from?: string) => {
      const definition: Definition = structuredClone(version.definition)
      for (const { count } of definition.lines)
        if (count.per === 'formula')
          for (const formula of count.formulas)
            formula.price = { method: 'fixed', cents, nonResident: { rule: 'same' } }
      await client.prices.saveVersion(
        from === undefined
          ? { id: version.id, tariffId: tariff.id, from: version.from, definition }
          : { tariffId: tariff.id, from, definition },
      )
    },
    ofHome: (fromDay: string) => ({ familyId: marchand, fromDay }),
    ofTariff: (fromDay: string) => ({ tariffId: tariff.id, fromDay }),
    preview: client.invoicing.repricingPreview,
    reprice: (scope: Parameters<typeof client.invoicing.repricingPreview>[0]) =>
      client.invoicing.reprice({ ...scope, reason: 'Attestation arrivée après coup' }),
  }
}

/** The price of January as adoption keeps it, where the rules do not find what papers of the first version asked. */
const keepJanuary = ({ town, marchand }: Awaited<ReturnType<typeof open>>): void => {
  const row = {
    familyId: marchand,
    month: '2027-01' as Month,
    kind: 'day' as const,
    childId: town.child('Louison'),
    activityId: town.activity('CLSH MERCREDI'),
    day: day('2027-01-06'),
    facts: `${town.slot('CLSH MERCREDI', 'Matin')} booked`,
    amountCents: 550,
  }
  town.store.act(town.person, 'invoicing.run', 'Reprise', (write) => write.insert(keptPrice, row))
}

describe('what is declared after months were billed', () => {
  it('changes no billed month, and previewing a repricing writes nothing', async () => {
    const { town, setQuotient, ofHome, preview, proposed } = await open()
    proposed()
    const rows = () =>
      town.store.statement('select (select count(*) from act), (select count(*) from audit)').raw().get()
    await setQuotient(200, '2026-09-01')
    const before = rows()
    expect(await preview(ofHome('2026-09-01'))).toEqual({ spans: 2, families: 1, upCents: 0, downCents: 600 })
    expect(rows()).toEqual(before)
    expect(proposed()).toEqual([])
  })

  it('changes them once staff do the accounts again: the next run bills and gives back', async () => {
    const { setQuotient, ofHome, preview, reprice, proposed } = await open()
    await setQuotient(200, '2026-12-16')
    await setQuotient(2000, '2027-01-01')
    const changes = { spans: 2, families: 1, upCents: 75, downCents: 200 }
    expect(await preview(ofHome('2026-12-16'))).toEqual(changes)
    expect(await reprice(ofHome('2026-12-16'))).toEqual(changes)
    expect(proposed()).toEqual(['2026-12: 350', '2026-12: −550', '2027-01: 625', '2027-01: −550'])
    expect(await preview(ofHome('2026-12-16'))).toBeNull()
  })

  it('is read again for the days asked only: those before keep what they were billed with', async () => {
    const { setQuotient, ofHome, reprice, proposed } = await open()
    await setQuotient(200, '2026-09-01')
    await reprice(ofHome('2026-12-16'))
    expect(proposed()).toEqual(['2026-12: 350', '2026-12: −550', '2027-01: 350', '2027-01: −550'])
  })

  it('may be an address out of town', async () => {
    const { town, marchand, ofHome, preview, reprice, proposed } = await open()
    const address = anAddress('1 rue de Caen', 'Ouistreham', '14150')
    await town.client.families.setAddress({ familyId: marchand, fromDay: '2027-01-01', address, resident: null })
    expect(await preview(ofHome('2027-01-01'))).toEqual({ spans: 1, families: 1, upCents: 110, downCents: 0 })
    await reprice(ofHome('2027-01-01'))
    expect(proposed()).toEqual(['2027-01: 660', '2027-01: −550'])
  })

  it('may be a tariff, for every home billed with it', async () => {
    const { book, bill, setPrice, ofTariff, preview, reprice, proposed } = await open()
    await book('Noé', ['2026-12-09'], 'Matin')
    await bill('2026-12')
    await setPrice(600, '2027-01-01')
    await setPrice(600)
    expect(await preview(ofTariff('2026-09-01'))).toEqual({ spans: 3, families: 2, upCents: 150, downCents: 25 })
    await reprice(ofTariff('2027-01-01'))
    expect(proposed('Marchand')).toEqual(['2027-01: 600', '2027-01: −550'])
    expect(proposed('Fouquet')).toEqual([])
    await reprice(ofTariff('2026-09-01'))
    expect(proposed('Fouquet')).toEqual(['2026-12: 600', '2026-12: −625'])
  })

  it('may be the tariff that an activity has from now on', async () => {
    const { town, setPrice, preview, reprice, proposed } = await open()
    const { client } = town
    await setPrice(600)
    const other = await client.prices.saveTariff({ name: 'Autre' })
    const [version] = (await client.prices.tariffs()).flatMap(({ id, versions }) => (id === other.id ? [] : versions))
    if (!version) throw new Error('the town has a tariff')
    const { definition, from } = version
    await client.prices.saveVersion({ tariffId: other.id, from, definition })
    expect(await preview({ tariffId: other.id, fromDay: '2027-01-01' })).toBeNull()
    await client.prices.attach({ activityId: town.activity('CLSH MERCREDI'), tariffId: other.id })
    expect(await preview({ tariffId: other.id, fromDay: '2027-01-01' })).toMatchObject({ spans: 1, upCents: 50 })
    await reprice({ tariffId: other.id, fromDay: '2027-01-01' })
    expect(proposed()).toEqual(['2027-01: 600', '2027-01: −550'])
  })

  it('may be a list of quotients, with one question for all its homes, which their histories tell', async () => {
    const { town, book, bill, preview, reprice, proposed, findings } = await open()
    const { client, store } = town
    await book('Noé', ['2026-12-09'], 'Matin')
    await bill('2026-12')
    const rows: readonly { familyId: number; fromDay: Day; value: number }[] = [
      { familyId: town.family('Marchand'), fromDay: day('2027-01-01'), value: 200 },
      { familyId: town.family('Fouquet'), fromDay: day('2026-12-01'), value: 200 },
    ]
    const actId = store.act(town.person, 'import.quotients', 'Quotients importés', (write) => {
      for (const { familyId, ...row } of rows)
        writeQuotient(store, write, familyId, { ...row, source: 'import', updatedOn: row.fromDay })
      return write.actId
    })
    const fromDay = await client.invoicing.firstDeclaredDay({ actId })
    expect(fromDay).toBe('2026-12-01')
    const scope = { actId, fromDay: day('2026-12-01') }
    expect(await preview(scope)).toEqual({ spans: 2, families: 2, upCents: 0, downCents: 200 + 275 })
    expect(await reprice(scope)).toMatchObject({ spans: 2, families: 2 })
    expect(proposed('Marchand')).toEqual(['2027-01: 350', '2027-01: −550'])
    expect(proposed('Fouquet')).toEqual(['2026-12: 350', '2026-12: −625'])
    const label = 'Comptes refaits depuis le 1ᵉʳ décembre 2026\u00a0: Quotients importés'
    for (const { familyId } of rows) {
      const { acts } = await client.history.ofRecord({ entity: 'family', id: familyId })
      expect(acts.map((act) => act.label)).toContain(label)
    }
    expect(await preview(scope)).toBeNull()
    expect(await client.invoicing.firstDeclaredDay({ actId: actId - 1 })).toBeNull()
    expect(findings()).toEqual([])
  })

  it('may be the hours of a slot, where a tariff counts time', async () => {
    const { town, tariff, setPrice, preview, reprice, proposed, ofTariff, findings } = await open()
    const { client } = town
    const [version] = tariff.versions
    if (!version) throw new Error('the tariff has a version')
    const price = { method: 'fixed' as const, cents: 60, nonResident: { rule: 'same' as const } }
    const definition: Definition = {
      ...version.definition,
      lines: [
        {
          label: 'Accueil',
          fiscal: 'garde',
          count: {
            per: 'time',
            slots: ['matin'],
            minutes: 30,
            grace: 0,
            unit: { one: 'demi-heure', many: 'demi-heures' },
            price,
          },
          withoutBooking: null,
        },
      ],
    }
    await client.prices.saveVersion({ id: version.id, tariffId: tariff.id, from: version.from, definition })
    await reprice(ofTariff('2027-01-01'))
    const activityId = town.activity('CLSH MERCREDI')
    const [activity] = (await client.activities.list()).filter(({ id }) => id === activityId)
    if (!activity) throw new Error('the town has an activity')
    const before = proposed()
    const slots = activity.slots.map((slot) => (slot.name === 'Matin' ? { ...slot, end: timeOfDay('11:30') } : slot))
    await client.activities.save({ ...activity, slots })
    await setPrice(600)
    expect(proposed()).toEqual(before)
    const scope = { activityId, fromDay: day('2026-09-01') }
    expect(await preview(scope)).toEqual({ spans: 1, families: 1, upCents: 0, downCents: 60 })
    await reprice(scope)
    expect(proposed()).toEqual([...Array.from({ length: 7 }, () => '2027-01: 60'), '2027-01: −550'])
    expect(findings()).toEqual([])
  })

  it('is read again alone: a home keeps its tariff, a tariff leaves homes their quotient', async () => {
    const { setQuotient, setPrice, ofHome, ofTariff, preview, proposed } = await open()
    proposed()
    await setQuotient(200, '2026-09-01')
    await setPrice(600)
    expect(await preview(ofHome('2027-01-01'))).toMatchObject({ upCents: 0, downCents: 200 })
    expect(await preview(ofTariff('2027-01-01'))).toMatchObject({ upCents: 50, downCents: 0 })
  })

  it('is billed once: the run after has nothing left', async () => {
    const { setQuotient, ofHome, reprice, proposed, bill, balance, findings } = await open()
    await setQuotient(200, '2026-09-01')
    await reprice(ofHome('2026-09-01'))
    await bill('2027-01')
    expect(proposed()).toEqual([])
    expect(await balance('Marchand')).toBe(3 * 350)
    expect(findings()).toEqual([])
  })

  it('changes what prices owe, not what a run had to bill already', async () => {
    const { book, setQuotient, ofHome, preview } = await open()
    await book('Louison', ['2027-01-13'], 'Matin')
    await setQuotient(200, '2027-01-01')
    expect(await preview(ofHome('2027-01-01'))).toMatchObject({ upCents: 0, downCents: 400 })
  })
})

describe('doing the accounts again', () => {
  it('asks for a reason, and for a month whose price changes', async () => {
    const { town, ofHome, reprice, setQuotient } = await open()
    await setQuotient(200, '2027-01-01')
    await expect(town.client.invoicing.reprice({ ...ofHome('2027-01-01'), reason: ' ' })).rejects.toMatchObject({
      data: { field: 'reason', sentence: 'Indiquez le motif.' },
    })
    await expect(reprice(ofHome('2027-02-01'))).rejects.toMatchObject({
      data: { field: 'fromDay', sentence: 'Aucun mois facturé ne change de prix à partir de ce jour.' },
    })
  })

  it('never leaves a billed day without a price', async () => {
    const { town, ofTariff, preview, setPrice, proposed } = await open()
    const { client } = town
    const other = await client.prices.saveTariff({ name: 'À partir de janvier' })
    await setPrice(600, '2027-01-01')
    const [tariff] = (await client.prices.tariffs()).filter(({ id }) => id !== other.id)
    const definition = tariff?.versions.at(-1)?.definition
    if (!definition) throw new Error('the town has a tariff')
    await client.prices.saveVersion({ tariffId: other.id, from: '2027-01-01', definition })
    await client.prices.attach({ activityId: town.activity('CLSH MERCREDI'), tariffId: other.id })
    const scope = { ...ofTariff('2026-12-01'), tariffId: other.id }
    await expect(preview(scope)).rejects.toMatchObject({ data: { field: 'fromDay' } })
    expect(await preview({ ...scope, fromDay: '2027-01-01' })).toMatchObject({ spans: 1, upCents: 50 })
    expect(proposed()).toEqual([])
  })

  it('leaves final months as they are', async () => {
    const { town, marchand, setQuotient, ofHome, preview } = await open()
    const row = { familyId: marchand, month: '2026-12' as Month, cause: 'town' as const }
    town.store.act(town.person, 'invoicing.run', 'Arrêté', (write) => write.insert(finalSpan, row))
    await setQuotient(200, '2026-09-01')
    expect(await preview(ofHome('2026-09-01'))).toMatchObject({ spans: 1, downCents: 200 })
  })

  it('reaches a month of which the invoice names no day, since its days cost nothing', async () => {
    const { town, tariff, setQuotient, bill, book, ofHome, preview } = await open()
    const [version] = tariff.versions
    if (!version) throw new Error('the town has a tariff')
    const definition: Definition = {
      ...version.definition,
      membership: {
        label: 'Adhésion',
        per: 'family',
        year: 'school',
        price: { method: 'fixed', cents: 500, nonResident: { rule: 'same' } },
      },
      deductions: [{ label: 'Aide CAF', per: 'day', cents: 400, upTo: 700, leaves: 0, cap: null }],
    }
    await town.client.prices.saveVersion({ id: version.id, tariffId: tariff.id, from: version.from, definition })
    await setQuotient(200, '2027-02-01')
    await book('Louison', ['2027-02-03'], 'Matin')
    await bill('2027-02')
    await setQuotient(900, '2027-02-01')
    expect(await preview(ofHome('2027-02-01'))).toEqual({ spans: 1, families: 1, upCents: 550, downCents: 0 })
  })

  it('drops the prices that stood on papers of the first version', async () => {
    const desk = await open()
    const { town, setQuotient, ofHome, preview, reprice, proposed } = desk
    proposed()
    keepJanuary(desk)
    await setQuotient(200, '2027-01-01')
    expect(await preview(ofHome('2027-01-01'))).toMatchObject({ downCents: 200 })
    await reprice(ofHome('2027-01-01'))
    expect(town.store.statement('select count(*) from kept_price').pluck().get()).toBe(0)
    expect(proposed()).toEqual(['2027-01: 350', '2027-01: −550'])
  })

  it('of a home keeps prices that its own facts do not change, whatever the tariff has become', async () => {
    const desk = await open()
    const { setPrice, setQuotient, ofHome, ofTariff, preview, reprice, proposed } = desk
    await setPrice(700)
    await reprice(ofTariff('2027-01-01'))
    keepJanuary(desk)
    expect(proposed()).toEqual([])
    await setQuotient(200, '2027-01-01')
    expect(await preview(ofHome('2027-01-01'))).toBeNull()
  })

  it('is one act that is never undone, kept with its reason and its amounts', async () => {
    const { town, marchand, setQuotient, ofHome, reprice } = await open()
    await setQuotient(200, '2027-01-01')
    await reprice(ofHome('2027-01-01'))
    const act = town.store.statement('select id, label, state from act order by id desc limit 1').get()
    expect(act).toMatchObject({ label: 'Comptes refaits depuis le 1ᵉʳ janvier 2027\u00a0: Marchand', state: 'closed' })
    expect(town.store.statement('select * from repricing').all()).toEqual([
      expect.objectContaining({
        family_id: marchand,
        tariff_id: null,
        families: 1,
        up_cents: 0,
        down_cents: 200,
        reason: 'Attestation arrivée après coup',
      }),
    ])
    const { id } = act as { id: number }
    await expect(town.client.history.undo({ actId: id, told: false }).then(last)).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('Des comptes refaits ne s’annulent pas') },
    })
  })
})

/** Edits the only version of the tariff, from which the membership comes and goes. */
const openWithVersions = async () => {
  const opened = await open()
  const { town, tariff } = opened
  const [version] = tariff.versions
  if (!version) throw new Error('the tariff has a version')
  const { id, from, definition } = version
  const membership: Definition['membership'] = {
    label: 'Adhésion',
    per: 'family',
    year: 'school',
    price: { method: 'fixed', cents: 1000, nonResident: { rule: 'same' } },
  }
  const setMembership = (wanted: boolean) =>
    town.client.prices.saveVersion({
      id,
      tariffId: tariff.id,
      from,
      definition: { ...definition, ...(wanted && { membership }) },
    })
  return { ...opened, setMembership }
}

describe('a membership of the year', () => {
  it('that repricing moves to an earlier month is given back by the later one', async () => {
    const { setMembership, book, bill, ofTariff, reprice, balance, proposed } = await openWithVersions()
    await setMembership(true)
    await book('Louison', ['2027-02-03'], 'Matin')
    await bill('2027-02')
    expect(await balance('Marchand')).toBe(4 * 550 + 1000)
    await reprice(ofTariff('2026-09-01'))
    await bill('2027-02')
    expect([await balance('Marchand'), proposed()]).toEqual([4 * 550 + 1000, []])
  })

  it('is asked once, although the tariff of today has none any more', async () => {
    const { setMembership, book, bill, ofTariff, reprice, balance, proposed } = await openWithVersions()
    await setMembership(true)
    await reprice(ofTariff('2026-09-01'))
    await bill('2027-01')
    await setMembership(false)
    await book('Louison', ['2027-01-13'], 'Matin')
    await bill('2027-01')
    expect([await balance('Marchand'), proposed()]).toEqual([4 * 550 + 1000, []])
  })
})

it('with several credit notes of a home pays what is left of an older invoice once', async () => {
  const { town, marchand, book, bill, setQuotient, ofHome, reprice, findings } = await open()
  await book('Basile', ['2026-12-09'], 'Matin')
  await bill('2026-12')
  await town.client.payments.record({
    familyId: marchand,
    means: 'cheque',
    amountCents: 1100 + 200,
    receivedOn: '2026-11-25',
    payer: '',
    reference: '1234567',
    chosen: null,
  })
  await setQuotient(200, '2026-12-01')
  await reprice(ofHome('2026-12-01'))
  await bill('2027-01')
  expect(findings()).toEqual([])
})

const days = ['2026-12-09', '2026-12-16', '2027-01-06', '2027-01-13'] as const
const since = ['2026-09-01', '2026-12-16', '2027-01-01'] as const

it('whatever changed on the way, a home whose accounts are all done again owes what its days cost today', async () => {
  const gesture = fc.record({
    what: fc.constantFrom('book', 'free', 'bill', 'quotient', 'price', 'home', 'tariff'),
    on: fc.constantFrom(...days),
    from: fc.constantFrom(...since),
    value: fc.constantFrom(200, 400, 600, 2000),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(gesture, { minLength: 6, maxLength: 14 }), async (history) => {
      const { town, marchand, book, free, bill, setQuotient, setPrice, reprice, ofHome, ofTariff, balance, findings } =
        await opening()
      try {
        const gestures = {
          book: ({ on }) => book('Louison', [on], 'Matin'),
          free: ({ on }) => free('Louison', [on], 'Matin'),
          bill: ({ on }) => bill(on.slice(0, 7)),
          quotient: ({ value, from }) => setQuotient(value, from),
          price: ({ value }) => setPrice(value),
          home: ({ from }) => reprice(ofHome(from)),
          tariff: ({ from }) => reprice(ofTariff(from)),
        } satisfies Record<string, (one: { on: string; from: string; value: number }) => Promise<unknown>>
        for (const one of history) await gestures[one.what](one).catch(unlessRefused)
        for (const scope of [ofHome('2026-09-01'), ofTariff('2026-09-01')]) await reprice(scope).catch(unlessRefused)
        for (const month of ['2026-12', '2027-01']) await bill(month).catch(unlessRefused)
        const booked = town.store
          .statement(`select distinct day from reservation where held = 'confirmed'`)
          .pluck()
          .all() as string[]
        const { totalCents } = await town.client.prices.priceOf({
          familyId: marchand,
          activityId: town.activity('CLSH MERCREDI'),
          days: booked.map((on) => ({ day: on, slotIds: [town.slot('CLSH MERCREDI', 'Matin')] })),
        })
        expect([await balance('Marchand'), findings()]).toEqual([totalCents, []])
      } finally {
        await town.close()
      }
    }),
    { numRuns: Number(process.env['HISTORIES'] ?? examples(15)) },
  )
}, 600_000)

const unlessRefused = (error: unknown): void => {
  if (!(error instanceof ORPCError && error.code === 'REFUSED') && !/libre|réserv/.test(String(error))) throw error
}
