/** Bank files written by hand for tests, valid against the ISO 20022 schemas that they name. */

type Rejected = { readonly endToEndId: string; readonly code: string; readonly cents: number; readonly rum: string }

const euros = (cents: number) => (cents / 100).toFixed(2)

/** pain.002.001.10: debits rejected before they were settled. */
export const statusReport = (
  messageId: string,
  rejected: readonly Rejected[],
): string => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>STS1</MsgId><CreDtTm>2026-12-09T08:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>${messageId}</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>${messageId}-FRST</OrgnlPmtInfId>${rejected
  .map(
    ({
      endToEndId,
      code,
      cents,
      rum,
    }) => `<TxInfAndSts><OrgnlEndToEndId>${endToEndId}</OrgnlEndToEndId><TxSts>RJCT</TxSts>
<StsRsnInf><Rsn><Cd>${code}</Cd></Rsn></StsRsnInf><OrgnlTxRef><Amt><InstdAmt Ccy="EUR">${euros(cents)}</InstdAmt></Amt><MndtRltdInf><MndtId>${rum}</MndtId></MndtRltdInf></OrgnlTxRef></TxInfAndSts>`,
  )
  .join('')}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>
`

/** CAMT.054.001.08: debits returned after the settlement, and a credit that is none. */
export const returnsNotification = (
  on: string,
  returned: readonly Rejected[],
): string => `<?xml version="1.0" encoding="UTF-8"?>
<c:Document xmlns:c="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><c:BkToCstmrDbtCdtNtfctn>
<c:GrpHdr><c:MsgId>N1</c:MsgId><c:CreDtTm>${on}T06:00:00</c:CreDtTm></c:GrpHdr>
<c:Ntfctn><c:Id>N1</c:Id><c:Acct><c:Id><c:IBAN>FR1420041010050500013M02606</c:IBAN></c:Id></c:Acct>
<c:Ntry><c:Amt Ccy="EUR">15.00</c:Amt><c:CdtDbtInd>CRDT</c:CdtDbtInd><c:Sts><c:Cd>BOOK</c:Cd></c:Sts><c:BkTxCd/></c:Ntry>
<c:Ntry><c:Amt Ccy="EUR">${euros(returned.reduce((sum, { cents }) => sum + cents, 0))}</c:Amt><c:CdtDbtInd>DBIT</c:CdtDbtInd><c:Sts><c:Cd>BOOK</c:Cd></c:Sts><c:BookgDt><c:Dt>${on}</c:Dt></c:BookgDt><c:BkTxCd/><c:NtryDtls>${returned
  .map(
    ({ endToEndId, code, cents, rum }) =>
      `<c:TxDtls><c:Refs><c:EndToEndId>${endToEndId}</c:EndToEndId><c:MndtId>${rum}</c:MndtId></c:Refs><c:Amt Ccy="EUR">${euros(cents)}</c:Amt><c:CdtDbtInd>DBIT</c:CdtDbtInd><c:RtrInf><c:Rsn><c:Cd>${code}</c:Cd></c:Rsn></c:RtrInf></c:TxDtls>`,
  )
  .join('')}</c:NtryDtls></c:Ntry></c:Ntfctn></c:BkToCstmrDbtCdtNtfctn></c:Document>
`

type EntryWish = {
  /** Negative for a debit. */
  readonly cents: number
  readonly on: string
  readonly label?: string
  readonly reference?: string
  readonly payer?: string
  readonly iban?: string
  readonly endToEndId?: string
  readonly bankReference?: string
  /** A family of « bank transaction codes »: `RCDT` for a transfer received. */
  readonly family?: string
  readonly returnCode?: string
  readonly status?: string
  /** Several transactions booked as one entry. */
  readonly parts?: readonly Omit<EntryWish, 'on' | 'parts'>[]
}

type StatementWish = {
  readonly version: '02' | '08'
  readonly iban: string
  readonly from: string
  readonly to: string
  readonly openingCents: number
  /** The closing balance in the file; by default, the one that results from the lines. */
  readonly closingCents?: number
  readonly entries: readonly EntryWish[]
}

const sign = (cents: number) => (cents < 0 ? 'DBIT' : 'CRDT')
const tag = (name: string, content: string | undefined) => (content ? `<${name}>${content}</${name}>` : '')
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const balance = (code: string, cents: number, on: string) =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${euros(Math.abs(cents))}</Amt><CdtDbtInd>${sign(cents)}</CdtDbtInd><Dt><Dt>${on}</Dt></Dt></Bal>`

