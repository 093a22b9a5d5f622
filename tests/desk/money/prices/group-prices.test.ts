import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { chargeableCells } from '../../../../main/desk/attendance/attendance.ts'
import { currentBook } from '../../../../main/desk/prices/prices.ts'
import { childGroupsIn } from '../../../../main/desk/registrations/registrations.ts'
import { estimates } from '../../../../main/portal/reservations/estimate.ts'
import { checkFile } from '../../../../main/store/checking/check.ts'
import type { Definition } from '../../../../shared/contract/desk/money/prices.ts'
import type { FamilyDocument, PeriodDocument } from '../../../../shared/contract/portal/documents.ts'
import { type Day, day, lastOfMonth } from '../../../../shared/rules/calendar/day.ts'
import { nothingHeld } from '../../../../shared/rules/cell/cell.ts'
import { conditionText, parseCondition } from '../../../../shared/rules/price/printed/condition-words.ts'
import { defaultAbsence, type UnitPrice } from '../../../../shared/rules/price/tariff.ts'
import { aFarSide, giveAccount, pair } from '../../../exchange/published/publishing.ts'
import { aClock } from '../../../support/desk.ts'
import { examples } from '../../../support/long.ts'
import { last } from '../../../support/towns/billing.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, type Town } from '../../../support/towns/town.ts'
import { undone } from '../../../support/undone.ts'
import { overlooked } from '../billing/billing-histories.ts'

const activity = 'ALSH MERCREDI'
const period = 'Mercredis 2026/2027'
const wednesdays = ['2026-12-02', '2026-12-09', '2026-12-16', '2027-01-06', '2027-01-13', '2027-01-20'].map(day)
/** Léo turns six on 13 January. */
const birthDay = '2021-01-13'

/** The second one asks for a class too; the third one takes children by hand only. */
const groups = [
  { name: 'Petits', minimumAge: 3, maximumAge: 5, levels: null, childrenPerAdult: null },
  { name: '6–11 ans', minimumAge: 6, maximumAge: 11, levels: ['CP' as const, 'CE1' as const], childrenPerAdult: null },
  { name: 'Passerelle', minimumAge: null, maximumAge: null, levels: null, childrenPerAdult: null },
]
const prices = { Petits: 300, '6–11 ans': 500, Passerelle: 100 } as const
const noGroup = 900

const fixed = (cents: number) => ({ method: 'fixed', cents, nonResident: { rule: 'same' } }) as const
const byGroup = (wishes: Readonly<Record<string, number>>, otherwise: number | null): UnitPrice => ({
  method: 'cases',
  cases: Object.entries(wishes).map(([group, cents]) => ({ when: { group }, price: fixed(cents) })),
  otherwise: otherwise === null ? null : fixed(otherwise),
})
const definition = (price: UnitPrice) =>
  ({
    decision: null,
    example: false,
    rounding: 'halfUp',
    brackets: [],
    lines: [
      {
        label: 'Accueil',
        fiscal: 'garde',
        count: { per: 'slot', slots: ['matin'], unit: { one: 'matinée', many: 'matinées' }, price },
        withoutBooking: null,
      },
    ],
    absence: defaultAbsence,
  }) as Definition

let town: Town
afterEach(async () => {
  const findings = checkFile(town.store.sqlite)
  await town.close()
  if (findings.length > 0) throw new Error(JSON.stringify(findings))
})

const open = async (price: UnitPrice = byGroup(prices, noGroup)) => {
  town = await [
    aFamily('Marchand', { children: { Léo: { birthDay, level: 'GS' } } }),
    anActivity(activity, { slots: { Matin: ['08:00', '12:00'] }, groups }),
    aPeriod(period, activity, { capacity: 9 }),
    aRegistration('Marchand', 'Léo', period),
  ]
    .reduce((made, part) => made.with(part), aTown())
    .open(aClock('2026-11-25', '10:42'))
  const { id } = await town.client.prices.saveTariff({ name: 'Mercredis' })
  await town.client.prices.attach({ activityId: town.activity(activity), tariffId: id })
  const { versions } = await town.client.prices.saveVersion({
    tariffId: id,
    from: day('2026-09-01'),
    definition: definition(price),
  })
  return { tariffId: id, versionId: versions[0]?.id ?? 0 }
}

