import { describe, expect, it } from 'vitest'
import { day, instant } from '../../../../shared/rules/calendar/day.ts'
import {
  closingChecks,
  firstOpenDay,
  periodsToClose,
  receiptsText,
  receivedBetween,
} from '../../../../shared/rules/money/closing.ts'

const month = (text: string, last: string) =>
  ({ kind: 'month', from: day(`${text}-01`), to: day(`${text}-${last}`) }) as const

/** What November still lacks. */
const checks = (more: object) =>
  closingChecks({
    ...month('2026-11', '30'),
    today: day('2026-12-01'),
    before: null,
    lastCashOn: null,
    countedOn: null,
    waitingLines: 0,
    lastStatementDay: null,
    ...more,
  }).flatMap(({ what, isDone }) => (isDone ? [] : [what]))

const row = (nature: string, cents: number) => ({ nature, cents, byMeans: new Map([['cheque', cents] as const]) })

describe('the periods to close', () => {
  it('are none until an account moves, then the months in turn', () => {
    expect(periodsToClose([], null)).toEqual([])
    expect(periodsToClose([], day('2026-10-14'))).toEqual([month('2026-10', '31')])
    expect(periodsToClose([month('2026-10', '31')], day('2026-10-14'))).toEqual([month('2026-11', '30')])
  })

  it('include a year once its December is closed, also the year of the first closing', () => {
    const closed = [month('2026-11', '30'), month('2026-12', '31')]
    const year = { kind: 'year', from: day('2026-01-01'), to: day('2026-12-31') } as const
    expect(periodsToClose(closed, day('2026-11-02'))).toEqual([month('2027-01', '31'), year])
    expect(periodsToClose([...closed, year], day('2026-11-02'))).toEqual([month('2027-01', '31')])
  })
})

describe('a month', () => {
  it('is closed once it is over, its till was counted after its last cash, and no line of its statements waits', () => {
    expect(checks({})).toEqual([])
    expect(checks({ today: day('2026-11-30') })).toEqual(['over'])
    expect(checks({ waitingLines: 1 })).toEqual(['bank'])
    expect(checks({ lastCashOn: day('2026-11-20') })).toEqual(['till'])
    expect(checks({ lastCashOn: day('2026-11-20'), countedOn: day('2026-11-20') })).toEqual([])
  })

  it('says which month was closed before it, and by whom, and that a later count has its cash', () => {
    const [before, , till] = closingChecks({
      ...month('2026-11', '30'),
      today: day('2026-12-01'),
      before: { from: day('2026-10-01'), closedAt: instant('2026-11-03T08:00:00.000Z'), closedBy: 'Sandrine' },
      lastCashOn: day('2026-11-27'),
      countedOn: day('2026-12-09'),
      waitingLines: 0,
      lastStatementDay: null,
    })
    expect(till?.detail).toBe('le mer. 9 déc. 2026, avec les espèces d’après')
    expect(before).toMatchObject({ title: 'Octobre 2026 est clos', detail: expect.stringContaining('par Sandrine') })
  })

  it('names the receipts of what was booked in it', () => {
    const first = 'Q2026-000534'
    expect(receiptsText({ count: 1, first, last: first })).toBe('1\u00a0règlement, quittance Q2026-000534')
    expect(receiptsText({ count: 161, first, last: 'Q2026-000694' })).toBe(
      '161\u00a0règlements, quittances Q2026-000534 à Q2026-000694',
    )
  })

  it('books on its next day what comes later', () => {
    expect(firstOpenDay(day('2026-11-20'), null)).toBe('2026-11-20')
    expect(firstOpenDay(day('2026-11-20'), day('2026-11-30'))).toBe('2026-12-01')
    expect(firstOpenDay(day('2026-12-02'), day('2026-11-30'))).toBe('2026-12-02')
  })
})

it('what a month received is what all money pays at its end, less what it paid before the month', () => {
  expect(receivedBetween([row('Avances', 400)], [row('7066', 400), row('7067', 100)])).toEqual([
    { nature: '7066', cents: 400, byMeans: [['cheque', 400]] },
    { nature: '7067', cents: 100, byMeans: [['cheque', 100]] },
    { nature: 'Avances', cents: -400, byMeans: [['cheque', -400]] },
  ])
})
