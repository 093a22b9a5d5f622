import { expect, it, onTestFinished } from 'vitest'
import { incompleteFamilies } from '../../../../main/desk/home/home-store.ts'
import { ascending } from '../../../../shared/collections.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import type { QuotientRule } from '../../../../shared/rules/quotient/validity.ts'
import { aClock } from '../../../support/desk.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { aFamily } from '../../../support/towns/families.ts'
import { aList, takenIn } from '../../../support/towns/import.ts'
import { undone } from '../../../support/undone.ts'
import { asked, missing } from '../../documents/documents-reading.ts'

const untilDecember: QuotientRule = {
  holds: { kind: 'until', date: { month: 12, date: 31 } },
  without: { kind: 'top' },
}
const thenLastKnown: QuotientRule = {
  ...untilDecember,
  without: { kind: 'lastKnown', until: { month: 1, date: 31 } },
}

/**
 * Louison's mornings cost 5,50 € with the quotient of 727, which the home has since September 2026; 6,25 € without one.
 */
const open = async () => {
  const town = await aBillingTown().open(aClock('2026-11-25'))
  onTestFinished(() => town.close())
  const { client } = town
  const desk = billing(town)
  const familyId = town.family('Marchand')
  const setQuotient = (fromDay: string, value: number | null, toDay: string | null = null) =>
    client.families.setQuotient({ familyId, fromDay, value, toDay, source: 'CAF', updatedOn: fromDay })
  await setQuotient('2026-09-01', 727)
  await desk.book('Louison', ['2026-12-09', '2027-01-06', '2027-02-03'], 'Matin')
  /** What a run up to February would bill to the home: cents by month, and the drafts. */
  const bill = async () => {
    const { id } = await desk.run('2027-02')
    const drafts = (await desk.drafts(id))
      .filter((draft) => draft.familyId === familyId)
      .toSorted(ascending(({ month }) => month ?? ''))
    return {
      id,
      drafts,
      cents: Object.fromEntries(drafts.map(({ month, totalCents }) => [month, totalCents])),
      explanations: await Promise.all(
        drafts.map(async (draft) => {
          const { sections } = await client.invoicing.paper({ id: draft.id })
          return sections.flatMap(({ lines }) => lines.map(({ explanation }) => explanation)).join()
        }),
      ),
    }
  }
  return {
    town,
    ...desk,
    familyId,
    setQuotient,
    bill,
    saveRule: (rule: QuotientRule | null) => client.quotients.saveRule({ rule }),
  }
}

it('the price of a month follows the rule: valid, then the last known one, then the highest', async () => {
  const { saveRule, bill } = await open()
  await saveRule(thenLastKnown)
  const { cents, explanations, drafts } = await bill()
  expect(cents).toEqual({ '2026-12': 550, '2027-01': 550, '2027-02': 625 })
  expect(explanations[0]).toMatch(/^QF 727 → tranche/)
  expect(explanations[1]).toMatch(/^QF 727 → dernier QF connu, valable jusqu’au 31\/12\/2026 → tranche/)
  expect(explanations[2]).toMatch(/^QF valable jusqu’au 31\/12\/2026\u00a0: tarif le plus haut/)
  expect(drafts[2]?.journal.map(({ sentence }) => sentence).join()).toContain('plus valable')
})

it('a rule changed later does not reach a billed month, and prices the others anew', async () => {
  const { saveRule, bill, run, drafts, issue, findings, town, book } = await open()
  const untilJanuary = await run('2027-01')
  await issue(
    untilJanuary.id,
    (await drafts(untilJanuary.id)).map(({ id }) => id),
  )
  expect((await bill()).cents).toEqual({ '2027-02': 550 })
  await saveRule(untilDecember)
  // The months that were billed cost what they cost, also for a day that is added to one.
  expect((await bill()).cents).toEqual({ '2027-02': 625 })
  await book('Louison', ['2027-01-13'], 'Matin')
  expect((await bill()).cents).toEqual({ '2027-01': 550, '2027-02': 625 })
  expect(findings()).toEqual([])
  const { acts } = await town.client.settings.audit({})
  await undone(town.client, acts.find(({ kind }) => kind === 'settings.quotientRule')?.id ?? 0)
  expect((await bill()).cents).toEqual({ '2027-01': 550, '2027-02': 550 })
})

it('the day on the paper wins over the rule', async () => {
  const { saveRule, setQuotient, bill, town, familyId } = await open()
  await setQuotient('2026-09-01', 727, '2027-01-31')
  const expected = { '2026-12': 550, '2027-01': 550, '2027-02': 625 }
  expect((await bill()).cents).toEqual(expected)
  await saveRule(untilDecember)
  expect((await bill()).cents).toEqual(expected)
  const { quotient } = await town.client.families.one({ id: familyId })
  expect(quotient).toMatchObject({ toDay: '2027-01-31', lastDay: '2027-01-31', state: 'counts' })
  await expect(setQuotient('2026-09-01', 727, '2026-08-31')).rejects.toMatchObject({ data: { field: 'toDay' } })
  await expect(setQuotient('2026-09-01', null, '2027-08-31')).rejects.toMatchObject({ data: { field: 'toDay' } })
})

