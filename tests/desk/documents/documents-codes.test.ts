import { describe, expect, it } from 'vitest'
import { type InvoicePaper, invoicePdf } from '../../../main/documents/money/invoice-pdf.ts'
import { codesOn } from '../../support/codes-reading.ts'
import { aubry, draft, printedAt } from './documents-examples.ts'
import { missing } from './documents-reading.ts'

const page = 'https://famille.blainville.example/mon-compte/facture/1284'
const transfer = { name: 'Régie Espace Jeunesse', iban: 'FR7610071140000000001234582', bic: 'TRPUFRP1' }

const withCodes: InvoicePaper = { ...aubry, payment: { ...aubry.payment, codes: { page, transfer } } }
const codesOf = async (paper: InvoicePaper) => codesOn(await invoicePdf([paper], { createdAt: printedAt }))

describe('the codes of an invoice, read from the page at 300 dots an inch in black and white', () => {
  it.skipIf(missing('pdftoppm'))('lead to its page, fill in a transfer, and say number and amount', async () => {
    const codes = await codesOf(withCodes)
    expect(codes.toSorted((a, b) => a.text.localeCompare(b.text))).toEqual([
      { format: 'Code128', text: '202600128400014276' },
      {
        format: 'QRCode',
        text: 'BCD\n002\n1\nSCT\nTRPUFRP1\nRégie Espace Jeunesse\nFR7610071140000000001234582\nEUR142.76\n\n\n2026-001284',
      },
      { format: 'QRCode', text: page },
    ])
  })

  it.skipIf(missing('pdftoppm'))('read as well with a series of three letters and the largest amount', async () => {
    const total = 99_999_999
    const [noa] = aubry.sections
    const [line] = noa?.lines ?? []
    if (!noa || !line) throw new Error('no line')
    const codes = await codesOf({
      ...withCodes,
      kind: { is: 'invoice', number: 'ABC2026-999999', dueOn: aubry.date },
      sections: [{ ...noa, lines: [{ ...line, quantity: 1, unitPrice: total, amount: total }] }],
      total,
      carriedOver: [],
    })
    expect(codes.map(({ text }) => text)).toContain('ABC202699999999999999')
  })

  it.skipIf(missing('pdftoppm'))('are on no paper that asks for nothing, nor on those of before', async () => {
    const paid = { ...withCodes, carriedOver: [{ label: 'Avoir', amount: -20000 }] }
    for (const paper of [aubry, { ...draft, payment: withCodes.payment }, paid])
      expect(await codesOf(paper)).toEqual([])
  })
})
