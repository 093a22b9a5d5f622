import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quoteOfHome } from '../../../main/desk/invoicing/invoicing.ts'
import { plannedSlots } from '../../../main/desk/reservations/reservations.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import type { TemplateDocument } from '../../../shared/rules/templates/template-document.ts'
import { aMember } from '../../support/desk.ts'
import { aTariff, billing } from '../../support/towns/billing.ts'
import { anAidInput, aThirdPartyInput } from '../../support/towns/payers.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { asked, missing } from './documents-reading.ts'

const period = 'ALSH mercredi 2026/2027'
const span = { from: day('2026-09-01'), to: day('2026-11-30') }
let town: Town
const child = () => ({ familyId: town.family('Marchand'), childId: town.child('Louison'), ...span })
const text = async (file: File) =>
  asked('pdftotext', new Uint8Array(await file.arrayBuffer()), ['-layout'], ['-']).replaceAll(/\s+/g, ' ')

beforeAll(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Louison: {}, Basile: {} } }))
    .with(aFamily('Duval'))
    .with(aWednesday())
    .with(aTariff('CLSH MERCREDI'))
    .with(aRegistration('Marchand', 'Louison', period))
    .open()
  const cellsOn = (...days: string[]) =>
    days.map(day).flatMap((on) =>
      ['Matin', 'Repas'].map((slot) => ({
        registrationId: town.registration('Louison', period),
        day: on,
        slotId: town.slot('CLSH MERCREDI', slot),
      })),
    )
  const cells = cellsOn('2026-11-18', '2026-11-25')
  await town.client.reservations.move({ cells, act: 'book', reason: { kind: 'listed', code: 'toldInTime' } })
  await town.client.reservations.move({ cells: cellsOn('2026-12-09'), act: 'book' })
  await town.client.attendance.mark({ cells, mark: 'present' })
})
afterAll(() => town.close())

