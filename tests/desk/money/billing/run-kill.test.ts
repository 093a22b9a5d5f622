import { expect, it } from 'vitest'
import type { Core } from '../../../../main/desk/core.ts'
import { issue, readDrafts, startRun } from '../../../../main/desk/invoicing/invoicing.ts'
import { promise, saveThirdParty } from '../../../../main/desk/payers/payers.ts'
import { listTariffs, saveVersion } from '../../../../main/desk/prices/prices.ts'
import { checkFile } from '../../../../main/store/checking/check.ts'
import { reservation } from '../../../../main/store/schema/index.ts'
import { systemActor } from '../../../../main/store/store.ts'
import { isLong } from '../../../support/long.ts'
import { fillBenchTown } from '../../../support/towns/bench-town.ts'
import { anAidInput, aThirdPartyInput } from '../../../support/towns/payers.ts'
import { october, opened, tools, worker, works } from '../../../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../../../support/works/kill-at.ts'
import { killedWork } from '../../../support/works/killed-work.ts'

const families = isLong ? 150 : 20
/** Homes that were billed before, some of which have freed a day since: the run owes them a credit note. */
const billed = 12
const credited = 6

const work = killedWork('desk-work.ts', async (base) => {
  await opened(base, async (core) => {
    fillBenchTown(core, families)
    const { id: ccas } = saveThirdParty(core, worker, aThirdPartyInput('CCAS'))
    const aided = Array.from({ length: families / 10 }, (_, index) => ({ familyId: 10 * (index + 1), childId: null }))
    promise(core, worker, { aid: anAidInput(ccas, { ceilingCents: 2000 }), beneficiaries: aided })
    const familyIds = Array.from({ length: billed }, (_, index) => index + 1)
    const { id: runId } = await startRun(core, worker, { ...october, familyIds }, tools)
    const ids = (await readDrafts(core, runId)).drafts.map(({ id }) => id)
    await issue(core, worker, { runId, ids }, tools)
    const freed = core.store
      .statement(`select min(cell.id) from reservation cell join slot on slot.id = slot_id and slot.name = 'Soir'
        where billed_by is not null group by billed_by limit ?`)
      .pluck()
      .all(credited) as number[]
    core.store.act(systemActor, 'families.change', 'Des jours libérés', (write) =>
      write.updateMany(reservation, freed, { held: 'none' }),
    )
  })
})

/** How far the billing has come. */
const standing = ({ store }: Core) =>
  store
    .statement(
      `select (select count(*) from invoice_run) as runs, count(case when state = 'draft' then 1 end) as drafts,
        count(case when state = 'issued' and kind = 'creditNote' then 1 end) as creditNotes,
        count(case when state = 'issued' and kind = 'invoice' and family_id is not null then 1 end) as invoices,
        count(third_party_id) as asked from invoice`,
    )
    .get() as Readonly<Record<'runs' | 'drafts' | 'creditNotes' | 'invoices' | 'asked', number>>

/**
 * The result of a billing: each paper with its hash, which covers its lines and the previous paper, and what it bills.
 */
const papers = ({ store }: Core) => ({
  papers: store
    .statement(
      `select series, year, number, hash, previous_hash, family_id, total_cents, count(cell.id) as cells, sum(cell.id) as which
      from invoice left join reservation cell on cell.billed_by = invoice.id group by invoice.id order by series, number`,
    )
    .all(),
  allocated: store.statement('select invoice_id, amount_cents from allocation order by invoice_id').all(),
  /** The amounts left to third parties, and the papers that bill them. */
  parts: store
    .statement(
      `select part.family_id, aid_id, unit_cents, days, paper.number from payer_part part
      left join invoice paper on paper.id = billed_by order by part.family_id, aid_id, days, unit_cents, fiscal`,
    )
    .all(),
  lines: store.statement('select count(*) from invoice_line').pluck().get(),
})

