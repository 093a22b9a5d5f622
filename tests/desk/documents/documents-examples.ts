import type { DaySheetChild, DaySheetPaper } from '../../../main/documents/day-sheet-pdf.ts'
import type { Organisation } from '../../../main/documents/letterhead.ts'
import type { InvoiceLine, InvoicePaper } from '../../../main/documents/money/invoice-pdf.ts'
import type { ReceiptPaper } from '../../../main/documents/money/receipt-pdf.ts'
import { type Day, day, instant } from '../../../shared/rules/calendar/day.ts'

export const printedAt = instant('2026-11-09T08:30:00.000Z')

const organisation: Organisation = {
  name: 'Espace Jeunesse',
  town: 'Ville de Blainville-sur-Orne',
  addressLines: ['3 place des Marronniers', '14550 Blainville-sur-Orne'],
  phone: '02 61 91 12 34',
  email: 'espace.jeunesse@exemple.fr',
  siret: '000 000 000 00000',
  cashDesk: 'Régie de recettes n° 0000',
}

const october = (...dates: readonly number[]): Day[] =>
  dates.map((date) => day(`2026-10-${String(date).padStart(2, '0')}`))

const schoolDays = october(1, 2, 5, 6, 8, 9, 12, 13, 15, 16)

const meals = { one: 'repas', many: 'repas' }

const line = (
  label: string,
  nature: InvoiceLine['nature'],
  unit: InvoiceLine['unit'],
  unitPrice: number,
  days: readonly Day[],
  note?: string,
): InvoiceLine => ({
  label,
  nature,
  unit,
  unitPrice,
  days,
  quantity: days.length,
  amount: days.length * unitPrice,
  ...(note ? { note } : {}),
})

const session = { one: 'séance', many: 'séances' }
const sections: InvoicePaper['sections'] = [
  {
    title: 'Noa Aubry',
    lines: [
      line('ALSH mercredi 2026/2027 – accueil', 'care', { one: 'journée', many: 'journées' }, 1055, october(7, 14)),
      line('ALSH mercredi 2026/2027 – repas', 'meal', meals, 450, october(7, 14)),
      line('Garderie du soir', 'care', session, 295, schoolDays.slice(0, 8)),
      line(
        'Restauration scolaire',
        'meal',
        meals,
        262,
        schoolDays.filter((on) => on !== '2026-10-08'),
        'jeu. 8 oct. : absence justifiée, non comptée',
      ),
    ],
  },
  {
    title: 'Tao Aubry',
    lines: [
      line(
        'ALSH mercredi 2026/2027 – accueil',
        'care',
        { one: 'demi-journée', many: 'demi-journées' },
        550,
        october(7, 14),
        'matin',
      ),
      line('ALSH mercredi 2026/2027 – repas', 'meal', meals, 450, october(7, 14)),
      line('Garderie du soir', 'care', session, 295, schoolDays.slice(0, 6)),
      line('Restauration scolaire', 'meal', meals, 262, schoolDays),
    ],
  },
]

/** The example of the drawn design: 141,18 €, and 1,58 € left from before. */
export const aubry: InvoicePaper = {
  organisation,
  kind: { is: 'invoice', number: '2026-001284', dueOn: day('2026-12-07') },
  date: day('2026-11-09'),
  period: { from: day('2026-10-01'), to: day('2026-10-31') },
  familyNumber: 'F-00418',
  debtor: { name: 'MME ET M. AUBRY', addressLines: ['12 RUE DES TILLEULS', '14550 BLAINVILLE-SUR-ORNE'] },
  sections,
  familyQuotients: [{ value: 727, from: day('2026-10-01') }],
  explanations: [
    'Tranche appliquée\u00a0: de 621 à 1 100, résident',
    'Restauration scolaire\u00a0: 0,36 % du quotient',
    'Allocataire n° 1234567, régime général',
  ],
  deductions: [],
  total: 14118,
  carriedOver: [{ label: 'Reste de la facture n° 2026-000911', amount: 158 }],
  payment: {
    online: { site: 'payfip.gouv.fr', client: '000000', reference: '2026001284' },
    atTheDesk: ['espèces', 'chèque', 'carte', 'CESU', 'chèques-vacances'],
    chequePayableTo: 'Régie Espace Jeunesse',
  },
  complaints: { contact: 'Appelez le 02 61 91 12 34.', within: '2 mois' },
}

