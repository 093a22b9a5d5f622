import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aChild } from '../../support/towns/families.ts'
import { monday, open, portal, sentenceOf, told, town, tuesday } from '../two-families.ts'

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
    const counts = await town.client.requests.count()
    expect(counts).toMatchObject({ waiting: 1, late: 0, bookings: { count: 0 }, changes: { count: 1, late: 0 } })
    expect((await town.client.home.today()).requests).toEqual(counts)
    expect(await town.client.requests.possible()).toMatchObject({ changes: 1, left: 1 })
  })

  it('are written as if staff had typed them when accepted, refused with a reason, and both are published', async () => {
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

  it('about a guardian or a child follow the same rules as at the counter', async () => {
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

const addPickup = (name: string, allowed = true, phone = '') =>
  town.client.families.addPickup({ childId: town.child('Zoé'), name, relation: '', phone, allowed })
const askPickups = (id: string, before: string, after: string, family = 'Lecerf') =>
  portal.proposal(id, family, monday, {
    subject: 'child',
    subjectId: town.child('Zoé'),
    field: 'pickups',
    before,
    after,
  })
const thePickups = async () =>
  (await theFamily()).children[0]?.pickups.map(({ name, relation, phone, allowed }) =>
    [name, relation, phone, ...(allowed ? [] : ['interdit'])].filter(Boolean).join(', '),
  )
const acceptFirst = async () => {
  const [change] = (await theQueue()).proposals
  const { actId } = await answerChange(change?.id ?? 0, 'accept')
  return actId ?? 0
}

describe('a change of those who may fetch a child', () => {
  it('is shown line by line, and accepted changes what differs: whom the desk added meanwhile stays', async () => {
    await addPickup('Odile Sorel')
    await addPickup('Karim Benali')
    await addPickup('Alphonse Petit', false)
    portal.collect(askPickups('p', 'Karim Benali\nOdile Sorel', 'Odile Sorel, Grand-mère\nLise Roux, 0639982717'))
    // What a portal does not write is not read.
    expect((await theQueue()).proposals).toMatchObject([{ obstacle: expect.stringContaining('ne peut pas être lue') }])
    portal.collect(portal.undone('withdrawn', 'p', 'Lecerf', tuesday))
    await addPickup('Noé Roux')
    portal.collect(askPickups('q', 'Karim Benali\nOdile Sorel', 'Odile Sorel, Grand-mère\nLise Roux, 06 39 98 27 17'))
    expect((await theQueue()).proposals).toMatchObject([
      {
        whose: 'Zoé Lecerf',
        label: 'Personnes autorisées',
        before: 'Karim Benali\nOdile Sorel',
        now: 'Karim Benali\nNoé Roux\nOdile Sorel',
        isOvertaken: true,
        obstacle: null,
      },
    ])
    const actId = await acceptFirst()
    const changed = ['Lise Roux, 06 39 98 27 17', 'Noé Roux', 'Odile Sorel, Grand-mère', 'Alphonse Petit, interdit']
    expect(await thePickups()).toEqual(changed)
    const { acts } = await town.client.history.ofRecord({ entity: 'child', id: town.child('Zoé') })
    expect(acts[0]).toMatchObject({ actId })
    expect(acts[0]?.changes.length).toBe(3)

    await addPickup('Rémi Roux')
    await town.client.requests.undo({ actId })
    expect(await thePickups()).toEqual([
      'Karim Benali',
      'Noé Roux',
      'Odile Sorel',
      'Rémi Roux',
      'Alphonse Petit, interdit',
    ])
    expect((await theQueue()).proposals).toHaveLength(1)
  })

  it('cannot be undone once somebody has edited a person whom it added', async () => {
    portal.collect(askPickups('p', '', 'Lise Roux, Tante'))
    const actId = await acceptFirst()
    const [lise] = (await theFamily()).children[0]?.pickups ?? []
    if (!lise) throw new Error('Lise is on the list')
    await town.client.families.changePickup({ ...lise, relation: 'Marraine' })
    expect(await town.client.requests.undo({ actId }).catch(sentenceOf)).toMatch(/a changé depuis/)
    expect(await thePickups()).toEqual(['Lise Roux, Marraine'])
  })

  it('that would bring back somebody forbidden is refused, however the name is written, and staff see why', async () => {
    await addPickup('Alphonse Petit', false)
    await addPickup('Odile Sorel')
    portal.collect(askPickups('p', 'Odile Sorel', 'Odile Sorel\nM. PETIT Alphonse, Père'))
    const [change] = (await theQueue()).proposals
    expect(change?.obstacle).toMatch(/PETIT Alphonse est parmi les personnes interdites de Zoé/)
    expect(await town.client.requests.possible()).toMatchObject({ changes: 0 })
    expect(await answerChange(change?.id ?? 0, 'accept').catch(sentenceOf)).toBe(change?.obstacle)
    expect(await thePickups()).toEqual(['Odile Sorel', 'Alphonse Petit, interdit'])
    await answerChange(change?.id ?? 0, 'refuse', 'Voyez-nous au guichet')
    expect(portal.tell()).toMatchObject([{ reason: 'Votre changement n’est pas accepté. Voyez-nous au guichet.' }])
  })

  it('waits for staff whatever the town lets through', async () => {
    await addPickup('Odile Sorel')
    const rules = { bookings: false, cancellations: false, registrations: false }
    await town.client.portal.saveAutomatic({ ...rules, fields: ['child.school', 'child.schoolClass'] })
    portal.collect(askPickups('p', 'Odile Sorel', ''))
    expect((await theQueue()).proposals).toHaveLength(1)
    expect(await thePickups()).toEqual(['Odile Sorel'])
  })

  it('for a child of two homes keeps the phones, which neither home was shown', async () => {
    await addPickup('Odile Sorel', true, '06 39 98 27 15')
    await addPickup('Karim Benali', true, '06 39 98 27 16')
    await town.client.families.linkChild({ familyId: town.family('Gosselin'), childId: town.child('Zoé') })
    portal.collect(askPickups('p', 'Karim Benali\nOdile Sorel', 'Odile Sorel, Mamie', 'Gosselin'))
    expect((await theQueue()).proposals).toMatchObject([{ now: 'Karim Benali\nOdile Sorel', isOvertaken: false }])
    const actId = await acceptFirst()
    expect(await thePickups()).toEqual(['Odile Sorel, Mamie, 06 39 98 27 15'])
    await town.client.requests.undo({ actId })
    expect(await thePickups()).toEqual(['Karim Benali, 06 39 98 27 16', 'Odile Sorel, 06 39 98 27 15'])
  })

  it('for two children is one demande about one person, answered for each child', async () => {
    const { id } = await theFamily()
    const tao = await town.client.families.addChild({
      familyId: id,
      child: aChild('Tao', 'Lecerf', '2019-05-02'),
      schooling: null,
    })
    await addPickup('Odile Sorel')
    const ofTao = { subject: 'child', subjectId: tao.id, field: 'pickups', before: '', after: 'Lise Roux' }
    portal.collect(
      askPickups('p', 'Odile Sorel', 'Odile Sorel\nLise Roux'),
      portal.proposal('q', 'Lecerf', monday, ofTao),
    )
    const { pickups, proposals } = await theQueue()
    expect([pickups, proposals.length]).toEqual(['ajouter Lise Roux pour Zoé et Tao', 2])
    const { lines } = await town.client.requests.possible()
    expect(lines).toMatchObject([{ child: 'Camille Lecerf', what: 'ajouter Lise Roux pour Zoé et Tao' }])
    const { actId } = await answerChange(proposals[0]?.id ?? 0, 'accept')
    expect(town.store.statement('select label from act where id = ?').pluck().get(actId)).toBe(
      'Demande décidée\u00a0: ajouter Lise Roux pour Zoé',
    )
    expect((await theQueue()).pickups).toBe('ajouter Lise Roux pour Tao')
  })

  it('for another home’s child cannot be accepted', async () => {
    portal.collect(askPickups('p', '', 'Lise Roux', 'Gosselin'))
    const [change] = (await theQueue()).proposals
    expect(change?.obstacle).toMatch(/n’est plus dans ce foyer/)
    expect(await answerChange(change?.id ?? 0, 'accept').catch(sentenceOf)).toBe(change?.obstacle)
    expect(await thePickups()).toEqual([])
  })
})