it(
  'a run killed at any moment is whole or not there, and done again gives what an undisturbed one gives',
  async () => {
    const left = families - billed
    const none = { runs: 1, drafts: 0, creditNotes: 0, invoices: billed, asked: 0 }
    const drafted = { ...none, runs: 2, drafts: left + credited }
    const creditNotes = { ...drafted, drafts: left, creditNotes: credited }
    const issued = { ...creditNotes, drafts: 0, invoices: families }
    const whole = { ...issued, asked: 1 }
    let undisturbed: ReturnType<typeof papers> | undefined
    await killAt(
      work.program,
      (turn) => ['bill', copyFor(turn, work.base)],
      ({ turn, said }) =>
        opened(`${work.base}-${turn}`, async (core) => {
          expect(checkFile(core.store.sqlite)).toEqual([])
          const found = standing(core)
          const possible = said.includes('asked')
            ? [whole]
            : said.includes('issued')
              ? [issued, whole]
              : said.includes('drafts')
                ? [drafted, creditNotes, issued]
                : [none, drafted]
          expect(possible).toContainEqual(found)
          const rest = JSON.stringify(found) === JSON.stringify(issued) ? works.askThirdParties : works.bill
          if (found.asked === 0) await rest(core, () => undefined)
          undisturbed ??= papers(core)
          expect(papers(core)).toEqual(undisturbed)
          await expect(startRun(core, worker, october, tools)).rejects.toThrow('rien à facturer')
          expect(papers(core)).toEqual(undisturbed)
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  100_000 + killMoments * 20_000,
)

/** The homes of a run that is taken back: a third party pays a part of each, and everything for the last one. */
const takenBackHomes = 24
const invoiced = takenBackHomes - 1

const takenBack = killedWork('desk-work.ts', async (base) => {
  await opened(base, async (core) => {
    fillBenchTown(core, takenBackHomes)
    const { id: ccas } = saveThirdParty(core, worker, aThirdPartyInput('CCAS'))
    for (let familyId = 1; familyId <= takenBackHomes; familyId += 1)
      promise(core, worker, {
        aid: anAidInput(ccas, { percent: familyId === takenBackHomes ? 100 : 40 }),
        beneficiaries: [{ familyId, childId: null }],
      })
    await works.bill(core, () => undefined)
  })
})

/** The total that third parties owe. */
const leftToThirdParties = ({ store }: Core): unknown =>
  store.statement('select sum(unit_cents * json_array_length(days)) from payer_part').pluck().get()

it(
  'a run that is taken back keeps whole acts when it is killed, and asked again takes back the rest',
  async () => {
    let undisturbed: ReturnType<typeof papers> | undefined
    await killAt(
      takenBack.program,
      (turn) => ['takeRunBack', copyFor(turn, takenBack.base)],
      ({ turn, said }) =>
        opened(`${takenBack.base}-${turn}`, async (core) => {
          expect(checkFile(core.store.sqlite)).toEqual([])
          const { creditNotes } = standing(core)
          expect(said.includes('taken back') ? [invoiced] : [0, 6, 12, 18, invoiced]).toContain(creditNotes)
          await works.takeRunBack(core, () => undefined)
          undisturbed ??= papers(core)
          expect(papers(core)).toEqual(undisturbed)
          expect(standing(core)).toMatchObject({ drafts: 0, invoices: invoiced, creditNotes: invoiced })
          expect(leftToThirdParties(core)).toBe(0)
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  100_000 + killMoments * 20_000,
)

const repriced = killedWork('desk-work.ts', async (base) => {
  await opened(base, async (core) => {
    fillBenchTown(core, families)
    await works.bill(core, () => undefined)
    const [tariff] = listTariffs(core)
    const [version] = tariff?.versions ?? []
    if (!tariff || !version) throw new Error('the bench town has a tariff')
    const definition = { ...version.definition, minimum: { cents: 90_000 } }
    saveVersion(core, worker, { id: version.id, tariffId: tariff.id, from: version.from, definition })
  })
})

/** The facts with which billed months are priced, and those that repricing left. */
const pricings = ({ store }: Core) => ({
  books: store.statement('select book_id, count(*) from billed_span group by book_id order by book_id').raw().all(),
  repricings: store.statement('select families, up_cents, down_cents from repricing').raw().all(),
})

it(
  'accounts done again and killed on the way are all done, or none',
  async () => {
    let before: ReturnType<typeof pricings> | undefined
    await opened(repriced.base, (core) => {
      before = pricings(core)
    })
    let undisturbed: ReturnType<typeof pricings> | undefined
    await killAt(
      repriced.program,
      (turn) => ['reprice', copyFor(turn, repriced.base)],
      ({ turn, said }) =>
        opened(`${repriced.base}-${turn}`, async (core) => {
          expect(checkFile(core.store.sqlite)).toEqual([])
          const found = pricings(core)
          undisturbed ??= found
          expect(said.includes('repriced') ? [undisturbed] : [before, undisturbed]).toContainEqual(found)
          await works.reprice(core, () => undefined)
          expect(pricings(core)).toEqual(undisturbed)
          expect(undisturbed).not.toEqual(before)
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  100_000 + killMoments * 20_000,
)
