import { account } from './account.ts'
import { debits } from './debits.ts'
import { demandes } from './demandes.ts'
import { dossier } from './dossier.ts'
import { home } from './home.ts'
import { messages } from './messages.ts'
import { papers } from './papers.ts'
import { payments } from './payments.ts'

/** All calls that a page of the portal can make. */
export const contract = { account, home, demandes, messages, papers, payments, debits, dossier }
