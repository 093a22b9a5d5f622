import { describe, expect, it, onTestFinished } from 'vitest'
import { finalSpan } from '../../../../main/store/schema/index.ts'
import type { FreeLineInput } from '../../../../shared/contract/desk/money/free-lines.ts'
import { type Role, roleNames } from '../../../../shared/rules/access/roles.ts'
import { day, monthKey } from '../../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { undone } from '../../../support/undone.ts'

const refusing = (sentence: RegExp, field?: string) => ({
  data: { sentence: expect.stringMatching(sentence) as string, ...(field !== undefined && { field }) },
})
const nothingLeft = refusing(/^Il n’y a rien à facturer/)

const open = async () => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const { client } = town
  const familyId = town.family('Marchand')
  const input = (of: Partial<FreeLineInput> = {}): FreeLineInput => ({
    homes: { familyIds: [familyId] },
    leftOut: [],
    kindId: null,
    childId: null,
    activityId: null,
    regieId: firstRegieId,
    day: day('2026-12-09'),
    label: 'Badge perdu',
    quantity: 1,
    unitCents: 500,
    fiscal: 'garde',
    reason: '',
    ...of,
  })
  const write = (of: Partial<FreeLineInput> = {}) => client.freeLines.write(input(of))
  const desk = billing(town)
  const ofHome = () => client.freeLines.ofHome({ familyId })
  /** Runs a month, issues its drafts, and says what the drafts of the home ask. */
  const bill = async (month: string = '2026-12') => {
    const { id } = await desk.run(month)
    const drafts = await desk.drafts(id)
    await desk.issue(id)
    return drafts.filter(({ family }) => family === 'Marchand').map(({ totalCents }) => totalCents)
  }
  const asRoles = (...roles: readonly Role[]) => {
    town.store.statement('update staff_member set roles = ?').run(JSON.stringify(roles))
  }
  const lastGroup = async (id: number) => (await client.invoicing.paper({ id })).sections.at(-1)
  /** Takes back the last act of a kind. */
  const undo = (kind: string) =>
    undone(client, Number(town.store.statement('select max(id) from act where kind = ?').pluck().get(kind)))
  return { town, client, familyId, lastGroup, undo, input, write, ofHome, bill, asRoles, ...desk }
}

