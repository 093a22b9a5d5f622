import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Collection } from '../../../shared/contract/desk/money/debits.ts'
import { addDays, dayAt, instantOf, timeOfDay, today } from '../../../shared/rules/calendar/day.ts'
import { remittanceText } from '../../../shared/rules/money/debit/collection.ts'
import {
  type Creditor,
  type DebitLine,
  debitFileName,
  schemaOf,
  structuredAddress,
} from '../../../shared/rules/money/debit/debit-file.ts'
import { mandateStateOn, nextSequence } from '../../../shared/rules/money/debit/mandate.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { debitFile } from '../../documents/bank/debit-file.ts'
import { schemaFindings } from '../../documents/bank/schema.ts'
import { debit, debitCollection, debitFile as debitFileTable } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { homeHistories, homeOn } from '../families/families.ts'
import { debtsBeingPaid, payerKey } from '../invoicing/invoicing.ts'
import { requirePayer } from '../payments/payments.ts'
import { refuseUnlessHolder } from '../regies/regies.ts'
import { organisationOf } from '../settings/settings.ts'
import { openAccount } from './account.ts'
import { collectionShown, namedOf, overpaidLines, requireCollection, requireFrozen } from './collections.ts'
import {
  type CollectionRow,
  fileRow,
  filesWritten,
  type LineRow,
  linesOf,
  mandateFacts,
  mandatesOfRegie,
  partsOf,
  payersOfRegie,
} from './debits-store.ts'
import { creditorName, type Settings, settingsOf } from './settings.ts'

/** Which lines of a collection go into its file, and which are removed first. */
type Plan = {
  readonly kept: readonly { readonly line: LineRow; readonly sequence: LineRow['sequence'] }[]
  readonly removed: readonly { readonly id: number; readonly reason: string }[]
}

/**
 * Makes the file of a frozen collection, once. Lines that were paid meanwhile, or whose mandate ended, are removed. A
 * worker validates the file against its schema before anything is written. @throws Refused when something changed
 * meanwhile
 */
