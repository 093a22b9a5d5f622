import { describe, expect, it, onTestFinished } from 'vitest'
import {
  draftRows,
  idsOf,
  netOf,
  shownAmountOf,
  showsMonths,
  takenOverText,
  toTakeOverTexts,
} from '../../../../renderer/desk/invoicing/draft-rows.ts'
import type { Draft } from '../../../../shared/contract/desk/money/invoicing.ts'
import { day, type Month } from '../../../../shared/rules/calendar/day.ts'
import { amountDue } from '../../../../shared/rules/money/invoice.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { aGiveBack } from '../../../support/towns/drafts-of-a-month.ts'

const plain = (text: string | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ')

/** Marchand has an invoice to come of 5,50 € and a credit note of 5,50 €, Fouquet an invoice to verify. */
const open = async () => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const { book, issue, run, drafts } = billing(town)
  await book('Louison', ['2026-12-09'], 'Matin')
  await issue((await run()).id)
  await book('Louison', ['2026-12-16'], 'Matin')
  await book('Noé', ['2026-12-09'], 'Matin')
  const { id: runId } = await run()
  return { town, runId, drafts: () => drafts(runId), ...aGiveBack(town, runId, 'Marchand') }
}

const aNote = (id: number, changes: Partial<Draft> = {}): Draft => ({
  id,
  familyId: 1,
  regieId: 1,
  family: 'Marchand',
  children: 1,
  kind: 'creditNote',
  state: 'draft',
  number: null,
  month: '2026-12' as Month,
  goesWithId: null,
  familyQuotient: 727,
  previousCents: 0,
  totalCents: -550,
  regularisedCents: 0,
  creditedCents: 0,
  leftCents: 0,
  verdict: 'ready',
  journal: [],
  setAside: false,
  ...changes,
})

describe('the drafts of a family and month', () => {
  it('are one row: the invoice, what its credit notes give back, and what is left to pay', async () => {
    const { drafts, draftId, noteId } = await open()
    const rows = draftRows(await drafts())
    expect(rows.map(({ family, verdict }) => [family, verdict])).toEqual([
      ['Fouquet', 'warning'],
      ['Marchand', 'ready'],
    ])
    const row = rows[1]
    if (!row) throw new Error('no row')
    expect(row).toMatchObject({ id: draftId, kind: 'invoice', month: '2026-12', regularisedCents: -550 })
    expect(idsOf(row)).toEqual([draftId, noteId])
    expect([shownAmountOf(row), netOf(row), amountDue(row)]).toEqual([550, 0, row.previousCents])
    // A note in the journal does not set the draft aside.
    expect(row).toMatchObject({ setAside: false, journal: [{ level: 'note' }] })
  })

  it('without an invoice share one row of credit notes', () => {
    const [row, ...others] = draftRows([aNote(1), aNote(2, { verdict: 'stale' })])
    expect(others).toEqual([])
    expect(row).toMatchObject({ id: 1, verdict: 'stale' })
    expect(row && [shownAmountOf(row), netOf(row)]).toEqual([-1100, -1100])
  })

  it('of a version that billed several months on one paper have a row each', () => {
    expect(draftRows([aNote(1, { month: null }), aNote(2, { month: null })])).toHaveLength(2)
  })
})

it.each<[string, boolean, (string | null)[], string]>([
  ['all are of the month of the run', false, ['2026-12', null], '2026-12-01'],
  ['they are of two months', true, ['2026-11', '2026-12'], '2026-12-01'],
  ['they are of another month', true, ['2026-11'], '2026-12-01'],
  ['the run has two months', true, ['2026-12'], '2026-11-01'],
])('the month of papers, when %s, is shown: %s', (_, isShown, months, from) => {
  const papers = months.map((month) => ({ month: month as Month | null }))
  expect(showsMonths(papers, { from: day(from), to: day('2026-12-31') })).toBe(isShown)
})

describe('drafts of other runs', () => {
  it('are listed before a run takes them over: by run, once for each month of a family, only for what it bills', async () => {
    const { town, runId } = await open()
    const toTakeOver = async (changes: { to?: string; activityIds?: number[]; familyIds?: number[] } = {}) => {
      const everything = { from: '2026-11-01', to: '2026-12-31', activityIds: null, familyIds: null }
      return await town.client.invoicing.toTakeOver({ ...everything, ...changes })
    }
    const found = (drafts: number) => [{ runId, label: 'Décembre 2026', drafts }]
    const activity = town.activity('CLSH MERCREDI')
    expect(await toTakeOver()).toEqual(found(2))
    expect(await toTakeOver({ activityIds: [activity] })).toEqual(found(2))
    expect(await toTakeOver({ activityIds: [activity + 100] })).toEqual([])
    expect(await toTakeOver({ familyIds: [town.family('Fouquet')] })).toEqual(found(1))
    // Of a later month, only what gives back: what was billed in advance is regularised.
    expect(await toTakeOver({ to: '2026-11-30' })).toEqual(found(1))
  })

  it.each([
    [1, '1 brouillon de la facturation « Novembre 2026 » peut être repris', '1 brouillon repris'],
    [12, '12 brouillons de la facturation « Novembre 2026 » peuvent être repris', '12 brouillons repris'],
  ])('are counted in a sentence: %s', (drafts, before, after) => {
    const found = [{ runId: 1, label: 'Novembre 2026', drafts }]
    expect(toTakeOverTexts(found).map(plain)).toEqual([
      `${before} par celle-ci : une famille n’a qu’un brouillon par mois.`,
    ])
    expect(plain(takenOverText(found))).toBe(`${after} de la facturation « Novembre 2026 ».`)
  })
})