describe('a free line', () => {
  it('is billed once, with its month, under « Famille » on the paper', async () => {
    const { client, lastGroup, write, ofHome, bill, book, paper, run, findings } = await open()
    await book('Louison', ['2026-12-09'], 'Matin')
    await write({ quantity: 2 })
    expect(await ofHome()).toMatchObject([{ totalCents: 1000, waitingCents: 1000, isBilled: false }])
    const [total = 0] = await bill()
    const { id, totalCents } = await paper('Marchand')
    expect(totalCents).toBe(total)
    expect(await lastGroup(id)).toMatchObject({
      title: 'Famille',
      lines: [{ label: 'Badge perdu', quantity: 2, unitCents: 500 }],
    })
    expect(await ofHome()).toMatchObject([{ waitingCents: 0, isBilled: true }])
    await expect(run()).rejects.toMatchObject(nothingLeft)
    const pdf = await client.invoicing.pdf({ ids: [id] })
    expect(pdf.size).toBeGreaterThan(1000)
    expect(findings()).toEqual([])
  })

  it('alone makes an invoice, and is taken off or undone until it is billed', async () => {
    const { client, undo, write, ofHome, bill, run } = await open()
    await write()
    await undo('freeLines.write')
    expect(await ofHome()).toEqual([])
    await write()
    const [first] = await ofHome()
    await client.freeLines.remove({ id: first?.id ?? 0 })
    await expect(run()).rejects.toMatchObject(nothingLeft)
    await write()
    expect(await bill()).toEqual([500])
    const [billed] = await ofHome()
    await expect(client.freeLines.remove({ id: billed?.id ?? 0 })).rejects.toMatchObject(
      refusing(/^Cette ligne est facturée/),
    )
    await expect(undo('freeLines.write')).rejects.toThrow(/^Cette ligne est facturée/)
  })

  it('billed is corrected by a credit note, for good or to be billed again', async () => {
    const { client, write, bill, paper, run, findings, balance } = await open()
    await write()
    await bill()
    const credit = async (billAgain: boolean) => {
      const { id } = await paper('Marchand')
      const { lines } = await client.invoicing.leftToCredit({ invoiceId: id })
      const [free] = lines
      expect(free).toMatchObject({ kind: 'freeLine', child: 'Famille', childId: null })
      await client.invoicing.creditNote({
        invoiceId: id,
        lines: [{ lineId: free?.id ?? 0, days: null }],
        reason: 'Badge retrouvé',
        billAgain,
      })
    }
    await credit(true)
    expect(await balance('Marchand')).toBe(0)
    expect(await bill()).toEqual([500])
    await credit(false)
    expect(await balance('Marchand')).toBe(0)
    await expect(run()).rejects.toMatchObject(nothingLeft)
    expect(findings()).toEqual([])
  })

  it('for a final month is billed with the current month, and says which day it corrects', async () => {
    const { town, client, familyId, lastGroup, input, write, ofHome, bill, paper } = await open()
    town.store.act(town.person, 'families.change', 'Mois arrêté', (writer) =>
      writer.insert(finalSpan, { familyId, month: monthKey(day('2026-10-07')), cause: 'town' }),
    )
    const october = { day: day('2026-10-07') }
    expect((await client.freeLines.preview(input(october))).homes).toMatchObject([{ isFinal: true }])
    await write(october)
    const [written] = await ofHome()
    expect(written?.correctedDay).toBe('2026-10-07')
    expect(await bill(written?.day.slice(0, 7))).toEqual([500])
    const { lines = [] } = (await lastGroup((await paper('Marchand')).id)) ?? {}
    expect(lines[0]?.explanation).toBe('pour le 7 octobre 2026, dont le mois est arrêté')
  })

  it('is refused at its field, and nothing is written', async () => {
    const { town, familyId, write, ofHome } = await open()
    const refused = async (of: Partial<FreeLineInput>, sentence: RegExp, field: string) =>
      expect(write(of)).rejects.toMatchObject(refusing(sentence, field))
    await refused({ unitCents: 0 }, /^Une ligne à 0,00/, 'unitCents')
    await refused({ unitCents: 2_000_000 }, /ne dépasse pas/, 'unitCents')
    await refused({ unitCents: -500 }, /a un motif/, 'reason')
    await refused({ label: '' }, /^Dites ce que/, 'label')
    await refused({ quantity: 0 }, /nombre entier/, 'quantity')
    await refused({ kindId: 999 }, /plus dans la liste/, 'kindId')
    await refused({ childId: town.child('Noé') }, /pas de cette famille/, 'childId')
    await refused({ activityId: 999 }, /n’existe plus/, 'activityId')
    await refused({ day: day('2126-12-09') }, /plus d’un an/, 'day')
    await refused({ homes: { familyIds: [familyId, 99_999] } }, /n’existe plus/, 'homes')
    await expect(write({ regieId: 99 })).rejects.toMatchObject(refusing(/^Cette régie n’existe plus/))
    expect(await ofHome()).toEqual([])
  })
})