export const draft: InvoicePaper = { ...aubry, kind: { is: 'draft' } }

export const creditNote: InvoicePaper = {
  ...aubry,
  kind: {
    is: 'creditNote',
    number: '2026-A00012',
    corrects: '2026-001284',
    reason: 'garderie du soir comptée deux fois le 9 octobre.',
  },
  sections: [
    {
      title: 'Noa Aubry',
      lines: [{ ...line('Garderie du soir', 'care', session, 295, october(9)), quantity: -1, amount: -295 }],
    },
  ],
  total: -295,
  carriedOver: [],
}

/** `children` children with every line of the example: more than one page from four on. */
export const largeFamily = (children: number): InvoicePaper => {
  const [first] = sections
  const lines = first?.lines ?? []
  const many = Array.from({ length: children }, (_, index) => ({ title: `Enfant ${index + 1} Marchand`, lines }))
  const total = many.flatMap((section) => section.lines).reduce((sum, { amount }) => sum + amount, 0)
  return { ...aubry, sections: many, total }
}

const expectedAt = (slots: string): boolean[] => Array.from(slots, (slot) => slot === 'x')
const child = (name: string, age: number, slots: string, others: Partial<DaySheetChild> = {}): DaySheetChild => {
  const [lastName = '', firstName = ''] = name.split(' ')
  return {
    lastName,
    firstName,
    age: `${age}\u00a0ans`,
    expected: expectedAt(slots),
    pickup: 'Parents',
    banned: [],
    alerts: [],
    ...others,
  }
}

/** The example of the drawn design. */
export const wednesday: DaySheetPaper = {
  organisationName: 'Espace Jeunesse',
  activity: 'ALSH mercredi 2026/2027',
  facility: 'CENTRE DE LOISIRS',
  group: 'groupe des 6-10 ans',
  day: day('2026-12-02'),
  slots: [
    { name: 'Matin', isMeal: false },
    { name: 'Repas', isMeal: true },
    { name: 'Après-midi', isMeal: false },
  ],
  children: [
    child('AUBRY Noa', 6, 'xx.', { pickup: 'Parents, Mme Sorel' }),
    child('AVRIL Tom', 7, 'xx.'),
    child('BENALI Inès', 8, 'xxx', { diet: 'sans porc' }),
    child('CARREL Jules', 6, 'xxx', { alert: 'ARACHIDE, PAI – trousse n° 4' }),
    child('DELAUNE Maëlle', 9, '.xx', { pickup: 'Rentre seule à 17 h 30' }),
    child('FERREIRA Lina', 7, 'xxx', {
      pickup: 'Mère, grand-père',
      banned: ['Interdit\u00a0: M. D. Ferreira'],
      alerts: ['part à 16\u00a0h 30 jusqu’à vendredi'],
    }),
    child('GUÉRIN Paul', 10, 'x.x'),
    child('HAMEL Louise', 6, 'xxx', { diet: 'sans viande' }),
    child('KONATÉ Aïssa', 8, 'xxx', { diet: 'sans porc', pickup: 'Sœur\u00a0: Mme F. Konaté' }),
    child('LEBRUN Malo', 7, 'xx.', { alert: 'ŒUF' }),
    child('MORIN Chloé', 9, 'xxx'),
    child('NGUYEN Théo', 6, 'xxx'),
    child('PETIT Rose', 8, '..x', { pickup: 'Père' }),
    child('VASSEUR Gabin', 10, 'xxx', { alert: 'PAI – trousse n° 7' }),
  ],
  showsHealth: true,
  printedAt: instant('2026-12-02T06:10:00.000Z'),
}

export const receipt: ReceiptPaper = {
  organisation,
  number: '2026-000731',
  receivedOn: day('2026-11-25'),
  familyNumber: 'F-00418',
  payer: aubry.debtor,
  amount: 15000,
  means: 'chèque n° 1234567, Crédit Agricole',
  allocations: [
    { label: 'Facture n° 2026-000911', amount: 158 },
    { label: 'Facture n° 2026-001284', amount: 14118 },
  ],
  balance: { on: day('2026-11-25'), amount: -724 },
  cashier: 'Mme Claire Lemoine, régisseuse',
}
