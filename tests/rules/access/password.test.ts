import { describe, expect, it } from 'vitest'
import { passwordWeakness } from '../../../shared/rules/access/password.ts'

const login = 'claire.aubry@exemple.fr'
const whyNot = (password: string) => passwordWeakness(password, login)?.replaceAll('\u00a0', ' ') ?? null

describe('a password', () => {
  it.each(['Marronnier-14', 'Tilleul-2027', 'Azerty-2026', 'le chat dort sur le toit', 'Été à Caen 9'])(
    'is strong enough: %s',
    (password) => expect(whyNot(password)).toBeNull(),
  )

  it.each(['azerty', 'Tilleul', 'marronnier', 'tilleul2027', ''])(
    'has eight characters of three kinds, or sixteen: not %s',
    (password) => expect(whyNot(password)).toContain('au moins 8 caractères'),
  )

  it.each([login, 'Claire.Aubry@Exemple.fr', `${login}!2026`])('does not hold the login: not %s', (password) =>
    expect(whyNot(password)).toBe('Mot de passe trop simple : il ne doit pas contenir l’identifiant.'),
  )

  it.each([
    'aaaaaaaaaaaaaaaa',
    'AAAAaaaa1111',
    'abcdefghijklmnop',
    '1234567890123456',
    '0987654321098765',
    'azertyuiopqsdfgh',
    'abcabcabcabcabcabc',
    'Abcd1234',
    'Azerty123!',
    'Aa1!Aa1!',
  ])('is more than one character again and again, or a known order: not %s', (password) =>
    expect(whyNot(password)).toContain('évitez un caractère répété'),
  )

  it('may be of somebody whose login is not known yet', () => expect(passwordWeakness('Marronnier-14', '')).toBeNull())
})
