import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  type AccountingNature,
  type Holder,
  mayTakeMoney,
  natureLabel,
  natureOf,
  natureText,
  refuseHolder,
  refuseMeans,
  refuseNatures,
  refusePrefix,
} from '../../../shared/rules/money/regie.ts'

describe('a prefix', () => {
  it('has one to three letters that no other régie and no kind of paper has', () => {
    expect(['C', 'CV', 'CVL', 'QA'].map((prefix) => refusePrefix(prefix, ['P']))).toEqual(
      Array.from({ length: 4 }, () => undefined),
    )
    for (const prefix of ['', 'cv', 'É', 'CVLS', 'C1']) expect(refusePrefix(prefix, [])).toMatch(/une à trois/)
    for (const prefix of ['F', 'A', 'Q', 'B', 'T']) expect(refusePrefix(prefix, [])).toMatch(/sorte de papier/)
    expect(refusePrefix('CV', ['P', 'CV'])).toBe('Une autre régie a déjà ces lettres.')
  })
})

const holder = (staffId: number, kind: Holder['kind'], from: string, to: string | null = null): Holder => ({
  staffId,
  kind,
  from: day(from),
  to: to === null ? null : day(to),
})

describe('the money of a régie', () => {
  const [lea, sam, ines] = [1, 2, 3]
  const holders = [
    holder(lea, 'titular', '2026-01-01', '2026-06-30'),
    holder(sam, 'titular', '2026-07-01'),
    holder(lea, 'deputy', '2026-09-01', '2026-09-15'),
  ]

  it('is taken by its titular and its deputies of the day', () => {
    expect(mayTakeMoney(holders, lea, day('2026-06-30'))).toBe(true)
    expect(mayTakeMoney(holders, lea, day('2026-07-01'))).toBe(false)
    expect(mayTakeMoney(holders, lea, day('2026-09-15'))).toBe(true)
    expect(mayTakeMoney(holders, sam, day('2026-06-30'))).toBe(false)
    expect(mayTakeMoney(holders, sam, day('2027-06-30'))).toBe(true)
    expect(mayTakeMoney(holders, ines, day('2026-09-10'))).toBe(false)
    expect(mayTakeMoney(holders, null, day('2026-09-10'))).toBe(false)
  })

  it('is taken by whoever has the role while nobody is named', () => {
    expect(mayTakeMoney([], ines, day('2026-09-10'))).toBe(true)
  })

  it('is taken by nobody on a day that the dates of its holders leave out', () => {
    expect(mayTakeMoney(holders, lea, day('2025-12-31'))).toBe(false)
  })

  it('has one titular at a time, and a person once', () => {
    expect(refuseHolder(holder(ines, 'titular', '2026-12-01'), holders)?.field).toBe('from')
    expect(refuseHolder(holder(ines, 'titular', '2025-01-01', '2025-12-31'), holders)).toBeUndefined()
    expect(refuseHolder(holder(ines, 'deputy', '2026-12-01'), holders)).toBeUndefined()
    expect(refuseHolder(holder(sam, 'deputy', '2026-12-01'), holders)?.field).toBe('staffId')
    expect(refuseHolder(holder(ines, 'deputy', '2026-12-01', '2026-11-30'), [])).toEqual({
      sentence: 'Le dernier jour vient avant le premier.',
      field: 'to',
    })
  })

  it('comes by the means that its acte constitutif names', () => {
    expect(refuseMeans(null, 'cesu')).toBeUndefined()
    expect(refuseMeans(['cash', 'cheque'], 'cheque')).toBeUndefined()
    expect(refuseMeans(['cash', 'cheque'], 'cesu')).toBe(
      'CESU\u00a0: l’acte constitutif de cette régie ne nomme pas ce moyen de paiement.',
    )
  })
})

const nature = (account: string, of: Partial<AccountingNature> = {}): AccountingNature => ({
  account,
  label: '',
  productCode: '',
  activityIds: null,
  fiscal: null,
  ...of,
})

describe('the nature of a product', () => {
  const [school, camp] = [1, 2]
  const natures = [
    nature('7066'),
    nature('7067', { fiscal: 'repas' }),
    nature('70632', { activityIds: [camp], productCode: 'SEJ' }),
    nature('7088', { activityIds: [camp], fiscal: 'autre' }),
  ]
  const accountOf = (activityId: number | null, fiscal: 'garde' | 'repas' | 'autre') =>
    natureOf(natures, { activityId, fiscal })?.account

  it('is the one that says most about it', () => {
    expect([accountOf(school, 'garde'), accountOf(school, 'repas')]).toEqual(['7066', '7067'])
    expect([accountOf(camp, 'garde'), accountOf(camp, 'repas'), accountOf(camp, 'autre')]).toEqual([
      '70632',
      '70632',
      '7088',
    ])
    expect(accountOf(null, 'autre')).toBe('7066')
  })

  it('is missing where none fits, which the books say', () => {
    expect(natureOf([nature('7067', { fiscal: 'repas' })], { activityId: school, fiscal: 'garde' })).toBeUndefined()
    expect([natureText(null, null), natureText('7066', ''), natureText('70632', 'SEJ')]).toEqual([
      'sans nature',
      '7066',
      '70632 · SEJ',
    ])
  })

  it('is called by all the names that the régie gives it', () => {
    const named = [
      nature('7066', { label: 'Mercredis', activityIds: [school] }),
      nature('7066', { label: 'Vacances', activityIds: [camp] }),
      nature('7067', { label: 'Repas' }),
    ]
    expect(['7066', '7067', '7068'].map((text) => natureLabel(named, text))).toEqual([
      'Mercredis et Vacances',
      'Repas',
      '',
    ])
  })

  it('is typed without a doubt', () => {
    expect(refuseNatures(natures)).toBeUndefined()
    expect(refuseNatures([])?.sentence).toMatch(/^Indiquez au moins une nature/)
    expect(refuseNatures([nature('70-66')])).toMatchObject({ row: 0, field: 'account' })
    expect(refuseNatures([nature('7066', { productCode: 'PERIS' })])).toMatchObject({ row: 0, field: 'productCode' })
    expect(refuseNatures([nature('7066', { activityIds: [] })])).toMatchObject({ row: 0, field: 'activityIds' })
    expect(refuseNatures([nature('7066'), nature('7067')])).toMatchObject({ row: 1, field: 'activityIds' })
    expect(
      refuseNatures([nature('7066', { activityIds: [1, 2] }), nature('7067', { activityIds: [2] })]),
    ).toMatchObject({ row: 1 })
  })
})
