import { assert, boolean, constantFrom, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failedOutcome, type MailFailure, troubles, troubleText } from '../../../shared/rules/mails/trouble.ts'

const failure = (changes: Partial<MailFailure>): MailFailure => ({
  code: '',
  command: '',
  reply: null,
  isContentBegun: false,
  ...changes,
})

describe('a call of the mail server that failed', () => {
  it.each([
    ['RCPT TO', '550 5.1.1 unknown', 'refused', null],
    ['RCPT TO', '450 4.2.1 greylisted', 'deferred', null],
    ['RCPT TO', '550 5.7.1 relaying denied', 'rejected', null],
    ['RCPT TO', '530 5.7.0 authentication required', 'notBegun', 'password'],
    ['DATA', '552 5.3.4 too big', 'rejected', null],
    ['DATA', '451 4.3.0 try later', 'deferred', null],
    ['DATA', '421 4.3.2 shutting down', 'notBegun', 'busy'],
    ['MAIL FROM', '550 5.7.1 not yours', 'notBegun', 'sender'],
    ['MAIL FROM', '452 4.3.1 no room', 'notBegun', 'busy'],
    ['AUTH PLAIN', '535 5.7.8 no', 'notBegun', 'password'],
    ['AUTH PLAIN', '454 4.7.0 later', 'notBegun', 'busy'],
    ['CONN', '554 5.3.2 not you', 'notBegun', 'busy'],
  ])('%s « %s »: %s', (command, reply, outcome, trouble) => {
    expect(failedOutcome(failure({ command, reply, isContentBegun: command === 'DATA' }))).toEqual({ outcome, trouble })
  })

  it.each([
    ['ENOTFOUND', 'notFound'],
    ['EDNS', 'notFound'],
    ['ECONNREFUSED', 'unreachable'],
    ['ETIMEDOUT', 'silent'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate'],
    ['CERT_HAS_EXPIRED', 'certificate'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'noTls'],
    ['ETLS', 'noTls'],
    ['EAUTH', 'password'],
  ])('%s before the mail left: nothing was sent, %s', (code, trouble) => {
    expect(failedOutcome(failure({ code }))).toEqual({ outcome: 'notBegun', trouble })
  })

  it('refuses only the mail that cannot be handed over, whatever comes after it', () => {
    expect(failedOutcome(failure({ code: 'EENVELOPE', command: 'API' }))).toEqual({
      outcome: 'rejected',
      trouble: null,
    })
  })

  it('leaves the mail unknown exactly when its first byte had left and no answer came', () => {
    assert(
      property(
        record({
          code: constantFrom('ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'ETLS'),
          command: constantFrom('', 'CONN', 'DATA', 'RCPT TO'),
          reply: constantFrom(null, '450 4.2.1 later', '550 5.1.1 no', '354 go on'),
          isContentBegun: boolean(),
        }),
        (one) => {
          const isAnswered = one.reply !== null && !one.reply.startsWith('3')
          expect(failedOutcome(one).outcome === 'cut').toBe(one.isContentBegun && !isAnswered)
        },
      ),
    )
  })

  it('has one sentence for each cause', () => {
    const sentences = troubles.map((trouble) => troubleText(trouble, 'smtp.exemple.fr:587'))
    expect(new Set(sentences).size).toBe(troubles.length)
    expect(sentences.filter((text) => !/smtp\.exemple\.fr:587.*\.$/.test(text))).toEqual([])
  })
})
