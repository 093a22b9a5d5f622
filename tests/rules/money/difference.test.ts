import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Difference,
  differenceOf,
  type GivenUp,
  type Standing,
  type Unit,
  withoutGivenUp,
} from '../../../shared/rules/money/difference.ts'
import { examples } from '../../support/long.ts'

const sumOf = (units: readonly { readonly cents: number }[]) => units.reduce((sum, { cents }) => sum + cents, 0)
const nothing = { added: [], givenBack: [], unplacedCents: 0 }

const care = (cents: number, group = 'Lina 9'): Unit => ({ group, label: 'Accueil', fiscal: 'garde', cents })
const meal = (group = 'Lina 9'): Unit => ({ group, label: 'Repas', fiscal: 'repas', cents: 450 })
const aid = (cents: number, group = 'Lina 9'): Unit => ({ group, label: 'Aide', fiscal: 'garde', cents: 0 - cents })
const minimum = (cents: number): Unit => ({
  group: 'minimum',
  label: 'Minimum de facturation',
  fiscal: 'autre',
  cents,
  isAmount: true,
})
const membership = (cents: number): Unit => ({
  group: 'membership',
  label: 'Adhésion',
  fiscal: 'autre',
  cents,
  isAmount: true,
})

/** The papers of a home and a month: invoices, and the credit notes that correct them. */
class Papers {
  standing: Standing<Unit>[] = []
  readonly left = new Map<number, number>()
  private lineCount = 0

  private nextLine(): number {
    this.lineCount += 1
    return this.lineCount
  }

  copy(): Papers {
    const copy = new Papers()
    copy.standing = [...this.standing]
    for (const [paperId, cents] of this.left) copy.left.set(paperId, cents)
    return copy
  }

  issue(units: readonly Unit[]): void {
    const paperId = this.left.size + 1
    this.left.set(paperId, sumOf(units))
    for (const unit of units) this.standing.push({ ...unit, paperId, lineId: this.nextLine() })
  }

  /** Credits a unit, or a part of an amount. */
  credit(unit: Standing<Unit>, paperId: number, cents: number): void {
    this.left.set(paperId, (this.left.get(paperId) ?? 0) - cents)
    if (unit.paperId === paperId && unit.cents === cents) this.standing = this.standing.filter((one) => one !== unit)
    else this.standing.push({ ...unit, paperId, cents: 0 - cents, lineId: this.nextLine() })
  }

  /**
   * Gives units up permanently (« définitif »): they stay billed, and a negative unit beside them records what was
   * given up.
   */
  giveUp(units: readonly Standing<Unit>[]): GivenUp[] {
    let cents = sumOf(units)
    return units.flatMap((unit) => {
      const part = Math.min(cents, unit.cents)
      if (part <= 0) return []
      cents -= part
      this.left.set(unit.paperId, (this.left.get(unit.paperId) ?? 0) - part)
      this.standing.push({ ...unit, cents: 0 - part, lineId: this.nextLine() })
      return [{ group: unit.group, label: unit.label, cents: part }]
    })
  }

  differenceFrom(owed: readonly Unit[], takes?: (group: string) => boolean): Difference<Unit> {
    return differenceOf(owed, this.standing, this.left, takes)
  }

  /** Writes the invoice and the credit notes of a run. */
  write({ added, givenBack }: Difference<Unit>): void {
    for (const { unit, paperId, cents } of givenBack) this.credit(unit, paperId, cents)
    if (added.length > 0) this.issue(added)
  }
}

const billed = (...invoices: Unit[][]): Papers => {
  const papers = new Papers()
  for (const units of invoices) papers.issue(units)
  return papers
}

/** « + Accueil 550 », « − Repas 450 (1) »: what a difference adds, and what it takes back from which invoice. */
const written = ({ added, givenBack }: Difference<Unit>): string[] => [
  ...added.map(({ label, cents }) => `+ ${label} ${cents}`),
  ...givenBack.map(({ unit, paperId, cents }) => `− ${unit.label} ${cents} (${paperId})`),
]

