import type { AccountRequest } from '../../../shared/contract/desk/money/debits.ts'
import { dayAt, today } from '../../../shared/rules/calendar/day.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { accountRequest } from '../../store/schema/index.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { debtorOf } from '../families/families.ts'
import { accountRequestsOf } from './debits-store.ts'
import { activeMandate } from './mandates.ts'
import { settingsOf } from './settings.ts'

/** « Demander un IBAN »: the service asks a home to sign a mandate. */

export const listAccountRequests = ({ store }: Core, familyId: number): AccountRequest[] =>
  accountRequestsOf(store, [familyId]).map(({ id, regieId, askedOn }) => ({ id, regieId, askedOn }))

export const askAccount = (
  core: Core,
  person: Person,
  { familyId, regieId }: { readonly familyId: number; readonly regieId: number },
): AccountRequest => {
  const { store, clock } = core
  const { familyName } = debtorOf(store, familyId, today(clock))
  return store.act(person, 'debits.accountRequest', `IBAN demandé\u00a0: ${familyName}`, (write) => {
    const askedOn = dayAt(write.at)
    settingsOf(store, regieId)
    if (activeMandate(store, { familyId, regieId }, askedOn))
      throw new Refused('Cette famille a déjà un mandat actif\u00a0: arrêtez-le si son compte ne va plus.')
    const former = accountRequestsOf(store, [familyId]).find((one) => one.regieId === regieId)
    if (former) throw new Refused(`L’IBAN est déjà demandé depuis le ${shortDay(former.askedOn)}.`)
    return { id: write.insert(accountRequest, { familyId, regieId, askedOn }).id, regieId, askedOn }
  })
}

export const dropAccountRequest = (
  core: Core,
  person: Person,
  { id, reason }: { readonly id: number; readonly reason: string },
): Record<string, never> => {
  const { store, clock } = core
  const familyId = requestOf(core, id)
  const { familyName } = debtorOf(store, familyId, today(clock))
  return store.act(person, 'debits.accountRequest', `IBAN plus demandé\u00a0: ${familyName}`, (write) => {
    requestOf(core, id)
    write.update(accountRequest, id, { endedOn: dayAt(write.at), endReason: reason })
    return {}
  })
}

const requestOf = ({ store }: Core, id: number): number => {
  const familyId = store
    .statement('select family_id from account_request where id = ? and ended_on is null')
    .pluck()
    .get(id)
  if (typeof familyId !== 'number') throw new Refused('Cette demande est finie\u00a0: relisez la page.')
  return familyId
}
