import { createHash } from 'node:crypto'
import { inChunks } from '../../../shared/collections.ts'
import type { ReadFileAnswer } from '../../../shared/contract/desk/money/bank.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import {
  identitiesOf,
  type ReadBankLine,
  type ReadStatement,
  unknownLines,
} from '../../../shared/rules/money/bank/bank-line.ts'
import {
  type BankColumns,
  guessBankColumns,
  haveColumns,
  refuseBankColumns,
} from '../../../shared/rules/money/bank/columns.ts'
import { senderOf } from '../../../shared/rules/money/bank/references.ts'
import { lastFourOf } from '../../../shared/rules/money/debit/identifiers.ts'
import { sumOf } from '../../../shared/rules/money/money.ts'
import { counted, numericDay } from '../../../shared/rules/text/french.ts'
import { readStatement, type UnmatchedList, UnreadableStatement } from '../../documents/bank/statement.ts'
import type { Write } from '../../store/acts/acts.ts'
import { sha256 } from '../../store/paper-hash.ts'
import { bankAccount, bankLine, bankStatement } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { accountDigests } from '../debits/debits.ts'
import { allOrNothing } from '../invoicing/invoicing.ts'
import { refuseUnlessHolder, regieOf } from '../regies/regies.ts'
import { type AccountRow, accountRows, knownLines, readStatementId } from './bank-store.ts'

const mostBytes = 20_000_000
/** Lines inserted in one slice of the act. */
const linesPerSlice = 100

/**
 * The stores in which a file is being read: reading a second one at the same time could record the same lines twice.
 */
const busy = new WeakSet<Store>()

type Asked = { readonly regieId: number; readonly file: File; readonly columns: BankColumns | null }

/**
 * Reads a file of the bank and records, in one act, the lines that no earlier statement had; no payment is made yet.
 * When the columns of a list are not known for the account, the list is returned so that a person can name them.
 * @throws Refused for a file that is no statement of the régie's account, and while another one is read; nothing is
 * recorded
 */
export const readFile = async (core: Core, person: Person, asked: Asked): Promise<ReadFileAnswer> => {
  const { store } = core
  const { regieId, file, columns } = asked
  refuseUnlessHolder(core, person, regieId)
  if (file.size === 0) throw new Refused('Ce fichier est vide.', 'file')
  if (file.size > mostBytes) throw new Refused('Ce fichier est trop grand\u00a0: 20 Mo au plus.', 'file')
  const refused = columns && refuseBankColumns(columns)
  if (refused) throw new Refused(refused.sentence, `columns.${refused.field}`)
  if (busy.has(store)) throw new Refused('Un autre poste lit un relevé en ce moment\u00a0: attendez, puis recommencez.')
  busy.add(store)
  try {
    return await readAlone(core, person, asked)
  } finally {
    busy.delete(store)
  }
}

