import { ORPCError } from '@orpc/client'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { priceSpans } from '../../../../main/desk/invoicing/spans/spans.ts'
import { currentBook } from '../../../../main/desk/prices/prices.ts'
import { finalSpan } from '../../../../main/store/schema/index.ts'
import type { LineToCredit } from '../../../../shared/contract/desk/money/invoicing.ts'
import type { Definition } from '../../../../shared/contract/desk/money/prices.ts'
import { type Day, day, monthKey } from '../../../../shared/rules/calendar/day.ts'
import { examples } from '../../../support/long.ts'
import { aBillingTown, billing, period } from '../../../support/towns/billing.ts'

const [ninth, sixteenth] = [day('2026-12-09'), day('2026-12-16')] as const

const aid = { label: 'Aide CAF', per: 'day', cents: 400, upTo: null, leaves: 0, cap: null } as const
const membership: NonNullable<Definition['membership']> = {
  label: 'Adhésion',
  per: 'family',
  year: 'school',
  price: { method: 'fixed', cents: 1000, nonResident: { rule: 'same' } },
}

/** Louison's mornings of two Wednesdays, with lunch, billed under these rules. */
const open = async (rules: Partial<Definition> = {}) => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const { client, store } = town
  const [tariff] = await client.prices.tariffs()
  const [version] = tariff?.versions ?? []
  if (!tariff || !version) throw new Error('the town has a tariff')
  await client.prices.saveVersion({
    id: version.id,
    tariffId: tariff.id,
    from: version.from,
    definition: { ...version.definition, ...rules },
  })
  const desk = billing(town)
  await desk.book('Louison', [ninth, sixteenth], 'Matin', 'Repas')
  await desk.issue((await desk.run()).id)
  const invoice = await desk.paper('Marchand')
  const left = async (): Promise<LineToCredit[]> =>
    (await client.invoicing.leftToCredit({ invoiceId: invoice.id })).lines
  const lineId = async (label: string) => (await left()).find((line) => line.label === label)?.id ?? 0
  return {
    ...desk,
    town,
    client,
    invoice,
    left,
    lineId,
    /** Lines by their labels, with days, or whole; null for the whole invoice. */
    credit: async (
      chosen: Readonly<Record<string, readonly Day[] | null>> | null,
      how: 'for good' | 'to be billed again',
    ) => {
      const lines =
        chosen &&
        (await Promise.all(
          Object.entries(chosen).map(async ([label, days]) => ({
            lineId: await lineId(label),
            days: days && [...days],
          })),
        ))
      const billAgain = how === 'to be billed again'
      return client.invoicing.creditNote({ invoiceId: invoice.id, lines, reason: 'Erreur', billAgain })
    },
    /** « Accueil 550: 9 16 »: what credit notes may still take back. */
    leftTexts: async () =>
      (await left()).map(
        ({ label, unitCents, days }) => `${label} ${unitCents}: ${days.map((on) => Number(on.slice(8))).join(' ')}`,
      ),
    /** The lines of the last credit note: « Accueil -1 × 550, 9 ». */
    noteTexts: () =>
      store
        .statement(
          `select label || ' ' || quantity || ' × ' || unit_cents || ', ' || (
              select group_concat(cast(substr(value, 9) as integer), ' ') from json_each(days))
          from invoice_line where invoice_id = (select max(id) from invoice where kind = 'creditNote') order by position`,
        )
        .pluck()
        .all(),
    giveUps: () =>
      store
        .statement(
          `select kind, child_id is null as isOfHome, product, month, json_array_length(days) as days,
            unit_cents as unitCents, reason from give_up order by id`,
        )
        .all(),
    /** Cells that the invoice bills: « 9 Matin ». */
    billedCells: () =>
      store
        .statement(
          `select cast(substr(day, 9) as integer) || ' ' || slot.name from reservation join slot on slot.id = slot_id
          where billed_by = ? order by day, slot.id`,
        )
        .pluck()
        .all(invoice.id),
    /** What a run would add and give back: « + Accueil 550 », « − Accueil 550 ». */
    proposed: (): string[] => {
      const [span] = store.act(town.person, 'invoicing.run', 'Brouillons', (write) =>
        priceSpans(store, write, currentBook(store), [{ familyId: town.family('Marchand'), month: monthKey(ninth) }]),
      )
      const { added = [], givenBack = [] } = span?.difference ?? {}
      return [
        ...added.map(({ label, cents }) => `+ ${label} ${cents}`),
        ...givenBack.map(({ unit, cents }) => `− ${unit.label} ${cents}`),
      ]
    },
    revision: () => store.statement(`select max(revision) from billing_span`).pluck().get() as number,
  }
}

