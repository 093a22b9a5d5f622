import type { Mandate, MandateInput } from '../../../shared/contract/desk/money/debits.ts'
import { type Day, dayAt, today, yearOf } from '../../../shared/rules/calendar/day.ts'
import {
  isMandateReference,
  mandateReference,
  mandateSeries,
  refuseDebtorAccount,
} from '../../../shared/rules/money/debit/identifiers.ts'
import {
  lapsesAfter,
  type MandateState,
  mandateStateOn,
  refuseSignature,
} from '../../../shared/rules/money/debit/mandate.ts'
import { stoppedFrom } from '../../../shared/rules/money/debit/signing.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import type { Write } from '../../store/acts/acts.ts'
import { nextNumber, numbersUnknown } from '../../store/numbers.ts'
import { accountRequest, mandate } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import type { PayerIds } from '../invoicing/invoicing.ts'
import { refusePayer, requirePayer } from '../payments/payments.ts'
import { refuseUnlessHolder, regieName, regiesOf } from '../regies/regies.ts'
import { type Account, isAccountLost, openAccount, sealedAccount } from './account.ts'
import {
  accountRequestsOf,
  announcedDays,
  lastMandateNumber,
  type MandateRow,
  mandateFacts,
  mandateRow,
  mandatesOfPayer,
  mandateWithReference,
} from './debits-store.ts'
import { settingsOf } from './settings.ts'

/** Newest first. */
export const listMandates = ({ store, clock }: Core, payer: PayerIds): Mandate[] =>
  shown(store, mandatesOfPayer(store, payer).toReversed(), today(clock))

const shown = (store: Store, rows: readonly MandateRow[], on: Day): Mandate[] => {
  const factsOf = mandateFacts(store, rows)
  const regies = new Map(regiesOf(store).map((regie) => [regie.id, regieName(regie)]))
  return rows.map((row) => {
    const facts = factsOf(row)
    const { id, familyId, thirdPartyId, regieId, reference, kind, source, signedOn, debtor, reason } = row
    const state = mandateStateOn(facts, on)
    return {
      id,
      familyId,
      thirdPartyId,
      regieId,
      regie: regies.get(regieId) ?? '',
      reference,
      kind,
      source,
      signedOn,
      debtor,
      accountStart: row.accountStart,
      lastFour: row.lastFour,
      state,
      reason,
      stopsOn: state === 'stopped' ? null : row.stoppedOn,
      lapsesAfter: lapsesAfter(facts),
      lastOn: facts.presented.at(-1)?.on ?? null,
      isAccountLost: isAccountLost(store, row),
      hasPaper: row.paper !== null,
    }
  })
}

const shownOne = (store: Store, id: number, on: Day): Mandate => {
  const [found] = shown(store, [requireMandate(store, id)], on)
  if (!found) throw new RangeError(`mandate ${id} was just written`)
  return found
}

/** @throws Refused when there is no such mandate */
export const requireMandate = (store: Store, id: number): MandateRow => {
  const found = mandateRow(store, id)
  if (!found) throw new Refused('Ce mandat n’existe plus.')
  return found
}

type OfHome = { readonly familyId: number; readonly regieId: number }

/** The active mandate for repeated debits of a home at a régie. */
export const activeMandate = (store: Store, of: OfHome, on: Day): MandateRow | undefined =>
  lastMandate(store, of, on, 'active')

/** The suspended mandate of a home at a régie, which a person may resume. */
export const suspendedMandate = (store: Store, of: OfHome, on: Day): MandateRow | undefined =>
  lastMandate(store, of, on, 'suspended')

const lastMandate = (
  store: Store,
  { familyId, regieId }: OfHome,
  on: Day,
  state: MandateState,
): MandateRow | undefined => {
  const rows = mandatesOfPayer(store, { familyId, thirdPartyId: null }).filter(
    (row) => row.regieId === regieId && row.kind === 'recurrent',
  )
  const factsOf = mandateFacts(store, rows)
  return rows.findLast((row) => row.stoppedOn === null && mandateStateOn(factsOf(row), on) === state)
}

/**
 * Records a mandate signed on paper, as staff typed it. Another account of the same payer is another mandate, and ends
 * this one.
 */
export const saveMandate = (core: Core, person: Person, input: MandateInput): Mandate => {
  const { store, clock } = core
  const holder = requirePayer(store, input, today(clock))
  return store.act(person, 'debits.mandate', `Mandat de prélèvement enregistré\u00a0: ${holder.name}`, (write) => {
    const on = dayAt(write.at)
    const refusedPayer = refusePayer(requirePayer(store, input, on))
    if (refusedPayer !== undefined) throw new Refused(refusedPayer)
    const refusedSignature = refuseSignature(input.signedOn, on)
    if (refusedSignature !== undefined) throw new Refused(refusedSignature, 'signedOn')
    const { reference, ...numbered } = referenceFor(store, input)
    return shownOne(store, writeMandate(store, write, { ...input, ...numbered, reference, source: 'paper' }), on)
  })
}

/** The reference that staff typed, from the town's former program, or the next one of the régie. */
const referenceFor = (
  store: Store,
  { regieId, reference, signedOn }: MandateInput,
): Pick<MandateRow, 'reference' | 'year' | 'number'> => {
  const { referencePrefix } = settingsOf(store, regieId)
  if (reference !== '') {
    if (!isMandateReference(reference))
      throw new Refused('Une référence de mandat (RUM) a 35 signes au plus, sans espace ni accent.', 'reference')
    return { reference, year: null, number: null }
  }
  const unknown = numbersUnknown(store)
  if (unknown !== null) throw new Refused(unknown)
  const year = yearOf(signedOn)
  const number = nextNumber(
    store,
    `${mandateSeries(referencePrefix)}${year}`,
    lastMandateNumber(store, referencePrefix, year),
  )
  return { reference: mandateReference(referencePrefix, year, number), year, number }
}

