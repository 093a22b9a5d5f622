import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { balanceOf } from '../../../main/desk/invoicing/invoicing.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { addDays, type Day, day } from '../../../shared/rules/calendar/day.ts'
import { aClock } from '../../support/desk.ts'
import { examples } from '../../support/long.ts'
import { owe } from '../../support/towns/debits.ts'
import { aFamily, aTown } from '../../support/towns/town.ts'

const gesture = fc.record({
  what: fc.constantFrom('pay', 'undo', 'remit', 'handOver', 'tell', 'takeBack', 'writeOff', 'cancel', 'owe'),
  share: fc.integer({ min: 1, max: 4 }),
})

/** What moved on a day: the account at the régie, and what the Treasury has to collect. */
type Moved = { readonly on: Day; readonly regie: number; readonly treasury: number }

it('the régie and the Treasury each have what was billed, given up, handed over and paid, on every day', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(gesture, { minLength: 4, maxLength: 12 }), async (gestures) => {
      const clock = aClock()
      const town = await aTown().with(aFamily('Aubry')).open(clock)
      const { recovery, payments } = town.client
      const payer = { familyId: town.family('Aubry'), thirdPartyId: null }
      const moves: Moved[] = []
      let on = day('2026-11-10')
      const move = (regie: number, treasury = 0) => void moves.push({ on, regie, treasury })
      const newDebt = (cents: number) => {
        owe(town, 'Aubry', cents, on)
        move(cents)
      }
      const decide = async (kind: 'remission' | 'writeOff', share: number) => {
        const debt = (await recovery.decidable(payer)).debts.find(
          ({ leftCents, treasuryCents }) => (kind === 'remission' ? leftCents : treasuryCents) > 0,
        )
        if (!debt) return
        const { invoiceId, openingDebtId } = debt
        const cents = Math.ceil((kind === 'remission' ? debt.leftCents : debt.treasuryCents) / share)
        const given = { organ: 'Conseil', number: '1', decidedOn: on, reason: 'x', kind } as const
        await recovery.decide({ ...payer, ...given, parts: [{ invoiceId, openingDebtId, cents }] })
        if (kind === 'remission') move(0 - cents)
        else move(0, 0 - cents)
      }
      const made: { id: number; cents: number }[] = []
      const does: Readonly<Record<(typeof gestures)[number]['what'], (share: number) => Promise<void>>> = {
        owe: async (share) => newDebt(1000 * share + 37),
        pay: async (share) => {
          const input = { payer: '', reference: '', chosen: null, means: 'cheque' as const, receivedOn: on }
          const cents = 700 * share
          const { id } = await payments.record({ familyId: payer.familyId, amountCents: cents, ...input })
          made.push({ id, cents })
          move(0 - cents)
        },
        undo: async () => {
          const last = made.pop()
          if (!last) return
          await payments.cancel({ id: last.id, reason: 'x' })
          move(last.cents)
        },
        remit: (share) => decide('remission', share),
        writeOff: (share) => decide('writeOff', share),
        handOver: async () => {
          const { payers } = await recovery.unpaid({})
          const reminded = payers.flatMap(({ step, aside, dueCents }) =>
            step.kind === 'remind' && aside === null ? [{ ...payer, level: step.level, dueCents }] : [],
          )
          if (reminded.length > 0) await recovery.remind({ payers: reminded })
          const rows = (await recovery.outstanding({})).payers.filter(({ debts }) => debts > 0)
          if (rows.length === 0) return
          const { cents } = await recovery.handOverDebts({
            payers: rows.map((row) => ({ ...payer, cents: row.cents })),
          })
          move(0 - cents, cents)
        },
        tell: async (share) => {
          const [debt] = (await recovery.treasury({})).debts
          if (!debt) return
          const { invoiceId, openingDebtId } = debt
          const cents = Math.ceil((debt.sentCents - debt.paidCents) / share)
          await recovery.tellPaid({ invoiceId, openingDebtId, amountCents: cents, paidOn: on })
          move(0, 0 - cents)
        },
        takeBack: async () => {
          const [debt] = (await recovery.treasury({})).debts
          if (!debt) return
          const { invoiceId, openingDebtId } = debt
          const { cents } = await recovery.takeBackDebt({ invoiceId, openingDebtId, reason: 'x' })
          move(cents, 0 - cents)
        },
        cancel: async () => {
          const last = (await recovery.decidable(payer)).decisions.find(
            ({ kind, cancelled }) => kind !== 'transmission' && cancelled === null,
          )
          if (!last) return
          await recovery.cancelDecision({ id: last.id, reason: 'x' })
          if (last.kind === 'remission') move(last.cents)
          else move(0, last.cents)
        },
      }
      clock.set(on)
      await recovery.saveOutstandingRules({ transmitFromCents: 100, columns: ['number'] })
      newDebt(4210)
      for (const { what, share } of gestures) {
        on = addDays(on, 45)
        clock.set(on)
        await does[what](share)
      }
      // Handed over first, all that is owed goes to the Treasury.
      expect(gestures[0]?.what !== 'handOver' || moves.some(({ treasury }) => treasury > 0)).toBe(true)
      const until = (last: Day, of: 'regie' | 'treasury') =>
        moves.reduce((sum, one) => (one.on <= last ? sum + one[of] : sum), 0)
      for (const last of moves.map((one) => one.on))
        expect(balanceOf(town.store, payer.familyId, { on: last })).toBe(until(last, 'regie'))
      const { debts } = await recovery.treasury({})
      expect(debts.reduce((sum, { sentCents, paidCents }) => sum + sentCents - paidCents, 0)).toBe(
        until(on, 'treasury'),
      )
      expect(checkFile(town.store.sqlite)).toEqual([])
      await town.close()
    }),
    {
      numRuns: examples(12),
      // One history that goes through every gesture.
      examples: [
        [
          (
            ['handOver', 'tell', 'writeOff', 'cancel', 'takeBack', 'remit', 'cancel', 'owe', 'pay', 'undo'] as const
          ).map((what) => ({ what, share: 2 })),
        ],
      ],
    },
  )
}, 120_000)
