import { describe, expect, it } from 'vitest'
import { type InvoicePaper, invoicePdf } from '../../../main/documents/money/invoice-pdf.ts'
import { addDays, day } from '../../../shared/rules/calendar/day.ts'
import { aubry, creditNote, draft, largeFamily, printedAt } from './documents-examples.ts'
import { asked, missing, opened } from './documents-reading.ts'

const print = (...invoices: readonly InvoicePaper[]) => invoicePdf(invoices, { createdAt: printedAt })
const textOf = async (...invoices: readonly InvoicePaper[]) =>
  asked('pdftotext', await print(...invoices), ['-layout'], ['-']).replaceAll(/[\u00a0\u202f]/g, ' ')
const flat = (text: string) => text.replaceAll(/\s+/g, ' ')

const mm = (points: string | undefined) => (Number(points) * 25.4) / 72

describe('the invoice', () => {
  it.skipIf(missing('pdftotext'))(
    'says who asks, whom, for what, how much, until when and how to pay (needs pdftotext)',
    async () => {
      const text = flat(await textOf(aubry))
      for (const said of [
        'Espace Jeunesse',
        'Ville de Blainville-sur-Orne',
        'SIRET 000 000 000 00000',
        'Régie de recettes n° 0000',
        'Facture d’octobre 2026',
        '2026-001284',
        'lun. 9 nov. 2026',
        'MME ET M. AUBRY',
        'Noa Aubry 77,28 €',
        'Tao Aubry 63,90 €',
        '2 demi-journées 5,50 € 11,00 €',
        'Quotient familial au 1ᵉʳ octobre 2026 : 727',
        'Tranche appliquée : de 621 à 1 100, résident',
        'Total de la facture 141,18 €',
        'dont accueil 73,40 €, repas 67,78 €',
        'Reste de la facture n° 2026-000911 1,58 €',
        'À payer 142,76 €',
        'Comment payer, avant le lun. 7 déc. 2026',
        'espèces, chèque, carte, CESU ou chèques-vacances',
        'payfip.gouv.fr : identifiant 000000, référence 2026001284',
        'Vous avez 2 mois pour réclamer',
        'À défaut de paiement avant le lun. 7 déc. 2026, un titre exécutoire sera émis',
        'Coupon à joindre à votre chèque',
        'Page 1/1',
      ])
        expect(text).toContain(said)
    },
  )

  it.skipIf(missing('pdftotext'))(
    'prints every booked day on its line, with how often where it counts more than once (needs pdftotext)',
    async () => {
      const text = flat(await textOf(aubry))
      expect(text).toContain('(1ᵉʳ, 2, 5, 6, 8, 9, 12, 13, 15 et 16 oct.)')
      expect(text).toContain('Garderie du soir (1ᵉʳ, 2, 5, 6, 8 et 9 oct.) 6 séances')
      expect(text).toContain('15 et 16 oct. ; jeu. 8 oct. :')
      expect(text).toContain('absence justifiée, non comptée)')
      const [noa, ...others] = aubry.sections
      const [first, ...lines] = noa?.lines ?? []
      if (!noa || !first) throw new Error('no line')
      const halves = { ...first, days: [day('2026-10-07'), day('2026-10-07')] }
      const twice = { ...aubry, sections: [{ ...noa, lines: [halves, ...lines] }, ...others] }
      expect(flat(await textOf(twice))).toContain('accueil (deux fois le 7 oct.) 2 journées')
    },
  )

  it.skipIf(missing('pdftotext'))(
    'says that what is too little to be paid alone is carried over, without a coupon (needs pdftotext)',
    async () => {
      const kind = { is: 'invoice', number: '2026-001284' } as const
      const codes = { page: 'https://famille.example/mon-compte/facture/1' }
      const payment = { ...aubry.payment, carryBelowCents: 15_000, codes }
      const text = flat(await textOf({ ...aubry, kind, payment }))
      expect(text).toContain('Reporté : 142,76 €')
      expect(text).toContain('142,76 € à payer avec la prochaine facture')
      for (const asked of ['À payer', 'Comment payer', 'titre exécutoire', 'Coupon']) expect(text).not.toContain(asked)
    },
  )

  it.skipIf(missing('pdftotext'))(
    'shows the address, and nothing else, in the window of a DL envelope (needs pdftotext)',
    async () => {
      const long: InvoicePaper = {
        ...aubry,
        debtor: {
          name: 'MADAME MARIE-CHRISTINE DE LA ROCHEFOUCAULD-BEAUHARNAIS ET MONSIEUR',
          addressLines: Array.from(
            { length: 6 },
            (_, line) => `LIGNE ${line + 1} DE L’ADRESSE QUI EST VRAIMENT TRÈS LONGUE ET NE TIENT PAS`,
          ),
        },
      }
      for (const invoice of [aubry, draft, creditNote, long]) {
        const boxes = asked('pdftotext', await print(invoice), ['-bbox', '-l', '1'], ['-'])
        const inWindow = [
          ...boxes.matchAll(/xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</g),
        ].filter(([, left, top, right, bottom]) => mm(right) > 100 && mm(left) < 200 && mm(bottom) > 45 && mm(top) < 85)
        const address = flat([invoice.debtor.name, ...invoice.debtor.addressLines].join(' '))
        expect(inWindow.map(([, , , , , word]) => word).join(' ')).toBe(address)
        for (const [, left, top, right, bottom] of inWindow) {
          expect(mm(left)).toBeGreaterThanOrEqual(100)
          expect(mm(right)).toBeLessThanOrEqual(200)
          expect(mm(top)).toBeGreaterThanOrEqual(45)
          expect(mm(bottom)).toBeLessThanOrEqual(85)
        }
      }
    },
  )

  it.skipIf(missing('pdftotext'))('says what an unknown quotient costs (needs pdftotext)', async () => {
    expect(flat(await textOf({ ...aubry, familyQuotients: [] }))).toContain(
      'Quotient familial non connu : le tarif le plus élevé s’applique',
    )
  })

  it.skipIf(missing('pdftotext'))(
    'takes deductions off before what earlier invoices leave (needs pdftotext)',
    async () => {
      const text = flat(
        await textOf({ ...aubry, deductions: [{ label: 'Aide de la CAF, 5 jours', amount: -2000 }], total: 12_118 }),
      )
      expect(text).toContain('Total avant déductions 141,18 €')
      expect(text).toContain('Aide de la CAF, 5 jours −20,00 €')
      expect(text).toContain('Total de la facture 121,18 €')
      expect(text).toContain('À payer 122,76 €')
    },
  )

  it.skipIf(missing('pdftotext'))(
    'asks nothing, and has no coupon, when nothing is owed (needs pdftotext)',
    async () => {
      const text = flat(await textOf({ ...aubry, carriedOver: [{ label: 'Votre avance', amount: -15_000 }] }))
      expect(text).toContain('En votre faveur 8,82 €')
      expect(text).toContain('Rien à payer')
      expect(text).not.toContain('Coupon')
    },
  )

  it.skipIf(missing('pdftotext'))(
    'takes off what is to pay the credit notes that are issued with it (needs pdftotext)',
    async () => {
      const regularised = [
        { label: '2 jours rendus\u00a0: mer. 9 et 16 déc.', number: '2026-A00012', amount: -1100 },
        { label: '1 jour rendu\u00a0: mer. 2 déc.', number: '', amount: -550 },
      ]
      const text = flat(await textOf({ ...aubry, regularised }))
      expect(text).toContain('Total de la facture 141,18 €')
      expect(text).toContain('Régularisation, avoir n° 2026-A00012 −11,00 €')
      expect(text).toContain('2 jours rendus : mer. 9 et 16 déc.')
      expect(text).toContain('Régularisation −5,50 € 1 jour rendu : mer. 2 déc.')
      expect(text).toContain('À payer 126,26 €')
      expect(await print({ ...aubry, regularised: [] })).toEqual(await print(aubry))
    },
  )

  it('is not printed when its total is not the sum of its lines', () => {
    expect(() => print({ ...aubry, total: 14_117 })).toThrow(/14117/)
  })

  it('is the same file when it is printed again', async () => {
    expect(await print(aubry)).toEqual(await print(aubry))
  })

  it('is drawn in black, white and grey only', async () => {
    for (const page of opened(await print(aubry, draft, creditNote)).drawing) {
      for (const [, red, green, blue] of page.matchAll(/^([\d.]+) ([\d.]+) ([\d.]+) (?:scn|SCN|rg|RG)$/gm))
        expect([red, green]).toEqual([blue, blue])
    }
  })
})

