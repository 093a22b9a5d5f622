/** Files of banks as tests write them by hand, valid against the ISO 20022 schemas of their names. */

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

/** CAMT.054.001.08: debits returned after they were settled, and a credit that is none. */
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
