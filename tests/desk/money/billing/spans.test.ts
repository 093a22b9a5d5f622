import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { allHomeIds } from '../../../../main/desk/invoicing/invoicing-store.ts'
import { type PricedSpan, priceSpans } from '../../../../main/desk/invoicing/spans/spans.ts'
import { changedSpans, type SpanKey, settleSpan } from '../../../../main/desk/invoicing/spans/spans-store.ts'
import { currentBook } from '../../../../main/desk/prices/prices.ts'
import { reservation } from '../../../../main/store/schema/index.ts'
import type { Definition } from '../../../../shared/contract/desk/money/prices.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { chargesOf } from '../../../../shared/rules/money/charges.ts'
import { aBillingTown, billing, period } from '../../../support/towns/billing.ts'

const first = ['2026-12-09']
const later = ['2026-12-16']

const membership: NonNullable<Definition['membership']> = {
  label: 'Adhésion',
  per: 'family',
  year: 'school',
  price: { method: 'fixed', cents: 1000, nonResident: { rule: 'same' } },
}
const aid = (cap: NonNullable<Definition['deductions']>[number]['cap']): Partial<Definition> => ({
  deductions: [{ label: 'Aide CAF', per: 'day', cents: 400, upTo: null, leaves: 0, cap }],
})

/** The town of the invoices, its Wednesdays priced with more rules, and what a run by difference would propose. */
const open = async (rules: Partial<Definition> = {}) => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const { store } = town
  const setRules = async (changes: Partial<Definition>, from?: string) => {
    const [tariff] = await town.client.prices.tariffs()
    const [version] = tariff?.versions ?? []
    if (!tariff || !version) throw new Error('the town has a tariff')
    const definition = { ...version.definition, ...changes }
    if (from === undefined)
      await town.client.prices.saveVersion({ id: version.id, tariffId: tariff.id, from: version.from, definition })
    else await town.client.prices.saveVersion({ tariffId: tariff.id, from, definition })
  }
  await setRules(rules)
  const changed = (to = '2027-07-31'): SpanKey[] =>
    changedSpans(store, allHomeIds(store), {
      to: day(to),
      bookId: currentBook(store).id,
      billsFrom: null,
      monthsAround: 0,
      madeAgain: null,
    })
  /** Prices every changed month of every home, as a run does. */
  const price = (): PricedSpan[] =>
    store.act(town.person, 'invoicing.run', 'Brouillons', (write) =>
      priceSpans(store, write, currentBook(store), changed()),
    )
  /** Notes the months that need no paper, as a run does. */
  const settle = (): void =>
    store.act(town.person, 'invoicing.run', 'Brouillons', (write) => {
      for (const { difference, revision, pricedWith, ...span } of priceSpans(
        store,
        write,
        currentBook(store),
        changed(),
      ))
        if (difference.added.length + difference.givenBack.length === 0)
          settleSpan(store, write, span, { revision, bookId: pricedWith.bookId })
    })
  const ofMarchand = (month: string) =>
    price().find((span) => span.familyId === town.family('Marchand') && span.month === month)
  /** « + Accueil 550 », « − Accueil 550 »: what a run would add and give back for the home. */
  const proposed = (month = '2026-12'): string[] => {
    const { added = [], givenBack = [] } = ofMarchand(month)?.difference ?? {}
    return [
      ...added.map(({ label, cents }) => `+ ${label} ${cents}`),
      ...givenBack.map(({ unit, cents }) => `− ${unit.label} ${cents}`),
    ]
  }
  const desk = billing(town)
  const bill = async (month = '2026-12') => desk.issue((await desk.run(month)).id)
  const months = (to?: string) =>
    changed(to).map(
      ({ familyId, month }) => `${familyId === town.family('Marchand') ? 'Marchand' : 'Fouquet'} ${month}`,
    )
  return { town, ...desk, setRules, price, proposed, settle, months, bill }
}

const inOrder = (all: readonly object[]): string[] => all.map((one) => JSON.stringify(one)).toSorted()

