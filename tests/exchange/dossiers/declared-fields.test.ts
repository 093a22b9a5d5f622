import { existsSync, readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { guardianColumnId, lists } from '../../../shared/formats/lists.ts'
import { day, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { guardianDetails, guardianFields, parentsLabel } from '../../../shared/rules/people/fields.ts'
import { asked, missing } from '../../desk/documents/documents-reading.ts'
import { aPortalOf } from '../../support/collected.ts'
import { last } from '../../support/towns/billing.ts'
import { aChild, aGuardian, aHome, anAddress } from '../../support/towns/families.ts'
import { aList, takenIn } from '../../support/towns/import.ts'
import { close, of, open, portal, town } from '../published/publishing.ts'

afterEach(close)

/** The text fields of a guardian's record besides the name: these tests also cover a field that is declared later. */
const texts = guardianDetails.filter((name) => guardianFields[name].kind === 'text')
const valuesOf = (mark: string) => Object.fromEntries(texts.map((name) => [name, `${mark} ${name}`]))

const theGuardian = async (familyId: number) => {
  const [found] = (await town.client.families.one({ id: familyId })).guardians
  if (!found) throw new Error('the family has a guardian')
  return found
}

const changed = async (familyId: number, values: object) => {
  const { id, rank: _rank, otherFamilies: _others, ...now } = await theGuardian(familyId)
  await town.client.families.changeGuardian({ id, guardian: { ...now, ...values } })
  return id
}

const aNewFamily = async (name: string, values: object) => {
  const { id } = await town.client.families.create({
    home: aHome(name),
    guardians: [{ ...aGuardian('Ada', name), ...values }],
    move: { fromDay: '2026-09-01', address: anAddress(`3 rue ${name}`), resident: null },
    quotient: null,
    children: [{ ...aChild('Tom', name, '2019-04-12'), schooling: null }],
  })
  return id
}

it('the declared texts are those that a town asks of a guardian', () => {
  expect(texts).toEqual(['profession', 'employer'])
})

it('a declared field is in the history, published to parents, and can be proposed by them', async () => {
  await open()
  const familyId = town.family('Marchand')
  await changed(familyId, valuesOf('avant'))
  const id = await changed(familyId, valuesOf('après'))
  const { acts } = await town.client.history.ofRecord({ entity: 'guardian', id })
  expect(acts[0]?.changes.flatMap(({ fields }) => fields)).toEqual(
    texts.map((name) => ({ name: guardianFields[name].label, before: `avant ${name}`, after: `après ${name}` })),
  )

  await portal.exchange()
  expect(portal.read(of('family', 'Marchand')).guardians[0]).toMatchObject(valuesOf('après'))
  await changed(familyId, { [texts[0] ?? '']: 'encore' })
  expect(await portal.exchange()).toContain(of('family', 'Marchand'))

  const parents = aPortalOf(town)
  const at = instantOf(day('2026-11-24'), timeOfDay('18:05'))
  parents.collect(
    ...texts.map((field) =>
      parents.proposal(field, 'Marchand', at, { subject: 'guardian', subjectId: id, field, after: `proposé ${field}` }),
    ),
  )
  const [waiting] = await town.client.requests.queue()
  const { proposals = [] } = (waiting && (await town.client.requests.one(waiting.key))) ?? {}
  expect(proposals.map(({ label, obstacle }) => [label, obstacle])).toEqual(
    texts.map((name) => [parentsLabel(guardianFields[name]), null]),
  )
  const answers = proposals.map((one) => ({ id: one.id, act: 'accept' as const, reason: '' }))
  await town.client.requests.decide({ decisions: [{ kind: 'proposals', answers }] })
  expect(await theGuardian(familyId)).toMatchObject(valuesOf('proposé'))
})

it('a declared field leaves in the exported list, and comes back from it', async () => {
  await open()
  const id = await aNewFamily('Zyxmarque', valuesOf('écrit'))
  const file = await town.client.imports.out({
    format: 'csv',
    what: { list: 'families', filter: 'zyxmarque', show: 'present' },
  })
  const [head = '', line = ''] = (await file.text()).replace(/^\uFEFF/, '').split('\r\n')
  for (const name of texts) {
    const { title = '' } = lists.families.fields.find((one) => one.id === guardianColumnId(1, name)) ?? {}
    expect(line.split(';')[head.split(';').indexOf(title)]).toBe(`écrit ${name}`)
  }
  const emptied = await changed(id, Object.fromEntries(texts.map((name) => [name, ''])))
  expect(await takenIn(town.client, aList([head, line]))).toMatchObject({ updated: 1 })
  expect(await theGuardian(id)).toMatchObject({ id: emptied, ...valuesOf('écrit') })
})

it('a declared field of a parent recorded twice is kept when the two homes become one', async () => {
  await open()
  const keptId = await aNewFamily('Zyxmarque', {})
  const goneId = await aNewFamily('Zyxmarque', valuesOf('écrit'))
  await town.client.doubles.merge({ kind: 'family', keptId, goneId, take: [] })
  expect((await town.client.families.one({ id: keptId })).guardians).toMatchObject([valuesOf('écrit')])
})

it.skipIf(missing('unzip'))(
  'a declared field is handed to the family that asks for its data, and gone with the family (needs unzip)',
  async () => {
    await open()
    const mark = 'Zyxsecret'
    const id = await aNewFamily('Zyxmarque', valuesOf(mark))
    const copy = new Uint8Array(await (await town.client.protection.exportFamily({ familyId: id })).arrayBuffer())
    for (const file of ['Lisez-moi.html', 'donnees.json'])
      for (const name of texts) expect(asked('unzip', copy, ['-p'], [file])).toContain(`${mark} ${name}`)

    const holdsMark = () =>
      ['', '-wal', '-shm'].some((end) => {
        const path = `${town.store.path}${end}`
        return existsSync(path) && readFileSync(path).includes(mark)
      })
    expect(holdsMark()).toBe(true)
    await last(await town.client.protection.erase({ subject: 'family', id, confirmation: 'Zyxmarque' }))
    expect(holdsMark()).toBe(false)
  },
)