const everything = ['9 Matin', '9 Repas', '16 Matin', '16 Repas']

describe('a credit note « à refacturer »', () => {
  it('takes off the days chosen, frees their cells alone, and has their month priced again', async () => {
    const { credit, leftTexts, noteTexts, giveUps, billedCells, balance, revision, findings } = await open()
    const before = revision()
    await credit({ Accueil: [ninth], Repas: null }, 'to be billed again')
    expect(noteTexts()).toEqual(['Accueil -1 × 550, 9', 'Repas -2 × 450, 9 16'])
    expect(await leftTexts()).toEqual(['Accueil 550: 16', 'Repas 450: '])
    expect(billedCells()).toEqual(['16 Matin'])
    expect([giveUps(), await balance('Marchand')]).toEqual([[], 550])
    expect(revision()).toBeGreaterThan(before)
    expect(findings()).toEqual([])
  })

  it('takes along the deductions of its days', async () => {
    const { credit, leftTexts, noteTexts, balance, findings } = await open({ deductions: [aid] })
    expect(await leftTexts()).toEqual(['Accueil 550: 9 16', 'Aide CAF -400: 9 16', 'Repas 450: 9 16'])
    await credit({ Accueil: [sixteenth] }, 'to be billed again')
    expect(noteTexts()).toEqual(['Accueil -1 × 550, 16', 'Aide CAF -1 × -400, 16'])
    expect(await leftTexts()).toEqual(['Accueil 550: 9', 'Aide CAF -400: 9', 'Repas 450: 9 16'])
    expect(await balance('Marchand')).toBe(150 + 2 * 450)
    expect(findings()).toEqual([])
  })

  it('leaves billed the cells that another line of the invoice still bills', async () => {
    const { town, client, book, run, issue, drafts, billedCells, findings } = await open()
    const known = await client.activities.get({ id: town.activity('CLSH MERCREDI') })
    const late = { deadline: { unit: 'calendarDays', amount: 60, before: 'day' }, after: { surcharge: 300 } } as const
    await client.activities.save({ ...known, bookingRule: late })
    const cell = {
      registrationId: town.registration('Basile', period),
      day: ninth,
      slotId: town.slot('CLSH MERCREDI', 'Matin'),
    }
    const reason = { kind: 'listed' as const, code: 'service' as const }
    await client.reservations.move({ cells: [cell], act: 'book', surchargeAccepted: true, reason })
    await client.activities.save(known)
    const { id: runId } = await run()
    await issue(
      runId,
      (await drafts(runId)).map(({ id }) => id),
    )
    const newest = (await client.invoicing.ofFamily({ familyId: town.family('Marchand') })).find(
      ({ number }) => number === '2026-000002',
    )
    const invoiceId = newest?.id ?? 0
    const { lines } = await client.invoicing.leftToCredit({ invoiceId })
    const give = (label: string) =>
      client.invoicing.creditNote({
        invoiceId,
        lines: [{ lineId: lines.find((line) => line.label === label)?.id ?? 0, days: null }],
        reason: 'Erreur',
        billAgain: true,
      })
    const billed = () =>
      town.store.statement('select count(*) from reservation where billed_by = ?').pluck().get(invoiceId)
    await give('Accueil')
    expect(billed()).toBe(1)
    await give('Réservation hors délai')
    expect(billed()).toBe(0)
    await book('Noé', [ninth], 'Matin')
    expect([billedCells(), findings()]).toEqual([everything, []])
  })
})