describe('the difference between what is owed and what stands billed', () => {
  it('bills everything the first time, then nothing', () => {
    const owed = [care(550), meal(), minimum(300)]
    const papers = new Papers()
    expect(written(papers.differenceFrom(owed))).toEqual([
      '+ Accueil 550',
      '+ Repas 450',
      '+ Minimum de facturation 300',
    ])
    papers.write(papers.differenceFrom(owed))
    expect(papers.differenceFrom(owed)).toEqual(nothing)
  })

  it('adds what was booked since, and leaves the rest of the day alone', () => {
    expect(written(billed([care(550)]).differenceFrom([care(550), meal()]))).toEqual(['+ Repas 450'])
    expect(written(billed([care(550), aid(300)]).differenceFrom([care(550), aid(300), meal()]))).toEqual([
      '+ Repas 450',
    ])
  })

  it('gives back what was cancelled', () => {
    expect(written(billed([care(550), meal()]).differenceFrom([care(550)]))).toEqual(['− Repas 450 (1)'])
    expect(written(billed([care(550), aid(300)]).differenceFrom([]))).toEqual(['− Accueil 550 (1)', '− Aide -300 (1)'])
  })

  it('replaces the price of a half-day by that of the day', () => {
    expect(written(billed([care(550)]).differenceFrom([care(1055)]))).toEqual(['+ Accueil 1055', '− Accueil 550 (1)'])
  })

  it('gives a whole day back and bills it again rather than write a deduction alone', () => {
    expect(written(billed([care(550)]).differenceFrom([care(550), aid(300)]))).toEqual([
      '+ Accueil 550',
      '+ Aide -300',
      '− Accueil 550 (1)',
    ])
    expect(written(billed([care(550), aid(300)]).differenceFrom([care(550)]))).toEqual([
      '+ Accueil 550',
      '− Accueil 550 (1)',
      '− Aide -300 (1)',
    ])
  })

  it('makes no paper when the sum is the same in each fiscal category', () => {
    const papers = billed([care(550), care(550)])
    expect(papers.differenceFrom([{ ...care(1100), label: 'Journée' }])).toEqual(nothing)
    expect(written(papers.differenceFrom([{ ...care(1100), fiscal: 'autre' }]))).not.toEqual([])
  })

  it('prints free units beside others, and makes no invoice of them alone', () => {
    expect(new Papers().differenceFrom([care(0)])).toEqual(nothing)
    expect(written(billed([meal()]).differenceFrom([care(0), meal(), meal('Tom 9')]))).toEqual([
      '+ Repas 450',
      '+ Accueil 0',
    ])
  })

  it('changes an amount by its difference only', () => {
    expect(written(billed([minimum(300)]).differenceFrom([minimum(800)]))).toEqual(['+ Minimum de facturation 500'])
    expect(written(billed([minimum(800)]).differenceFrom([minimum(300)]))).toEqual(['− Minimum de facturation 500 (1)'])
  })

  it('gives back first what the newest invoice bills', () => {
    const papers = billed([care(550), minimum(300)], [care(550), minimum(200)])
    expect(written(papers.differenceFrom([care(550), minimum(400)]))).toEqual([
      '− Accueil 550 (2)',
      '− Minimum de facturation 100 (2)',
    ])
    expect(written(papers.differenceFrom([care(550), minimum(100)]))).toEqual([
      '− Accueil 550 (2)',
      '− Minimum de facturation 200 (2)',
      '− Minimum de facturation 200 (1)',
    ])
  })

  it('never leaves the deduction of a day on an invoice that no longer bills the day', () => {
    const papers = billed([care(550), aid(300)], [{ ...care(600), label: 'Accueil du soir' }])
    expect(written(papers.differenceFrom([{ ...care(600), label: 'Accueil du soir' }, aid(300)]))).toEqual([
      '+ Accueil du soir 600',
      '+ Aide -300',
      '− Accueil 550 (1)',
      '− Aide -300 (1)',
      '− Accueil du soir 600 (2)',
    ])
  })

  it('bills only what a limited run takes', () => {
    const papers = billed([care(550, 'Tom 9')])
    const owed = [care(550), care(1055, 'Tom 9')]
    expect(written(papers.differenceFrom(owed, (group) => group === 'Lina 9'))).toEqual(['+ Accueil 550'])
  })

  it('takes a returned supplement of the first version from the other invoices of the month', () => {
    const papers = billed([care(550), minimum(250)], [care(550, 'Tom 9'), minimum(-250)])
    expect(papers.differenceFrom([care(550), care(550, 'Tom 9')])).toEqual(nothing)
    papers.write(papers.differenceFrom([]))
    expect(sumOf(papers.standing)).toBe(0)
    expect([...papers.left.values()]).toEqual([0, 0])
  })
})

