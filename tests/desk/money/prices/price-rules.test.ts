import { describe, expect, it, onTestFinished } from 'vitest'
import { emptyDefinition, withStarts } from '../../../../renderer/desk/prices/tariff-edit.ts'
import type { Definition } from '../../../../shared/contract/desk/money/prices.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { aClock } from '../../../support/desk.ts'
import { aBillingTown, billing, period } from '../../../support/towns/billing.ts'

const plain = (text: string | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ')
const first = ['2026-12-09']
const later = ['2026-12-16']

const membership: NonNullable<Definition['membership']> = {
  label: 'Adhésion',
  per: 'child',
  year: 'school',
  price: { method: 'fixed', cents: 1000, nonResident: { rule: 'same' } },
}

/** The town of the invoices, its Wednesdays priced with more rules. */
const open = async (rules: Partial<Definition>, clock?: ReturnType<typeof aClock>) => {
  const town = await aBillingTown().open(clock)
  onTestFinished(() => town.close())
  const [tariff] = await town.client.prices.tariffs()
  const [version] = tariff?.versions ?? []
  if (!tariff || !version) throw new Error('the town has a tariff')
  await town.client.prices.saveVersion({
    id: version.id,
    tariffId: tariff.id,
    from: version.from,
    definition: { ...version.definition, ...rules },
  })
  const desk = billing(town)
  const bill = async (month = '2026-12') => {
    const run = await desk.run(month)
    const report = await desk.issue(
      run.id,
      (await desk.drafts(run.id)).map(({ id }) => id),
    )
    expect(report.stale).toBe(0)
    return desk.paper('Marchand')
  }
  const lines = async (id: number) =>
    (await town.client.invoicing.paper({ id })).sections.flatMap(({ title, lines: own }) =>
      own.map((line) => plain(`${title.split(' ')[0]} ${line.label.split('–')[1]?.trim()} ${line.totalCents}`)),
    )
  return { town, ...desk, bill, lines }
}

describe('a yearly membership', () => {
  it('is on the first invoice of each child and on no other of the year', async () => {
    const { book, bill, lines, findings } = await open({ membership })
    await book('Louison', first, 'Matin')
    expect(await lines((await bill()).id)).toEqual(['Louison accueil 550', 'Louison adhésion 1000'])
    await book('Louison', later, 'Matin')
    await book('Basile', later, 'Matin')
    expect(await lines((await bill()).id)).toEqual([
      'Louison accueil 550',
      'Basile accueil 550',
      'Basile adhésion 1000',
    ])
    expect(findings()).toEqual([])
  })

  it('goes back with the last day of its invoice, and is asked again with the next one', async () => {
    const { book, free, run, issue, drafts, balance, lines, bill, findings } = await open({ membership })
    await book('Louison', [...first, ...later], 'Matin')
    await bill()
    await free('Louison', first, 'Matin')
    const one = await run()
    expect((await drafts(one.id)).map(({ totalCents }) => totalCents)).toEqual([-550])
    await issue(one.id)
    await free('Louison', later, 'Matin')
    const other = await run()
    expect((await drafts(other.id)).map(({ totalCents }) => totalCents)).toEqual([-1550])
    await issue(other.id)
    expect(await balance('Marchand')).toBe(0)
    await book('Louison', ['2027-01-06'], 'Matin')
    expect(await lines((await bill('2027-01')).id)).toEqual(['Louison accueil 550', 'Louison adhésion 1000'])
    expect(findings()).toEqual([])
  })

  it('credited for good stays so; credited to be billed again it comes again', async () => {
    const { town, book, bill, lines } = await open({ membership })
    await book('Louison', first, 'Matin')
    const paper = await bill()
    await town.client.invoicing.creditNote({ invoiceId: paper.id, lines: null, reason: 'Erreur', billAgain: true })
    const again = await bill()
    expect(await lines(again.id)).toEqual(['Louison accueil 550', 'Louison adhésion 1000'])
    await town.client.invoicing.creditNote({ invoiceId: again.id, lines: null, reason: 'Geste', billAgain: false })
    await book('Louison', later, 'Matin')
    expect(await lines((await bill()).id)).toEqual(['Louison accueil 550'])
  })
})

describe('the least that a month costs', () => {
  it('is made up once, and given back as far as the month costs more by now', async () => {
    const { book, bill, lines, balance, findings } = await open({ minimum: { cents: 800 } })
    await book('Louison', first, 'Matin')
    expect(await lines((await bill()).id)).toEqual(['Louison accueil 550', 'Louison minimum de facturation 250'])
    await book('Basile', later, 'Matin')
    expect(await lines((await bill()).id)).toEqual(['Basile accueil 550'])
    expect(await balance('Marchand')).toBe(2 * 550)
    await book('Louison', later, 'Matin')
    expect(await lines((await bill()).id)).toEqual(['Louison accueil 550'])
    expect(await balance('Marchand')).toBe(3 * 550)
    expect(findings()).toEqual([])
  })

  it('is not undone twice, given back by a later invoice and by a credit note', async () => {
    const { book, free, bill, run, issue, balance, findings } = await open({ minimum: { cents: 800 } })
    await book('Louison', first, 'Matin')
    await bill()
    await book('Basile', later, 'Matin')
    await bill()
    await free('Louison', first, 'Matin')
    await issue((await run()).id)
    expect(await balance('Marchand')).toBe(800)
    expect(findings()).toEqual([])
  })

  it('stays due when days are cancelled after their invoice: the credit note is smaller, and says why', async () => {
    const { town, book, free, bill, run, drafts, issue, balance, lines, paper, findings } = await open({
      minimum: { cents: 1000 },
    })
    await book('Louison', [...first, ...later], 'Matin')
    await bill()
    await free('Louison', first, 'Matin')
    const made = await run()
    const [draft] = await drafts(made.id)
    expect(draft).toMatchObject({ kind: 'creditNote', totalCents: -100, verdict: 'ready', setAside: false })
    expect(draft?.journal.map(({ sentence }) => plain(sentence))).toEqual([
      'Le minimum du mois reste dû : l’avoir est diminué de 4,50 €.',
    ])
    expect(await issue(made.id)).toMatchObject({ issued: 1, stale: 0 })
    expect(await balance('Marchand')).toBe(1000)
    expect(await lines((await paper('Marchand')).id)).toEqual([
      'Louison accueil -550',
      'Louison minimum de facturation 450',
    ])
    await book('Basile', later, 'Matin')
    await bill()
    expect(await balance('Marchand')).toBe(1100)
    await free('Louison', later, 'Matin')
    await free('Basile', later, 'Matin')
    expect(await issue((await run()).id)).toMatchObject({ stale: 0 })
    expect([await balance('Marchand'), findings()]).toEqual([0, []])
    expect(town.store.statement('select count(*) from reservation where billed_by is not null').pluck().get()).toBe(0)
  })

  it('stays due where nothing would be left of the credit note: none is made', async () => {
    const { book, free, bill, run, balance } = await open({ minimum: { cents: 1100 } })
    await book('Louison', [...first, ...later], 'Matin')
    await bill()
    await free('Louison', first, 'Matin')
    await expect(run()).rejects.toMatchObject({ code: 'REFUSED' })
    expect(await balance('Marchand')).toBe(1100)
  })

  it('is given back once nothing of the month is left, whatever invoices had made it up', async () => {
    const { book, free, bill, run, issue, balance, findings } = await open({ minimum: { cents: 800 } })
    await book('Louison', first, 'Matin')
    await bill()
    await book('Basile', later, 'Matin')
    await bill()
    await free('Louison', first, 'Matin')
    await issue((await run()).id)
    await free('Basile', later, 'Matin')
    expect(await issue((await run()).id)).toMatchObject({ issued: 2, stale: 0 })
    expect([await balance('Marchand'), findings()]).toEqual([0, []])
  })

  it('when lowered after a month was billed, does not change that month: one more day within it makes no paper', async () => {
    const { town, book, bill, run, drafts, balance, findings } = await open({ minimum: { cents: 1300 } })
    await book('Louison', first, 'Matin')
    await bill()
    const [tariff] = await town.client.prices.tariffs()
    const [version] = tariff?.versions ?? []
    if (!tariff || !version) throw new Error('the town has a tariff')
    const definition = { ...version.definition, minimum: { cents: 500 } }
    await town.client.prices.saveVersion({ id: version.id, tariffId: tariff.id, from: version.from, definition })
    await book('Basile', later, 'Matin')
    await expect(run()).rejects.toMatchObject({ code: 'REFUSED' })
    expect([await balance('Marchand'), findings()]).toEqual([1300, []])
    await book('Basile', first, 'Matin')
    const made = await run()
    const amounts = (await drafts(made.id)).map(({ kind, totalCents }) => [kind, totalCents])
    expect(amounts).toEqual([
      ['invoice', 1100],
      ['creditNote', -750],
    ])
  })

  it('is given back with its last day, even once the tariff asks for none', async () => {
    const { town, book, free, bill, run, issue, balance } = await open({ minimum: { cents: 800 } })
    await book('Louison', first, 'Matin')
    await bill()
    const [tariff] = await town.client.prices.tariffs()
    const [version] = tariff?.versions ?? []
    if (!tariff || !version) throw new Error('the town has a tariff')
    const { minimum: _, ...definition } = version.definition
    await town.client.prices.saveVersion({ id: version.id, tariffId: tariff.id, from: version.from, definition })
    await free('Louison', first, 'Matin')
    await issue((await run()).id)
    expect(await balance('Marchand')).toBe(0)
  })

  it('counts what is billed again in the same run', async () => {
    const { book, free, bill, run, issue, balance, findings } = await open({ minimum: { cents: 800 } })
    await book('Louison', first, 'Matin', 'Après-midi')
    await bill()
    await free('Louison', first, 'Après-midi')
    expect(await issue((await run()).id)).toMatchObject({ issued: 2, stale: 0 })
    expect([await balance('Marchand'), findings()]).toEqual([800, []])
  })

  it('leaves staff free to give an invoice up, line by line or whole, after such a credit note', async () => {
    const { town, book, free, bill, run, issue, balance, findings } = await open({ minimum: { cents: 1000 } })
    await book('Louison', [...first, ...later], 'Matin')
    const { id } = await bill()
    await free('Louison', first, 'Matin')
    await issue((await run()).id)
    await town.client.invoicing.creditNote({ invoiceId: id, lines: null, reason: 'Geste', billAgain: false })
    expect([await balance('Marchand'), findings()]).toEqual([0, []])
  })
})

describe('brothers and sisters', () => {
  it('are ranked by their registrations: the second pays less even when billed alone', async () => {
    const { town, book, bill, lines } = await open({ siblings: { percents: [10], on: ['garde'] } })
    await book('Basile', first, 'Matin', 'Repas')
    const paper = await bill()
    expect(await lines(paper.id)).toEqual(['Basile accueil 495', 'Basile repas 450'])
    const { explanations } = await town.client.invoicing.paper({ id: paper.id })
    expect(explanations.map(plain)).toContain(
      'CLSH MERCREDI, accueil : QF 727 → tranche 621–1100 → 2ᵉ enfant − 10 % → demi-journée 4,95 €',
    )
    const cost = (childId?: number) =>
      town.client.prices.priceOf({
        familyId: town.family('Marchand'),
        ...(childId !== undefined && { childId }),
        activityId: town.activity('CLSH MERCREDI'),
        days: [{ day: day('2026-12-16'), slotIds: [town.slot('CLSH MERCREDI', 'Matin')] }],
      })
    expect((await cost(town.child('Basile'))).totalCents).toBe(495)
    expect((await cost()).totalCents).toBe(550)
  })
})

describe('an aid with a ceiling', () => {
  it('counts what earlier invoices took off, less what was given back', async () => {
    const { book, free, bill, lines, run, issue, balance } = await open({
      deductions: [
        { label: 'Aide CAF', per: 'day', cents: 400, upTo: null, leaves: 0, cap: { per: 'month', cents: 600 } },
      ],
    })
    await book('Louison', first, 'Matin')
    expect(await lines((await bill()).id)).toEqual(['Louison accueil 550', 'Louison aide caf -400'])
    await book('Louison', later, 'Matin')
    expect(await lines((await bill()).id)).toEqual(['Louison accueil 550', 'Louison aide caf -200'])
    await free('Louison', first, 'Matin')
    await issue((await run()).id)
    await book('Louison', first, 'Après-midi')
    expect(await lines((await bill()).id)).toEqual([
      'Louison accueil 1100',
      'Louison aide caf -400',
      'Louison aide caf -200',
    ])
    expect(await balance('Marchand')).toBe(2 * 550 - 600)
  })
})

describe('a day that changed after its invoice', () => {
  it('costs what it would have cost at once: its part is given back, and the whole is billed in the same run', async () => {
    const { book, run, drafts, issue, bill, balance, lines, paper, findings } = await open({})
    await book('Louison', first, 'Matin')
    await bill()
    await book('Louison', first, 'Après-midi')
    const again = await run()
    expect((await drafts(again.id)).map(({ kind, totalCents }) => [kind, totalCents])).toEqual([
      ['invoice', 1055],
      ['creditNote', -550],
    ])
    expect(await issue(again.id)).toMatchObject({ issued: 2, stale: 0 })
    expect(await lines((await paper('Marchand')).id)).toEqual(['Louison accueil 1055'])
    expect(await balance('Marchand')).toBe(1055)
    await expect(run()).rejects.toMatchObject({ code: 'REFUSED' })
    expect(findings()).toEqual([])
  })

  it('the rest of the day is billed beside the credit note, whichever month the run is for', async () => {
    const { book, free, run, drafts, issue, bill, balance, findings } = await open({})
    await book('Louison', first, 'Matin', 'Repas', 'Après-midi')
    await bill()
    await free('Louison', first, 'Après-midi')
    const january = await run('2027-01')
    expect((await drafts(january.id)).map(({ kind, totalCents }) => [kind, totalCents])).toEqual([
      ['invoice', 550],
      ['creditNote', -1055],
    ])
    expect(await issue(january.id)).toMatchObject({ issued: 2, stale: 0 })
    expect(await balance('Marchand')).toBe(1000)
    expect(findings()).toEqual([])
  })

  it('is issued with its credit note, whichever of the two is chosen', async () => {
    const { book, free, run, drafts, issue, bill, balance, findings } = await open({})
    await book('Louison', first, 'Matin', 'Repas', 'Après-midi')
    await bill()
    for (const [changed, kind, cents] of [
      ['Après-midi', 'creditNote', 1000],
      ['Matin', 'invoice', 450],
    ] as const) {
      await free('Louison', first, changed)
      if (kind === 'invoice') await book('Louison', later, 'Repas')
      const made = await run('2027-01')
      const chosen = (await drafts(made.id)).filter((draft) => draft.kind === kind)
      expect(
        await issue(
          made.id,
          chosen.map(({ id }) => id),
        ),
      ).toMatchObject({ issued: 2, stale: 0 })
      expect(await balance('Marchand')).toBe(kind === 'invoice' ? cents + 450 : cents)
    }
    expect(findings()).toEqual([])
  })

  it('gives an aid by day once', async () => {
    const { book, run, issue, bill, balance } = await open({
      deductions: [{ label: 'Aide CAF', per: 'day', cents: 400, upTo: null, leaves: 0, cap: null }],
    })
    await book('Louison', first, 'Matin')
    await bill()
    await book('Louison', first, 'Après-midi')
    await issue((await run()).id)
    expect(await balance('Marchand')).toBe(1055 - 400)
  })

  it('keeps the membership that its invoice asked for', async () => {
    const { book, run, issue, bill, balance, findings } = await open({ membership })
    await book('Louison', first, 'Matin')
    await bill()
    await book('Louison', first, 'Après-midi')
    expect(await issue((await run()).id)).toMatchObject({ issued: 2, stale: 0 })
    expect(await balance('Marchand')).toBe(1000 + 1055)
    expect(findings()).toEqual([])
  })
})

describe('a line given back to be billed again', () => {
  it('is billed by the next run, whatever month that is of', async () => {
    const { town, book, bill, balance, findings } = await open({})
    await book('Louison', first, 'Matin', 'Repas')
    const { id } = await bill()
    await town.client.invoicing.creditNote({ invoiceId: id, lines: null, reason: 'Erreur', billAgain: true })
    await bill('2027-01')
    expect([await balance('Marchand'), findings()]).toEqual([1000, []])
  })

  it('takes its deductions along: a day is billed again whole, and none twice', async () => {
    const { town, book, bill, lines, balance, findings } = await open({
      deductions: [{ label: 'Aide CAF', per: 'day', cents: 400, upTo: null, leaves: 0, cap: null }],
    })
    await book('Louison', first, 'Matin')
    await book('Louison', later, 'Repas')
    const paper = await bill()
    expect(await lines(paper.id)).toEqual(['Louison accueil 550', 'Louison aide caf -400', 'Louison repas 450'])
    const [care = 0] = town.store.statement('select id from invoice_line order by position').pluck().all() as number[]
    await town.client.invoicing.creditNote({
      invoiceId: paper.id,
      lines: [{ lineId: care, days: null }],
      reason: 'Erreur',
      billAgain: true,
    })
    expect(await balance('Marchand')).toBe(450)
    await bill()
    expect([await balance('Marchand'), findings()]).toEqual([600, []])
  })
})

describe('a surcharge given up for good', () => {
  it('stays so when its day changes and is billed again', async () => {
    const { town, book, bill, lines, run, issue, balance, findings } = await open({})
    const known = await town.client.activities.get({ id: town.activity('CLSH MERCREDI') })
    const late = { deadline: { unit: 'calendarDays', amount: 30, before: 'day' }, after: { surcharge: 300 } } as const
    await town.client.activities.save({ ...known, bookingRule: late })
    const cell = {
      registrationId: town.registration('Louison', period),
      day: day('2026-12-09'),
      slotId: town.slot('CLSH MERCREDI', 'Matin'),
    }
    const reason = { kind: 'listed' as const, code: 'service' as const }
    await town.client.reservations.move({ cells: [cell], act: 'book', surchargeAccepted: true, reason })
    const { id } = await bill()
    expect(await lines(id)).toEqual(['Louison accueil 550', 'Louison réservation hors délai 300'])
    const [, surcharge = 0] = town.store.statement('select id from invoice_line order by position').pluck().all()
    const note = {
      invoiceId: id,
      lines: [{ lineId: Number(surcharge), days: null }],
      reason: 'Geste',
      billAgain: false,
    }
    await town.client.invoicing.creditNote(note)
    expect(await balance('Marchand')).toBe(550)
    await town.client.activities.save(known)
    await book('Louison', first, 'Après-midi')
    await issue((await run()).id)
    const papers = await town.client.invoicing.ofFamily({ familyId: town.family('Marchand') })
    const newest = papers.find(({ kind }) => kind === 'invoice')
    expect(await lines(newest?.id ?? 0)).toEqual(['Louison accueil 1055'])
    expect([await balance('Marchand'), findings()]).toEqual([1055, []])
  })
})

describe('a version not recorded yet', () => {
  it('shows which booked and unbilled days would change price', async () => {
    const { town, book, free, bill } = await open({})
    const [tariff] = await town.client.prices.tariffs()
    const [version] = tariff?.versions ?? []
    if (!tariff || !version) throw new Error('the town has a tariff')
    const touched = (from: string, id?: number) =>
      town.client.prices.touched({
        tariffId: tariff.id,
        from: day(from),
        absence: version.definition.absence,
        ...(id !== undefined && { id }),
      })
    expect(await touched(version.from, version.id)).toEqual({ unbilled: null, billedSpans: 0 })
    await book('Louison', [...first, ...later], 'Matin', 'Repas')
    await book('Noé', later, 'Matin')
    expect(await touched(version.from, version.id)).toMatchObject({
      unbilled: { count: 5, from: '2026-12-09', to: '2026-12-16' },
    })
    expect(await touched('2026-12-10')).toMatchObject({ unbilled: { count: 3, from: '2026-12-16', to: '2026-12-16' } })
    await town.client.prices.saveVersion({
      tariffId: tariff.id,
      from: day('2026-12-10'),
      definition: version.definition,
    })
    expect(await touched(version.from, version.id)).toMatchObject({
      unbilled: { count: 2, from: '2026-12-09', to: '2026-12-09' },
    })
    expect(await touched('2026-12-01', version.id)).toMatchObject({ unbilled: { count: 2 } })
    expect(await touched('2027-01-01', version.id)).toMatchObject({ unbilled: { count: 2 } })
    await free('Noé', later, 'Matin')
    expect(await touched('2026-12-11')).toMatchObject({ unbilled: { count: 2 } })
    await bill()
    expect(await touched('2026-12-11')).toEqual({ unbilled: null, billedSpans: 1 })
    expect(await touched(version.from, version.id)).toEqual({ unbilled: null, billedSpans: 1 })
    expect(await touched('2027-01-01')).toEqual({ unbilled: null, billedSpans: 0 })
  })

  it('leaves out absences that neither the present nor the new version charges', async () => {
    const clock = aClock()
    const { town, book } = await open({}, clock)
    const [tariff] = await town.client.prices.tariffs()
    const [version] = tariff?.versions ?? []
    if (!tariff || !version) throw new Error('the town has a tariff')
    const touched = (justifiedInTime: 'billed' | 'notBilled') =>
      town.client.prices.touched({
        id: version.id,
        tariffId: tariff.id,
        from: version.from,
        absence: { ...version.definition.absence, justifiedInTime },
      })
    await book('Louison', [...first, ...later], 'Matin')
    clock.set('2026-12-09')
    const cell = {
      registrationId: town.registration('Louison', period),
      day: day('2026-12-09'),
      slotId: town.slot('CLSH MERCREDI', 'Matin'),
    }
    await town.client.attendance.mark({ cells: [cell], mark: 'justifiedInTime', reason: 'Certificat' })
    expect(await touched('notBilled')).toMatchObject({ unbilled: { count: 1, from: '2026-12-16', to: '2026-12-16' } })
    expect(await touched('billed')).toMatchObject({ unbilled: { count: 2, from: '2026-12-09', to: '2026-12-16' } })
  })
})

it('time is that of the slots: a morning of four hours is eight started half-hours', async () => {
  const { book, bill, lines } = await open({
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
          price: { method: 'fixed', cents: 60, nonResident: { rule: 'same' } },
        },
        withoutBooking: null,
      },
    ],
  })
  await book('Louison', first, 'Matin')
  expect(await lines((await bill()).id)).toEqual(['Louison accueil 480'])
})