describe('what a month of a home has to be billed', () => {
  it('is what a run today bills, as long as nothing of it was billed', async () => {
    const rules: Partial<Definition>[] = [
      {},
      { minimum: { cents: 1300 } },
      { membership },
      { siblings: { percents: [10], on: ['garde'] } },
      aid({ per: 'month', cents: 600 }),
    ]
    const bookings = fc.array(
      fc.record({
        child: fc.constantFrom('Louison', 'Basile', 'Noé'),
        on: fc.constantFrom(...first, ...later),
        slot: fc.constantFrom('Matin', 'Repas', 'Après-midi'),
      }),
      { minLength: 1, maxLength: 8 },
    )
    for (const some of rules)
      for (const booked of fc.sample(bookings, 3)) {
        const { town, book, run, price } = await open(some)
        for (const { child, on, slot } of booked) await book(child, [on], slot).catch(() => undefined)
        const { id } = await run()
        const lines = town.store
          .statement(
            `select family_id as familyId, child_id as childId, label, quantity, unit_cents as unitCents, fiscal,
              explanation, days from invoice_line line join invoice on invoice.id = invoice_id
            where run_id = ? order by family_id, position`,
          )
          .all(id) as { days: string }[]
        const ofSpans = price().flatMap(({ familyId, difference }) =>
          chargesOf(difference.added).map(({ childId, label, quantity, unitCents, fiscal, explanation, days }) => ({
            familyId,
            childId,
            label,
            quantity,
            unitCents,
            fiscal,
            explanation,
            days,
          })),
        )
        expect(inOrder(ofSpans)).toEqual(inOrder(lines.map((line) => ({ ...line, days: JSON.parse(line.days) }))))
      }
  })

  it('is nothing once it is billed, and only what changed since', async () => {
    const { book, free, bill, proposed } = await open()
    await book('Louison', first, 'Matin')
    expect(proposed()).toEqual(['+ Accueil 550'])
    await bill()
    expect(proposed()).toEqual([])
    await book('Louison', first, 'Repas')
    expect(proposed()).toEqual(['+ Repas 450'])
    await bill()
    await free('Louison', first, 'Repas')
    expect(proposed()).toEqual(['− Repas 450'])
    await book('Louison', first, 'Après-midi')
    expect(proposed()).toEqual(['+ Accueil 1055', '− Accueil 550', '− Repas 450'])
  })

  it('is asked again after a credit note to bill again, and not after one for good', async () => {
    const { town, book, bill, paper, proposed } = await open()
    await book('Louison', first, 'Matin')
    await bill()
    const credit = async (billAgain: boolean) =>
      town.client.invoicing.creditNote({
        invoiceId: (await paper('Marchand')).id,
        lines: null,
        reason: 'Erreur',
        billAgain,
      })
    await credit(true)
    expect(proposed()).toEqual(['+ Accueil 550'])
    await bill()
    await credit(false)
    expect(proposed()).toEqual([])
    await book('Louison', first, 'Après-midi')
    expect(proposed()).toEqual(['+ Accueil 1055', '+ Accueil -550'])
  })
})

describe('what runs in a wrong order bill wrongly', () => {
  it('a day billed in two halves by two runs costs its price: the second run takes the draft of the first', async () => {
    const { book, run, issue, bill, balance, proposed } = await open()
    await book('Louison', first, 'Matin')
    await bill()
    await book('Louison', first, 'Après-midi')
    const [older, newer] = [await run(), await run()]
    await expect(issue(older.id)).rejects.toMatchObject({ code: 'REFUSED' })
    await issue(newer.id)
    expect([await balance('Marchand'), proposed()]).toEqual([1055, []])
  })

  it('an aid for the day, with its two halves billed apart, is given once', async () => {
    const { book, bill, balance, proposed } = await open(aid(null))
    await book('Louison', first, 'Matin')
    await bill()
    await book('Louison', first, 'Après-midi')
    await bill()
    expect([await balance('Marchand'), proposed()]).toEqual([655, []])
  })

  it('a minimum lowered after it was billed stays, and a half-day more fits in it', async () => {
    const { book, bill, setRules, proposed } = await open({ minimum: { cents: 1300 } })
    await book('Louison', first, 'Matin')
    await bill()
    expect(proposed()).toEqual([])
    await setRules({ minimum: { cents: 900 } })
    await book('Basile', first, 'Matin')
    expect(proposed()).toEqual([])
    await book('Basile', later, 'Matin')
    expect(proposed()).toEqual(['+ Accueil 550', '+ Accueil 550', '− Minimum de facturation 750'])
  })

  it('a new version in mid-month waits for a month that was not billed', async () => {
    const { book, bill, setRules, proposed } = await open({ minimum: { cents: 1300 } })
    await book('Louison', first, 'Matin')
    await bill()
    expect(proposed()).toEqual([])
    await setRules({ minimum: { cents: 900 } }, '2026-12-14')
    await book('Louison', later, 'Matin', 'Repas')
    expect(proposed()).toEqual(['+ Accueil 550', '+ Repas 450', '− Minimum de facturation 750'])
  })

  it('the ceiling of an aid that a given-back day frees goes to the next day', async () => {
    const { book, free, bill, proposed } = await open(aid({ per: 'month', cents: 600 }))
    await book('Louison', [...first, ...later], 'Matin')
    await bill()
    expect(proposed()).toEqual([])
    await free('Louison', first, 'Matin')
    expect(proposed()).toEqual([
      '+ Accueil 550',
      '+ Aide CAF -400',
      '− Accueil 550',
      '− Aide CAF -200',
      '− Accueil 550',
      '− Aide CAF -400',
    ])
  })

  it('a membership stays owed by the other days of the year, when the last day of its invoice is given back', async () => {
    const { book, free, bill, balance, proposed, run, issue } = await open({ membership })
    await book('Louison', first, 'Matin')
    await bill()
    expect(proposed()).toEqual([])
    await book('Basile', later, 'Matin')
    await bill()
    await free('Louison', first, 'Matin')
    await issue((await run()).id)
    expect([await balance('Marchand'), proposed()]).toEqual([1550, []])
  })
})