/** What the portal knows of the home, with nothing booked yet. */
const publishedHome = async (...names: readonly string[]) => {
  pair(town)
  giveAccount(town, 'Marchand')
  const portal = aFarSide(town)
  await portal.exchange()
  const family: FamilyDocument = portal.read(`family/${town.family('Marchand')}`)
  const periods = names.map((name): PeriodDocument => portal.read(`period/${town.period(name)}`))
  const [child] = family.children
  return {
    home: { family, periods: new Map(periods.map((own) => [`${own.id}`, own])), held: new Map(), asks: new Map() },
    registeredIn: (name: string) => {
      const registration = family.registrations.find((one) => one.period === town.period(name))
      const own = periods.find(({ id }) => id === town.period(name))
      if (!child || !registration || !own) throw new Error('the child is registered')
      return { registration, child, period: own }
    },
  }
}
const aChange = (on: Day, slot = 'Matin', now = day('2026-11-25')) => {
  const yes = { answer: 'yes' as const }
  const facts = { day: on, today: now, held: nothingHeld, ask: null, bookable: yes, cancellable: yes, placesLeft: 3 }
  return { slotId: town.slot(activity, slot), facts, wish: 'book' as const, isWaiting: false }
}

const home = () => ({ town, familyId: town.family('Marchand') })
const registrationId = () => town.registration('Léo', period)
const groupIds = async () =>
  (await town.client.activities.get({ id: town.activity(activity) })).groups.map(({ id }) => id)
const move = async (on: Day, act: 'book' | 'free') => {
  const cells = [{ registrationId: registrationId(), day: on, slotId: town.slot(activity, 'Matin') }]
  const reason = { kind: 'written' as const, text: 'Accord du service' }
  const { refused } = await town.client.reservations.move({ cells, act, reason })
  expect(refused).toEqual([])
}
const put = async (fromDay: Day, group: number | null) =>
  town.client.reservations.putInGroup({
    registrationId: registrationId(),
    groupId: group === null ? null : ((await groupIds())[group] ?? 0),
    fromDay,
    reason: 'À la demande des parents',
  })
const setClass = (fromDay: Day, level: '' | 'GS' | 'CP') =>
  town.client.families.setSchooling({ childId: town.child('Léo'), fromDay, schoolId: null, level, className: '' })
const setBirth = async (birth: Day) => {
  const child = { lastName: 'Marchand', firstName: 'Léo', birthDay: birth, sex: '' as const, notes: '' }
  await town.client.families.changeChild({ id: town.child('Léo'), child })
}
const bill = async (month: '2026-12' | '2027-01') => {
  const from = day(`${month}-01`)
  const input = { from, to: lastOfMonth(from), activityIds: null, familyIds: null, regieId: null }
  try {
    const run = await last(await town.client.invoicing.run(input))
    await last(await town.client.invoicing.issue({ runId: run.id, ids: null }))
  } catch (error) {
    expect(String((error as { data?: { sentence?: string } }).data?.sentence)).toMatch(/rien à facturer/)
  }
}
const billed = (): number =>
  town.store
    .statement(
      `select coalesce(sum(iif(kind = 'invoice', 1, -1) * abs(total_cents)), 0) from invoice where state = 'issued'`,
    )
    .pluck()
    .get() as number

/** What the booked days cost, one day after the other, by the group of each as the day sheet says it. */
const dayByDay = (): number => {
  const scope = {
    from: day('2026-12-01'),
    to: day('2027-01-31'),
    activityIds: null,
    familyIds: [town.family('Marchand')],
  }
  const names = new Map<number | null, number>()
  for (const group of childGroupsIn(town.store, town.period(period), scope.from, scope.to)?.groups ?? [])
    names.set(group.id, prices[group.name as keyof typeof prices])
  return chargeableCells(town.store, { ...scope, includesBilled: true }).reduce((sum, { day: on }) => {
    const groupId = childGroupsIn(town.store, town.period(period), on, on)?.of(registrationId(), on) ?? null
    return sum + (names.get(groupId) ?? noGroup)
  }, 0)
}

const expectRefused = (call: Promise<unknown>, sentence: string) =>
  expect(call).rejects.toMatchObject({
    data: { sentence: expect.toSatisfy((text: string) => text.replaceAll('\u00a0', ' ') === sentence) },
  })

