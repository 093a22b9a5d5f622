/** Cost parameters of argon2id. */
export type PasswordCost = { readonly kibibytes: number; readonly passes: number }

/** About 50 ms of one core. @see OWASP Password Storage Cheat Sheet: argon2id with 19 MiB and two passes at least */
export const defaultPasswordCost: PasswordCost = { kibibytes: 19_456, passes: 2 }

/** The rule in words, shown before the user types. */
export const passwordRule =
  'au moins 8 caractères mêlant majuscules, minuscules, chiffres ou signes (trois sortes), ou une phrase de 16 caractères.'

/**
 * Why a password is too weak; null when it is strong enough. CNIL, délibération 2022-100: 50 bits where attempts are
 * limited. Eight characters of three kinds give 50 bits, sixteen of any kind more. Characters of the login, repetitions
 * and sequences do not count.
 * @param login the login of the password's owner
 */
export const passwordWeakness = (password: string, login: string): string | null => {
  const kinds = [/[a-zà-ÿ]/, /[A-ZÀ-Þ]/, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(password)).length
  if (password.length < 16 && (password.length < 8 || kinds < 3)) return tooSimple(passwordRule)
  const lower = password.toLowerCase()
  if (login.trim() !== '' && lower.includes(login.trim().toLowerCase())) {
    return tooSimple('il ne doit pas contenir l’identifiant.')
  }
  if (distinctCharacters(lower) < minDistinctCharacters) {
    return tooSimple('évitez un caractère répété, ou une suite comme 1234, abcd ou azerty.')
  }
  return null
}

const tooSimple = (why: string): string => `Mot de passe trop simple\u00a0: ${why}`

const minDistinctCharacters = 4

/** Keyboard rows and well-known sequences, in both directions. */
const knownSequences = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  'qwertyuiop',
].flatMap((order) => [order, order.split('').toReversed().join('')])

/** How many distinct characters remain without repetitions and without continuations of a known sequence. */
const distinctCharacters = (lower: string): number =>
  new Set(
    lower.split('').filter((character, at, all) => {
      const previous = all[at - 1] ?? ''
      return (
        previous !== character &&
        !(previous !== '' && knownSequences.some((order) => order.includes(previous + character)))
      )
    }),
  ).size