describe('a line below zero', () => {
  const off = { label: 'Geste', unitCents: -1500, reason: 'Sortie annulée' }

  it('is written by a cashier only, with a reason', async () => {
    const { client, write, ofHome, asRoles } = await open()
    await write(off)
    asRoles('director')
    await expect(write(off)).rejects.toMatchObject(
      refusing(new RegExp(`^Seul un ${roleNames.cashier.toLowerCase()}`), 'unitCents'),
    )
    const [first] = await ofHome()
    await expect(client.freeLines.remove({ id: first?.id ?? 0 })).rejects.toMatchObject(refusing(/Régisseur/))
    asRoles('receptionist')
    await expect(write()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await ofHome()).toHaveLength(1)
  })

  it('lessens the invoice of its month, and what is left goes off the next one', async () => {
    const { lastGroup, write, ofHome, bill, book, paper, run, findings, balance } = await open()
    await book('Louison', ['2026-12-09', '2026-12-16'], 'Matin')
    await book('Louison', ['2027-01-06', '2027-01-13'], 'Matin')
    const [december = 0] = await bill('2026-12')
    await write({ ...off, unitCents: 0 - december - 300 })
    // The invoice of December stands: a credit note takes it off whole, and January takes the rest.
    expect(await bill('2026-12')).toEqual([0 - december])
    expect(await balance('Marchand')).toBe(0)
    expect(await ofHome()).toMatchObject([{ waitingCents: -300, isBilled: true }])
    const [january] = await bill('2027-01')
    expect(january).toBe(december - 300)
    expect(await lastGroup((await paper('Marchand')).id)).toMatchObject({
      title: 'Famille',
      lines: [{ label: 'Geste', totalCents: -300 }],
    })
    expect(await ofHome()).toMatchObject([{ waitingCents: 0 }])
    await expect(run('2027-01')).rejects.toMatchObject(nothingLeft)
    expect(findings()).toEqual([])
  })

  it('waits while nothing is owed, and is taken off once something is', async () => {
    const { write, ofHome, bill, book, run } = await open()
    await write({ ...off, unitCents: -100 })
    await expect(run()).rejects.toMatchObject(nothingLeft)
    expect(await ofHome()).toMatchObject([{ waitingCents: -100, isBilled: false }])
    await book('Louison', ['2027-01-06'], 'Matin')
    const [withLine = 0] = await bill('2027-01')
    expect(withLine).toBeGreaterThan(0)
    expect(await ofHome()).toMatchObject([{ waitingCents: 0, isBilled: true }])
  })
})

describe('a line for many homes', () => {
  it('is previewed, and written by one act for each home or each child registered', async () => {
    const { town, client, undo, input, write, ofHome } = await open()
    const outing = {
      homes: { registeredIn: town.activity('CLSH MERCREDI'), per: 'child' as const },
      label: 'Sortie piscine',
      unitCents: 800,
    }
    const preview = await client.freeLines.preview(input(outing))
    expect(preview.homes.map(({ name, lines }) => [name, lines])).toEqual([
      ['Fouquet', 1],
      ['Marchand', 2],
    ])
    expect(preview.totalCents).toBe(2400)
    expect(await write({ ...outing, leftOut: [town.family('Fouquet')] })).toEqual({ lines: 2 })
    expect((await ofHome()).map(({ child }) => child).toSorted()).toEqual(['Basile Marchand', 'Louison Marchand'])
    expect(await write({ ...outing, homes: { ...outing.homes, per: 'home' } })).toEqual({ lines: 2 })
    await undo('freeLines.write')
    expect(await ofHome()).toHaveLength(2)
    const nobody = [town.family('Fouquet'), town.family('Marchand')]
    await expect(write({ ...outing, leftOut: nobody })).rejects.toMatchObject(refusing(/^Aucune famille/, 'homes'))
  })

  it('takes a usual line of the town, where a label exists only once', async () => {
    const { client, undo, write, ofHome } = await open()
    const badge = { label: 'Badge', unitCents: 500, regieId: firstRegieId, fiscal: 'autre' as const, archived: false }
    const kind = await client.freeLines.saveKind(badge)
    await expect(client.freeLines.saveKind({ ...badge, label: 'badge' })).rejects.toMatchObject(
      refusing(/déjà dans la liste/, 'label'),
    )
    await expect(client.freeLines.saveKind({ ...badge, id: 99 })).rejects.toMatchObject(refusing(/plus dans la liste/))
    await write({ kindId: kind.id })
    await expect(undo('freeLines.kind')).rejects.toThrow(/^Des lignes libres en viennent/)
    await client.freeLines.saveKind({ ...kind, archived: true })
    await expect(write({ kindId: kind.id })).rejects.toMatchObject(refusing(/plus dans la liste/, 'kindId'))
    expect(await client.freeLines.kinds()).toEqual([{ ...kind, archived: true }])
    expect(await ofHome()).toHaveLength(1)
  })
})
