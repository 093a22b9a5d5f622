import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { balanceOf } from '../../../../main/desk/invoicing/invoicing.ts'
import { checkFile } from '../../../../main/store/checking/check.ts'
import { addDays, type Day, day } from '../../../../shared/rules/calendar/day.ts'
import { aClock } from '../../../support/desk.ts'
import { examples } from '../../../support/long.ts'
import { owe } from '../../../support/towns/debits.ts'
import { remindAsSeen } from '../../../support/towns/reminders.ts'
import { aFamily, aTown } from '../../../support/towns/town.ts'

const gesture = fc.record({
  what: fc.constantFrom(
    'pay',
    'undo',
    'remit',
    'handOver',
    'tell',
    'takeBack',
    'writeOff',
    'cancel',
    'owe',
    'payTheirs',
    'keep',
    'forward',
    'release',
  ),
  share: fc.integer({ min: 1, max: 4 }),
})

/** A movement on a day: of the account at the régie, and of what the Treasury has to collect. */
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
      // Money received for a debt at the Treasury: its payer can no longer use it, whatever the debts at the régie.
      let kept: { paymentId: number; invoiceId: number | null; openingDebtId: number | null; cents: number }[] = []
      const keep = (
        paymentId: number,
        debt: { invoiceId: number | null; openingDebtId: number | null },
        cents: number,
      ) => {
        kept.push({ paymentId, invoiceId: debt.invoiceId, openingDebtId: debt.openingDebtId, cents })
        move(cents)
      }
      const release = (isReleased: (one: (typeof kept)[number]) => boolean) => {
        for (const { cents } of kept.filter(isReleased)) move(0 - cents)
        kept = kept.filter((one) => !isReleased(one))
      }
      const waiting = async () =>
        (await recovery.treasury({})).reported.filter(
          ({ kind, paidOn, cancelled }) => kind === 'forwarded' && paidOn === null && cancelled === null,
        )
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
          release(({ paymentId }) => paymentId === last.id)
          move(last.cents)
        },
        payTheirs: async (share) => {
          const [debt] = (await payments.owed({ familyId: payer.familyId })).atTreasury
          if (!debt) return
          const { invoiceId, openingDebtId } = debt
          const cents = Math.ceil(debt.leftCents / share)
          const chosen = [{ invoiceId, openingDebtId, cents }]
          const input = { payer: '', reference: '', chosen, means: 'cheque' as const, receivedOn: on }
          const { id } = await payments.record({ familyId: payer.familyId, amountCents: cents + 50, ...input })
          made.push({ id, cents: cents + 50 })
          move(0 - cents - 50)
          keep(id, debt, cents)
        },
        keep: async (share) => {
          const debt = (await recovery.treasury({})).debts.find(
            ({ aheadCents, sentCents, paidCents, keptCents }) => aheadCents > 0 && sentCents > paidCents + keptCents,
          )
          if (!debt) return
          const { invoiceId, openingDebtId, aheadCents, sentCents, paidCents, keptCents } = debt
          const amountCents = Math.ceil(Math.min(aheadCents, sentCents - paidCents - keptCents) / share)
          const before = new Set((await waiting()).map(({ id }) => id))
          await recovery.keepMoney({ invoiceId, openingDebtId, amountCents })
          for (const { id } of (await waiting()).filter((one) => !before.has(one.id))) {
            const [paymentId, cents] = town.store
              .statement(
                `select payment_id, amount_cents from allocation where refund_id =
                  (select refund_id from treasury_payment where id = ?)`,
              )
              .raw()
              .get(id) as [number, number]
            keep(paymentId, debt, cents)
          }
        },
        forward: async () => {
          const { debts } = await recovery.treasury({})
          const [first] = await waiting()
          const left = debts.find(
            (debt) => debt.invoiceId === first?.invoiceId && debt.openingDebtId === first.openingDebtId,
          )
          if (!first || !left || left.sentCents - left.paidCents < first.amountCents) return
          await recovery.forwardMoney({ ids: [first.id], paidOn: on, reference: 'P503' })
          move(0, 0 - first.amountCents)
          const index = kept.findIndex(
            (one) =>
              one.invoiceId === first.invoiceId &&
              one.openingDebtId === first.openingDebtId &&
              one.cents === first.amountCents,
          )
          // The debt stays with the Treasury, whatever happens to the payment.
          for (const { paymentId } of kept.splice(index, 1))
            made.splice(
              made.findIndex(({ id }) => id === paymentId),
              1,
            )
        },
        release: async () => {
          const [first] = await waiting()
          if (!first) return
          await recovery.cancelTold({ id: first.id, reason: 'x' })
          const index = kept.findIndex(
            (one) =>
              one.invoiceId === first.invoiceId &&
              one.openingDebtId === first.openingDebtId &&
              one.cents === first.amountCents,
          )
          for (const { cents } of kept.splice(index, 1)) move(0 - cents)
        },
        remit: (share) => decide('remission', share),
        writeOff: (share) => decide('writeOff', share),
        handOver: async () => {
          const { payers } = await recovery.unpaid({})
          const reminded = payers.flatMap(({ step, skipped, dueCents }) =>
            step.kind === 'remind' && skipped === null ? [{ ...payer, level: step.level, dueCents }] : [],
          )
          if (reminded.length > 0) await remindAsSeen(recovery, { payers: reminded })
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
          release((one) => one.invoiceId === invoiceId && one.openingDebtId === openingDebtId)
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
      // When the debts are handed over first, all that is owed goes to the Treasury.
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
      // One history that contains every action.
      examples: [
        [
          (
            ['handOver', 'tell', 'writeOff', 'cancel', 'takeBack', 'remit', 'cancel', 'owe', 'pay', 'undo'] as const
          ).map((what) => ({ what, share: 2 })),
        ],
        [
          (
            [
              'handOver',
              'payTheirs',
              'keep',
              'forward',
              'release',
              'payTheirs',
              'undo',
              'payTheirs',
              'takeBack',
            ] as const
          ).map((what) => ({ what, share: 2 })),
        ],
      ],
    },
  )
}, 120_000)