export const writeFile = async (core: Core, person: Person, id: number): Promise<Collection> => {
  const { store, clock } = core
  const collection = requireFrozen(store, id)
  const { regieId, collectOn } = collection
  refuseUnlessHolder(core, person, regieId)
  const settings = settingsOf(store, regieId)
  if (collectOn <= today(clock))
    throw new Refused('Le jour de ce prélèvement est venu\u00a0: aucune banque ne le prendrait. Abandonnez-le.')
  const plan = planOf(store, collection)
  if (plan.kept.length === 0) throw new Refused('Il ne reste aucune ligne à prélever\u00a0: abandonnez ce prélèvement.')
  const createdAt = clock()
  const messageId = `${settings.referencePrefix}-${collectOn.replaceAll('-', '')}-${id}`
  const text = debitFile({
    format: settings.format,
    messageId,
    createdAt,
    collectOn,
    creditor: creditorOf(store, settings),
    lines: linesFor(store, collection, plan),
  })
  const findings = await schemaFindings({ xml: text, schema: schemaOf(settings.format) })
  if (findings.length > 0)
    throw new Refused(`Le fichier n’est pas conforme à ${schemaOf(settings.format)}\u00a0: ${findings[0] ?? ''}`)
  const label = `Fichier de prélèvement fait\u00a0: ${shortDay(collectOn)}`
  return store.act(person, 'debits.file', label, (write) => {
    if (JSON.stringify(planOf(store, requireFrozen(store, id))) !== JSON.stringify(plan))
      throw new Refused('Une ligne a changé pendant que le fichier se faisait\u00a0: recommencez.')
    const on = dayAt(write.at)
    for (const { id: debitId, reason } of plan.removed)
      write.update(debit, debitId, { removedOn: on, removeReason: reason })
    for (const { line, sequence } of plan.kept)
      if (line.sequence !== sequence) write.update(debit, line.id, { sequence })
    const bytes = Buffer.from(text)
    write.update(debitCollection, id, {
      state: 'written',
      writtenAt: write.at,
      format: settings.format,
      messageId,
      fileName: debitFileName(
        collectOn,
        {
          prefix: settings.referencePrefix,
          treasury: settings.format === 'DFT' ? { serviceId: settings.treasuryService } : null,
        },
        { day: on, number: filesWritten(store, regieId, instantOf(on, timeOfDay('00:00'))) + 1 },
      ),
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
    const sealed = store.key.seal(gzipSync(bytes).toString('base64'), associatedDataOf(id))
    write.insertMany(debitFileTable, [{ collectionId: id, sealed }])
    return collectionShown(store, id)
  })
}

const associatedDataOf = (collectionId: number): string => `debit_file ${collectionId}`

/**
 * The stored file, always with the same bytes. It holds full account numbers, so each reading is recorded in the audit
 * trail.
 * @throws Refused when there is no file yet, or when its bytes no longer match their recorded hash
 */
export const fileOf = (core: Core, person: Person, id: number): File => {
  const { store } = core
  const { fileName, sha256, regieId } = requireCollection(store, id)
  refuseUnlessHolder(core, person, regieId)
  const row = fileRow(store, id)
  if (!row || fileName === null) throw new Refused('Le fichier de ce prélèvement n’est pas encore fait.')
  const bytes = gunzipSync(Buffer.from(store.key.open(row.sealed, associatedDataOf(id)), 'base64'))
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new Refused('Ce fichier n’est plus celui qui a été fait\u00a0: ne l’envoyez pas, et vérifiez la base.')
  return store.act(person, 'debits.readFile', `Fichier de prélèvement consulté\u00a0: ${fileName}`, (write) => {
    write.trace('debit_file_consultation', id, {})
    return new File([new Uint8Array(bytes)], fileName, { type: 'application/xml' })
  })
}

const planOf = (store: Store, { id, regieId, collectOn }: CollectionRow): Plan => {
  const lines = linesOf(store, id).filter(({ removedOn }) => removedOn === null)
  const paid = overpaidLines(store, lines)
  const beingPaid = debtsBeingPaid(store)
  const parts = partsOf(
    store,
    lines.map((line) => line.id),
  )
  const mandates = new Map(mandatesOfRegie(store, regieId).map((row) => [row.id, row]))
  const payers = payersOfRegie(store, regieId)
  const factsOf = mandateFacts(store, [...mandates.values()])
  const removed: Plan['removed'][number][] = []
  const kept: Plan['kept'][number][] = []
  for (const line of lines) {
    const row = mandates.get(line.mandateId)
    if (!row) throw new RangeError(`no mandate ${line.mandateId}`)
    const facts = factsOf(row)
    if (paid.has(line.id)) removed.push({ id: line.id, reason: 'payé avant le prélèvement' })
    else if ((parts.get(line.id) ?? []).some((part) => beingPaid.has(debtKey(part))))
      removed.push({ id: line.id, reason: 'paiement en ligne en cours' })
    else if (payers.get(payerKey(line))?.toTitle === 1) removed.push({ id: line.id, reason: 'à titrer' })
    else if (mandateStateOn(facts, collectOn) === 'active')
      kept.push({ line, sequence: nextSequence(facts, row.stoppedOn === addDays(collectOn, 1)) })
    else removed.push({ id: line.id, reason: 'mandat qui ne se prélève plus' })
  }
  return { removed, kept }
}

/** The lines of the file, each with its decrypted account. */
const linesFor = (store: Store, { regieId, collectOn }: CollectionRow, { kept }: Plan): DebitLine[] => {
  const mandates = new Map(mandatesOfRegie(store, regieId).map((row) => [row.id, row]))
  const parts = partsOf(
    store,
    kept.map(({ line }) => line.id),
  )
  const homes = homeHistories(
    store,
    kept.flatMap(({ line }) => line.familyId ?? []),
  )
  const { name } = organisationOf(store)
  return kept.flatMap(({ line, sequence }) => {
    const row = mandates.get(line.mandateId)
    if (!row) return []
    const home = line.familyId === null ? undefined : homes.get(line.familyId)
    const { address } = home ? homeOn(home, collectOn) : requirePayer(store, line, collectOn)
    return {
      endToEndId: line.endToEndId,
      cents: line.amountCents,
      sequence,
      mandateReference: row.reference,
      signedOn: row.signedOn,
      debtor: { name: row.debtor, ...openAccount(store, row), address: address ? structuredAddress(address) : null },
      about: remittanceText(name, (parts.get(line.id) ?? []).map(namedOf)),
    }
  })
}

const creditorOf = (store: Store, settings: Settings): Creditor => {
  const { siret } = organisationOf(store)
  return {
    name: creditorName(store, settings.regieId),
    iban: settings.iban,
    bic: settings.bic,
    creditorId: settings.creditorId,
    siret: siret.replaceAll(/\s/g, ''),
    treasury:
      settings.format === 'DFT'
        ? {
            name: settings.treasuryName,
            iban: settings.treasuryIban,
            bic: settings.treasuryBic,
            post: settings.treasuryPost,
            serviceId: settings.treasuryService,
          }
        : null,
  }
}
