import type { PortalMandate } from '../../../shared/contract/desk/money/debits.ts'
import type { SignedMandateEntry, StoppedMandateEntry } from '../../../shared/contract/portal/entries.ts'
import { addDays, dayAt, instantOf, timeOfDay, today } from '../../../shared/rules/calendar/day.ts'
import type { Answer } from '../../../shared/rules/cell/cell-actions.ts'
import { refuseDebtor, stoppedFrom } from '../../../shared/rules/money/debit/signing.ts'
import { mandateAssociatedData, openWithAny } from '../../crypto/sealed-for-desk.ts'
import type { Write } from '../../store/acts/acts.ts'
import { mandate, portalAsk } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { type Account, accountDigests, readSealed } from './account.ts'
import {
  announcedDays,
  mandatesOfPayer,
  mandateWithReference,
  portalMandateRow,
  portalMandateRows,
  settingsRow,
} from './debits-store.ts'
import { writeMandate } from './mandates.ts'

/** The answer given to a parent; when nothing was recorded, with the sentence that says why. */
type Outcome = { readonly answer: Answer; readonly reason: string }

const accepted: Outcome = { answer: 'accepted', reason: '' }
const refused = (reason: string): Outcome => ({ answer: 'refused', reason })

/**
 * Records a mandate that a guardian of the home signed on the portal, within the act that collects it.
 * @returns null while this computer has no key to open its account
 */
export const writeSignedMandate = (store: Store, write: Write, signed: SignedMandateEntry): Outcome | null => {
  const { family: familyId, regie: regieId, reference, debtor, recordedAt, sealed } = signed
  const former = mandateWithReference(store, reference)
  if (former) {
    const isSame = former.familyId === familyId && former.source === 'portal'
    return isSame ? accepted : refused('Un autre mandat a déjà cette référence (RUM)\u00a0: signez-en un autre.')
  }
  if (!settingsRow(store, regieId)) return refused('Cette régie ne prélève pas. Appelez le service.')
  const refusedDebtor = refuseDebtor(debtor)
  if (refusedDebtor !== undefined) return refused(refusedDebtor)
  const { key, previousKeys } = store.key
  if (key === null) return null
  const bytes = openWithAny([key, ...previousKeys], Buffer.from(sealed, 'base64'), mandateAssociatedData(signed))
  const account = bytes && readSealed(bytes)
  if (!account) return refused('Votre compte n’a pas pu être lu par le service\u00a0: signez un autre mandat.')
  const same = sameAccount(store, signed, account)
  if (same !== undefined)
    return { answer: 'moot', reason: `Ce compte a déjà un mandat, ${same}\u00a0: c’est lui qui reste.` }
  try {
    writeMandate(store, write, {
      familyId,
      thirdPartyId: null,
      regieId,
      reference,
      year: null,
      number: null,
      kind: 'recurrent',
      source: 'portal',
      signedOn: dayAt(recordedAt),
      debtor,
      paper: signed.paper ?? null,
      ...account,
    })
    return accepted
  } catch (error) {
    if (error instanceof Refused) return refused(error.sentence)
    throw error
  }
}

/** The reference of the mandate through which this account of the home is already collected. */
const sameAccount = (
  store: Store,
  { family, regie }: Pick<SignedMandateEntry, 'family' | 'regie'>,
  { iban }: Account,
): string | undefined => {
  const digest = accountDigests(store)(iban)
  return mandatesOfPayer(store, { familyId: family, thirdPartyId: null }).find(
    (one) =>
      one.regieId === regie &&
      one.digest === digest &&
      one.kind === 'recurrent' &&
      one.stoppedOn === null &&
      one.suspendedOn === null,
  )?.reference
}

/** Records that a guardian stops a mandate of the home: what was already announced is still collected. */
export const writeStoppedMandate = (
  store: Store,
  write: Write,
  { family, reference }: Pick<StoppedMandateEntry, 'family' | 'reference'>,
): Outcome => {
  const row = mandateWithReference(store, reference)
  if (row?.familyId !== family) return refused('Ce mandat n’est pas connu du service. Appelez-le.')
  if (row.stoppedOn !== null) return { answer: 'moot', reason: 'Ce mandat était déjà arrêté.' }
  write.update(mandate, row.id, {
    stoppedOn: stoppedFrom(dayAt(write.at), announcedDays(store, row.id)),
    reason: 'par la famille, sur le portail',
  })
  return accepted
}

/** Mandates signed or stopped on the portal are shown to staff for this many days; those still to check, for longer. */
const shownDays = 60

/** Records that staff settled with the family a mandate that could not be recorded: it is no longer « à vérifier ». */
export const dismissMandate = (
  { store }: Core,
  person: Person,
  { id, reason }: { readonly id: number; readonly reason: string },
): Record<string, never> => {
  const ask = () => {
    const row = portalMandateRow(store, id)
    if (row?.settled !== 'refused') throw new Refused('Il n’y a rien à vérifier pour ce mandat.')
    if (row.dismissReason !== null) throw new Refused('Ce mandat est déjà vérifié.')
    return row
  }
  const label = `Mandat du portail vérifié\u00a0: ${ask().receipt}`
  return store.act(person, 'debits.dismiss', label, (write) => {
    ask()
    write.update(portalAsk, id, { dismissedOn: dayAt(write.at), dismissReason: reason })
    return {}
  })
}

/** Newest first. */
export const portalMandates = ({ store, clock }: Core, familyId: number | null): PortalMandate[] => {
  const since = instantOf(addDays(today(clock), -shownDays), timeOfDay('00:00'))
  return portalMandateRows(store, familyId, since).map(({ kind, settled, settledReason, dismissReason, ...row }) => ({
    ...row,
    what: kind === 'mandate' ? 'signed' : 'stopped',
    problem:
      settled === null
        ? 'Le compte n’est pas encore lu\u00a0: la clé de la base manque sur ce poste.'
        : settled === 'refused' && dismissReason === null
          ? settledReason
          : null,
    canDismiss: settled === 'refused' && dismissReason === null,
    dismissed: dismissReason,
  }))
}