describe('an attestation', () => {
  it('of presence lists each day with its hours, and their total', async () => {
    const file = await town.client.statements.presence(child())
    expect(file.name).toMatch(/^Attestation de présence Louison .*\.pdf$/)
    if (missing('pdftotext')) return
    const words = await text(file)
    expect(words).toContain('atteste que Louison')
    expect(words).toContain(
      'a été présent(e) à l’activité ALSH mercredi 2026/2027, du 1ᵉʳ septembre 2026 au 30 novembre',
    )
    expect(words).toMatch(/mer\. 18 nov\. 2026 matin et repas \d h \d\d mer\. 25 nov\. 2026/)
    expect(words).not.toContain('Arrivée')
    expect(words).toMatch(/En tout 2 jours \d+ h \d\d/)
  })

  it('of presence counts only the days of one home, and is refused when there is none', async () => {
    const told = (input: Parameters<typeof town.client.statements.presence>[0]) =>
      town.client.statements.presence(input)
    await expect(told({ ...child(), familyId: town.family('Duval') })).rejects.toMatchObject({
      data: { sentence: 'Louison n’a été noté(e) présent(e) aucun jour.' },
    })
    await expect(told({ ...child(), childId: town.child('Basile') })).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('aucun jour') },
    })
    await expect(told({ ...child(), to: day('2026-08-31') })).rejects.toMatchObject({
      data: { sentence: 'La fin précède le début.', field: 'to' },
    })
  })

  it('of registration names the activity and its weekdays', async () => {
    const file = await town.client.statements.registered(child())
    await expect(
      town.client.statements.registered({ ...child(), childId: town.child('Basile') }),
    ).rejects.toMatchObject({
      data: { sentence: 'Basile n’a aucune inscription à ces dates pour ce foyer.' },
    })
    if (missing('pdftotext')) return
    expect(await text(file)).toMatch(/est inscrit\(e\) ainsi : .* ALSH mercredi 2026\/2027 \d\S* [a-zéû]+ 2026/)
  })

  it('of payment gives what was received, less what was cancelled', async () => {
    const familyId = town.family('Marchand')
    const paid = () => town.client.statements.paid({ familyId, ...span })
    await expect(paid()).rejects.toMatchObject({ data: { sentence: 'Cette famille n’a rien payé à ces dates.' } })
    const pay = (amountCents: number) =>
      town.client.payments.record({
        familyId,
        means: 'cash',
        amountCents,
        receivedOn: day('2026-11-25'),
        payer: '',
        reference: '',
        chosen: null,
      })
    const first = await pay(4000)
    await pay(1250)
    await town.client.payments.cancel({ id: first.id, reason: 'Saisi deux fois' })
    const file = await paid()
    if (missing('pdftotext')) return
    expect(await text(file)).toMatch(/atteste avoir reçu de .*la somme de 12,50 € :.*En tout 12,50 €/)
  })

  it('a quote gives each slot with its days and unit price, what an aid takes off, and the total of the invoice', async () => {
    const familyId = town.family('Marchand')
    const quote = (from: string, to: string) => town.client.statements.quote({ familyId, from: day(from), to: day(to) })
    await expect(quote('2027-01-01', '2027-01-31')).rejects.toMatchObject({
      data: { sentence: 'Rien ne reste à facturer de ces mois.' },
    })
    const { id: thirdPartyId } = await town.client.payers.saveThirdParty(aThirdPartyInput('CCAS'))
    await town.client.payers.promise({
      aid: anAidInput(thirdPartyId),
      beneficiaries: [{ familyId, childId: town.child('Louison') }],
    })
    const file = await quote('2026-12-09', '2026-12-09')
    expect(file.name).toBe('Devis Marchand.pdf')
    const { totalCents, sections } = quoteOfHome(town.store, {
      familyId,
      from: day('2026-12-09'),
      to: day('2026-12-09'),
    })
    const desk = billing(town)
    const { id } = await desk.run('2026-12')
    const billed = (await desk.drafts(id)).filter((draft) => draft.month === '2026-12')
    expect(billed.map((draft) => draft.totalCents)).toEqual([totalCents])
    expect(sections.flatMap(({ lines }) => lines.map(({ totalCents: cents }) => cents > 0))).toEqual([
      true,
      false,
      true,
      false,
    ])
    if (missing('pdftotext')) return
    const words = await text(file)
    expect(words).toContain('les jours réservés, décembre 2026, au quotient et aux tarifs d’aujourd’hui')
    expect(words).toMatch(/CLSH MERCREDI – [a-z]+ \(9 déc\.\) 1 [a-zé-]+ \d,\d\d € \d,\d\d €/)
    expect(words).toMatch(/−\d,\d\d €/)
    expect(words).toContain(`En tout ${formatEuros(totalCents).replaceAll(/\s/g, ' ')}`)
    expect(words).toContain('Quotient familial non connu, le tarif le plus élevé s’applique. Mercredis, 40 % du reste')
  })

  it('a quote of a planned week costs what the same week costs once it is booked, and books nothing', async () => {
    const familyId = town.family('Marchand')
    const quoted = { familyId, from: day('2027-01-04'), to: day('2027-01-31') }
    const week = [{ weekday: 3, slotId: town.slot('CLSH MERCREDI', 'Matin') }]
    const planned = plannedSlots(town.desk.core, { ...quoted, childIds: [town.child('Louison')], week })
    expect(planned.map(({ day: on }) => on)).toEqual(['2027-01-06', '2027-01-13', '2027-01-20', '2027-01-27'])
    const plan = { childIds: [town.child('Louison')], week }
    const file = await town.client.statements.quote({ ...quoted, plan })
    const cost = quoteOfHome(town.store, { ...quoted, planned })
    const linesOf = ({ sections, totalCents }: typeof cost) => [
      totalCents,
      ...sections.flatMap(({ lines }) => lines.map((line) => [line.label, line.quantity, line.totalCents, line.days])),
    ]
    expect(cost.totalCents).toBeGreaterThan(0)
    expect(quoteOfHome(town.store, quoted).sections).toEqual([])
    await expect(
      town.client.statements.quote({ ...quoted, plan: { ...plan, childIds: [town.child('Basile')] } }),
    ).rejects.toMatchObject({ data: { sentence: expect.stringContaining('Aucun jour à prévoir') as string } })
    await town.client.reservations.applyWeek({
      registrationId: town.registration('Louison', period),
      week,
      from: quoted.from,
    })
    expect(linesOf(quoteOfHome(town.store, quoted))).toEqual(linesOf(cost))
    if (missing('pdftotext')) return
    const words = await text(file)
    expect(words).toContain('les jours réservés et les jours prévus, janvier 2027')
    expect(words).toContain('Prévu et non réservé : Louison, 4 jours. Ce devis ne réserve aucune place.')
  })

  it('is for who may read what it says', async () => {
    const animator = await aMember(town.desk, town.client, { name: 'Karim', login: 'karim', roles: ['animator'] })
    await expect(animator.statements.paid({ familyId: town.family('Marchand'), ...span })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })
})

const save = async (key: string, ...content: TemplateDocument['content']) => {
  const { name, subject, savedIn } = await town.client.templates.read({ key })
  const proof = { type: 'fieldBlock' as const, attrs: { field: 'proof' } }
  return town.client.templates.save({
    key,
    name,
    subject,
    savedIn,
    document: { type: 'doc', content: [...content, proof] },
  })
}

describe('the template of an attestation', () => {
  it('gives it the words of the town above what it proves, and the foot of its letters', async () => {
    await save('registered', {
      type: 'paragraph',
      content: [
        { type: 'text', text: 'Nous certifions que ' },
        { type: 'field', attrs: { field: 'proof.child', empty: null } },
        { type: 'text', text: ' est des nôtres.' },
      ],
    })
    const letterFoot = 'Ouvert le samedi matin\nwww.exemple.fr'
    await town.client.settings.changeOrganisation({ ...(await town.client.settings.organisation()), letterFoot })
    const file = await town.client.statements.registered(child())
    if (missing('pdftotext')) return
    const words = await text(file)
    expect(words).toContain('Nous certifions que Louison Marchand est des nôtres.')
    expect(words).toContain(period)
    expect(words).not.toContain('atteste')
    expect(words).toMatch(/Ouvert le samedi matin www\.exemple\.fr Espace Jeunesse/)
  })

  it('says nothing that it cannot fill', async () => {
    const wrong = save('paid', {
      type: 'paragraph',
      content: [{ type: 'field', attrs: { field: 'proof.present', empty: null } }],
    })
    await expect(wrong).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('«\u00a0Présent, présente\u00a0» n’est pas offert') as string },
    })
  })
})
