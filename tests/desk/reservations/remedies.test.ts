import { expect, it } from 'vitest'
import { remedies, roleToCorrect } from '../../../renderer/desk/invoicing/remedies.ts'
import { may, roles } from '../../../shared/rules/access/roles.ts'

it('a draft leads nobody to what their role may not put right: it says who does', () => {
  expect(roleToCorrect(['cashier'], 'noFamilyQuotient')).toBe(
    'QF à saisir. Cette action demande le rôle Administrateur, Directeur ou Agent d’accueil.',
  )
  expect(roleToCorrect(['cashier'], 'notPointed')).toBe(
    'À pointer. Cette action demande le rôle Directeur, Agent d’accueil ou Animateur.',
  )
  expect(roleToCorrect(['cashier', 'receptionist'], 'notPointed')).toBeNull()
  expect(roleToCorrect(['cashier'], undefined)).toBeNull()
})

it.each(roles)('every fault of a draft can be corrected by the role %s, or says which role can', (role) => {
  for (const cause of Object.keys(remedies) as (keyof typeof remedies)[])
    expect(roleToCorrect([role], cause) === null).toBe(may([role], remedies[cause].needs))
})