/** CAMT.053, versions 2 and 8: the statement of an account, with its balances. */
export const accountStatement = ({
  version,
  iban,
  from,
  to,
  openingCents,
  closingCents,
  entries,
}: StatementWish): string => {
  const isNew = version === '08'
  const party = (kind: string, name = '') =>
    tag(kind, isNew ? tag('Pty', tag('Nm', escaped(name))) : tag('Nm', escaped(name)))
  const details = ({
    cents,
    reference = '',
    payer,
    iban: account,
    endToEndId,
    bankReference,
    returnCode,
  }: Omit<EntryWish, 'on'>) => {
    const [side, sideAccount] = cents < 0 ? ['Cdtr', 'CdtrAcct'] : ['Dbtr', 'DbtrAcct']
    const amount = `<Amt Ccy="EUR">${euros(Math.abs(cents))}</Amt>`
    return `<TxDtls>${tag('Refs', tag('AcctSvcrRef', bankReference) + tag('EndToEndId', endToEndId))}${
      isNew ? `${amount}<CdtDbtInd>${sign(cents)}</CdtDbtInd>` : `<AmtDtls><TxAmt>${amount}</TxAmt></AmtDtls>`
    }${tag('RltdPties', (payer ? party(side ?? '', payer) : '') + (account ? tag(sideAccount ?? '', `<Id><IBAN>${account}</IBAN></Id>`) : ''))}${tag('RmtInf', tag('Ustrd', escaped(reference)))}${tag('RtrInf', returnCode ? `<Rsn><Cd>${returnCode}</Cd></Rsn>` : '')}</TxDtls>`
  }
  const entry = (one: EntryWish) =>
    `<Ntry><Amt Ccy="EUR">${euros(Math.abs(one.cents))}</Amt><CdtDbtInd>${sign(one.cents)}</CdtDbtInd><Sts>${
      isNew ? tag('Cd', one.status ?? 'BOOK') : (one.status ?? 'BOOK')
    }</Sts><BookgDt><Dt>${one.on}</Dt></BookgDt>${tag('AcctSvcrRef', one.parts ? undefined : one.bankReference)}<BkTxCd>${
      one.family ? `<Domn><Cd>PMNT</Cd><Fmly><Cd>${one.family}</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>` : ''
    }</BkTxCd><NtryDtls>${(one.parts ?? [one]).map(details).join('')}</NtryDtls>${tag('AddtlNtryInf', escaped(one.label ?? ''))}</Ntry>`
  const closing = closingCents ?? entries.reduce((sum, { cents }) => sum + cents, openingCents)
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt>
<GrpHdr><MsgId>R1</MsgId><CreDtTm>${to}T22:00:00+01:00</CreDtTm></GrpHdr>
<Stmt><Id>R1</Id><CreDtTm>${to}T22:00:00+01:00</CreDtTm><FrToDt><FrDtTm>${from}T00:00:00+01:00</FrDtTm><ToDtTm>${to}T23:59:59+01:00</ToDtTm></FrToDt>
<Acct><Id><IBAN>${iban}</IBAN></Id></Acct>
${balance('OPBD', openingCents, from)}
${balance('CLBD', closing, to)}
${entries.map(entry).join('\n')}
</Stmt></BkToCstmrStmt></Document>
`
}

/** A bank's list of lines, with the name of the account. */
export const accountList = (rows: readonly (readonly [on: string, label: string, amount: string])[]): string =>
  [
    'Compte de la régie;FR14…;',
    '',
    'Date comptable;Libellé;Montant EUR',
    ...rows.map((row) => row.join(';')),
    ';Solde;',
  ].join('\r\n')