describe('a credit note « définitif »', () => {
  it('writes what it gives up, frees no cell, and has the month priced again', async () => {
    const { credit, leftTexts, giveUps, billedCells, balance, revision, findings } = await open()
    const before = revision()
    await credit({ Repas: [ninth] }, 'for good')
    expect(giveUps()).toEqual([
      { kind: 'days', isOfHome: 0, product: 'Repas', month: '2026-12', days: 1, unitCents: 450, reason: 'Erreur' },
    ])
    expect(await leftTexts()).toEqual(['Accueil 550: 9 16', 'Repas 450: 16'])
    expect([billedCells(), await balance('Marchand')]).toEqual([everything, 2 * 550 + 450])
    expect(revision()).toBeGreaterThan(before)
    await credit({ Repas: null }, 'for good')
    expect(await leftTexts()).toEqual(['Accueil 550: 9 16', 'Repas 450: '])
    expect(findings()).toEqual([])
  })

  it('gives up what the deductions of the day left of its price', async () => {
    const { credit, leftTexts, giveUps, balance, findings } = await open({ deductions: [aid] })
    await credit({ Accueil: null }, 'for good')
    expect(giveUps()).toMatchObject([{ product: 'Accueil', days: 2, unitCents: 150 }])
    expect(await leftTexts()).toEqual(['Accueil 550: ', 'Aide CAF -400: ', 'Repas 450: 9 16'])
    expect([await balance('Marchand'), findings()]).toEqual([2 * 450, []])
  })

  it('gives up a whole invoice, its minimum and its membership as amounts of the home', async () => {
    const { credit, giveUps, left, balance, findings } = await open({ membership, minimum: { cents: 5000 } })
    expect((await left()).map(({ label, kind }) => [label, kind])).toEqual([
      ['Accueil', 'days'],
      ['Repas', 'days'],
      ['Adhésion', 'membership'],
      ['Minimum de facturation', 'minimum'],
    ])
    await credit(null, 'for good')
    expect(giveUps()).toMatchObject([
      { kind: 'days', isOfHome: 0, product: 'Accueil', unitCents: 550 },
      { kind: 'days', isOfHome: 0, product: 'Repas', unitCents: 450 },
      { kind: 'membership', isOfHome: 1, product: 'Adhésion', unitCents: 1000 },
      { kind: 'minimum', isOfHome: 1, product: 'Minimum de facturation', unitCents: 2000 },
    ])
    expect((await left()).flatMap(({ days }) => days)).toEqual([])
    expect([await balance('Marchand'), findings()]).toEqual([0, []])
  })

  it('gives up a membership alone', async () => {
    const { credit, giveUps, leftTexts } = await open({ membership })
    await credit({ Adhésion: null }, 'for good')
    expect(giveUps()).toMatchObject([{ kind: 'membership', unitCents: 1000 }])
    expect(await leftTexts()).toEqual(['Accueil 550: 9 16', 'Repas 450: 9 16', 'Adhésion 0: '])
  })

  it('gives up a membership for its whole year, whichever month owes it', async () => {
    const { book, free, run, issue, balance, credit } = await open({ membership })
    await credit({ Adhésion: null }, 'for good')
    await free('Louison', [ninth, sixteenth], 'Matin', 'Repas')
    await book('Louison', ['2027-01-06'], 'Matin')
    await issue((await run('2027-01')).id)
    expect(await balance('Marchand')).toBe(550)
  })

  it('names the line that it corrects, and its month', async () => {
    const { town, credit, lineId, invoice } = await open()
    const meals = await lineId('Repas')
    await credit({ Repas: [ninth] }, 'for good')
    expect(
      town.store
        .statement(
          `select line.corrects_line_id as lineId, note.corrects_id as correctsId, note.month, note.seal_version as seal
          from invoice note join invoice_line line on line.invoice_id = note.id where note.kind = 'creditNote'`,
        )
        .all(),
    ).toEqual([{ lineId: meals, correctsId: invoice.id, month: monthKey(ninth), seal: 2 }])
  })
})

