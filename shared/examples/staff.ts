/** Demo accounts of a fictitious town. Deliberately public: the README and the login page show the password. */
export const examplePassword = 'Marronnier-14'

export const exampleLogins = {
  sandrine: 'tous les rôles',
  thierry: 'direction et caisse',
  valerie: 'accueil et animation',
} as const
export type ExampleLogin = keyof typeof exampleLogins
