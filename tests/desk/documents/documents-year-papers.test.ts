import { describe, expect, it } from 'vitest'
import {
  type TaxCertificatePaper,
  taxCertificatePdf,
  type YearStatementPaper,
  yearStatementPdf,
} from '../../../main/documents/letters/year-papers-pdf.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aubry, printedAt } from './documents-examples.ts'
import { asked, missing, opened } from './documents-reading.ts'

const createdAt = printedAt
const read = (pdf: Uint8Array) =>
  asked('pdftotext', pdf, ['-layout'], ['-'])
    .replaceAll(/[\u00a0\u202f]/g, ' ')
    .replaceAll(/[^\S\f]+/g, ' ')

const of2026 = {
  organisation: aubry.organisation,
  year: 2026,
  familyNumber: 'F-00418',
  madeOn: day('2027-01-04'),
  until: day('2026-12-31'),
}

const certificate: TaxCertificatePaper = {
  ...of2026,
  payer: { name: 'Mme Claire Aubry', addressLines: ['12 rue des Tilleuls', '14550 Blainville-sur-Orne'] },
  isHome: false,
  children: [
    {
      name: 'Tao Aubry',
      birth: day('2023-07-02'),
      sex: 'M',
      isShared: true,
      ceiling: 175_000,
      amount: 33_250,
      activities: [{ label: 'CLSH VACANCES', amount: 33_250 }],
    },
  ],
  amount: 33_250,
  byMeans: [],
  unspent: 0,
  signatory: 'Mme Claire Lemoine, régisseuse',
}

const statement: YearStatementPaper = {
  ...of2026,
  debtor: certificate.payer,
  opening: 158,
  lines: [
    { on: day('2026-11-09'), piece: '2026-001284', detail: 'octobre', charged: 14_118, settled: 0 },
    { on: day('2026-11-20'), piece: 'Q2026-000731', detail: 'Chèque', charged: 0, settled: 15_000 },
  ],
  closing: -724,
}

describe('the tax certificate', () => {
  it.skipIf(missing('pdftotext'))('names payer, child, sums, law and who signs (needs pdftotext)', async () => {
    const text = read(await taxCertificatePdf([certificate], { createdAt }))
    for (const said of [
      'SIRET',
      'MME CLAIRE AUBRY',
      'du 1ᵉʳ janvier 2026 au 31 décembre 2026',
      'Tao Aubry né le 02/07/2023, garde alternée 332,50 €',
      'CLSH VACANCES 332,50 €',
      'Total payé pour la garde 332,50 €',
      '1 750,00 € par enfant en garde alternée',
      'article 200 quater B',
      'Fait le 4 janvier 2027',
      'Mme Claire Lemoine, régisseuse',
      'Page 1/1',
    ])
      expect(text).toContain(said)
    for (const silent of ['CESU', 'provisoire', 'n’est pas finie', 'aucune facture']) expect(text).not.toContain(silent)
  })

  it.skipIf(missing('pdftotext'))(
    'tells CESU and what pays nothing yet where there is some (needs pdftotext)',
    async () => {
      const more = { ...certificate, byMeans: [{ label: 'CESU', amount: 20_000 }], unspent: 1500, isHome: true }
      const text = read(await taxCertificatePdf([more], { createdAt }))
      for (const said of ['dont CESU 200,00 €', 'la part que votre employeur a payée', '15,00 € reçus en 2026'])
        expect(text).toContain(said)
    },
  )

  it('is one part a payer, tagged for a screen reader', async () => {
    const { objects } = opened(await taxCertificatePdf([certificate, certificate], { createdAt }))
    expect(objects.match(/\/S \/Part/g)).toHaveLength(2)
    await expect(taxCertificatePdf([], { createdAt })).rejects.toThrow(RangeError)
  })
})

describe('the statement of a year', () => {
  it.skipIf(missing('pdftotext'))('goes from one balance to the other, line by line (needs pdftotext)', async () => {
    const text = read(await yearStatementPdf([statement], { createdAt }))
    for (const said of [
      'Relevé de l’année 2026',
      'En votre faveur au 31/12/2026 : 7,24 €',
      'Solde au 1ᵉʳ janvier 2026 1,58 €',
      '09/11/2026 2026-001284 octobre 141,18 € 142,76 €',
      '20/11/2026 Q2026-000731 Chèque 150,00 € −7,24 €',
    ])
      expect(text).toContain(said)
    expect(text).not.toContain('provisoire')
  })

  it.skipIf(missing('pdftotext'))(
    'goes on over pages, its head on each, and says it is provisional (needs pdftotext)',
    async () => {
      const lines = Array.from({ length: 60 }, () => statement.lines).flat()
      const long = { ...statement, lines, until: day('2026-11-25'), closing: 158 + 60 * (14_118 - 15_000) }
      const pages = read(await yearStatementPdf([long], { createdAt }))
        .split('\f')
        .slice(0, -1)
      expect(pages.length).toBeGreaterThan(3)
      for (const page of pages.slice(0, -1)) expect(page).toContain('Date Pièce Facturé Réglé Solde')
      expect(pages.join('').match(/2026-001284/g)).toHaveLength(60)
      expect(pages[0]).toContain('Relevé de l’année 2026 (provisoire)')
    },
  )
})
