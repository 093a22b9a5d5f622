import type { DebitSettingsInput } from '../../../shared/contract/desk/money/debits.ts'
import { refuseDebitSettings } from '../../../shared/rules/money/debit/debit-settings.ts'
import { debitSettings } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { regieName, regieOf, regiesOf } from '../regies/regies.ts'
import { organisationOf } from '../settings/settings.ts'
import { hasFrozenCollection, settingsRow } from './debits-store.ts'

export type Settings = NonNullable<ReturnType<typeof settingsRow>>

/** Null when the régie does not collect by direct debit. */
export const readSettings = ({ store }: Core, regieId: number): DebitSettingsInput | null =>
  settingsRow(store, regieId) ?? null

/** The creditor's name on mandates, notices and files: « Régie Espace Jeunesse », or the régie's own name. */
export const creditorName = (store: Store, regieId: number): string => {
  const regie = regieOf(store, regieId)
  return regie.name === '' ? `${regieName(regie)} ${organisationOf(store).name}` : regieName(regie)
}

/** The régies whose mandates parents may sign and stop on the portal. */
export const portalCreditors = (store: Store) =>
  regiesOf(store).flatMap((regie) => {
    const settings = settingsRow(store, regie.id)
    return settings?.onPortal ? [{ regie: regie.id, creditor: creditorName(store, regie.id), ...settings }] : []
  })

/** @throws Refused when the régie does not collect by direct debit */
export const settingsOf = (store: Store, regieId: number): Settings => {
  const found = settingsRow(store, regieId)
  if (!found)
    throw new Refused(
      `${regieName(regieOf(store, regieId))} ne prélève pas encore\u00a0: un administrateur le règle dans Réglages, Régies.`,
    )
  return found
}

export const saveSettings = (core: Core, person: Person, input: DebitSettingsInput): DebitSettingsInput => {
  const { store } = core
  const { regieId, ...values } = input
  const name = regieName(regieOf(store, regieId))
  return store.act(person, 'debits.settings', `Prélèvement réglé\u00a0: ${name}`, (write) => {
    const refused = refuseDebitSettings(values)
    if (refused) throw new Refused(refused.sentence, refused.field)
    const before = settingsRow(store, regieId)
    // Frozen debits keep the names that their format required, so the format cannot change while one waits.
    if (before && before.format !== values.format && hasFrozenCollection(store, regieId))
      throw new Refused(
        'Un prélèvement gelé attend son fichier\u00a0: faites-le, ou abandonnez-le, avant de changer de format.',
        'format',
      )
    if (before) write.update(debitSettings, before.id, values)
    else write.insert(debitSettings, { regieId, ...values })
    return input
  })
}