const readAlone = async (core: Core, person: Person, { regieId, file, columns }: Asked): Promise<ReadFileAnswer> => {
  const { store, clock } = core
  const bytes = new Uint8Array(await file.arrayBuffer())
  const digest = createHash('sha256').update(bytes).digest('hex')
  const accounts = accountRows(store, regieId)
  const iban = regieOf(store, regieId).iban || (accounts[0]?.iban ?? '')
  // A list may have been read before the IBAN was known: the account's row without an IBAN is then this account.
  const account = accounts.find((one) => one.iban === iban) ?? accounts.find((one) => one.iban === '')
  const before = account && readStatementId(store, account.id, digest)
  if (before) return { step: 'read', statementId: before.id, fresh: 0, known: before.lineCount }
  const wanted = columns ?? account?.columns ?? null
  const read = await readBytes({ bytes, columns: wanted, iban })
  if ('heads' in read) return toMatch(read, wanted)
  const now = today(clock)
  const last = read.lines.find(({ on }) => on > now)
  if (last)
    throw new Refused(
      `Une ligne de ce relevé est du ${numericDay(last.on)}, un jour à venir\u00a0: rien n’a été lu.`,
      'file',
    )
  const identities = identitiesOf(read.lines, sha256)
  const lines = read.lines.map((line, index) => ({ ...line, identity: identities[index] ?? '' }))
  const fresh = account ? unknownLines(lines, read.format, knownLines(store, account.id, read)) : lines
  const label = `Relevé lu\u00a0: ${file.name}, ${counted(fresh.length, 'nouvelle ligne', 'nouvelles lignes')}`
  const digestOf = accountDigests(store)
  const act = store.longAct(person, 'bank.read', label)
  return allOrNothing(act, async () => {
    let ids = { accountId: 0, bankStatementId: 0 }
    await act.slices(['head' as const, ...inChunks(fresh, linesPerSlice)], (write, slice) => {
      if (slice !== 'head') return insertLines(write, ids, slice, digestOf)
      const accountId = writeAccount(write, account, {
        regieId,
        iban: iban || read.account,
        columns: read.format === 'CSV' ? wanted : null,
      })
      ids = {
        accountId,
        bankStatementId: writeStatement(write, accountId, { fileName: file.name, sha256: digest, read }),
      }
    })
    return act.close(() => ({
      step: 'read' as const,
      statementId: ids.bankStatementId,
      fresh: fresh.length,
      known: read.lines.length - fresh.length,
    }))
  })
}

const readBytes = async (task: Parameters<typeof readStatement>[0]): Promise<ReadStatement | UnmatchedList> => {
  try {
    return await readStatement(task)
  } catch (error) {
    if (error instanceof UnreadableStatement) throw new Refused(error.message, 'file')
    throw error
  }
}

const toMatch = ({ heads, rows }: UnmatchedList, wanted: BankColumns | null): ReadFileAnswer => ({
  step: 'columns',
  heads,
  rows,
  guess: wanted !== null && haveColumns(heads, wanted) ? wanted : guessBankColumns(heads),
})

const writeAccount = (
  write: Write,
  account: AccountRow | undefined,
  { regieId, iban, columns }: Omit<AccountRow, 'id'>,
): number => {
  if (!account) return write.insert(bankAccount, { regieId, iban, columns }).id
  write.update(bankAccount, account.id, { iban, ...(columns && { columns }) })
  return account.id
}

const writeStatement = (
  write: Write,
  accountId: number,
  {
    fileName,
    sha256: digest,
    read,
  }: { readonly fileName: string; readonly sha256: string; readonly read: ReadStatement },
): number => {
  return write.insert(bankStatement, {
    accountId,
    fileName: fileName.slice(0, 200),
    sha256: digest,
    format: read.format,
    fromDay: read.from,
    toDay: read.to,
    openingCents: read.openingCents,
    closingCents: read.closingCents,
    lineCount: read.lines.length,
    creditCents: sumOf(read.lines.filter(({ cents }) => cents > 0)),
    debitCents: 0 - sumOf(read.lines.filter(({ cents }) => cents < 0)),
  }).id
}

const insertLines = (
  write: Write,
  ids: { readonly accountId: number; readonly bankStatementId: number },
  lines: readonly (ReadBankLine & { readonly identity: string })[],
  digestOf: (iban: string) => string,
): void => {
  write.insertMany(
    bankLine,
    lines.map(({ on, cents, iban, identity, label, reference, payer, endToEndId, means, returnCode }) => ({
      ...ids,
      identity,
      onDay: on,
      amountCents: cents,
      label,
      reference,
      payer,
      endToEndId,
      means,
      returnCode,
      // Only enough is kept of other people's accounts to recognise them again, not the numbers themselves.
      lastFour: lastFourOf(iban),
      digest: iban === '' ? '' : digestOf(iban),
      sender: cents > 0 ? senderOf({ payer, label }) : '',
    })),
  )
}
