import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Login } from '../../../main/portal/account/accounts.ts'
import { changePickups, propose, withdrawProposal } from '../../../main/portal/family/proposals.ts'
import { logEntry } from '../../../main/portal/store/schema/index.ts'
import { ProposalEntry } from '../../../shared/contract/portal/entries.ts'
import { aPortal } from '../portal.ts'
import { stores } from '../stores.ts'

const [noa, tao] = [101, 102]
const odile = { name: 'Odile Sorel', relation: 'Grand-mère', phone: '06 39 98 27 15' }
const lise = { name: ' Lise   Roux ', relation: 'Tante', phone: '0639982717' }
const odileLine = 'Odile Sorel, Grand-mère, 06 39 98 27 15'
const liseLine = 'Lise Roux, Tante, 06 39 98 27 17'

describe.each(stores)('those who may fetch a child, on %s', (_, open) => {
  let place: Awaited<ReturnType<typeof aPortal>>
  let claire: Login
  beforeEach(async () => {
    place = await aPortal(open)
    claire = await place.login('claire.aubry@exemple.fr')
  })
  afterEach(() => place.close())

  const change = (wish: 'add' | 'remove', person: typeof odile, ...children: number[]) =>
    changePickups(place.portal, claire, { children, person, wish })
  const lists = async (made: ReturnType<typeof change>) =>
    (await made)
      .map(({ subjectId, before, after }) => [subjectId, before, after] as const)
      .toSorted(([one], [other]) => one - other)

  it('are proposed as a whole list per child, one pending change each', async () => {
    expect(await lists(change('add', lise, noa, tao))).toEqual([
      [noa, odileLine, `${odileLine}\n${liseLine}`],
      [tao, odileLine, `${odileLine}\n${liseLine}`],
    ])
    expect(await lists(change('remove', odile, noa))).toEqual([
      [noa, odileLine, liseLine],
      [tao, odileLine, `${odileLine}\n${liseLine}`],
    ])
    const entries = await place.portal.store.db.select().from(logEntry).orderBy(logEntry.number)
    const [last] = entries.filter(({ kind }) => kind === 'proposal').toReversed()
    expect(ProposalEntry.parse(JSON.parse(last?.body ?? ''))).toMatchObject({
      field: 'pickups',
      before: odileLine,
      after: liseLine,
    })
  })

  it('removing what was just added is no change, and a pending change can be withdrawn', async () => {
    await change('add', lise, noa)
    await change('remove', odile, noa)
    await change('add', odile, noa)
    expect(await lists(change('remove', { ...lise, phone: '' }, noa))).toEqual([])
    const [pending] = await change('add', lise, noa)
    expect(await withdrawProposal(place.portal, claire, pending?.id ?? '')).toEqual([])
  })

  it.each([
    ['name', { ...lise, name: ' ' }, noa],
    ['phone', { ...lise, phone: '06 39' }, noa],
    ['name', odile, noa],
    ['children', lise, 201],
  ] as const)('are refused with the place of what is wrong: %s', async (field, person, child) => {
    await expect(change('add', person, noa, child)).rejects.toMatchObject({ field })
    await expect(change('add', lise, noa)).resolves.toHaveLength(1)
  })

  it('wait for an answer once the town has them', async () => {
    await change('add', lise, noa)
    await place.collected()
    await expect(change('remove', odile, noa, tao)).rejects.toThrow(/attend déjà la réponse/)
    expect(await lists(change('remove', odile, tao))).toHaveLength(2)
  })

  it('a list that would not be read is taken by no other door', async () => {
    const changes = [{ subject: 'child', subjectId: noa, field: 'pickups', value: 'a, b, c, d' }] as const
    await expect(propose(place.portal, claire, changes)).rejects.toThrow(/ne peut pas être lue/)
  })
})