describe('the next run', () => {
  it('bills again what was « à refacturer », and nothing that is « définitif »', async () => {
    for (const rules of [{}, { deductions: [aid] }, { membership, minimum: { cents: 5000 } }]) {
      const { credit, proposed } = await open(rules)
      await credit({ Repas: [ninth], Accueil: null }, 'for good')
      expect(proposed()).toEqual([])
      await credit({ Repas: [sixteenth] }, 'to be billed again')
      expect(proposed()).toEqual(['+ Repas 450'])
    }
  })

  it('asks a membership and a minimum again only where they were not given up', async () => {
    for (const label of ['Adhésion', 'Minimum de facturation']) {
      const { credit, proposed } = await open({ membership, minimum: { cents: 5000 } })
      await credit(null, 'for good')
      expect(proposed()).toEqual([])
      const other = await open({ membership, minimum: { cents: 5000 } })
      await other.credit(null, 'to be billed again')
      expect(other.proposed()).toContain(`+ ${label} ${label === 'Adhésion' ? 1000 : 2000}`)
    }
  })

  it('bills what a day given up costs more by now, and gives nothing back of a day that is cancelled', async () => {
    const { credit, book, free, proposed } = await open()
    await credit({ Accueil: [ninth] }, 'for good')
    await book('Louison', [ninth], 'Après-midi')
    expect(net(proposed())).toBe(1055 - 550)
    await free('Louison', [ninth], 'Matin', 'Après-midi')
    expect(proposed()).toEqual([])
  })
})

/** The sum of what is proposed: « + Accueil 550 » and « − Repas 450 » make 100. */
const net = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + (line.startsWith('+') ? 1 : -1) * Number(line.split(' ').at(-1)), 0)

it('after any credit note, final or not, proposes exactly what is to be billed again', async () => {
  const rules: Partial<Definition>[] = [
    {},
    { deductions: [aid] },
    { membership, minimum: { cents: 5000 } },
    { membership, deductions: [{ ...aid, cap: { per: 'month', cents: 600 } }] },
  ]
  const gestures = fc.array(
    fc.record({
      which: fc.nat(4),
      days: fc.constantFrom(null, [ninth], [sixteenth]),
      how: fc.constantFrom('for good' as const, 'to be billed again' as const),
    }),
    { minLength: 1, maxLength: 6 },
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...rules), gestures, async (some, list) => {
      const { credit, left, balance, proposed, findings } = await open(some)
      const billed = await balance('Marchand')
      let owedAgain = 0
      let givenUp = 0
      for (const { which, days, how } of list) {
        const before = await balance('Marchand')
        const lines = await left()
        const { label = '' } = lines[which % lines.length] ?? {}
        await credit({ [label]: days }, how).catch((error: unknown) => {
          if (!(error instanceof ORPCError && error.code === 'REFUSED')) throw error
        })
        const credited = before - (await balance('Marchand'))
        if (how === 'for good') givenUp += credited
        else owedAgain += credited
      }
      expect(await balance('Marchand')).toBe(billed - givenUp - owedAgain)
      expect([net(proposed()), findings()]).toEqual([owedAgain, []])
    }),
    { numRuns: examples(30) },
  )
}, 60_000)

const sentence = (text: string) => ({ data: { sentence: expect.stringContaining(text) as string } })

