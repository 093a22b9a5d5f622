import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
import type { Store } from '../../store/store.ts'
import type { Person } from '../core.ts'
import { whyNotReadMade } from '../templates/templates.ts'
import type { MailSqlRow } from './mails-store.ts'

/** Why a person may neither read the content of a mail nor decide about it; null when they may. */
export const whyNotReadMail = (store: Store, person: Person, row: MailSqlRow): string | null => {
  const { kind, tellsOfDossiers, letter } = row
  if ((kind === 'paper' || tellsOfDossiers === 1) && !may(person.roles, 'dossiers'))
    return `Ce message dit à qui il manque une pièce. ${roleNeeded('dossiers')}`
  return letter === null ? null : whyNotReadMade(store, person, letter)
}
