/** Who works in the example town, which is nobody's: printed in the README and on its login page. */
export const examplePassword = 'Marronnier-14'

export const exampleLogins = {
  sandrine: 'tous les rôles',
  thierry: 'direction et caisse',
  valerie: 'accueil et animation',
} as const
export type ExampleLogin = keyof typeof exampleLogins
