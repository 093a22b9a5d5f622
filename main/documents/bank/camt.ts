import { ascending } from '../../../shared/collections.ts'
import { type Day, dayAt, isDay, isInstant } from '../../../shared/rules/calendar/day.ts'
import type { BankMeans, ReadBankLine, ReadStatement } from '../../../shared/rules/money/bank/bank-line.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import { singleLineText } from '../../../shared/rules/text/typed.ts'
import { childNamed, childrenNamed, type Element, elementAt, NotXml, readXml, textOf } from '../../xml.ts'
import { UnreadableStatement } from './statement.ts'
import { textOfXml } from './xml-text.ts'

/**
 * Reads a « relevé de compte » CAMT.053 (ISO 20022, camt.053.001.02 to .08) by its elements.
 * @param iban the account whose statements are taken from the file; empty: that of the first one
 * @throws UnreadableStatement
 */
export const readCamt = (bytes: Uint8Array, iban: string): ReadStatement => {
  const root = rootOf(textOfXml(bytes))
  const message = childNamed(root, 'BkToCstmrStmt')
  if (!message) throw new UnreadableStatement(otherMessage(root))
  const all = childrenNamed(message, 'Stmt')
  const wanted = iban || accountOf(all[0])
  const statements = all.filter((one) => isAccount(accountOf(one), wanted))
  const [first] = statements
  if (!first)
    throw new UnreadableStatement(
      all[0]
        ? `Ce relevé est d’un autre compte, ${accountOf(all[0]) || 'sans numéro'}\u00a0: rien n’a été lu.`
        : 'Ce fichier ne contient aucun relevé.',
    )
  const lines = statements.flatMap((one) => childrenNamed(one, 'Ntry')).flatMap(linesOfEntry)
  const balances = statements.flatMap(balancesOf)
  const opening = inOrder(balances.filter(({ code }) => code === 'OPBD' || code === 'PRCD'))[0]
  const closing = inOrder(balances.filter(({ code }) => code === 'CLBD')).at(-1)
  const days = [...lines, ...balances, ...statements.flatMap(endsOf)].flatMap(({ on }) => on ?? []).toSorted()
  const [from, to] = [days[0], days.at(-1)]
  if (from === undefined || to === undefined) throw new UnreadableStatement('Ce relevé n’a ni ligne, ni date.')
  return {
    format: 'CAMT.053',
    account: accountOf(first),
    from,
    to,
    openingCents: opening?.cents ?? null,
    closingCents: closing?.cents ?? null,
    lines,
  }
}

const rootOf = (text: string): Element => {
  try {
    return readXml(text)
  } catch (error) {
    // A text of a million levels ends the stack of its reader.
    if (!(error instanceof NotXml || error instanceof RangeError)) throw error
    throw new UnreadableStatement(
      'Ce fichier est incomplet ou abîmé\u00a0: téléchargez-le de nouveau chez la banque. Rien n’a été lu.',
      { cause: error },
    )
  }
}

const otherMessage = (root: Element): string =>
  childNamed(root, 'CstmrPmtStsRpt') || childNamed(root, 'BkToCstmrDbtCdtNtfctn')
    ? 'Ce fichier dit des rejets ou un avis, pas un relevé de compte\u00a0: lisez-le dans «\u00a0Prélèvements\u00a0».'
    : 'Ce fichier n’est pas un relevé de compte CAMT.053\u00a0: demandez-le à la banque, ou un relevé en CSV.'

/** The first and the last day that the statement says it is of. */
const endsOf = (statement: Element) =>
  ['FrDtTm', 'ToDtTm'].map((end) => ({ on: dayIn(textOf(statement, 'FrToDt', end)) }))

/** The IBAN, or the account's older French number (« RIB »). */
const accountOf = (statement: Element | undefined): string => {
  const id = elementAt(statement, 'Acct', 'Id')
  return (textOf(id, 'IBAN') || textOf(id, 'Othr', 'Id')).replaceAll(/\s/g, '').toUpperCase()
}

/** Whether a number is this account: a French IBAN is its country, a key and the older number. */
const isAccount = (number: string, account: string): boolean =>
  number === account || (number.length >= 21 && account.slice(4).startsWith(number))

type Balance = { readonly code: string; readonly on: Day | null; readonly cents: Cents }

const balancesOf = (statement: Element): Balance[] =>
  childrenNamed(statement, 'Bal').map((balance) => ({
    code: textOf(balance, 'Tp', 'CdOrPrtry', 'Cd'),
    on: dayIn(textOf(balance, 'Dt', 'Dt') || textOf(balance, 'Dt', 'DtTm')),
    cents: signed(balance, centsOf(childNamed(balance, 'Amt'))),
  }))

const inOrder = (balances: readonly Balance[]): Balance[] => balances.toSorted(ascending(({ on }) => on ?? ''))

const signed = (of: Element, cents: Cents): Cents => (textOf(of, 'CdtDbtInd') === 'DBIT' ? 0 - cents : cents)