describe('a price for a day', () => {
  it('is due once on the portal too, where two registrations of the activity share the day', async () => {
    const other = 'Mercredis de décembre'
    town = await [
      aFamily('Marchand', { children: { Léo: { birthDay, level: 'GS' } } }),
      anActivity(activity, { slots: { Matin: ['08:00', '12:00'], Soir: ['14:00', '18:00'] }, groups }),
      aPeriod(period, activity, { capacity: 9 }),
      aPeriod(other, activity, { startDay: '2026-12-01', endDay: '2026-12-31', capacity: 9 }),
      aRegistration('Marchand', 'Léo', period),
      aRegistration('Marchand', 'Léo', other),
    ]
      .reduce((made, part) => made.with(part), aTown())
      .open(aClock('2026-11-25', '10:42'))
    const { id } = await town.client.prices.saveTariff({ name: 'Mercredis' })
    await town.client.prices.attach({ activityId: town.activity(activity), tariffId: id })
    const unit = { one: 'jour', many: 'jours' }
    const { lines, ...rules } = definition(byGroup(prices, noGroup))
    const count = { per: 'day' as const, slots: ['matin', 'soir'], unit, price: byGroup(prices, noGroup) }
    const ofDay = { ...rules, lines: lines.map((line) => ({ ...line, count })) } as Definition
    await town.client.prices.saveVersion({ tariffId: id, from: day('2026-09-01'), definition: ofDay })
    await town.client.reservations.putInGroup({
      registrationId: town.registration('Léo', other),
      groupId: (await groupIds())[2] ?? 0,
      fromDay: day('2026-12-01'),
      reason: 'À la demande des parents',
    })
    const on = day('2026-12-09')
    const { home: known, registeredIn } = await publishedHome(period, other)
    const asked = [
      { registered: registeredIn(other), changes: [aChange(on, 'Soir')] },
      { registered: registeredIn(period), changes: [aChange(on, 'Matin')] },
    ]
    const total = estimates(known, asked).reduce((sum, { totalCents }) => sum + totalCents, 0)
    for (const [name, slot] of [
      [other, 'Soir'],
      [period, 'Matin'],
    ] as const) {
      const cell = { registrationId: town.registration('Léo', name), day: on, slotId: town.slot(activity, slot) }
      const { refused } = await town.client.reservations.move({ cells: [cell], act: 'book' })
      expect(refused).toEqual([])
    }
    await bill('2026-12')
    expect([total, billed()]).toEqual([prices.Petits, prices.Petits])
  })
})

describe('a forfait', () => {
  it('explains to parents that it keeps the price of the group of its first day', async () => {
    const { tariffId, versionId } = await open()
    const unit = { one: 'mois', many: 'mois' }
    const { lines, ...rules } = definition(byGroup(prices, noGroup))
    const count = {
      per: 'forfait',
      slots: ['matin'],
      span: 'month',
      by: 'booking',
      steps: [{ from: 1, unit, price: byGroup(prices, noGroup) }],
      partial: 'whole',
      absence: null,
      billed: 'start',
    } as const
    const monthly = { ...rules, lines: lines.map((line) => ({ ...line, count })) }
    await town.client.prices.saveVersion({
      id: versionId,
      tariffId,
      from: day('2026-09-01'),
      definition: monthly as unknown as Definition,
    })
    const { home: known, registeredIn } = await publishedHome(period)
    const [estimate] = estimates(known, [{ registered: registeredIn(period), changes: [aChange(day('2027-01-20'))] }])
    expect(estimate?.totalCents).toBe(prices.Petits)
    expect(estimate?.warnings).toContain(
      'Un forfait a un seul prix\u00a0: celui du groupe de son premier jour, même si l’enfant change de groupe ensuite.',
    )
  })
})