describe('a price given up', () => {
  it('is not asked again, and comes back to nothing with its day', () => {
    const papers = billed([care(550), meal()])
    const givenUp = papers.giveUp(papers.standing.slice(0, 1))
    const owed = (units: Unit[]) => withoutGivenUp(units, givenUp)
    expect(papers.differenceFrom(owed([care(550), meal()]))).toEqual(nothing)
    expect(written(papers.differenceFrom(owed([meal()])))).toEqual([])
    expect(written(papers.differenceFrom(owed([])))).toEqual(['− Repas 450 (1)'])
  })

  it('is not printed again with what changes in another fiscal category of its day', () => {
    const papers = billed([care(550), aid(300)])
    const givenUp = papers.giveUp(papers.standing)
    const owed = withoutGivenUp([care(550), aid(300), meal()], givenUp)
    expect(written(papers.differenceFrom(owed))).toEqual(['+ Repas 450'])
    papers.standing = []
    expect(written(papers.differenceFrom(owed))).toEqual(['+ Repas 450'])
  })

  it('leaves owed what the day costs more', () => {
    const papers = billed([care(550)])
    const givenUp = papers.giveUp(papers.standing)
    const difference = papers.differenceFrom(withoutGivenUp([care(1100)], givenUp))
    expect(sumOf(difference.added)).toBe(550)
    expect(difference.givenBack).toEqual([])
  })

  it('never takes more than the deductions leave', () => {
    const givenUp = [{ group: 'Lina 9', label: 'Accueil', cents: 550 }]
    expect(sumOf(withoutGivenUp([care(550), aid(300), meal()], givenUp))).toBe(450)
  })
})

/* Random histories of one home and month: two children, three days, a minimum and a membership. */

type DayFacts = { readonly care: number; readonly aid: number; readonly meal: boolean; readonly late: boolean }
type Run = 'everything' | 'first child' | 'second child'
type Step =
  | { readonly what: 'change'; readonly child: number; readonly at: number; readonly facts: DayFacts }
  | { readonly what: 'minimum' | 'membership'; readonly cents: number }
  | { readonly what: 'run'; readonly run: Run }
  | { readonly what: 'give up' | 'bill again'; readonly which: number }

const facts = fc.record<DayFacts>({
  care: fc.constantFrom(0, 550, 1055),
  aid: fc.constantFrom(0, 300, 400),
  meal: fc.boolean(),
  late: fc.boolean(),
})
const change = fc.record({ what: fc.constant('change' as const), child: fc.nat(1), at: fc.nat(2), facts })
const runs = fc.constantFrom<Run>('everything', 'first child', 'second child')
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: change },
    {
      weight: 1,
      arbitrary: fc.record({ what: fc.constant('minimum' as const), cents: fc.constantFrom(0, 800, 1300) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ what: fc.constant('membership' as const), cents: fc.constantFrom(0, 1000, 1200) }),
    },
    { weight: 4, arbitrary: fc.record({ what: fc.constant('run' as const), run: runs }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constant('give up' as const), which: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constant('bill again' as const), which: fc.nat(30) }) },
  ),
  { minLength: 5, maxLength: 40 },
)

const isTaken = (run: Run, group: string): boolean =>
  run === 'everything' || (run === 'first child') === (group.startsWith('0') || group === 'minimum')

type HomeMonth = {
  days: DayFacts[][]
  minimumCents: number
  membershipCents: number
  papers: Papers
  givenUp: GivenUp[]
  isLanded: boolean
}