describe('a child fetched late', () => {
  it('is billed the fraction begun, once, beside its day', async () => {
    const clock = aClock()
    const town = await aBillingTown().open(clock)
    onTestFinished(() => town.close())
    const desk = billing(town)
    await desk.book('Louison', first, 'Matin', 'Après-midi')
    clock.set('2026-12-10')
    const registrationId = town.registration('Louison', period)
    const cells = ['Matin', 'Après-midi'].map((slot) => ({
      registrationId,
      day: day('2026-12-09'),
      slotId: town.slot('CLSH MERCREDI', slot),
    }))
    await town.client.attendance.mark({ cells, mark: 'present' })
    const { minutesLate } = await town.client.attendance.departure({
      registrationId,
      day: day('2026-12-09'),
      at: '20:00',
    })
    expect(minutesLate).toBeGreaterThan(60)
    const run = await desk.run('2026-12')
    const [draft] = await desk.drafts(run.id)
    const { sections } = await town.client.invoicing.paper({ id: draft?.id ?? 0 })
    const late = sections.flatMap(({ lines }) => lines).filter(({ label }) => label.includes('etard'))
    expect(late).toMatchObject([{ quantity: Math.ceil((minutesLate - 5) / 60), unitCents: 500 }])
    await desk.issue(run.id, [draft?.id ?? 0])
    expect(desk.findings()).toEqual([])
    const billed = await desk.balance('Marchand')
    await town.client.attendance.departure({ registrationId, day: day('2026-12-09'), at: null })
    await desk.issue((await desk.run('2026-12')).id)
    expect(await desk.balance('Marchand')).toBe(billed - Math.ceil((minutesLate - 5) / 60) * 500)
    expect(desk.findings()).toEqual([])
  })
})

