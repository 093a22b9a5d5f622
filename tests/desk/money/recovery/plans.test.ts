import { describe, expect, it, onTestFinished } from 'vitest'
import { moneyDocuments } from '../../../../main/exchange/published/money.ts'
import { reachOn } from '../../../../main/exchange/published/reach.ts'
import type { RegieInput } from '../../../../shared/contract/desk/money/regies.ts'
import { balanceShown } from '../../../../shared/pages/money/account.ts'
import { invoiceState } from '../../../../shared/pages/money/invoice.ts'
import { addDays, type Day, instantOf, timeOfDay, today } from '../../../../shared/rules/calendar/day.ts'
import { monthlyParts } from '../../../../shared/rules/money/recovery/plan.ts'
import { giveAccount } from '../../../exchange/published/publishing.ts'
import { aClock } from '../../../support/desk.ts'
import { aBillingTown, billing, last } from '../../../support/towns/billing.ts'
import { aDebitTown, collectingIn } from '../../../support/towns/debits.ts'
import { aRegieInput } from '../../../support/towns/regies.ts'
import { remindAsSeen } from '../../../support/towns/reminders.ts'
import { asked, missing } from '../../documents/documents-reading.ts'

/** Marchand owes 11,00 € of December, due on 9 January 2027, to a régie whose decision allows plans. */
const open = async (regie: Partial<RegieInput> = { allowsPlans: true }) => {
  const clock = aClock()
  const town = await aBillingTown().open(clock)
  onTestFinished(() => town.close())
  const gestures = billing(town)
  await gestures.book('Louison', ['2026-12-09', '2026-12-16'], 'Matin')
  clock.set('2026-12-10')
  const issueMonth = async (month?: string) => {
    const { id } = await gestures.run(month)
    await gestures.issue(
      id,
      (await gestures.drafts(id)).map((draft) => draft.id),
    )
  }
  await issueMonth()
  const [first] = await town.client.regies.list()
  await town.client.regies.save({ ...aRegieInput(regie), id: first?.id ?? 1, name: 'Régie', prefix: null })
  const { recovery } = town.client
  const marchand = { familyId: town.family('Marchand'), thirdPartyId: null }
  const row = async () => (await recovery.unpaid({})).payers.find(({ name }) => name === 'Marchand')
  const plannable = async () => {
    const { plannable: found } = await recovery.detail(marchand)
    return (found ?? []).map(({ invoiceId, openingDebtId, leftCents }) => ({ invoiceId, openingDebtId, leftCents }))
  }
  const plan = async (...parts: readonly (readonly [string, number])[]) =>
    recovery.plan({
      ...marchand,
      debts: await plannable(),
      parts: parts.map(([dueOn, cents]) => ({ dueOn, cents })),
    })
  const pay = (amountCents: number, receivedOn: string) =>
    town.client.payments.record({
      familyId: marchand.familyId,
      means: 'cheque',
      amountCents,
      receivedOn,
      payer: '',
      reference: '',
      chosen: null,
    })
  const published = () =>
    moneyDocuments(town.store, reachOn(today(town.clock)), [marchand.familyId]).get(marchand.familyId)
  return {
    town,
    recovery,
    marchand,
    row,
    plannable,
    plan,
    pay,
    published,
    issueMonth,
    at: (on: string) => clock.set(on),
    ...gestures,
  }
}

const twoParts = [
  ['2027-02-15', 550],
  ['2027-03-15', 550],
] as const

const noon = (on: Day) => instantOf(on, timeOfDay('12:00'))

const refusal = (words: string) => ({ data: { sentence: expect.stringContaining(words) } })

