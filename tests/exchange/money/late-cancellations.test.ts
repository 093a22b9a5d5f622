import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Day, day, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { BookingRule } from '../../../shared/rules/calendar/deadline.ts'
import { aPortalOf } from '../../support/collected.ts'
import { aClock } from '../../support/desk.ts'
import { examples } from '../../support/long.ts'
import { aTariff, billing, leavingDue, period } from '../../support/towns/billing.ts'
import { aFamily, aRegistration, aTown, aWednesday } from '../../support/towns/town.ts'

const wednesday = day('2026-12-09')
const monday = instantOf(day('2026-11-23'), timeOfDay('18:05'))
const paidLate = { deadline: { unit: 'calendarDays', amount: 30, before: 'day' }, after: { surcharge: 500 } } as const
const plain = (text: string | null | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ')

/** Louison has Wednesday mornings, 5,50 € each; whoever gives one up less than thirty days before pays 5 €. */
const open = async (places = 20, cancelRule: BookingRule = paidLate) => {
  const clock = aClock()
  const town = await aTown()
    .with(aFamily('Marchand', { familyQuotient: 727, children: { Louison: {} } }))
    .with(aFamily('Fouquet', { familyQuotient: 727, children: { Noé: {} } }))
    .with(aWednesday({ cancelRule, capacity: places }))
    .with(aTariff('CLSH MERCREDI'))
    .with(aRegistration('Marchand', 'Louison', period))
    .with(aRegistration('Fouquet', 'Noé', period))
    .open(clock)
  onTestFinished(() => town.close())
  const portal = aPortalOf(town)
  const desk = billing(town)
  const cell = (on: Day = wednesday, child = 'Louison') => ({
    registrationId: town.registration(child, period),
    day: on,
    slotId: town.slot('CLSH MERCREDI', 'Matin'),
  })
  let asked = 0
  const ask = (surchargeCents: number | null = 500) => {
    asked += 1
    // Each a minute after the one before.
    const recordedAt = instantOf(day('2026-11-23'), timeOfDay(`18:${10 + asked}`))
    portal.collect(portal.demande(`a${asked}`, 'Marchand', 'Louison', 'cancel', recordedAt, cell(), { surchargeCents }))
    return `a${asked}`
  }
  const waiting = async () => {
    const [item] = await town.client.requests.queue()
    const detail = item && (await town.client.requests.one(item.key))
    if (item?.key.kind !== 'cells' || !detail) throw new Error('a cancellation waits')
    return { key: item.key, part: detail.parts[0] }
  }
  const decide = async (act: 'acceptCancel' | 'refuseCancel', more: object = {}) => {
    const { key } = await waiting()
    const { slotId } = cell()
    return town.client.requests.decide({
      decisions: [{ ...key, answers: [{ day: wednesday, slotIds: [slotId], act, ...more }] }],
    })
  }
  const move = (act: 'book' | 'free' | 'acceptCancel' | 'enterDemand', more: object = {}) =>
    town.client.reservations.move({ cells: [cell()], act, ...more })
  const lines = async () => {
    const [paper] = await town.client.invoicing.ofFamily({ familyId: town.family('Marchand') })
    const shown = paper && (await town.client.invoicing.paper({ id: paper.id }))
    return shown?.sections.flatMap((section) => section.lines.map(({ label, totalCents }) => [label, totalCents]))
  }
  const bill = async () => {
    const run = await desk.run()
    await desk.issue(run.id)
  }
  const state = async () => (await town.client.reservations.cell(cell())).state
  return { town, portal, desk, cell, ask, waiting, decide, move, lines, bill, state }
}

const written = (text: string) => ({ reason: { kind: 'written', text } })
const ill = { reason: { kind: 'listed', code: 'illness' } } as const

const byTariff = { deadline: paidLate.deadline, after: { surcharge: 0, byTariff: true } } as const

/** What a family owes once the cancellation that it asked late ended so. */
const owedAfter = async (end: (town: Awaited<ReturnType<typeof open>>) => Promise<unknown>) => {
  const all = await open()
  await all.desk.book('Louison', ['2026-12-09'], 'Matin')
  all.ask()
  await end(all)
  expect(all.desk.findings()).toEqual([])
  await all.bill().catch(() => undefined)
  return [await all.desk.balance('Marchand'), ...(all.desk.findings() as unknown[])]
}

describe('a cancellation asked past its deadline', () => {
  it('is collected with the surcharge that the family accepted, else refused', async () => {
    const { desk, ask, portal, state } = await open()
    await desk.book('Louison', ['2026-12-09'], 'Matin')
    ask(null)
    expect(portal.tell().map(({ of, answer }) => [of, answer])).toEqual([['a1', 'refused']])
    expect(await state()).toBe('confirmed')
    ask(500)
    expect(await state()).toBe('cancelSent')
    expect(desk.findings()).toEqual([])
  })

  it('is suggested as accepted, frees the place, is answered to the family, and is billed once, on its own line', async () => {
    const { town, desk, ask, portal, waiting, decide, cell, bill, lines } = await open()
    await desk.book('Louison', ['2026-12-09'], 'Matin')
    ask()
    const { part } = await waiting()
    expect(part?.suggested.act).toBe('acceptCancel')
    expect(plain(part?.suggested.why)).toBe(
      'Hors délai, majoration de 5,00 € acceptée par la famille : la place se libère.',
    )
    expect(part?.cost.cents).toBe(-50)
    const [possible] = (await town.client.requests.possible()).decisions
    expect(possible).toMatchObject({ answers: [{ act: 'acceptCancel' }] })
    await decide('acceptCancel')
    expect(portal.tell().map(({ reason }) => plain(reason))).toEqual([
      'L’annulation est acceptée, avec la majoration de 5,00 €.',
    ])
    const shown = await town.client.reservations.cell(cell())
    expect(shown).toMatchObject({ state: 'free' })
    expect(shown.notes.map(plain)).toContain('annulation tardive, majoration de 5,00 €')
    await bill()
    expect(await lines()).toEqual([['CLSH MERCREDI – annulation tardive', 500]])
    await expect(desk.run()).rejects.toMatchObject({ code: 'REFUSED' })
    expect([await desk.balance('Marchand'), desk.findings()]).toEqual([500, []])
  })

  it('costs what the tariff of its day leaves due, where the rule says so, and stays so when the tariff changes', async () => {
    const { town, portal, desk, ask, waiting, decide, bill, lines, cell } = await open(20, byTariff)
    const leaves = await leavingDue(town)
    await leaves(50)
    await desk.book('Louison', ['2026-12-09'], 'Matin')
    ask(null)
    expect(portal.tell().map(({ answer }) => answer)).toEqual(['refused'])
    ask(0)
    const { part } = await waiting()
    expect([plain(part?.suggested.why), plain(part?.familyReads), part?.cost.cents]).toEqual([
      'Hors délai, majoration prévue au tarif acceptée par la famille : la place se libère.',
      'L’annulation est acceptée, avec la majoration prévue au tarif.',
      -275,
    ])
    await decide('acceptCancel')
    expect((await town.client.reservations.cell(cell())).notes).toContain(
      'annulation tardive, majoration prévue au tarif',
    )
    await bill()
    expect(await lines()).toEqual([['CLSH MERCREDI – annulation tardive', 275]])
    await leaves(10)
    await expect(desk.run()).rejects.toMatchObject({ code: 'REFUSED' })
    expect([await desk.balance('Marchand'), desk.findings()]).toEqual([275, []])
  })

  it('made by staff costs the same, shown before they choose, even where families may not cancel late', async () => {
    for (const [rule, surchargeCents] of [
      [byTariff, 275],
      [{ deadline: paidLate.deadline, after: 'closed' }, 275],
      [paidLate, 500],
    ] as const) {
      const { town, desk, move, bill, lines, cell } = await open(20, rule)
      const leaves = await leavingDue(town)
      const told = () => town.client.prices.lateCancellations({ cells: [cell()] })
      await desk.book('Louison', ['2026-12-09'], 'Matin')
      const isByTariff = rule !== paidLate
      expect(await told()).toEqual({
        chargedCents: 550,
        surchargeCents: isByTariff ? 0 : 500,
        byTariff: isByTariff,
      })
      await leaves(50)
      expect(await told()).toEqual({ chargedCents: 550, surchargeCents, byTariff: isByTariff })
      expect((await move('free', ill)).refused).toHaveLength(1)
      await move('free', { ...ill, charged: 'surcharge' })
      const { notes, story } = await town.client.reservations.cell(cell())
      const text = isByTariff ? 'majoration prévue au tarif' : 'majoration de 5,00 €'
      expect(notes.map(plain)).toContain(`annulation tardive, ${text}`)
      expect(plain(story[0]?.reason)).toBe(`Enfant malade (${text})`)
      await bill()
      expect(await lines()).toEqual([['CLSH MERCREDI – annulation tardive', surchargeCents]])
      expect(desk.findings()).toEqual([])
    }
  })

  it('moved to another day by staff leaves due what they chose for the day it was moved from', async () => {
    const { town, desk, cell } = await open(20, byTariff)
    const leaves = await leavingDue(town)
    await leaves(50)
    await desk.book('Louison', ['2026-12-09'], 'Matin')
    await town.client.reservations.reschedule({
      registrationId: cell().registrationId,
      from: wednesday,
      to: day('2026-12-16'),
      slotIds: [cell().slotId],
      charged: 'surcharge',
      ...ill,
    })
    const run = await desk.run()
    await desk.issue(run.id)
    expect([await desk.balance('Marchand'), desk.findings()]).toEqual([550 + 275, []])
  })

  it('of a billed day is credited, and its surcharge billed by the same run', async () => {
    const { desk, ask, decide, bill } = await open()
    await desk.book('Louison', ['2026-12-09'], 'Matin')
    await bill()
    expect(await desk.balance('Marchand')).toBe(550)
    ask()
    await decide('acceptCancel')
    await bill()
    expect([await desk.balance('Marchand'), desk.findings()]).toEqual([500, []])
    await expect(desk.run()).rejects.toMatchObject({ code: 'REFUSED' })
  })

  it('owes nothing more once it is refused, freed by staff, taken away or billed whole', async () => {
    expect(await owedAfter(({ decide }) => decide('refuseCancel', written('Sortie déjà payée')))).toEqual([550])
    expect(await owedAfter(({ move }) => move('free', { ...ill, charged: false }))).toEqual([0])
    expect(await owedAfter(({ decide }) => decide('acceptCancel', { ...written('Encore'), charged: true }))).toEqual([
      550,
    ])
    expect(
      await owedAfter(({ town }) =>
        town.client.reservations.close({
          from: wednesday,
          to: wednesday,
          periodIds: null,
          slotIds: null,
          reason: 'Neige',
          charged: false,
        }),
      ),
    ).toEqual([0])
  })

  it('written at the counter first takes the surcharge that the family then accepts on the portal', async () => {
    const { desk, ask, move, waiting, decide, bill } = await open()
    await desk.book('Louison', ['2026-12-09'], 'Matin')
    await move('enterDemand', { recordedAt: monday, surchargeAccepted: false })
    expect((await waiting()).part?.suggested).toMatchObject({
      act: 'refuseCancel',
      reason: 'Le délai est dépassé et la majoration n’a pas été acceptée.',
    })
    ask()
    expect((await waiting()).part?.suggested.act).toBe('acceptCancel')
    await decide('acceptCancel')
    await bill()
    expect([await desk.balance('Marchand'), desk.findings()]).toEqual([500, []])
  })

  it('written at the counter is suggested as on the portal, once the family accepts the surcharge', async () => {
    const { desk, move, waiting, decide, bill } = await open()
    await desk.book('Louison', ['2026-12-09'], 'Matin')
    expect(await move('enterDemand', { recordedAt: monday })).toMatchObject({ refused: [{ surcharge: 500 }] })
    await move('enterDemand', { recordedAt: monday, surchargeAccepted: true })
    expect(plain((await waiting()).part?.suggested.why)).toBe(
      'Hors délai, majoration de 5,00 € acceptée par la famille : la place se libère.',
    )
    await decide('acceptCancel')
    await bill()
    expect([await desk.balance('Marchand'), desk.findings()]).toEqual([500, []])
  })

  it('refused, then accepted after all, costs what the family accepted', async () => {
    const { desk, ask, decide, move, bill } = await open()
    await desk.book('Louison', ['2026-12-09'], 'Matin')
    ask()
    await decide('refuseCancel', written('Sortie déjà payée'))
    await move('acceptCancel')
    await bill()
    expect([await desk.balance('Marchand'), desk.findings()]).toEqual([500, []])
  })

  it('taken back while its answer travelled costs the day again, its surcharge credited when it was billed', async () => {
    for (const isBilled of [false, true]) {
      const { desk, ask, decide, bill, portal, state } = await open()
      await desk.book('Louison', ['2026-12-09'], 'Matin')
      const id = ask()
      await decide('acceptCancel')
      if (isBilled) await bill()
      portal.collect(portal.undone('takenBack', id, 'Marchand', monday))
      expect(await state()).toBe('confirmed')
      await bill()
      expect([await desk.balance('Marchand'), desk.findings()]).toEqual([550, []])
    }
  })

  it('undone by staff is asked again, with the surcharge that was accepted', async () => {
    const { town, desk, ask, decide, state, bill } = await open()
    await desk.book('Louison', ['2026-12-09'], 'Matin')
    ask()
    const { actId } = await decide('acceptCancel')
    await town.client.requests.undo({ actId: actId ?? 0, told: true })
    expect(await state()).toBe('cancelSent')
    await decide('acceptCancel')
    await bill()
    expect([await desk.balance('Marchand'), desk.findings()]).toEqual([500, []])
  })

  it('given up by a credit note is no longer owed; booked again, the day is billed', async () => {
    const { town, desk, ask, decide, move, bill } = await open()
    await desk.book('Louison', ['2026-12-09'], 'Matin')
    ask()
    await decide('acceptCancel')
    await bill()
    const { id } = await desk.paper('Marchand')
    await town.client.invoicing.creditNote({ invoiceId: id, lines: null, reason: 'Enfant malade', billAgain: false })
    expect([await desk.balance('Marchand'), desk.findings()]).toEqual([0, []])
    await expect(desk.run()).rejects.toMatchObject({ code: 'REFUSED' })
    await move('book')
    await bill()
    expect([await desk.balance('Marchand'), desk.findings()]).toEqual([550, []])
  })

  it('of a child who came all the same is billed as attended', async () => {
    const { town, desk, ask, decide, cell, bill, lines } = await open()
    await desk.book('Louison', ['2026-12-09'], 'Matin')
    ask()
    await decide('acceptCancel')
    town.clock.set('2026-12-09')
    await town.client.attendance.mark({ cells: [cell()], mark: 'present' })
    await bill()
    expect(await lines()).toEqual([['CLSH MERCREDI – accueil', 550]])
    expect(desk.findings()).toEqual([])
  })
})

it('costs a family what its day is in the end, however often it was billed between', async () => {
  const acts = fc.array(
    fc.constantFrom('cancel' as const, 'book' as const, 'free' as const, 'leave' as const, 'bill' as const),
    {
      minLength: 3,
      maxLength: 8,
    },
  )
  await fc.assert(
    fc.asyncProperty(acts, async (story) => {
      const { desk, ask, decide, move, bill } = await open()
      await desk.book('Louison', ['2026-12-09'], 'Matin')
      let owed = 550
      for (const act of story) {
        if (act === 'bill') await bill().catch(() => undefined)
        else if (act === 'book' && owed !== 550) {
          await move('book')
          owed = 550
        } else if (act === 'cancel' && owed === 550) {
          ask()
          await decide('acceptCancel')
          owed = 500
        } else if (act === 'free' && owed === 550) {
          await move('free', { ...ill, charged: false })
          owed = 0
        } else if (act === 'leave' && owed === 550) {
          await move('free', { ...ill, charged: 'surcharge' })
          owed = 500
        }
      }
      await bill().catch(() => undefined)
      expect([await desk.balance('Marchand'), desk.findings()]).toEqual([owed, []])
    }),
    { numRuns: examples(12) },
  )
})
