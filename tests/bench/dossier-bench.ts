import { performance } from 'node:perf_hooks'
import type { Core } from '../../main/desk/core.ts'
import { systemActor, type Write } from '../../main/store/acts/acts.ts'
import {
  catchment,
  confirmation,
  consentAnswer,
  consentQuestion,
  consentText,
  paperFact,
  requiredPaper,
  school,
} from '../../main/store/schema/index.ts'
import { day, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { campaignAsks } from '../../shared/rules/dossier/campaign.ts'
import { fillBenchTown } from '../support/towns/bench-town.ts'
import { atBench } from './blocking-bench.ts'
import { median } from './grid-bench.ts'

const families = 1500
const asked = ['insurance', 'vaccination', 'health', 'courtDecision', 'other'] as const

export type DossierFigures = {
  /** Medians in milliseconds. */
  readonly list: number
  /** « Campagne »: the progress of as many homes. */
  readonly campaign: number
  /** Opening a campaign. */
  readonly opening: number
  /** SQLite alone: the valid papers of each child. */
  readonly baseline: number
}

/**
 * « Dossiers » of 3,000 children with seven required papers, five consents and the school of their address, two thirds
 * of which are there; then « Campagne » of their homes, two thirds of which have begun.
 */
export const dossierList = async (): Promise<DossierFigures> => {
  let figures: DossierFigures | undefined
  await atBench(async ({ core }, client) => {
    const raw = core.store.sqlite.prepare(
      `select child_id, count(*) from paper_fact where valid_until >= '2026-11-02' group by child_id`,
    )
    const list = async () => {
      const { children, incomplete } = await client.dossiers.list({
        activityId: null,
        periodId: null,
        schoolId: null,
        requiredId: null,
      })
      if (children !== 2 * families || incomplete === 0) throw new Error(`${incomplete} of ${children} children`)
    }
    const asked = { year: 2026, opensOn: day('2026-10-01'), dueOn: day('2026-12-18'), asks: [...campaignAsks] }
    let id = 0
    const opening = await timed(async () => (id = (await client.campaign.save(asked)).id))
    confirmSome(core)
    const campaign = async () => {
      const { counts, homes } = await client.campaign.progress({ id })
      if (homes.length !== families || counts.notBegun === 0 || counts.underWay === 0)
        throw new Error(`${JSON.stringify(counts)} of ${homes.length} homes`)
    }
    await list()
    await campaign()
    figures = {
      list: await median(9, () => timed(list)),
      campaign: await median(9, () => timed(campaign)),
      opening,
      baseline: await median(9, () => timed(() => raw.all())),
    }
  }, fillDossiers)
  if (!figures) throw new Error('nothing was measured')
  return figures
}

const timed = async (work: () => unknown) => {
  const from = performance.now()
  await work()
  return performance.now() - from
}

/** Five questions, which every guardian answered for two children in three. */
const fillConsents = ({ store }: Core, write: Write): void => {
  const texts = (['emergencyCare', 'image', 'transport', 'swimming', 'leavesAlone'] as const).map((kind) => {
    const { id: questionId } = write.insert(consentQuestion, {
      kind,
      title: kind,
      asksAll: kind === 'image',
      leastAge: kind === 'leavesAlone' ? 8 : null,
    })
    const first = { questionId, version: 1, text: kind, fromDay: day('2026-01-01'), formerUntil: null }
    return write.insert(consentText, first).id
  })
  const held = store
    .statement(
      `select child_id childId, guardian_id guardianId from family_child
      join family_guardian on family_guardian.family_id = family_child.family_id order by 1, 2`,
    )
    .all() as { childId: number; guardianId: number }[]
  write.insertMany(
    consentAnswer,
    held.flatMap(({ childId, guardianId }) =>
      childId % 3 === 0
        ? []
        : texts.map((consentTextId) => ({
            consentTextId,
            childId,
            guardianId,
            answer: 'yes' as const,
            answeredOn: day('2026-09-01'),
            entryId: null,
          })),
    ),
  )
}

/** Two homes in three have confirmed their contact details and the people who fetch their children. */
const confirmSome = ({ store }: Core): void =>
  store.act(systemActor, 'campaign.confirm', 'Dossiers relus', (write) => {
    const homes = store.statement('select id from family where id % 3 > 0').pluck().all() as number[]
    write.insertMany(
      confirmation,
      homes.flatMap((familyId) =>
        (['contact', 'pickups'] as const).map((kind) => ({
          familyId,
          kind,
          childId: null,
          at: instantOf(day('2026-10-15'), timeOfDay('20:30')),
          by: 'Camille',
          version: '',
          entryId: null,
        })),
      ),
    )
  })

/** Eight schools with sixty streets; every third child goes to another school than that of its address. */
const fillSchools = (core: Core, write: Write): void => {
  const { store } = core
  const schools = Array.from({ length: 8 }, (_, at) => write.insert(school, { name: `École ${at}` }).id)
  for (const [at, schoolId] of schools.entries())
    for (let street = 0; street < 60; street += 1)
      write.insert(catchment, {
        schoolId,
        street: street === 0 ? `Rue ${at}` : `Rue ${at} ${street}`,
        fromNumber: null,
        toNumber: null,
      })
  store.sqlite.exec(`update family_address set line1 = '4 rue ' || (family_id % 8), resident = 1`)
  store.sqlite.exec(`update schooling set school_id = ${schools[0]} + iif(child_id % 3 = 0, 1,
    (select family_id % 8 from family_child where family_child.child_id = schooling.child_id limit 1))`)
}

const fact = (requiredId: number, familyId: number | null, childId: number | null) => ({
  requiredId,
  familyId,
  childId,
  seenOn: day('2026-09-01'),
  seenBy: 'Sandrine',
  validUntil: day('2027-08-31'),
  paperId: null,
})

const idsOf = ({ store }: Core, table: 'child' | 'family') =>
  store.statement(`select id from ${table} order by id`).pluck().all() as number[]

const fillDossiers = (core: Core): void => {
  fillBenchTown(core, families)
  const { store } = core
  store.act(systemActor, 'dossiers.see', 'Pièces vues', (write) => {
    const ofChild = asked.map(
      (kind) =>
        write.insert(requiredPaper, {
          kind,
          name: kind,
          scope: 'child',
          activityId: null,
          validity: 'schoolYear',
          months: null,
        }).id,
    )
    const ofHome = write.insert(requiredPaper, {
      kind: 'rules',
      name: 'Règlement',
      scope: 'home',
      activityId: null,
      validity: 'schoolYear',
      months: null,
    }).id
    write.insert(requiredPaper, {
      kind: 'benefits',
      name: 'Quotient',
      scope: 'home',
      activityId: null,
      validity: null,
      months: null,
    })
    write.insert(requiredPaper, {
      kind: 'consents',
      name: 'Autorisations',
      scope: 'child',
      activityId: null,
      validity: null,
      months: null,
    })
    const ids = { child: idsOf(core, 'child'), family: idsOf(core, 'family') }
    write.insert(requiredPaper, {
      kind: 'exemption',
      name: 'Dérogation',
      scope: 'child',
      activityId: null,
      validity: null,
      months: null,
    })
    fillSchools(core, write)
    fillConsents(core, write)
    write.insertMany(paperFact, [
      ...ids.child.flatMap((child) =>
        ofChild.flatMap((required) => ((child + required) % 3 === 0 ? [] : [fact(required, null, child)])),
      ),
      ...ids.family.flatMap((home) => (home % 3 === 0 ? [] : [fact(ofHome, home, null)])),
    ])
  })
}
