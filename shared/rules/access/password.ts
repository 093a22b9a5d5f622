/** Cost parameters of argon2id. */
export type PasswordCost = { readonly kibibytes: number; readonly passes: number }

/** About 50 ms of one core. @see OWASP Password Storage Cheat Sheet: argon2id with 19 MiB and two passes at least */
export const usualPasswordCost: PasswordCost = { kibibytes: 19_456, passes: 2 }

/** As a page says it before anything is typed. */
export const passwordRule =
  'au moins 8 caractères mêlant majuscules, minuscules, chiffres ou signes (trois sortes), ou une phrase de 16 caractères.'

/**
 * Why a password is too weak, or null. CNIL, délibération 2022-100: 50 bits where attempts are limited; eight
 * characters of three kinds give 50 bits, sixteen of any kind more. Not those of the login, nor those that follow by
 * themselves.
 * @param login whose password it is
 */
export const weakness = (password: string, login: string): string | null => {
  const kinds = [/[a-zà-ÿ]/, /[A-ZÀ-Þ]/, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(password)).length
  if (password.length < 16 && (password.length < 8 || kinds < 3)) return tooSimple(passwordRule)
  const lower = password.toLowerCase()
  if (login.trim() !== '' && lower.includes(login.trim().toLowerCase())) {
    return tooSimple('il ne doit pas contenir l’identifiant.')
  }
  if (choicesIn(lower) < fewestChoices) {
    return tooSimple('évitez un caractère répété, ou une suite comme 1234, abcd ou azerty.')
  }
  return null
}

const tooSimple = (why: string): string => `Mot de passe trop simple\u00a0: ${why}`

const fewestChoices = 4

/** Rows of keyboards and orders that everybody knows, both ways. */
const orders = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  'qwertyuiop',
].flatMap((order) => [order, order.split('').toReversed().join('')])

/** How many different characters were chosen: neither the one before again, nor the next one of a known order. */
const choicesIn = (lower: string): number =>
  new Set(
    lower.split('').filter((sign, at, all) => {
      const before = all[at - 1] ?? ''
      return before !== sign && !(before !== '' && orders.some((order) => order.includes(before + sign)))
    }),
  ).size
