import { setImmediate } from 'node:timers/promises'
import { getTableColumns, getTableName, sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Write } from '../../../main/store/acts/acts.ts'
import { tableNames } from '../../../main/store/acts/tables.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import * as schema from '../../../main/store/schema/index.ts'
import { openStore, type Store, systemActor } from '../../../main/store/store.ts'
import { day, instant } from '../../../shared/rules/calendar/day.ts'
import { examples } from '../../support/long.ts'
import { aDataFolder } from '../../support/machine/data-folder.ts'
import { aNewStore } from '../../support/new-file.ts'

const now = instant('2026-11-25T08:00:00.000Z')
const aStore = (): Store => {
  const store = aNewStore(() => now)
  onTestFinished(() => store.close())
  return store
}

/** The content of all tables, except the audit and the revisions of spans, which only grow. */
const contents = (store: Store) =>
  Object.fromEntries(
    tableNames
      .filter((name) => !['act', 'audit', 'billing_span', 'home_balance'].includes(name))
      .map((name) => [name, store.sqlite.prepare(`select * from ${name} order by rowid`).raw().all()]),
  )

describe('an act', () => {
  it('leaves nothing when it throws', () => {
    const store = aStore()
    expect(() =>
      store.act(systemActor, 'families.change', 'Un essai', (write) => {
        write.insert(schema.school, { name: 'École Jules-Verne' })
        throw new Error('non')
      }),
    ).toThrow('non')
    expect(store.db.select().from(schema.school).all()).toEqual([])
    expect(store.db.select().from(schema.act).all()).toEqual([])
  })

  it('that changes nothing leaves no trace', () => {
    const store = aStore()
    store.act(systemActor, 'families.change', 'Rien', () => undefined)
    expect(store.db.select().from(schema.act).all()).toEqual([])
  })

  it('writes down what was there before and after', () => {
    const store = aStore()
    const { id } = store.act(systemActor, 'families.change', 'Un essai', (write) =>
      write.insert(schema.school, { name: 'École A' }),
    )
    store.act(systemActor, 'families.change', 'Un essai', (write) =>
      write.update(schema.school, id, { name: 'École B' }),
    )
    const trail = store.db.select().from(schema.audit).all()
    expect(trail.map(({ operation, before, after }) => ({ operation, before, after }))).toEqual([
      { operation: 'insert', before: null, after: { id, name: 'École A' } },
      { operation: 'update', before: { name: 'École A' }, after: { name: 'École B' } },
    ])
  })

  it('is closed for good: nothing can be added to its audit rows, nothing erased from it', () => {
    const store = aStore()
    store.act(systemActor, 'families.change', 'Un essai', (write) => write.insert(schema.school, { name: 'École A' }))
    expect(() =>
      store.sqlite.exec(`insert into audit (act_id, entity, operation) values (1, 'school', 'consult')`),
    ).toThrow('nothing is added')
    expect(() => store.sqlite.exec('update audit set entity_id = 2')).toThrow('never edited')
    expect(() => store.sqlite.exec('delete from audit')).toThrow('never erased')
    expect(() => store.sqlite.exec('delete from act')).toThrow('never erased')
    expect(() => store.sqlite.exec(`update act set label = 'x'`)).toThrow('never changes')
  })

  it('reports the tables that it changed, once it is closed', () => {
    const store = aStore()
    const heard: string[][] = []
    store.onChange((tables) => heard.push([...tables]))
    store.act(systemActor, 'families.change', 'Un essai', (write) => {
      write.insert(schema.school, { name: 'École A' })
      expect(heard).toEqual([])
    })
    expect(heard).toEqual([['school']])
  })
})

describe('a batch', () => {
  it('gives every column the default that a single row gets', () => {
    const store = aStore()
    store.act(systemActor, 'families.change', 'Un essai', (write) => {
      const single = write.insert(schema.family, { name: 'Marchand' })
      const [batch] = write.insertMany(schema.family, [{ name: 'Marchand' }])
      const rows = store.sqlite.prepare('select * from family').all() as Record<string, unknown>[]
      expect({ ...rows[1], id: 0 }).toEqual({ ...rows[0], id: 0 })
      expect([single.id, batch]).toEqual(rows.map((row) => row['id']))
    })
  })

  it('writes booleans, texts, numbers and JSON of every table as a single row does', () => {
    const store = aStore()
    store.sqlite.pragma('foreign_keys = OFF')
    store.sqlite.pragma('ignore_check_constraints = ON')
    const tables = Object.values(schema).filter((table) => 'actId' in table && getTableName(table) !== 'audit')
    expect(tables.length).toBeGreaterThan(10)
    for (const table of tables) {
      const values = (turn: number) =>
        Object.fromEntries(
          Object.entries(getTableColumns(table))
            .filter(([key, column]) => key !== 'id' && column.notNull && !column.hasDefault)
            .map(([key, column]) => [key, sample(column.dataType, turn)]),
        )
      const name = getTableName(table)
      store.act(systemActor, 'families.change', 'Un essai', (write) => {
        const kept = table as typeof schema.family
        const first = write.insert(kept, values(1) as never).id
        const second = write.insertMany(kept, [values(2) as never])[0] ?? 0
        expect(written(store, name, second)).toEqual(written(store, name, first))
      })
    }
  })
})