describe('a draft and a credit note', () => {
  it.skipIf(missing('pdftotext'))(
    'say what they are: a draft has no number, and no coupon to pay it with (needs pdftotext)',
    async () => {
      const text = flat(await textOf(draft))
      expect(text).toContain('Brouillon, sans numéro')
      expect(text).toContain('Projet de facture d’octobre 2026')
      expect(text).not.toContain('2026-001284')
      expect(text).not.toContain('Coupon')
    },
  )

  it.skipIf(missing('pdftotext'))('name the invoice that is corrected, and why (needs pdftotext)', async () => {
    const text = flat(await textOf(creditNote))
    expect(text).toContain(
      'Cet avoir corrige la facture n° 2026-001284. Motif : garderie du soir comptée deux fois le 9 octobre.',
    )
    expect(text).toContain('−1 séance 2,95 € −2,95 €')
    expect(text).toContain('Avoir en votre faveur 2,95 €')
    expect(text).not.toContain('Comment payer')
  })
})

describe('several pages', () => {
  it.skipIf(missing('pdftotext'))('count themselves, invoice by invoice, in one file (needs pdftotext)', async () => {
    const pages = (await textOf(aubry, largeFamily(9), creditNote)).split('\f').slice(0, -1)
    const numbers = pages.map((page) => /Page (\d\/\d)/.exec(page)?.[1])
    expect(numbers).toEqual(['1/1', '1/3', '2/3', '3/3', '1/1'].slice(0, numbers.length))
    expect(pages.filter((page) => page.includes('Coupon'))).toHaveLength(2)
    for (const page of pages) expect(page).toMatch(/Facture n° 2026-001284|Avoir n° 2026-A00012/)
  })

  it.skipIf(missing('pdftotext'))(
    'never leave a child’s name alone at the foot, whatever the length (needs pdftotext)',
    async () => {
      for (let children = 3; children <= 8; children += 1) {
        for (const page of (await textOf(largeFamily(children))).split('\f')) {
          const lines = page.split('\n').filter((line) => line.trim() !== '')
          expect(lines.at(-2) ?? '').not.toMatch(/^ *Enfant \d+ Marchand/)
        }
      }
    },
  )

  it.skipIf(missing('pdftotext'))('hold a line with a whole year of days (needs pdftotext)', async () => {
    const days = Array.from({ length: 365 }, (_, index) => addDays(day('2026-01-01'), index))
    const [section] = aubry.sections
    const [line] = section?.lines ?? []
    if (!line) throw new Error('the example has lines')
    const year = Array.from({ length: 4 }, () => ({ ...line, days, quantity: 365, amount: 365 * line.unitPrice }))
    const total = 4 * 365 * line.unitPrice
    const text = flat(await textOf({ ...aubry, sections: [{ title: 'Noa Aubry', lines: year }], total }))
    expect(text.match(/30 et 31 déc\./g)).toHaveLength(4)
  })
})

