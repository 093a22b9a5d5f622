import { account } from './account.ts'
import { demandes } from './demandes.ts'
import { home } from './home.ts'

/** Every call that a page of the portal can make. */
export const contract = { account, home, demandes }
