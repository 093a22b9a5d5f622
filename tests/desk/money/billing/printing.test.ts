import { describe, expect, it, onTestFinished } from 'vitest'
import { portalAccount } from '../../../../main/store/schema/index.ts'
import { pick } from '../../../../shared/collections.ts'
import type { PrintOrder } from '../../../../shared/contract/desk/money/invoicing.ts'
import { day, instantOf, timeOfDay } from '../../../../shared/rules/calendar/day.ts'
import { homeFields } from '../../../../shared/rules/people/fields.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'

const open = async () => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const { book, run, issue, drafts } = billing(town)
  await book('Louison', ['2026-12-09'], 'Matin')
  await book('Noé', ['2026-12-09'], 'Matin')
  const made = await run()
  await issue(
    made.id,
    (await drafts(made.id)).map(({ id }) => id),
  )
  const families = new Map((await drafts(made.id)).map(({ id, family }) => [id, family]))
  const toPrint = async (order: PrintOrder) => {
    const { ids, onPaper } = await town.client.invoicing.toPrint({ ids: [...families.keys()], order })
    return { all: ids.map((id) => families.get(id)), onPaper: onPaper.map((id) => families.get(id)) }
  }
  const changeHome = async (family: string, change: { invoicesBy?: 'paper' }) => {
    const one = await town.client.families.one({ id: town.family(family) })
    await town.client.families.change({
      ...pick(one, Object.keys(homeFields) as (keyof typeof homeFields)[]),
      ...change,
      id: one.id,
    })
  }
  return { town, toPrint, changeHome }
}

describe('the invoices of a run are printed', () => {
  it('by name, or by school and class of the eldest pupil, who takes them home', async () => {
    const { town, toPrint } = await open()
    expect((await toPrint('name')).all).toEqual(['Fouquet', 'Marchand'])
    const goes = async (child: string, name: string) => {
      const { id } = await town.client.settings.saveSchool({ name })
      await town.client.families.setSchooling({
        childId: town.child(child),
        fromDay: '2026-09-01',
        schoolId: id,
        level: 'CP',
        className: 'CP A',
      })
    }
    await goes('Noé', 'École des Tilleuls')
    // Basile is the younger one: only his sister's class counts.
    await goes('Louison', 'École Cassin')
    await goes('Basile', 'École Zola')
    expect((await toPrint('school')).all).toEqual(['Marchand', 'Fouquet'])
  })

  it('only for homes where nobody reads the portal, and homes that asked for paper', async () => {
    const { town, toPrint, changeHome } = await open()
    expect((await toPrint('name')).onPaper).toEqual(['Fouquet', 'Marchand'])
    for (const family of ['Fouquet', 'Marchand']) {
      const { guardians } = await town.client.families.one({ id: town.family(family) })
      const account = { guardianId: guardians[0]?.id ?? 0, invitationId: family, invitationBy: 'mail' as const }
      const at = instantOf(day('2026-11-20'), timeOfDay('12:00'))
      town.store.db
        .insert(portalAccount)
        .values({ ...account, invitedAt: at, activatedAt: at, actId: 1 })
        .run()
    }
    expect((await toPrint('name')).onPaper).toEqual([])
    await changeHome('Marchand', { invoicesBy: 'paper' })
    expect(await toPrint('name')).toEqual({ all: ['Fouquet', 'Marchand'], onPaper: ['Marchand'] })
  })
})