/** The lines of an entry that is booked: one for each transaction where these make up its amount, else one. */
const linesOfEntry = (entry: Element): ReadBankLine[] => {
  const status = textOf(entry, 'Sts', 'Cd') || textOf(entry, 'Sts')
  if (status !== '' && status !== 'BOOK') return []
  const cents = signed(entry, centsOf(childNamed(entry, 'Amt')))
  if (cents === 0) return []
  const on =
    dayIn(textOf(entry, 'BookgDt', 'Dt') || textOf(entry, 'BookgDt', 'DtTm')) ??
    dayIn(textOf(entry, 'ValDt', 'Dt') || textOf(entry, 'ValDt', 'DtTm'))
  if (on === null) throw new UnreadableStatement('Une ligne de ce relevé n’a pas de date\u00a0: rien n’a été lu.')
  const details = childrenNamed(entry, 'NtryDtls').flatMap((one) => childrenNamed(one, 'TxDtls'))
  const parts = details.map((one) => {
    const amount = childNamed(one, 'Amt') ?? elementAt(one, 'AmtDtls', 'TxAmt', 'Amt')
    return amount ? (cents < 0 ? -1 : 1) * centsOf(amount) : null
  })
  const isDetailed = details.length > 1 && parts.reduce<number>((sum, part) => sum + (part ?? 0), 0) === cents
  return isDetailed
    ? details.map((one, index) => lineOf(entry, one, on, parts[index] ?? 0)).filter((line) => line.cents !== 0)
    : [lineOf(entry, details.length === 1 ? details[0] : undefined, on, cents)]
}

const lineOf = (entry: Element, details: Element | undefined, on: Day, cents: Cents): ReadBankLine => {
  const parties = childNamed(details, 'RltdPties')
  const [party, account] = cents > 0 ? ['Dbtr', 'DbtrAcct'] : ['Cdtr', 'CdtrAcct']
  const payer = textOf(parties, party, 'Nm') || textOf(parties, party, 'Pty', 'Nm')
  const about = textOf(entry, 'AddtlNtryInf') || textOf(details, 'AddtlTxInf')
  const remittance = childNamed(details, 'RmtInf')
  const written = [
    ...childrenNamed(remittance, 'Ustrd').map(({ text }) => text),
    ...childrenNamed(remittance, 'Strd').map((one) => textOf(one, 'CdtrRefInf', 'Ref')),
  ]
  const endToEndId = textOf(details, 'Refs', 'EndToEndId')
  return {
    on,
    cents,
    label: line(about || [kindWords[meansOf(entry, details)], payer].filter((text) => text !== '').join(' ')),
    reference: line(written.join(' ')),
    payer: line(payer),
    iban: textOf(parties, account, 'Id', 'IBAN').replaceAll(/\s/g, '').toUpperCase().slice(0, 34),
    endToEndId: endToEndId === 'NOTPROVIDED' ? '' : line(endToEndId).slice(0, 35),
    bankReference: line(textOf(details, 'Refs', 'AcctSvcrRef') || textOf(entry, 'AcctSvcrRef')).slice(0, 70),
    means: meansOf(entry, details),
    returnCode: cents < 0 ? textOf(details, 'RtrInf', 'Rsn', 'Cd').slice(0, 4) : '',
  }
}

/** Longer texts than a bank may send are cut. */
const line = (text: string): string => singleLineText(text).trim().replaceAll(/\s+/g, ' ').slice(0, 280)

const kindWords: Readonly<Record<BankMeans, string>> = {
  '': 'OPÉRATION',
  transfer: 'VIR',
  card: 'REMISE CB',
  cheque: 'REMISE CHQ',
  directDebit: 'PRLV',
  cash: 'VERSEMENT',
}

/** By the families of ISO 20022's « bank transaction codes ». */
const meansOf = (entry: Element, details: Element | undefined): BankMeans => {
  const family = textOf(details, 'BkTxCd', 'Domn', 'Fmly', 'Cd') || textOf(entry, 'BkTxCd', 'Domn', 'Fmly', 'Cd')
  return meansOfFamily[family] ?? ''
}
const meansOfFamily: Readonly<Record<string, BankMeans>> = {
  RCDT: 'transfer',
  RRCT: 'transfer',
  CCRD: 'card',
  MCRD: 'card',
  RCHQ: 'cheque',
  IDDT: 'directDebit',
  RDDT: 'directDebit',
  CNTR: 'cash',
}

/** Up to five decimals in the schema: an amount in euros has none beyond its cents. */
const centsOf = (amount: Element | undefined): Cents => {
  const currency = amount?.attributes['Ccy'] ?? 'EUR'
  if (currency !== 'EUR')
    throw new UnreadableStatement(
      `Ce relevé a une ligne en ${currency.slice(0, 3)}\u00a0: la régie ne compte qu’en euros.`,
    )
  const [, whole, decimals = '', beyond = ''] =
    /^\+?(\d{1,12})(?:\.(\d{0,2})(\d*))?$/.exec(amount?.text.trim() ?? '') ?? []
  if (whole === undefined || /[1-9]/.test(beyond))
    throw new UnreadableStatement('Un montant de ce relevé ne se lit pas\u00a0: rien n’a été lu.')
  return Number(whole) * 100 + Number(decimals.padEnd(2, '0'))
}

/** A day, or the civil day of an instant: in Paris where the instant says its distance to UTC. */
const dayIn = (text: string): Day | null => {
  if (text === '') return null
  const at = /(Z|[+-]\d\d:\d\d)$/.test(text) && text.includes('T') ? new Date(text) : null
  const iso = at && !Number.isNaN(at.getTime()) ? at.toISOString() : ''
  if (isInstant(iso)) return dayAt(iso)
  const start = text.slice(0, 10)
  if (!isDay(start)) throw new UnreadableStatement(`Une date de ce relevé n’existe pas\u00a0: ${text.slice(0, 25)}.`)
  return start
}
