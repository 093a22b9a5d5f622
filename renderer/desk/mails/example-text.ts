import { useSession } from '../staff/session.ts'

/** What a message becomes in the example town; empty elsewhere. */
export const useExampleText = (): string =>
  useSession().data?.isDemo === true ? 'Ville d’exemple\u00a0: rien ne part, et rien ne se paie.' : ''
