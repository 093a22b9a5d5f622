import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day } from '../../shared/rules/day.ts'
import { monday, open, portal, sentenceOf, told, town, tuesday } from './two-families.ts'

beforeEach(() => open())
afterEach(() => town.close())

const phoneChange = (id: string, after: string, before = '', recordedAt = monday) =>
  portal.proposal(id, 'Lecerf', recordedAt, { field: 'homePhone', before, after })
const theFamily = () => town.client.families.one({ id: town.family('Lecerf') })
const theQueue = async () => {
  const [item] = await town.client.requests.queue()
  const detail = item && (await town.client.requests.one(item.key))
  if (!detail) throw new Error('changes wait')
  return detail
}
const answerChange = (id: number, act: 'accept' | 'refuse', reason = '') =>
  town.client.requests.decide({ decisions: [{ kind: 'proposals', answers: [{ id, act, reason }] }] })

describe('changes that parents propose', () => {
  it('stand in the queue field by field, with the value now when it changed meanwhile', async () => {
    await town.client.families.setAddress({
      familyId: town.family('Lecerf'),
      fromDay: day('2026-11-01'),
      address: { line1: '1 rue Neuve', line2: '', postcode: '14550', town: 'Blainville-sur-Orne' },
      resident: null,
    })
    portal.collect(
      phoneChange('p', '02 31 00 00 00'),
      portal.proposal('q', 'Lecerf', monday, {
        field: 'address.line1',
        before: '4 rue des Saules',
        after: '9 rue Haute',
      }),
    )
    const detail = await theQueue()
    expect(detail).toMatchObject({
      key: { kind: 'proposals' },
      askedBy: 'Camille Lecerf',
      fields: ['Tél domicile', 'Adresse'],
      proposals: [
        { label: 'Tél domicile', before: '', after: '02 31 00 00 00', now: '', isOvertaken: false },
        { label: 'Adresse', before: '4 rue des Saules', now: '1 rue Neuve', isOvertaken: true },
      ],
    })
    expect(await town.client.requests.count()).toEqual({ waiting: 1, late: 0 })
    expect(await town.client.requests.possible()).toMatchObject({ changes: 1, left: 1 })
  })

  it('accepted are written as if staff had typed them, refused give their reason, and both are told', async () => {
    portal.collect(
      phoneChange('p', '0231000000'),
      portal.proposal('q', 'Lecerf', monday, { field: 'benefitScheme', after: 'MSA' }),
    )
    const [first, second] = (await theQueue()).proposals
    await answerChange(first?.id ?? 0, 'accept')
    expect(await answerChange(second?.id ?? 0, 'refuse').catch(sentenceOf)).toMatch(/Indiquez un motif/)
    await answerChange(second?.id ?? 0, 'refuse', 'Attestation manquante')
    expect(await theFamily()).toMatchObject({ homePhone: '02 31 00 00 00', benefitScheme: '' })
    expect(portal.tell().map(({ of, answer: given, reason }) => [of, given, reason])).toEqual([
      ['p', 'accepted', 'Votre changement est enregistré.'],
      ['q', 'refused', 'Votre changement n’est pas accepté. Attestation manquante.'],
    ])
  })

  it('an address moves the home from today on, and comes back whole when undone', async () => {
    portal.collect(
      portal.proposal('l', 'Lecerf', monday, {
        field: 'address.line1',
        before: '4 rue des Saules',
        after: '9 rue Haute',
      }),
      portal.proposal('t', 'Lecerf', monday, { field: 'address.town', before: 'Blainville-sur-Orne', after: 'Caen' }),
      portal.proposal('c', 'Lecerf', monday, { field: 'address.postcode', before: '14550', after: '14000' }),
    )
    const { decisions } = await town.client.requests.possible()
    const { actId } = await town.client.requests.decide({ decisions })
    expect((await theFamily()).addresses).toMatchObject([
      { fromDay: '2026-11-25', line1: '9 rue Haute', postcode: '14000', town: 'Caen', resident: false },
      { line1: '4 rue des Saules', town: 'Blainville-sur-Orne', resident: true },
    ])
    await town.client.requests.undo({ actId: actId ?? 0 })
    expect((await theFamily()).addresses).toMatchObject([{ line1: '4 rue des Saules' }])
    expect((await theQueue()).proposals).toHaveLength(3)
    expect(told()).toEqual([])
  })

  it('a school and a class that come together are one line of the child’s schooling', async () => {
    await town.client.settings.saveSchool({ name: 'École Jules-Verne' })
    const ofZoé = { subject: 'child', subjectId: town.child('Zoé') }
    portal.collect(
      portal.proposal('s', 'Lecerf', monday, { ...ofZoé, field: 'school', after: 'ecole jules verne' }),
      portal.proposal('c', 'Lecerf', monday, { ...ofZoé, field: 'schoolClass', before: 'CP', after: 'CE1' }),
    )
    await town.client.requests.decide({ decisions: (await town.client.requests.possible()).decisions })
    expect((await theFamily()).children[0]?.schoolings).toMatchObject([
      { fromDay: '2026-11-25', school: 'École Jules-Verne', level: 'CE1' },
      { level: 'CP' },
    ])
  })

  it('of a guardian and of a child, by the same rules as at the counter', async () => {
    portal.collect(
      portal.proposal('g', 'Lecerf', monday, {
        subject: 'guardian',
        subjectId: portal.guardianOf('Lecerf'),
        field: 'mobilePhone',
        after: '06 39 98 41 27',
      }),
      portal.proposal('b', 'Lecerf', monday, {
        subject: 'child',
        subjectId: town.child('Zoé'),
        field: 'birth',
        before: '2020-03-14',
        after: '1920-03-14',
      }),
      portal.proposal('k', 'Lecerf', monday, {
        subject: 'child',
        subjectId: town.child('Zoé'),
        field: 'schoolClass',
        before: 'CP',
        after: 'CE1',
      }),
    )
    expect((await theQueue()).proposals.map(({ whose, obstacle }) => [whose, obstacle !== null])).toEqual([
      ['Camille Lecerf', false],
      ['Zoé Lecerf', true],
      ['Zoé Lecerf', false],
    ])
    await town.client.requests.decide({ decisions: (await town.client.requests.possible()).decisions })
    const { guardians, children } = await theFamily()
    expect(guardians[0]?.mobilePhone).toBe('06 39 98 41 27')
    expect(children[0]).toMatchObject({ birthDay: '2020-03-14', schooling: { level: 'CE1' } })
  })

  it.each([
    ['of another home', { subjectId: 2 }],
    ['of another home’s child', { subject: 'child', subjectId: 2, field: 'firstName' }],
    ['of the e-mail', { subject: 'guardian', subjectId: 1, field: 'email' }],
    ['of what no parent may touch', { field: 'notes' }],
    ['of a field that JavaScript has', { field: 'constructor' }],
  ])('%s cannot be accepted', async (_, forged) => {
    portal.collect(portal.proposal('p', 'Lecerf', monday, { after: 'x', ...forged }))
    const [change] = (await theQueue()).proposals
    expect(change?.obstacle).not.toBeNull()
    expect(await answerChange(change?.id ?? 0, 'accept').catch(sentenceOf)).toBe(change?.obstacle)
  })

  it('are decided once when two staff press', async () => {
    portal.collect(phoneChange('p', '02 31 00 00 00'))
    const [change] = (await theQueue()).proposals
    const other = await town.as('receptionist')
    const decision = (act: 'accept' | 'refuse') => ({
      decisions: [{ kind: 'proposals' as const, answers: [{ id: change?.id ?? 0, act, reason: 'Non' }] }],
    })
    await other.requests.decide(decision('refuse'))
    expect(await town.client.requests.decide(decision('accept')).catch(sentenceOf)).toMatch(
      /^Déjà décidée par receptionist/,
    )
    expect((await theFamily()).homePhone).toBe('')
  })

  it('are withdrawn until they are answered', async () => {
    portal.collect(phoneChange('p', '02 31 00 00 00'))
    portal.collect(portal.undone('withdrawn', 'p', 'Lecerf', tuesday))
    expect([await town.client.requests.queue(), told()]).toEqual([[], ['p withdrawn 1', 'withdrawn:p withdrawn 1']])
  })
})