/**
 * Writes a new mandate within the caller's act. The payer's previous mandate at the same régie is stopped once what was
 * already announced on it is collected.
 */
export const writeMandate = (
  store: Store,
  write: Write,
  {
    familyId,
    thirdPartyId,
    regieId,
    reference,
    kind,
    source,
    signedOn,
    debtor,
    iban,
    bic,
    year,
    number,
    paper = null,
  }: Pick<
    MandateRow,
    | 'familyId'
    | 'thirdPartyId'
    | 'regieId'
    | 'reference'
    | 'kind'
    | 'source'
    | 'signedOn'
    | 'debtor'
    | 'year'
    | 'number'
  > &
    Account & { readonly paper?: MandateRow['paper'] },
): number => {
  const refused = refuseDebtorAccount({ iban, bic })
  if (refused) throw new Refused(refused.sentence, refused.field)
  if (mandateWithReference(store, reference))
    throw new Refused('Un mandat a déjà cette référence (RUM)\u00a0: chaque mandat a la sienne.', 'reference')
  const sealed = sealedAccount(store, reference, { iban, bic })
  const on = dayAt(write.at)
  const others = mandatesOfPayer(store, { familyId, thirdPartyId }).filter(
    (other) => other.regieId === regieId && (other.stoppedOn === null || other.stoppedOn > on),
  )
  if (others.some((other) => other.digest === sealed.digest && other.suspendedOn === null && other.kind === kind))
    throw new Refused('Il y a déjà un mandat pour ce compte.', 'iban')
  for (const other of others)
    write.update(mandate, other.id, {
      stoppedOn: stoppedFrom(on, announcedDays(store, other.id)),
      reason: `remplacé par le mandat ${reference}`,
    })
  for (const { id, regieId: askedBy } of accountRequestsOf(store, familyId === null ? [] : [familyId]))
    if (askedBy === regieId) write.update(accountRequest, id, { endedOn: on, endReason: `mandat ${reference}` })
  return write.insert(mandate, {
    familyId,
    thirdPartyId,
    regieId,
    reference,
    year,
    number,
    kind,
    source,
    signedOn,
    debtor,
    paper,
    ...sealed,
  }).id
}

export const stopMandate = (core: Core, person: Person, { id, reason }: { id: number; reason: string }): Mandate => {
  const { store } = core
  const { reference } = requireMandate(store, id)
  return store.act(person, 'debits.stopMandate', `Mandat de prélèvement arrêté\u00a0: ${reference}`, (write) => {
    const on = dayAt(write.at)
    if (requireMandate(store, id).stoppedOn !== null) throw new Refused('Ce mandat est déjà arrêté.')
    write.update(mandate, id, { stoppedOn: on, reason })
    return shownOne(store, id, on)
  })
}

/** Resumes a mandate that was suspended after debits came back. */
export const resumeMandate = (core: Core, person: Person, id: number): Mandate => {
  const { store } = core
  const { reference } = requireMandate(store, id)
  return store.act(person, 'debits.resumeMandate', `Mandat de prélèvement rétabli\u00a0: ${reference}`, (write) => {
    const { suspendedOn, stoppedOn } = requireMandate(store, id)
    if (stoppedOn !== null) throw new Refused('Ce mandat est arrêté\u00a0: faites-en signer un autre.')
    if (suspendedOn === null) throw new Refused('Ce mandat n’est pas suspendu.')
    write.update(mandate, id, { suspendedOn: null, reason: '' })
    return shownOne(store, id, dayAt(write.at))
  })
}

/** The text that the parent signed on the portal, with the last four characters of the account. */
export const mandatePaper = async ({ store }: Core, id: number): Promise<File> => {
  const { reference } = requireMandate(store, id)
  const bytes = await mandatePdf(store, reference)
  if (!bytes) throw new Refused('Ce mandat a été signé sur papier\u00a0: il n’est pas dans le logiciel.')
  return new File([new Uint8Array(bytes)], `Mandat ${reference}.pdf`, { type: 'application/pdf' })
}

/**
 * The paper of a mandate signed on the portal, always with the same bytes. Null for one signed on paper, or not in this
 * file.
 */
export const mandatePdf = async (store: Store, reference: string): Promise<Uint8Array | null> => {
  const found = mandateWithReference(store, reference)
  if (!found?.paper) return null
  const { paper, debtor, lastFour, signedOn } = found
  const [bytes = null] = await renderPapers([{ mandates: [{ ...paper, reference, debtor, lastFour, signedOn }] }], {
    createdAt: paper.signedAt,
  })
  return bytes
}

/** The full account number. The audit trail records who read it. */
export const readAccount = (core: Core, person: Person, id: number): Account => {
  const { store } = core
  const row = requireMandate(store, id)
  refuseUnlessHolder(core, person, row.regieId)
  return store.act(person, 'debits.readAccount', `Compte bancaire consulté\u00a0: ${row.debtor}`, (write) => {
    write.trace('mandate_consultation', id, {})
    return openAccount(store, row)
  })
}