describe('the name of a group', () => {
  it('typed alone is refused, with both ways of writing it; both of these are accepted', async () => {
    const { tariffId, versionId } = await open()
    const save = (written: string) => {
      const read = parseCondition(written)
      if ('refusal' in read) throw new Error(read.refusal)
      const price: UnitPrice = {
        method: 'cases',
        cases: [{ when: read.when, price: fixed(100) }],
        otherwise: fixed(noGroup),
      }
      return town.client.prices.saveVersion({
        id: versionId,
        tariffId,
        from: day('2026-09-01'),
        definition: definition(price),
      })
    }
    await expectRefused(
      save('hors commune, PETITS'),
      '« PETITS » est un groupe de « ALSH MERCREDI » : écrivez « groupe PETITS » pour ce groupe, ou « catégorie PETITS » pour une catégorie tarifaire de ce nom.',
    )
    await save('hors commune, catégorie Petits')
    const [{ versions } = { versions: [] }] = await town.client.prices.tariffs()
    const [line] = versions[0]?.definition.lines ?? []
    const price = line?.count.per === 'slot' ? line.count.price : null
    expect(price?.method === 'cases' && conditionText(price.cases[0]?.when ?? {})).toBe(
      'hors commune, catégorie Petits',
    )
    await save('groupe Petits')
    await save('Agents')
  })
})