describe('the file, for screen readers and archives', () => {
  it('is tagged, in French, with its title', async () => {
    const { objects } = opened(await print(aubry))
    expect(objects).toContain('/Lang (fr-FR)')
    expect(objects).toContain('/Marked true')
    expect(objects).toContain('/DisplayDocTitle true')
    for (const tag of ['Document', 'H1', 'H2', 'P', 'Table', 'TR', 'TH', 'TD', 'L', 'LI', 'LBody'])
      expect(objects).toMatch(new RegExp(`/S /${tag}\\n`))
    expect(objects).toContain('/Scope /Column')
    expect(objects).toContain('/Scope /Row')
    expect(objects).toContain('(D:20261109083000Z)')
  })

  it('leaves no text outside the reading order but the foot, which is an artifact', async () => {
    for (const page of opened(await print(largeFamily(6))).drawing) {
      const depths: number[] = []
      let depth = 0
      for (const line of page.split('\n')) {
        if (/ (?:BDC|BMC)$|^>> BDC$/.test(line)) depth += 1
        else if (line === 'EMC') depth -= 1
        else if (line === 'BT') depths.push(depth)
      }
      expect(new Set(depths)).toEqual(new Set([1]))
      expect(depth).toBe(0)
    }
  })

  it('holds the two typefaces it uses, cut down to the letters it needs', async () => {
    const pdf = await print(aubry)
    const { objects } = opened(pdf)
    expect(objects.match(/\/BaseFont \/[A-Z]{6}\+SourceSans3-\w+/g)?.length).toBeGreaterThanOrEqual(2)
    expect(objects.match(/\/FontFile2 /g)).toHaveLength(2)
    expect(pdf.length).toBeLessThan(60_000)
  })

  it.skipIf(missing('pdffonts'))('has every font embedded, subset, and readable as text (needs pdffonts)', async () => {
    const fonts = asked('pdffonts', await print(aubry))
      .trim()
      .split('\n')
      .slice(2)
    expect(fonts).toHaveLength(2)
    for (const font of fonts) expect(font).toMatch(/yes yes yes/)
  })

  it.skipIf(missing('pdfinfo'))('opens with its tags and its title (needs pdfinfo)', async () => {
    const info = asked('pdfinfo', await print(aubry))
    expect(info).toMatch(/Tagged: +yes/)
    expect(info).toContain('Facture n° 2026-001284 – MME ET M. AUBRY'.replace('° ', '°\u00a0'))
    const structure = asked('pdfinfo', await print(aubry), ['-struct-text'])
    expect(structure).toMatch(/H1 \(block\)\s+"Facture d’octobre 2026"/)
  })
})