describe('a credit note is refused', () => {
  it('for what another one of either kind already took back', async () => {
    const { credit, invoice } = await open()
    await credit({ Accueil: [ninth] }, 'for good')
    await credit({ Accueil: [sixteenth] }, 'to be billed again')
    await expect(credit({ Accueil: null }, 'for good')).rejects.toMatchObject(sentence('il n’y a plus rien à annuler'))
    await expect(credit({ Accueil: [ninth] }, 'to be billed again')).rejects.toMatchObject(
      sentence('«\u00a0Accueil\u00a0», mer. 9 déc.\u00a0: il n’y a plus rien à annuler.'),
    )
    await credit(null, 'for good')
    await expect(credit(null, 'for good')).rejects.toMatchObject(
      sentence(`Il n’y a plus rien à annuler sur la facture ${invoice.number}`),
    )
  })

  it('for a deduction alone, and for lines of another invoice', async () => {
    const { credit, client, invoice } = await open({ deductions: [aid] })
    await expect(credit({ 'Aide CAF': null }, 'for good')).rejects.toMatchObject(sentence('Choisissez ces jours.'))
    const lines = [{ lineId: 999, days: null }]
    await expect(
      client.invoicing.creditNote({ invoiceId: invoice.id, lines, reason: 'Erreur', billAgain: false }),
    ).rejects.toMatchObject(sentence('Une des lignes choisies n’est pas de cette facture.'))
  })

  it('without lines, days, a choice or a reason, each with its own sentence', async () => {
    const { client, invoice, lineId } = await open()
    const note = { invoiceId: invoice.id, lines: null, reason: 'Erreur', billAgain: false }
    const refused = async (change: object, text: string) =>
      expect(client.invoicing.creditNote({ ...note, ...change })).rejects.toMatchObject(sentence(text))
    const meals = await lineId('Repas')
    await refused({ lines: [] }, 'Choisissez au moins une ligne.')
    await refused({ lines: [{ lineId: meals, days: [] }] }, 'Choisissez au moins un jour.')
    await refused({ lines: [{ lineId: meals, days: ['le 9'] }] }, 'Cette date n’existe pas.')
    await refused({ lines: [{ lineId: meals, days: ['2026-12-10'] }] }, 'jeu. 10 déc.')
    await refused({ billAgain: undefined }, 'Choisissez «\u00a0Définitif\u00a0» ou «\u00a0À refacturer\u00a0».')
    await refused({ reason: '  ' }, 'Indiquez le motif de l’avoir.')
    await refused({ invoiceId: 999 }, 'Un avoir corrige une facture émise.')
  })

  it('in a final month: nothing may change its bills', async () => {
    const { town, credit, balance } = await open()
    town.store.act(town.person, 'invoicing.issue', 'Essai', (write) => {
      write.insert(finalSpan, { familyId: town.family('Marchand'), month: monthKey(ninth), cause: 'town' })
    })
    for (const answer of ['to be billed again', 'for good'] as const)
      await expect(credit({ Repas: [ninth] }, answer)).rejects.toMatchObject(
        sentence('Les comptes sont arrêtés (décembre 2026)'),
      )
    expect(await balance('Marchand')).toBe(2 * 550 + 2 * 450)
  })
})

it('a « définitif » one is shown in the history of the home', async () => {
  const { town, credit } = await open()
  await credit({ Repas: [ninth] }, 'for good')
  const { acts } = await town.client.history.ofRecord({ entity: 'family', id: town.family('Marchand') })
  const rows = acts.flatMap(({ changes }) => changes.map(({ what }) => what))
  expect(rows).toContain('Abandon d’un prix')
})

it('the dialog shows what is left of each line, under the names printed on the invoice', async () => {
  const { client, invoice, credit } = await open()
  await credit({ Repas: [ninth] }, 'for good')
  const { wholeCents, lines } = await client.invoicing.leftToCredit({ invoiceId: invoice.id })
  expect(wholeCents).toBe(2 * 550 + 450)
  expect(lines.map(({ child, activity, label, days, unit }) => [child, activity, label, days, unit.one])).toEqual([
    ['Louison Marchand', 'CLSH MERCREDI', 'Accueil', [ninth, sixteenth], 'demi-journée'],
    ['Louison Marchand', 'CLSH MERCREDI', 'Repas', [sixteenth], 'repas'],
  ])
  await expect(client.invoicing.leftToCredit({ invoiceId: 999 })).rejects.toMatchObject({
    data: { sentence: 'Un avoir corrige une facture émise.' },
  })
})
