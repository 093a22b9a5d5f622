import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { changedFields } from '../../../main/store/acts/changed-fields.ts'
import { dismissedDouble } from '../../../main/store/schema/index.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { aBillingTown, billing } from '../../support/towns/billing.ts'
import { aFamily, aTown, aWednesday, type Town } from '../../support/towns/town.ts'

let town: Town
beforeEach(async () => {
  town = await aTown()
    .with(
      aFamily('Marchand', { children: { Louison: { birthDay: '2020-03-14' }, Basile: { birthDay: '2021-10-02' } } }),
    )
    .with(aWednesday())
    .open()
})
afterEach(() => town.close())

const journalOf = async (entity: string) => {
  const administrator = await town.as('administrator')
  const { acts } = await administrator.settings.audit({ entity })
  return administrator.settings.auditAct({ id: acts[0]?.id ?? 0 })
}

const fields = (before: Record<string, unknown> | null, after: Record<string, unknown> | null) =>
  changedFields(town.store, { entity: 'registration', id: 1, before, after }, before !== null && after !== null)

describe('the detail of an act in the audit trail', () => {
  it('names the child, the family and the period of a registration, and shows no id', async () => {
    await town.client.registrations.ask({
      childId: town.child('Louison'),
      familyId: town.family('Marchand'),
      periodId: town.period('ALSH mercredi 2026/2027'),
      startDay: '2026-12-01',
      endDay: '2027-06-30',
      typicalWeek: [],
      overrideReason: '',
      accepted: true,
    })
    const change = (await journalOf('registration')).find(({ entity }) => entity === 'registration')
    const shown = Object.fromEntries((change?.fields ?? []).map(({ name, after }) => [name, after]))
    expect(shown).toMatchObject({
      Enfant: 'Louison Marchand',
      Famille: 'Marchand',
      Période: 'ALSH mercredi 2026/2027',
    })
    expect(Object.values(shown)).not.toContainEqual(expect.stringMatching(/^\d+$/))
  })

  it('has a French name for each field, those of traces included', async () => {
    const billingTown = await aBillingTown().open()
    onTestFinished(() => billingTown.close())
    const { book, run, issue } = billing(billingTown)
    await book('Louison', ['2026-12-09'], 'Matin')
    await issue((await run()).id)
    const { acts } = await billingTown.client.settings.audit({})
    const changes = await Promise.all(acts.map(({ id }) => billingTown.client.settings.auditAct({ id })))
    const names = changes.flat().flatMap(({ fields }) => fields.map(({ name }) => name))
    expect(names).toContain('Factures émises')
    expect(names.filter((name) => /^[a-z]+[A-Z]?[a-z]*$/.test(name))).toEqual([])
  })

  it('says only that a custom field or a note changed, to people who may not see it', async () => {
    const { client } = town
    const childId = town.child('Louison')
    const seenBy = ['director' as const]
    const field = {
      subject: 'child' as const,
      kind: 'text' as const,
      label: 'Casier',
      choices: [],
      seenBy,
      editedBy: seenBy,
    }
    const { id: fieldId } = await client.fields.save(field)
    const note = { familyId: null, childId, seenBy, alertUntil: null, assigneeId: null, dueOn: null }
    const { id } = await client.notes.save({ ...note, text: 'Parents en conflit' })
    await client.notes.remove({ id })
    for (const value of ['n° 12', '']) await client.fields.set({ childId, values: [{ fieldId, value }] })
    const administrator = await town.as('administrator')
    for (const entity of ['custom_value', 'note'])
      for (const act of (await administrator.settings.audit({ entity })).acts) {
        const changes = await administrator.settings.auditAct({ id: act.id })
        expect(changes.filter((one) => one.entity === entity)).toMatchObject([{ fields: [] }])
      }
    const { acts } = await client.settings.audit({ entity: 'custom_value' })
    expect(JSON.stringify(await client.settings.auditAct({ id: acts[0]?.id ?? 0 }))).toContain('n° 12')
  })

  it('names both children of a double that is none', async () => {
    town.store.act(town.person, 'doubles.dismiss', 'Pas un doublon', (write) =>
      write.insert(dismissedDouble, { kind: 'child', oneId: town.child('Louison'), otherId: town.child('Basile') }),
    )
    const [change] = await journalOf('dismissed_double')
    expect(change?.fields).toContainEqual({ name: 'Fiche', before: null, after: 'Louison Marchand' })
    expect(change?.fields).toContainEqual({ name: 'Autre fiche', before: null, after: 'Basile Marchand' })
  })

  it('leaves out a reference to a record that is gone, and names the record that replaced it', () => {
    expect(fields(null, { childId: 999_999, startDay: '2026-12-01' })).toEqual([
      { name: 'Du', before: null, after: shortDay(day('2026-12-01')) },
    ])
    expect(fields({ childId: 999_999 }, { childId: town.child('Basile') })).toEqual([
      { name: 'Enfant', before: 'fiche retirée', after: 'Basile Marchand' },
    ])
  })

  it('names each record of a list of references', () => {
    expect(fields(null, { childIds: [town.child('Basile'), 999_999, town.child('Louison')] })).toEqual([
      { name: 'Enfants', before: null, after: 'Basile Marchand, Louison Marchand' },
    ])
  })
})