describe('a price for a group', () => {
  it('is that of the child’s group on each day: a birthday, a class or staff change it', async () => {
    await open()
    for (const on of wednesdays) await move(on, 'book')
    await setClass(day('2027-01-18'), 'CP')
    await put(day('2026-12-16'), 2)
    await put(day('2027-01-01'), null)
    await bill('2026-12')
    await bill('2027-01')
    const lines = town.store
      .statement(`select quantity, unit_cents, explanation from invoice_line order by id`)
      .raw()
      .all() as [number, number, string][]
    expect(lines.map(([quantity, cents]) => [quantity, cents])).toEqual([
      [2, 300],
      [1, 100],
      [1, 300],
      [1, 900],
      [1, 500],
    ])
    expect(lines.map(([, , explanation]) => explanation.split(' → ')[0])).toEqual([
      'groupe Petits',
      'groupe Passerelle',
      'groupe Petits',
      expect.stringMatching(/matinée/),
      'groupe 6–11 ans',
    ])
    expect(dayByDay()).toBe(billed())
  })

  it('is found again by the next run once a billed month has another group, by staff or by a class', async () => {
    await open()
    for (const on of wednesdays) await move(on, 'book')
    await bill('2026-12')
    await bill('2027-01')
    expect(billed()).toBe(dayByDay())
    for (const change of [() => setClass(day('2026-11-30'), 'CP'), () => put(day('2026-12-16'), 2)]) {
      const before = billed()
      await change()
      await bill('2026-12')
      await bill('2027-01')
      expect(billed()).toBe(dayByDay())
      expect(billed()).not.toBe(before)
    }
  })

  it('changes no digest of a town whose tariffs ask for none', async () => {
    const { tariffId, versionId } = await open(fixed(300))
    expect(currentBook(town.store).stored).not.toHaveProperty('groups')
    const { id } = currentBook(town.store)
    await town.client.prices.saveVersion({
      id: versionId,
      tariffId,
      from: day('2026-09-01'),
      definition: definition(byGroup(prices, noGroup)),
    })
    expect(currentBook(town.store).stored.groups).toHaveLength(1)
    expect(currentBook(town.store).id).not.toBe(id)
  })

  it('for a billed month stays when the ages of groups change, and follows them for other months', async () => {
    await open()
    for (const on of wednesdays) await move(on, 'book')
    await bill('2026-12')
    const own = await town.client.activities.get({ id: town.activity(activity) })
    await town.client.activities.save({
      ...own,
      groups: own.groups.map((group, at) => (at === 0 ? { ...group, minimumAge: 2, maximumAge: 4 } : group)),
    })
    expect(overlooked(home())).toEqual([])
    await bill('2026-12')
    await bill('2027-01')
    expect(billed()).toBe(3 * 300 + 3 * 900)
  })

  it('is estimated on the portal to the cent, by the same birthday, class and decision of staff', async () => {
    await open()
    await setClass(day('2027-01-18'), 'CP')
    await put(day('2026-12-16'), 2)
    await put(day('2027-01-01'), null)
    pair(town)
    giveAccount(town, 'Marchand')
    const portal = aFarSide(town)
    await portal.exchange()
    const family: FamilyDocument = portal.read(`family/${town.family('Marchand')}`)
    const own: PeriodDocument = portal.read(`period/${town.period(period)}`)
    const [child] = family.children
    const [registration] = family.registrations
    if (!child || !registration) throw new Error('the child is registered')
    const home = { family, periods: new Map([[`${own.id}`, own]]), held: new Map(), asks: new Map() }
    const changes = wednesdays.map((on) => ({
      slotId: town.slot(activity, 'Matin'),
      facts: {
        day: on,
        today: day('2026-11-25'),
        held: nothingHeld,
        ask: null,
        bookable: { answer: 'yes' as const },
        cancellable: { answer: 'yes' as const },
        placesLeft: 3,
      },
      wish: 'book' as const,
      isWaiting: false,
    }))
    const [estimate] = estimates(home, [{ registered: { registration, child, period: own }, changes }])
    for (const on of wednesdays) await move(on, 'book')
    await bill('2026-12')
    await bill('2027-01')
    expect(estimate).toMatchObject({ totalCents: 2 * 300 + 100 + 300 + 900 + 500, warnings: [] })
    expect(estimate?.totalCents).toBe(billed())
  })

  it('is refused for a group that an activity of the tariff lacks, and a group that a tariff names stays', async () => {
    const { tariffId, versionId } = await open()
    const save = (asked: string) =>
      town.client.prices.saveVersion({
        id: versionId,
        tariffId,
        from: day('2026-09-01'),
        definition: definition(byGroup({ [asked]: 300 }, noGroup)),
      })
    await expectRefused(
      save('Moyens'),
      'Le tarif a un prix pour le groupe « Moyens » : « ALSH MERCREDI » n’a pas ce groupe, mais « Petits », « 6–11 ans » et « Passerelle ».',
    )
    // As councils write it: neither capitals nor the kind of dash matter.
    await save('6-11 ANS')
    const own = await town.client.activities.get({ id: town.activity(activity) })
    const saveGroups = (changed: typeof own.groups) => town.client.activities.save({ ...own, groups: changed })
    const stays = 'Le tarif « Mercredis » a un prix pour le groupe « 6-11 ANS » : il reste, sous ce nom.'
    await expectRefused(saveGroups(own.groups.filter(({ name }) => name !== '6–11 ans')), stays)
    await expectRefused(saveGroups(own.groups.map((one) => ({ ...one, name: `${one.name} bis` }))), stays)
    await saveGroups(own.groups.filter(({ name }) => name !== 'Petits'))
    expect(await groupIds()).toHaveLength(2)
    // The version of before named that group.
    const renaming = town.store
      .statement(`select max(id) from act where kind = 'prices.version'`)
      .pluck()
      .get() as number
    await expect(undone(town.client, renaming)).rejects.toThrow(/un prix pour le groupe «.Petits.»/)
    await anActivity('Étude')(town)
    await expectRefused(
      town.client.prices.attach({ activityId: town.activity('Étude'), tariffId }),
      'Le tarif a un prix pour le groupe « 6-11 ANS » : « Étude » n’a pas de groupe.',
    )
    const { id } = await town.client.prices.saveTariff({ name: 'Autre' })
    const membership = { label: 'Adhésion', per: 'child' as const, year: 'school' as const }
    await expectRefused(
      town.client.prices.saveVersion({
        tariffId: id,
        from: day('2026-09-01'),
        definition: {
          ...definition(fixed(100)),
          membership: { ...membership, price: byGroup({ Petits: 1 }, 2) } as never,
        },
      }),
      'L’adhésion ne dépend pas du groupe : elle est due une fois, quelle que soit l’activité.',
    )
  })

  it('does not come back by an undo once its group is gone, nor is it tried or compared', async () => {
    const { tariffId, versionId } = await open()
    const own = await town.client.activities.get({ id: town.activity(activity) })
    const renamed = own.groups.map((one) => (one.name === 'Petits' ? { ...one, name: 'Maternelles' } : one))
    const saveGroups = (changed: typeof own.groups) => town.client.activities.save({ ...own, groups: changed })
    const lastAct = () => town.store.statement('select max(id) from act').pluck().get() as number
    const lacksIt = /prix pour le groupe «.Petits.»/
    await town.client.prices.removeVersion({ id: versionId })
    const removal = lastAct()
    await saveGroups(renamed)
    await expect(undone(town.client, removal)).rejects.toThrow(lacksIt)
    await saveGroups(own.groups)
    await undone(town.client, removal)
    await town.client.prices.attach({ activityId: own.id, tariffId: null })
    const detaching = lastAct()
    await saveGroups(renamed)
    await expect(undone(town.client, detaching)).rejects.toThrow(lacksIt)
    await saveGroups(own.groups)
    await undone(town.client, detaching)
    const draft = { tariffId, definition: definition(byGroup({ Moyens: 300 }, noGroup)) }
    const days = { from: day('2026-12-01'), to: day('2026-12-31') }
    const sentence = expect.stringMatching(/n’a pas ce groupe/) as string
    const both = { before: days.from, after: days.from }
    await expect(town.client.prices.compare({ ...days, ...both, tariffId, draft }).then(last)).rejects.toMatchObject({
      data: { sentence },
    })
    await expect(
      town.client.prices.tryChild({ ...days, ...draft, familyId: town.family('Marchand'), childId: town.child('Léo') }),
    ).rejects.toMatchObject({ data: { sentence } })
  })

  it('is that of the registration of each cell where periods overlap, the same at the desk and on the portal', async () => {
    await open()
    const other = 'Mercredis de décembre'
    await aPeriod(other, activity, { startDay: '2026-12-01', endDay: '2026-12-31', capacity: 9 })(town)
    await aRegistration('Marchand', 'Léo', other)(town)
    await put(day('2026-12-01'), 2)
    const [on = day('2026-12-02')] = wednesdays
    pair(town)
    giveAccount(town, 'Marchand')
    const portal = aFarSide(town)
    await portal.exchange()
    const family: FamilyDocument = portal.read(`family/${town.family('Marchand')}`)
    const periods = [period, other].map((name): PeriodDocument => portal.read(`period/${town.period(name)}`))
    const home = {
      family,
      periods: new Map(periods.map((own) => [`${own.id}`, own])),
      held: new Map(),
      asks: new Map(),
    }
    const [child] = family.children
    const registration = family.registrations.find(({ period: own }) => own === town.period(other))
    const own = periods[1]
    if (!child || !registration || !own) throw new Error('the child is registered')
    const slotId = town.slot(activity, 'Matin')
    const yes = { answer: 'yes' as const }
    const facts = { day: on, today: day('2026-11-25'), held: nothingHeld, ask: null, bookable: yes, cancellable: yes }
    const change = { slotId, facts: { ...facts, placesLeft: 3 }, wish: 'book' as const, isWaiting: false }
    const [estimate] = estimates(home, [{ registered: { registration, child, period: own }, changes: [change] }])
    expect(estimate).toMatchObject({ totalCents: prices.Petits, warnings: [] })
    const cells = [{ registrationId: town.registration('Léo', other), day: on, slotId }]
    await town.client.reservations.move({ cells, act: 'book', reason: { kind: 'written', text: 'Accord du service' } })
    const asked = { familyId: town.family('Marchand'), childId: town.child('Léo'), activityId: town.activity(activity) }
    const days = [{ day: on, slotIds: [slotId] }]
    const told = await town.client.prices.priceOf({ ...asked, registrationId: registration.id, days })
    expect(told.totalCents).toBe(prices.Petits)
    await bill('2026-12')
    expect(billed()).toBe(prices.Petits)
  })

  it('is estimated as the desk prices it, for months that have passed and to come, whatever classes change', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            from: fc.constantFrom(
              ...['2025-09-01', '2026-11-30', '2026-12-09', '2026-12-30', '2027-01-06', '2027-01-18'].map(day),
            ),
            level: fc.constantFrom('' as const, 'GS' as const, 'CP' as const),
          }),
          { maxLength: 5 },
        ),
        fc.option(fc.record({ on: fc.constantFrom(...wednesdays), to: fc.option(fc.nat(2)) })),
        async (classes, decided) => {
          if (town) await town.close().catch(() => undefined)
          await open()
          for (const on of wednesdays) await move(on, 'book')
          await setBirth(day('2020-12-14'))
          for (const { from, level } of classes) await setClass(from, level)
          if (decided) await put(decided.on, decided.to)
          // December has passed, and two Wednesdays of January are to come.
          town.clock.set('2027-01-10')
          const { home: known, registeredIn } = await publishedHome(period)
          const changes = wednesdays.map((on) => aChange(on, 'Matin', day('2027-01-10')))
          const [estimate] = estimates(known, [{ registered: registeredIn(period), changes }])
          expect(estimate?.totalCents).toBe(dayByDay())
        },
      ),
      { numRuns: examples(8) },
    ))

  it('is found again in a billed month whose activity has another tariff since, for a younger group too', async () => {
    await open()
    for (const on of wednesdays) await move(on, 'book')
    await bill('2026-12')
    expect(billed()).toBe(3 * prices.Petits)
    const own = await town.client.activities.get({ id: town.activity(activity) })
    const ados = { name: 'Ados', minimumAge: 12, maximumAge: 14, levels: null, childrenPerAdult: null }
    await town.client.activities.save({ ...own, groups: [...own.groups, ados] })
    const { id } = await town.client.prices.saveTariff({ name: 'Sans groupe' })
    await town.client.prices.saveVersion({
      tariffId: id,
      from: day('2026-09-01'),
      definition: definition(fixed(200)),
    })
    await town.client.prices.attach({ activityId: own.id, tariffId: id })
    await put(day('2026-12-16'), 3)
    await bill('2026-12')
    expect(billed()).toBe(2 * prices.Petits + noGroup)
  })

  it('an undo is refused when it would separate the activities of a tariff with such a price', async () => {
    const { tariffId } = await open()
    const other = 'ALSH ados'
    await anActivity(other, { slots: { Matin: ['08:00', '12:00'] }, minimumAge: 12, maximumAge: 14 })(town)
    const ids = { id: town.activity(activity), joinedId: town.activity(other) }
    const names = { groupName: 'Petits', joinedGroupName: 'Ados' }
    expect((await town.client.activities.previewJoining({ ...ids, ...names })).obstacles).toEqual([])
    await town.client.activities.join({ ...ids, ...names })
    const joining = town.store.statement('select max(id) from act').pluck().get() as number
    await town.client.prices.attach({ activityId: ids.joinedId, tariffId })
    await expect(undone(town.client, joining)).rejects.toThrow(/prix pour le groupe/)
    await town.client.prices.attach({ activityId: ids.joinedId, tariffId: null })
    await undone(town.client, joining)
  })

  it('is that of one group: two names that tariffs read as one are refused', async () => {
    await open(fixed(100))
    const own = await town.client.activities.get({ id: town.activity(activity) })
    const named = (name: string) => own.groups.map((one, at) => (at === 2 ? { ...one, name } : one))
    for (const [name, sentence] of [
      ['6 - 11, ans', /portent le même nom/],
      [',', /au moins une lettre/],
    ] as const)
      await expect(town.client.activities.save({ ...own, groups: named(name) })).rejects.toMatchObject({
        data: { sentence: expect.stringMatching(sentence) as string, field: 'groups.2.name' },
      })
  })

  it('whatever happens on the way, is billed in the end as the days cost one after the other', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({ what: fc.constantFrom('book' as const, 'free' as const), on: fc.constantFrom(...wednesdays) }),
            fc.record({
              what: fc.constant('put' as const),
              on: fc.constantFrom(...wednesdays),
              to: fc.option(fc.nat(2)),
            }),
            fc.record({
              what: fc.constant('class' as const),
              on: fc.constantFrom(day('2026-11-30'), ...wednesdays),
              level: fc.constantFrom('' as const, 'GS' as const, 'CP' as const),
            }),
            fc.record({ what: fc.constant('birth' as const), on: fc.constantFrom(day(birthDay), day('2020-12-09')) }),
            fc.record({
              what: fc.constant('bill' as const),
              month: fc.constantFrom('2026-12' as const, '2027-01' as const),
            }),
          ),
          { minLength: 4, maxLength: 14 },
        ),
        async (gestures) => {
          if (town) await town.close().catch(() => undefined)
          await open()
          for (const on of wednesdays) await move(on, 'book')
          for (const gesture of gestures) {
            if (gesture.what === 'put') await put(gesture.on, gesture.to)
            else if (gesture.what === 'class') await setClass(gesture.on, gesture.level)
            else if (gesture.what === 'birth') await setBirth(gesture.on)
            else if (gesture.what === 'bill') await bill(gesture.month)
            else await move(gesture.on, gesture.what).catch(() => undefined)
            expect([gesture, overlooked(home())]).toEqual([gesture, []])
          }
          await bill('2026-12')
          await bill('2027-01')
          expect(billed()).toBe(dayByDay())
          expect(overlooked(home())).toEqual([])
        },
      ),
      { numRuns: examples(6) },
    ))
})
