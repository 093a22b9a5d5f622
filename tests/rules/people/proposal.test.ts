import { describe, expect, it } from 'vitest'
import { isProposable, whyNotPropose } from '../../../shared/rules/people/proposal.ts'

describe('What parents may propose to change', () => {
  it('is never the e-mail, which is the login', () => {
    expect(isProposable('guardian', 'email')).toBe(false)
    expect(whyNotPropose('guardian', 'email', 'claire@exemple.fr')).toContain('ne se change pas ici')
    expect(whyNotPropose('family', 'constructor', 'x')).toContain('ne se change pas ici')
  })

  it.each([
    ['guardian', 'mobilePhone', '06 39 98 41 07', '06 39'],
    ['family', 'address.postcode', '14550', '1455'],
    ['family', 'address.line1', '4 allée du Canal', ''],
    ['child', 'birth', '2018-11-24', '2018-02-30'],
    ['child', 'sex', 'F', 'X'],
    ['child', 'firstName', 'Noa', ''],
  ] as const)('%s %s takes « %s » and not « %s »', (subject, field, right, wrong) => {
    expect(whyNotPropose(subject, field, right)).toBeNull()
    expect(whyNotPropose(subject, field, wrong)).toMatch(/\.$/)
  })

  it('may be taken away: a phone, a school, a number', () => {
    expect(whyNotPropose('guardian', 'workPhone', '')).toBeNull()
    expect(whyNotPropose('child', 'school', '')).toBeNull()
    expect(whyNotPropose('family', 'beneficiaryNumber', '')).toBeNull()
  })
})