describe('the accounts of the year', () => {
  it('a month that no longer owes the membership leaves it to the next', async () => {
    const { book, free, bill, proposed } = await open({ membership })
    await book('Louison', first, 'Matin')
    await book('Louison', ['2027-01-06'], 'Matin')
    await bill()
    await bill('2027-01')
    expect([proposed(), proposed('2027-01')]).toEqual([[], []])
    await free('Louison', first, 'Matin')
    expect([proposed(), proposed('2027-01')]).toEqual([['− Accueil 550', '− Adhésion 1000'], ['+ Adhésion 1000']])
  })
})

describe('the months that a run prices', () => {
  it('are those that changed since a run found them settled', async () => {
    const { book, free, bill, settle, months } = await open()
    await book('Louison', [...first, '2027-01-06'], 'Matin')
    expect(months()).toEqual(['Marchand 2026-12', 'Marchand 2027-01'])
    await bill()
    settle()
    expect(months()).toEqual(['Marchand 2027-01'])
    await free('Louison', first, 'Matin')
    expect(months()).toEqual(['Marchand 2026-12', 'Marchand 2027-01'])
  })

  it('are still those that were priced while an act was open, whose bookings nobody could read yet', async () => {
    const { town, book, bill, settle, months, proposed } = await open()
    const { store, person } = town
    await book('Louison', first, 'Matin')
    await bill()
    settle()
    const act = store.longAct(person, 'import.registrations', 'Import')
    await act.slices([day(later[0] ?? '')], (write, on) =>
      write.insertMany(reservation, [
        {
          registrationId: town.registration('Louison', period),
          periodId: town.period(period),
          day: on,
          slotId: town.slot('CLSH MERCREDI', 'Matin'),
          held: 'confirmed',
        },
      ]),
    )
    settle()
    act.close(() => undefined)
    expect(months()).toEqual(['Marchand 2026-12'])
    expect(proposed()).toEqual(['+ Accueil 550'])
  })

  it('are up to the end of the run, and later ones only where they were billed in advance', async () => {
    const { book, bill, months } = await open()
    await book('Louison', [...first, '2027-01-06'], 'Matin')
    expect(months('2026-12-31')).toEqual(['Marchand 2026-12'])
    await bill('2027-01')
    await book('Louison', ['2027-01-13'], 'Matin')
    expect(months('2026-12-31')).toEqual(['Marchand 2027-01'])
  })

  it('are priced again with a new tariff, unless they were billed', async () => {
    const { book, bill, settle, setRules, months } = await open()
    await book('Louison', [...first, '2027-01-06'], 'Matin')
    await bill()
    settle()
    await book('Louison', ['2027-01-06'], 'Après-midi')
    await setRules({ minimum: { cents: 1300 } })
    expect(months()).toEqual(['Marchand 2027-01'])
  })
})