describe('a payment plan', () => {
  it('is agreed only where the decision of the régie allows it', async () => {
    const { recovery, marchand, at, town } = await open({})
    at('2027-01-20')
    expect((await recovery.detail(marchand)).plannable).toBeNull()
    const parts = twoParts.map(([dueOn, cents]) => ({ dueOn, cents }))
    const debts = [{ invoiceId: 1, openingDebtId: null, leftCents: 1100 }]
    await expect(recovery.plan({ ...marchand, debts, parts })).rejects.toMatchObject(refusal('L’acte de cette régie'))
    expect(town.store.statement('select count(*) from payment_plan').pluck().get()).toBe(0)
  })

  it('broken before its debts are past due, asks nothing yet: neither Accueil nor the list shows it', async () => {
    const { plan, row, at, town, marchand } = await open()
    const broken = async () => (await town.client.home.today()).money?.brokenPlans
    const marks = async () => (await town.client.payments.owed({ familyId: marchand.familyId })).marks
    at('2027-01-05')
    await plan(['2027-01-06', 550], ['2027-03-15', 550])
    at('2027-01-08')
    expect([await row(), await broken(), await marks()]).toEqual([undefined, 0, ['planKept']])
    at('2027-01-10')
    expect(await row()).toMatchObject({ plan: { isKept: false } })
    expect([await broken(), await marks()]).toEqual([1, ['planBroken']])
  })

  it('skips the payer while it is kept; broken, the payer is reminded of everything', async () => {
    const { plan, row, pay, at, recovery, marchand, town, findings } = await open()
    at('2027-01-20')
    await plan(...twoParts)
    expect(await row()).toMatchObject({ skipped: { cause: 'plan', mayRemind: false }, plan: { isKept: true } })
    const chosen = { ...marchand, level: 1, dueCents: 1100 }
    await expect(remindAsSeen(recovery, { payers: [chosen] })).rejects.toMatchObject(refusal('Échéancier respecté'))
    at('2027-02-15')
    expect((await row())?.skipped?.cause).toBe('plan')
    at('2027-02-16')
    expect(await row()).toMatchObject({ skipped: null, plan: { isKept: false }, dueCents: 1100 })
    expect((await town.client.home.today()).money?.brokenPlans).toBe(1)
    expect((await recovery.detail(marchand)).plans).toMatchObject([{ state: 'broken' }])
    // The part comes late: the plan is kept again.
    await pay(550, '2027-02-16')
    expect(await row()).toMatchObject({ skipped: { cause: 'plan' }, dueCents: 550 })
    expect((await town.client.home.today()).money?.brokenPlans).toBe(0)
    at('2027-03-10')
    await pay(550, '2027-03-10')
    expect(await row()).toBeUndefined()
    expect((await recovery.detail(marchand)).plans).toMatchObject([{ state: 'paid' }])
    expect(findings()).toEqual([])
  })

  it('does not stop reminders of what it did not take up', async () => {
    const { plan, row, at, book, issueMonth, recovery, marchand } = await open()
    at('2027-01-11')
    await plan(['2027-03-15', 550], ['2027-04-15', 550])
    await book('Louison', ['2027-01-27'], 'Matin')
    await issueMonth('2027-01')
    at('2027-03-10')
    expect(await row()).toMatchObject({ debts: 1, dueCents: 550, skipped: null, step: { kind: 'remind', level: 1 } })
    const { actId } = await remindAsSeen(recovery, { payers: [{ ...marchand, level: 1, dueCents: 550 }] })
    if (missing('pdftotext')) return
    const letter = asked('pdftotext', await (await recovery.letters({ actId })).bytes(), ['-layout'], ['-'])
    expect(letter).toContain('5,50')
    expect(letter).not.toContain('11,00')
  })

  it('is refused for debts that are not what the screen showed, for parts that do not add up, and twice', async () => {
    const { plan, plannable, at, recovery, marchand, pay, row } = await open()
    at('2027-01-20')
    const seen = await plannable()
    await pay(100, '2027-01-20')
    const parts = twoParts.map(([dueOn, cents]) => ({ dueOn, cents }))
    await expect(recovery.plan({ ...marchand, debts: seen, parts })).rejects.toMatchObject(refusal('ont changé'))
    await expect(plan(...twoParts)).rejects.toMatchObject({ data: { field: 'parts.1.cents' } })
    await expect(recovery.plan({ ...marchand, debts: [...seen, ...seen], parts })).rejects.toMatchObject(
      refusal('deux fois'),
    )
    expect((await row())?.plan).toBeNull()
    await plan(['2027-02-15', 500], ['2027-03-15', 500])
    expect((await recovery.detail(marchand)).plannable).toMatchObject([{ hold: 'déjà dans un échéancier' }])
    await expect(plan(['2027-02-15', 500], ['2027-03-15', 500])).rejects.toMatchObject(
      refusal('déjà dans un échéancier'),
    )
  })

  it('agreed on at two workstations at once is made by one; the other is refused', async () => {
    const { plan, at, findings } = await open()
    at('2027-01-20')
    const made = await Promise.allSettled([plan(...twoParts), plan(...twoParts)])
    expect(made.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(findings()).toEqual([])
  })

  it('ends once, with a reason; the end can be undone unless another plan took its debts', async () => {
    const { plan, row, at, recovery, town, marchand } = await open()
    at('2027-01-20')
    const { id } = await plan(...twoParts)
    await recovery.endPlan({ id, reason: 'Le CCAS paie' })
    expect(await row()).toMatchObject({ plan: null, step: { kind: 'remind' } })
    expect((await recovery.detail(marchand)).plans).toMatchObject([
      { state: 'ended', sentence: expect.stringContaining('Le CCAS paie') },
    ])
    await expect(recovery.endPlan({ id, reason: 'Encore' })).rejects.toMatchObject(refusal('déjà terminé'))
    const ended = town.store
      .statement(`select max(id) from act where kind = 'recovery.endPlan'`)
      .pluck()
      .get() as number
    const undo = async (actId: number) => last(await town.client.history.undo({ actId, told: false }))
    const second = await plan(...twoParts)
    await expect(undo(ended)).rejects.toMatchObject(refusal('Un autre échéancier'))
    await recovery.endPlan({ id: second.id, reason: 'Erreur' })
    await undo(ended)
    expect((await row())?.plan).toMatchObject({ isKept: true })
  })

  it('is a paper to sign, printed again as it was agreed', async () => {
    const { plan, at, recovery, pay } = await open()
    at('2027-01-20')
    const { id } = await plan(...twoParts)
    at('2027-01-21')
    await pay(550, '2027-01-21')
    const paper = await recovery.planPaper({ id })
    expect(paper.type).toBe('application/pdf')
    if (missing('pdftotext')) return
    const text = asked('pdftotext', await paper.bytes(), ['-layout'], ['-']).replaceAll(/\s/g, ' ')
    for (const words of ['Votre échéancier', 'lun. 15 févr. 2027', 'lun. 15 mars 2027', '11,00 €', 'Le régisseur'])
      expect(text).toContain(words)
  })

  it('gives its days to the portal, kept or late', async () => {
    const { plan, at, recovery, marchand, town, published, pay } = await open()
    giveAccount(town, 'Marchand')
    at('2027-01-20')
    await remindAsSeen(recovery, { payers: [{ ...marchand, level: 1, dueCents: 1100 }] })
    await plan(...twoParts)
    const shown = published()
    expect(shown).toMatchObject({
      plans: [{ on: '2027-01-20', parts: [{ dueOn: '2027-02-15', leftCents: 550 }, { leftCents: 550 }] }],
      invoices: [{ partOn: '2027-02-15' }],
    })
    expect(shown?.reminded).toBeUndefined()
    const [invoice] = shown?.invoices ?? []
    if (!shown || !invoice) throw new Error('the home has one invoice')
    const linesOn = (on: Day) => balanceShown(shown, 0, noon(on)).lines.map(({ kind }) => kind)
    const lastDay = '2027-02-15' as Day
    expect(linesOn(lastDay)).toEqual(['plain', 'plain'])
    expect(invoiceState(invoice, 0, noon(lastDay)).kind).toBe('toPay')
    expect(linesOn(addDays(lastDay, 1))).toEqual(['late', 'late', 'plain'])
    expect(invoiceState(invoice, 0, noon(addDays(lastDay, 1))).kind).toBe('late')
    at('2027-01-21')
    await pay(1100, '2027-01-21')
    expect(published()?.plans).toBeUndefined()
  })
})

describe('a plan and a collection', () => {
  it('never take the same debt: whoever is first keeps it', async () => {
    const town = await aDebitTown().open()
    onTestFinished(() => town.close())
    const [regie] = await town.client.regies.list()
    await town.client.regies.save({
      ...aRegieInput({ allowsPlans: true }),
      id: regie?.id ?? 1,
      name: 'Régie',
      prefix: null,
    })
    const { recovery } = town.client
    const { preview, freeze } = collectingIn(town)
    const plan = async (family: string, cents: number) => {
      const of = { familyId: town.family(family), thirdPartyId: null }
      const [debt] = (await recovery.detail(of)).plannable ?? []
      if (!debt) throw new Error(`${family} owes nothing`)
      const { invoiceId, openingDebtId, leftCents } = debt
      const parts = monthlyParts(cents, 2, '2026-12-20' as Day)
      return recovery.plan({ ...of, debts: [{ invoiceId, openingDebtId, leftCents }], parts })
    }
    await plan('Aubry', 5000)
    expect((await preview()).debits.map(({ payer }) => payer)).toEqual(['Noël'])
    await freeze()
    await expect(plan('Noël', 9460)).rejects.toMatchObject(refusal('prélèvement en cours'))
    // A part that was not paid by its day: the debt is collected like any other.
    town.clock.set('2026-12-21')
    expect((await preview()).debits.map(({ payer }) => payer)).toEqual(['Aubry'])
  })
})