it('Accueil counts a home whose quotient has ended among those without one, as « QF qui expirent » lists them', async () => {
  const { saveRule, town } = await open()
  await aFamily(town.client, 'Ailleurs', { children: { Léo: '2019-01-01' } })
  await saveRule(untilDecember)
  const without = (on: string) => incompleteFamilies(town.store, day(on)).withoutQuotient
  // Fouquet has none; Marchand's ends with the year. A home without a registration has nothing to price.
  expect([without('2026-12-31'), without('2027-01-01')]).toEqual([1, 2])
  town.clock.set('2027-01-01')
  expect(await town.client.quotients.expiring({ until: day('2027-01-01') })).toMatchObject({ total: 2 })
})

it('a list that repeats a quotient renews it once the known one has ended', async () => {
  const { saveRule, town, familyId } = await open()
  const count = async (month: string) =>
    (await takenIn(town.client, aList(['NOM;PRENOM;QF;MOIS', `MARCHAND;Camille;727;${month}`]), true)).updated
  await saveRule(untilDecember)
  expect(await count('11/2026')).toBe(0)
  expect(await count('01/2027')).toBe(1)
  const { quotients } = await town.client.families.one({ id: familyId })
  expect(quotients[0]).toMatchObject({ fromDay: '2027-01-01', value: 727, lastDay: '2027-12-31' })
})

it.each([
  ['rule.holds.months', { holds: { kind: 'months', months: 0 }, without: { kind: 'top' } }],
  ['rule.holds.date', { holds: { kind: 'until', date: { month: 2, date: 30 } }, without: { kind: 'top' } }],
  ['rule.without.until', { ...untilDecember, without: { kind: 'lastKnown', until: { month: 2, date: 29 } } }],
] as const)('a rule that is none is refused at its field: %s', async (field, rule) => {
  const { saveRule, town } = await open()
  await expect(saveRule(rule as never)).rejects.toMatchObject({ data: { field } })
  expect(await town.client.quotients.rule()).toEqual({ rule: null })
})

it('shows before it is saved how many homes would have no quotient', async () => {
  const { town } = await open()
  const { client } = town
  const past: QuotientRule = { holds: { kind: 'months', months: 1 }, without: { kind: 'top' } }
  expect(await client.quotients.tryRule({ rule: past })).toEqual({ homes: 1, ended: 1, lastKnown: 0 })
  expect(await client.quotients.tryRule({ rule: thenLastKnown })).toEqual({ homes: 1, ended: 0, lastKnown: 0 })
})

it('the list of quotients that expire: who, since when, what follows; asked once, by whom', async () => {
  const { town, saveRule, familyId } = await open()
  const { client, store } = town
  const rows = async (until: string) => (await client.quotients.expiring({ until })).rows
  expect((await rows('2027-02-01')).map(({ family, state }) => `${family} ${state}`)).toEqual(['Fouquet unknown'])
  await saveRule(thenLastKnown)
  const [marchand, fouquet] = await rows('2027-01-25')
  expect(marchand).toMatchObject({
    familyId,
    family: 'Marchand',
    state: 'soon',
    value: 727,
    source: 'CAF',
    fromDay: '2026-09-01',
    lastDay: '2026-12-31',
    lastKnownUntil: '2027-01-31',
    hasAccess: false,
    asked: null,
  })
  expect(fouquet).toMatchObject({ family: 'Fouquet', state: 'unknown', value: null })
  expect((await rows('2026-12-25')).map(({ family }) => family)).toEqual(['Fouquet'])

  const ask = () =>
    client.quotients.ask({ familyIds: [familyId, town.family('Fouquet')], note: '', dueOn: '2026-12-15' })
  await expect(ask()).rejects.toMatchObject({ data: { sentence: expect.stringContaining('d’accès au portail') } })
  const [guardianId] = store
    .statement('select guardian_id from family_guardian where family_id = ?')
    .pluck()
    .all(familyId) as number[]
  store.statement(`update guardian set email = 'camille@exemple.fr' where id = ?`).run(guardianId)
  await client.portal.inviteByMail({ guardianIds: [guardianId ?? 0] })
  expect(await ask()).toEqual({ asked: 1, askedBefore: 0, withoutAccess: ['Fouquet'] })
  expect((await rows('2027-01-25'))[0]).toMatchObject({ asked: { by: town.person.name, dueOn: '2026-12-15' } })
  await expect(ask()).rejects.toMatchObject({ data: { sentence: 'L’attestation est déjà demandée à ces familles.' } })
  const { asked: openAsks } = await client.papers.ofFamily({ familyId })
  expect(openAsks).toMatchObject([{ kind: 'benefits', dueOn: '2026-12-15', state: 'open' }])

  const csv = await (await client.quotients.expiringFile({ until: '2027-01-25', format: 'csv' })).text()
  expect(csv).toContain('Dernier connu jusqu’au 31/01/2027, puis tarif le plus haut')
})

it.skipIf(missing('pdftotext'))('the list is printed (needs pdftotext)', async () => {
  const { town, saveRule } = await open()
  await saveRule(thenLastKnown)
  const file = await town.client.quotients.expiringFile({ until: '2027-01-25', format: 'pdf' })
  const text = asked('pdftotext', new Uint8Array(await file.arrayBuffer()), ['-layout'], ['-']).replaceAll(
    '\u00a0',
    ' ',
  )
  for (const words of ['Marchand', '727', '31/12/2026', 'Dernier connu', 'Jamais connus']) expect(text).toContain(words)
})
