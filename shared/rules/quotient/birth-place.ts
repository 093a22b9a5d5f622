/** INSEE code of France as a country of birth. */
export const franceCode = '99100'

const isFrance = (country: string): boolean => country === franceCode

/** Why a text is not the code of a country of birth; null when it is one. */
export const whyNotBirthCountry = (country: string): string | null =>
  /^99\d{3}$/.test(country) ? null : 'Un code de pays a cinq chiffres et commence par 99\u00a0: 99100 pour la France.'

/** Why a text is not the code of a town of birth in that country; null when it is one, or is left out. */
export const whyNotBirthTown = ({
  birthCountry,
  birthTown,
}: {
  readonly birthCountry: string
  readonly birthTown: string
}): string | null => {
  if (birthTown === '') return null
  if (!isFrance(birthCountry)) return 'Née à l’étranger\u00a0: laissez la commune vide.'
  return /^(?:\d{2}|2[AB])\d{3}$/.test(birthTown)
    ? null
    : 'Un code de commune a cinq caractères, comme 14118\u00a0: c’est le code INSEE, pas le code postal.'
}