const emptyMonth = (): HomeMonth => ({
  days: [0, 1].map(() => [0, 1, 2].map(() => ({ care: 0, aid: 0, meal: false, late: false }))),
  minimumCents: 0,
  membershipCents: 0,
  papers: new Papers(),
  givenUp: [],
  isLanded: false,
})

/**
 * Two invoices of the first version: within an invoice, the second gives back the minimum that the first had billed.
 */
const landedMonth = (): HomeMonth => {
  const month = emptyMonth()
  const booked = { care: 550, aid: 0, meal: false, late: false }
  month.days[0]?.splice(0, 1, booked)
  month.days[1]?.splice(1, 1, booked)
  month.papers.issue([care(550, '0 0'), minimum(250)])
  month.papers.issue([care(550, '1 1'), minimum(-250)])
  return { ...month, minimumCents: 800, isLanded: true }
}

const costOf = ({ days, minimumCents, membershipCents }: HomeMonth): Unit[] => {
  const units = days.flatMap((ofChild, child) =>
    ofChild.flatMap((day, at): Unit[] => {
      const group = `${child} ${at}`
      return [
        ...(day.care ? [care(day.care, group)] : []),
        ...(day.care && day.aid ? [aid(Math.min(day.aid, day.care), group)] : []),
        ...(day.meal ? [meal(group)] : []),
        ...(day.late ? [{ group, label: 'Retard', fiscal: 'autre' as const, cents: 300 }] : []),
      ]
    }),
  )
  const cents = sumOf(units)
  if (cents > 0 && cents < minimumCents) units.push(minimum(minimumCents - cents))
  if (cents > 0 && membershipCents > 0) units.push(membership(membershipCents))
  return units
}

const owedOf = (month: HomeMonth) => withoutGivenUp(costOf(month), month.givenUp)

/** A credit note by hand, of all that one invoice bills in one group. */
const creditByHand = (month: HomeMonth, what: 'give up' | 'bill again', which: number): void => {
  const { papers } = month
  // The desk credits an amount of the first version together with its invoice only.
  const choices = papers.standing.filter(({ cents, isAmount }) => cents > 0 && !(month.isLanded && isAmount))
  const chosen = choices[which % Math.max(1, choices.length)]
  if (!chosen) return
  const units = papers.standing.filter(({ paperId, group }) => paperId === chosen.paperId && group === chosen.group)
  const cents = sumOf(units)
  if (cents <= 0 || cents > (papers.left.get(chosen.paperId) ?? 0)) return
  if (what === 'bill again') for (const unit of units) papers.credit(unit, unit.paperId, unit.cents)
  else
    for (const ofFiscal of Map.groupBy(units, ({ fiscal }) => fiscal).values())
      month.givenUp.push(...papers.giveUp(ofFiscal))
}

type AtRun = (month: HomeMonth, difference: Difference<Unit>, takes: (group: string) => boolean) => void

/**
 * Plays a history and ends it with a run of everything. @param atRun is called before the papers of a run are written
 */
const play = (month: HomeMonth, history: readonly Step[], atRun: AtRun = () => {}): HomeMonth => {
  for (const step of [...history, { what: 'run', run: 'everything' } as const]) {
    if (step.what === 'change') month.days[step.child]?.splice(step.at, 1, step.facts)
    else if (step.what === 'minimum') month.minimumCents = step.cents
    else if (step.what === 'membership') month.membershipCents = step.cents
    else if (step.what === 'run') {
      const takes = (group: string) => isTaken(step.run, group)
      const difference = month.papers.differenceFrom(owedOf(month), takes)
      atRun(month, difference, takes)
      month.papers.write(difference)
    } else if (step.what === 'give up' || step.what === 'bill again') creditByHand(month, step.what, step.which)
  }
  return month
}

const histories = fc.tuple(fc.boolean(), steps)
const monthOf = (isLanded: boolean) => (isLanded ? landedMonth() : emptyMonth())
const always = (check: AtRun) =>
  fc.assert(
    fc.property(histories, ([isLanded, history]) => {
      play(monthOf(isLanded), history, check)
    }),
    { numRuns: Number(process.env['HISTORIES'] ?? examples(200)) },
  )

