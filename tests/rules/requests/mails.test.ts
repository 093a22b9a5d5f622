import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import { isAddressRefused, reminderOn } from '../../../shared/rules/requests/mails.ts'
import { messageText, whyNotWrite } from '../../../shared/rules/requests/message.ts'

describe('an address that a mail server refuses', () => {
  it.each([
    [550, '550 5.1.1 <a@b.fr>: Recipient address rejected: User unknown', true],
    [550, '550 No such user here', true],
    [553, '553 mailbox name not allowed', true],
    [550, '550-5.1.1 The email account that you tried to reach does not exist.', true],
    [550, '550 5.2.1 The email account is disabled', true],
  ])('%i « %s » is the parent’s: %s', (code, answer, refused) => {
    expect(isAddressRefused(code, answer)).toBe(refused)
  })

  it.each([
    [450, '450 4.2.1 try again later'],
    [552, '552 5.2.2 mailbox full'],
    [550, '550 5.7.1 relaying denied'],
    [554, '554 5.7.1 blocked by policy'],
    [554, '554 transaction failed'],
  ])('%i « %s » is not: it is tried again', (code, answer) => {
    expect(isAddressRefused(code, answer)).toBe(false)
  })
})

describe('the day of a reminder to pay', () => {
  const dueOn = day('2026-12-07')
  const on = (text: string) => reminderOn({ before: 3, after: 7 }, dueOn, day(text))
  it('is so many days before the due day, then so many after, and three days are left to catch up', () => {
    expect(['2026-12-03', '2026-12-04', '2026-12-06', '2026-12-07'].map(on)).toEqual([null, 'before', 'before', null])
    expect(['2026-12-13', '2026-12-14', '2026-12-16', '2026-12-17'].map(on)).toEqual([null, 'after', 'after', null])
  })
  it('never says « bientôt » after the due day, nor anything that the town did not choose', () => {
    expect(reminderOn({ before: 0, after: null }, dueOn, dueOn)).toBe('before')
    expect(reminderOn({ before: 0, after: null }, dueOn, day('2026-12-08'))).toBeNull()
    expect(reminderOn({ before: null, after: null }, dueOn, dueOn)).toBeNull()
  })
})

describe('what a parent writes', () => {
  it('is text only: signs that are not written go, lines stay', () => {
    expect(messageText(' Bonjour,\r\n\r\n<b>Noa</b>\u0000 est\u200b malade \u{1f912}\n')).toBe(
      'Bonjour,\n\n<b>Noa</b> est malade \u{1f912}',
    )
  })
  it('is ten messages an hour and thirty a day at most', () => {
    expect(whyNotWrite(9, 29)).toBeNull()
    expect(whyNotWrite(10, 10)).toContain('10\u00a0messages en une heure')
    expect(whyNotWrite(0, 30)).toContain('depuis hier')
  })
})
