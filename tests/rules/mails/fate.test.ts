import { assert, constantFrom, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addMinutes, instant } from '../../../shared/rules/calendar/day.ts'
import {
  afterSending,
  fateAfterCrash,
  fateInOlderCopy,
  fatesToDecide,
  isSentByItself,
  mailFates,
  mayResend,
  mayWithdraw,
  pauseMilliseconds,
  type QueuedMail,
  type SendOutcome,
  shownFate,
} from '../../../shared/rules/mails/fate.ts'

const now = instant('2026-11-25T09:42:00.000Z')
const waiting: QueuedMail = { fate: 'waiting', tries: 0, nextTryAt: now }

describe('what became of a mail', () => {
  it.each<[SendOutcome, string]>([
    ['sent', 'sent'],
    ['refused', 'refused'],
    ['rejected', 'rejected'],
    ['deferred', 'waiting'],
    ['notBegun', 'waiting'],
    ['cut', 'unknown'],
  ])('%s: %s', (outcome, fate) => {
    expect(afterSending({ ...waiting, fate: 'sending' }, outcome, now).fate).toBe(fate)
  })

  it('is tried again later and later when the server asks for it, at once when nothing had left', () => {
    const tries = [0, 1, 2, 3, 9].map((count) => afterSending({ ...waiting, tries: count }, 'deferred', now))
    expect(tries.map(({ nextTryAt }) => nextTryAt)).toEqual([1, 5, 15, 60, 60].map((wait) => addMinutes(now, wait)))
    expect(afterSending({ ...waiting, fate: 'sending' }, 'notBegun', now)).toEqual(waiting)
  })

  it('is unknown when a crash cut the call, or when the file is an older copy: a person decides', () => {
    expect(mailFates.filter((fate) => fateAfterCrash(fate) !== fate)).toEqual(['sending'])
    expect(mailFates.filter((fate) => fateInOlderCopy(fate) !== fate)).toEqual(['waiting', 'sending'])
    expect(mayResend(fateAfterCrash('sending'))).toBe(true)
    expect(mayResend(fateInOlderCopy('waiting'))).toBe(true)
  })

  it('does not leave by itself a day later: what it says may no longer be true', () => {
    const after = (hours: number) => addMinutes(now, hours * 60)
    expect(isSentByItself(waiting, now, after(24))).toBe(true)
    expect(isSentByItself(waiting, now, addMinutes(after(24), 1))).toBe(false)
    expect(shownFate('waiting', now, addMinutes(after(24), 1))).toBe('late')
    expect(shownFate('sent', now, after(1000))).toBe('sent')
  })

  it('is sent by itself or by a person, never by both, and never again once the server has it', () => {
    assert(
      property(constantFrom(...mailFates), nat(72), nat(90), (fate, hours, wait) => {
        const at = addMinutes(now, hours * 60)
        const mail = { fate, tries: 0, nextTryAt: addMinutes(now, wait) }
        const shown = shownFate(fate, now, at)
        expect(isSentByItself(mail, now, at) && mayResend(shown)).toBe(false)
        const isGone = fate === 'sent' || fate === 'sending'
        expect(isGone && (mayResend(shown) || mayWithdraw(shown))).toBe(false)
      }),
    )
  })

  it('never stays undecided: it ends, leaves by itself, or waits for a person', () => {
    for (const fate of mailFates) {
      const late = addMinutes(now, 25 * 60)
      const ends = ['sent', 'withdrawn', 'sending', 'delivered'].includes(fate)
      expect(ends || fatesToDecide.includes(shownFate(fate, now, late))).toBe(true)
    }
  })
})

it('a rate of 30 a minute is one each two seconds', () => {
  expect([5, 30, 600].map(pauseMilliseconds)).toEqual([12_000, 2000, 100])
})
