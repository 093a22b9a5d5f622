/**
 * Why a password is too weak, or null. CNIL, délibération 2022-100: 50 bits where attempts are limited; eight
 * characters of three kinds give 50 bits, sixteen of any kind more.
 */
export const weakness = (password: string): string | null => {
  const kinds = [/[a-zà-ÿ]/, /[A-ZÀ-Þ]/, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(password)).length
  if (password.length >= 16 || (password.length >= 8 && kinds >= 3)) return null
  return 'Mot de passe trop simple : au moins 8 caractères mêlant majuscules, minuscules, chiffres ou signes, ou une phrase de 16 caractères.'
}