const priceWith = (definition: Definition, starts: readonly number[]) => {
  const next = withStarts(definition, starts)
  if ('refusal' in next) throw new Error(next.refusal)
  return next
}

describe('the first brackets of a tariff', () => {
  const everybody: Definition = {
    ...emptyDefinition,
    lines: [
      {
        label: 'Repas',
        fiscal: 'repas',
        count: {
          per: 'slot',
          slots: ['repas'],
          unit: { one: 'repas', many: 'repas' },
          price: { method: 'fixed', cents: 410, nonResident: { rule: 'percent', percent: 20 } },
        },
        withoutBooking: null,
      },
    ],
  }
  it('give each a price of its own, the one that everybody paid until another is typed', () => {
    const first = priceWith(everybody, [0])
    expect(priceWith(first, [0, 301, 621]).lines[0]?.count).toMatchObject({
      price: { method: 'bracket', cents: [410, 410, 410], nonResident: { rule: 'percent', percent: 20 } },
    })
  })

  it('leave alone what is fixed on purpose once there are some', () => {
    const fixed = { ...everybody, brackets: priceWith(everybody, [0]).brackets }
    expect(priceWith(fixed, [0, 301]).lines[0]?.count).toMatchObject({ price: { method: 'fixed', cents: 410 } })
  })
})
