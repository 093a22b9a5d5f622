import { describe, expect, it } from 'vitest'
import { comparedAddress, firstReached, whyNoMail } from '../../../shared/rules/mails/stop-list.ts'

const camille = { email: 'camille@exemple.fr', isStopped: false, unwanted: [] }
const paul = { ...camille, email: 'paul@exemple.fr' }

describe('who gets a mail', () => {
  it('is nobody without an address, on the stop list, or who wants none of that kind', () => {
    expect(whyNoMail(camille, 'reminder')).toBeNull()
    expect(whyNoMail({ ...camille, email: ' ' }, 'reminder')).toBe('noAddress')
    expect(whyNoMail({ ...camille, isStopped: true }, 'reminder')).toBe('stopped')
    expect(whyNoMail({ ...camille, unwanted: ['reminder'] }, 'reminder')).toBe('unwanted')
    expect(whyNoMail({ ...camille, unwanted: ['notice'] }, 'reminder')).toBeNull()
  })

  it('is the guardian billed, the other one where the first is not reached', () => {
    expect(firstReached([camille, paul], 'invoice')).toBe(camille)
    expect(firstReached([{ ...camille, isStopped: true }, paul], 'invoice')).toBe(paul)
    expect(firstReached([{ ...camille, isStopped: true }], 'invoice')).toBeUndefined()
  })

  it('compares addresses in lower case', () => {
    expect(comparedAddress(' Camille@Exemple.FR ')).toBe('camille@exemple.fr')
  })
})