const address = (familyId: number) => ({
  familyId,
  fromDay: day('2026-01-01'),
  line1: '1 rue des Lilas',
  postcode: '14550',
  town: 'Blainville-sur-Orne',
  resident: true,
})

/** A row as the file holds it, second samples read as first ones. */
const written = (store: Store, table: string, id: number): readonly string[] => [
  table,
  ...Object.entries(store.sqlite.prepare(`select * from ${table} where id = ?`).get(id) as object).map(
    ([key, value]) => (key === 'id' ? key : `${key}: ${typeof value} ${String(value).replace('2', '1')}`),
  ),
]

const sample = (type: string, turn: number) =>
  ({ string: `texte ${turn}`, number: turn, boolean: true, json: [{ numero: turn }] })[type] ?? turn

const onOne = (write: Write, table: string, at: number, work: (id: number) => unknown) => {
  const free =
    table === 'family' || table === 'guardian' ? `where id not in (select ${table}_id from family_guardian)` : ''
  const ids = write.db.values<[number]>(sql.raw(`select id from ${table} ${free} order by id`))
  const id = ids[at % ids.length]?.[0]
  if (id !== undefined) work(id)
}

describe('a long act taken back', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 })
  const row = fc.record({
    name: text,
    notes: text,
    dependentChildren: fc.option(fc.nat(9)),
    leftOn: fc.constantFrom(null, day('2026-01-02')),
  })
  const guardian = fc.record({
    lastName: text,
    firstName: text,
    ownAddress: fc.option(fc.record({ line1: text, line2: text, postcode: text, town: text })),
  })
  const picture = fc.record({
    mediaType: fc.constantFrom('image/png' as const, 'image/jpeg' as const),
    bytes: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  })
  const pick = fc.nat(1000)
  const operation = fc.oneof(
    row.map((values) => (write: Write) => void write.insert(schema.family, values)),
    fc.array(row, { maxLength: 4 }).map((rows) => (write: Write) => void write.insertMany(schema.family, rows)),
    guardian.map((values) => (write: Write) => void write.insert(schema.guardian, values)),
    picture.map((values) => (write: Write) => void write.insert(schema.picture, values)),
    fc.tuple(pick, row).map(
      ([at, values]) =>
        (write: Write) =>
          onOne(write, 'family', at, (id) => write.update(schema.family, id, values)),
    ),
    fc.tuple(pick, guardian).map(
      ([at, values]) =>
        (write: Write) =>
          onOne(write, 'guardian', at, (id) => write.update(schema.guardian, id, values)),
    ),
    fc.tuple(pick, picture).map(
      ([at, values]) =>
        (write: Write) =>
          onOne(write, 'picture', at, (id) => write.update(schema.picture, id, values)),
    ),
    row.map((values) => (write: Write) => {
      const ids = write.db.values<[number]>(sql.raw('select id from family order by id limit 3'))
      write.updateMany(schema.family, ids.flat(), values)
    }),
    pick.map((at) => (write: Write) => onOne(write, 'family', at, (id) => write.remove(schema.family, id))),
    pick.map((at) => (write: Write) => onOne(write, 'picture', at, (id) => write.remove(schema.picture, id))),
    fc.tuple(pick, pick).map(
      ([one, other]) =>
        (write: Write) =>
          onOne(write, 'family', one, (familyId) =>
            onOne(write, 'guardian', other, (guardianId) => {
              const held = write.db.query.familyGuardian
                .findFirst({ where: (link, { eq }) => eq(link.familyId, familyId) })
                .sync()
              if (held) write.remove(schema.familyGuardian, held.id)
              else write.insert(schema.familyGuardian, { familyId, guardianId, rank: 1 })
            }),
          ),
    ),
  )
  it('leaves every table as it was, byte for byte, whatever it did', async () => {
    const store = aStore()
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { maxLength: 12 }),
        fc.array(operation, { maxLength: 25 }),
        async (before, during) => {
          store.act(systemActor, 'families.change', 'Avant', (write) => before.forEach((step) => step(write)))
          const then = contents(store)
          const act = store.longAct(systemActor, 'families.change', 'Long')
          await act.slices(during, (write, step) => step(write))
          await act.rollBack()
          expect(contents(store)).toEqual(then)
        },
      ),
      { numRuns: examples(60) },
    )
  })

  it('is taken back when it is found open at the next start', async () => {
    const folder = aDataFolder()
    const store = aNewStore(() => now, folder)
    const act = store.longAct(systemActor, 'families.change', 'Long')
    await act.slices([1, 2, 3], (write, rank) => void write.insert(schema.school, { name: `École ${rank}` }))
    store.close()
    const again = openStore(folder, () => now)
    onTestFinished(() => again.close())
    expect(again.db.select().from(schema.school).all()).toEqual([])
    expect(
      again.db
        .select()
        .from(schema.act)
        .all()
        .map(({ state }) => state),
    ).toEqual(['takenBack'])
  })

  it('keeps what it made and changed to itself until it ends, so that it can always be taken back', async () => {
    const store = aStore()
    const [family, other] = store.act(systemActor, 'families.change', 'Avant', (write) =>
      write.insertMany(schema.family, [{ name: 'Marchand' }, { name: 'Lebrun' }]),
    ) as [number, number]
    const act = store.longAct(systemActor, 'families.change', 'Long')
    let made = 0
    let batch = 0
    await act.slices([1], (write) => {
      write.update(schema.family, family, { notes: 'x' })
      made = write.insert(schema.child, { firstName: 'Léa', lastName: 'Marchand', birthDay: day('2018-03-04') }).id
      batch = write.insertMany(schema.family, [{ name: 'Nouveau' }])[0] ?? 0
    })
    const attempt = (work: (write: Write) => unknown) => () =>
      store.act(systemActor, 'families.change', 'Pendant', work)
    for (const refused of [
      attempt((write) => write.update(schema.family, family, { name: 'Duval' })),
      attempt((write) => write.updateMany(schema.family, [other, family], { name: 'Duval' })),
      attempt((write) => write.remove(schema.child, made)),
      attempt((write) => write.update(schema.family, batch, { name: 'Duval' })),
      attempt((write) => write.insert(schema.familyChild, { familyId: other, childId: made })),
      attempt((write) => write.insertMany(schema.familyChild, [{ familyId: batch, childId: made }])),
    ]) {
      expect(refused).toThrow('Une opération est en cours')
    }
    attempt((write) => write.update(schema.family, other, { name: 'Duval' }))()
    attempt((write) => write.insert(schema.familyAddress, address(family)))()
    await act.rollBack()
    attempt((write) => write.update(schema.family, family, { name: 'Duval' }))()
    expect(store.db.select().from(schema.family).all()).toMatchObject([{ name: 'Duval', notes: '' }, { name: 'Duval' }])
  })

  it('undoes its whole slice when an item is refused, and stays open', async () => {
    const store = aStore()
    const act = store.longAct(systemActor, 'families.change', 'Long')
    // How many items are in one slice is the computer's; each slice has its writer.
    const made: { by: Write; name: string }[] = []
    let refusing: Write | undefined
    const slices = act.slices([1, 2, 3], (by, rank) => {
      if (rank === 3) {
        refusing = by
        by.insert(schema.school, { name: 'École refusée' })
        throw new RangeError('refusé')
      }
      made.push({ by, name: by.insert(schema.school, { name: `École ${rank}` }).name })
    })
    await expect(slices).rejects.toThrow('refusé')
    expect(
      store.db
        .select()
        .from(schema.school)
        .all()
        .map(({ name }) => name),
    ).toEqual(made.flatMap(({ by, name }) => (by === refusing ? [] : [name])))
    await act.rollBack()
  })

  it('is rolled back in turns: what others write meanwhile stays, also when it is cut off', async () => {
    const folder = aDataFolder()
    const store = aNewStore(() => now, folder)
    const act = store.longAct(systemActor, 'families.change', 'Long')
    await act.slices(Array.from({ length: 6000 }), (write) => write.insert(schema.family, { name: 'Marchand' }))
    const addOther = () =>
      store.act(systemActor, 'families.change', 'Pendant', (write) => write.insert(schema.family, { name: 'Lebrun' }))
        .id
    const rollingBack = act.rollBack()
    const others = [addOther()]
    await setImmediate()
    others.push(addOther())
    store.close()
    await expect(rollingBack).rejects.toThrow('not open')
    const again = openStore(folder, () => now)
    onTestFinished(() => again.close())
    // It was given the id of a row that was gone.
    expect(others[0]).toBeLessThanOrEqual(6000)
    expect(again.db.select().from(schema.family).all()).toMatchObject(others.map((id) => ({ id, name: 'Lebrun' })))
    expect(checkFile(again.sqlite)).toEqual([])
  })

  it('gives 40,000 rows back, none read again for another', async () => {
    const store = aStore()
    const act = store.longAct(systemActor, 'families.change', 'Long')
    await act.slices(Array.from({ length: 20_000 }), (write) => {
      const { id } = write.insert(schema.family, { name: 'Marchand' })
      write.update(schema.family, id, { notes: 'x' })
    })
    // Read again for each row, they would take minutes, and the test with them.
    await act.rollBack()
    expect(store.db.select().from(schema.family).all()).toEqual([])
  })
})