describe('any history of bookings, runs, credit notes and prices given up', () => {
  it('adds and gives back exactly what is owed less what stands, within the run’s scope', () => {
    always((month, { added, givenBack }, takes) => {
      const taken = (units: readonly Unit[]) => sumOf(units.filter(({ group }) => takes(group)))
      expect(sumOf(added) - sumOf(givenBack)).toBe(taken(owedOf(month)) - taken(month.papers.standing))
    })
  })

  it('leaves nothing for the same run to do again', () => {
    always((month, difference, takes) => {
      const after = month.papers.copy()
      after.write(difference)
      expect(after.differenceFrom(owedOf(month), takes)).toEqual(nothing)
    })
  })

  it('makes no invoice below zero, and no credit note of nothing or of more than is left', () => {
    always(({ papers }, { added, givenBack, unplacedCents }) => {
      expect(sumOf(added)).toBeGreaterThanOrEqual(0)
      expect(unplacedCents).toBe(0)
      for (const [paperId, parts] of Map.groupBy(givenBack, (part) => part.paperId)) {
        expect(sumOf(parts)).toBeGreaterThan(0)
        expect(sumOf(parts)).toBeLessThanOrEqual(papers.left.get(paperId) ?? 0)
      }
    })
  })

  it('gives back units that stand, each once, and a part only of an amount', () => {
    always(({ papers, isLanded }, { givenBack }) => {
      const units = givenBack.map(({ unit }) => unit)
      expect(units.every((unit) => papers.standing.includes(unit))).toBe(true)
      const ofDays = givenBack.filter(({ unit, paperId, cents }) => unit.paperId === paperId && unit.cents === cents)
      expect(new Set(ofDays.map(({ unit }) => unit)).size).toBe(ofDays.length)
      const excessive = givenBack.filter(({ unit, cents }) => unit.cents < cents)
      expect(isLanded ? [] : excessive).toEqual([])
    })
  })

  it('ends at what the facts cost less what was given up', () => {
    fc.assert(
      fc.property(histories, ([isLanded, history]) => {
        const month = play(monthOf(isLanded), history)
        expect(sumOf(month.papers.standing)).toBe(sumOf(owedOf(month)))
        expect([...month.papers.left.values()].reduce((sum, cents) => sum + cents, 0)).toBe(sumOf(owedOf(month)))
      }),
    )
  })

  it('ends at the same whatever limited runs came before, in whatever order', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.array(runs), fc.array(runs), (changes, some, others) => {
        const ended = (limited: readonly Run[]) =>
          sumOf(
            play(emptyMonth(), [...changes, ...limited.map((run) => ({ what: 'run', run }) as const)]).papers.standing,
          )
        expect(ended(some)).toBe(ended(others))
      }),
    )
  })

  it('never owes less than nothing for a day, whatever was given up', () => {
    always((month) => {
      for (const ofGroup of Map.groupBy(owedOf(month), ({ group }) => group).values())
        expect(sumOf(ofGroup)).toBeGreaterThanOrEqual(0)
    })
  })

  it('asks payers, one by one, what it asks of all together', () => {
    fc.assert(
      fc.property(fc.array(change), fc.array(change), fc.infiniteStream(fc.boolean()), (before, since, isAid) => {
        const month = emptyMonth()
        const ownerOf = new Map<string, boolean>()
        const owns = (isThirdParty: boolean) => (unit: Unit) => {
          const known = ownerOf.get(unit.group) ?? isAid.next().value ?? false
          ownerOf.set(unit.group, known)
          return known === isThirdParty
        }
        play(month, before)
        play({ ...month, papers: new Papers() }, since)
        const owed = owedOf(month)
        const { standing, left } = month.papers
        const nets = [true, false].map((isThirdParty) => {
          const { added, givenBack } = differenceOf(
            owed.filter(owns(isThirdParty)),
            standing.filter(owns(isThirdParty)),
            left,
          )
          return sumOf(added) - sumOf(givenBack)
        })
        expect((nets[0] ?? 0) + (nets[1] ?? 0)).toBe(sumOf(owed) - sumOf(standing))
      }),
    )
  })
})
