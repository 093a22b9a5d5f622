import { describe, expect, it } from 'vitest'
import { bodyDigest, hashedContent, sha256 } from '../../../main/store/paper-hash.ts'
import type { invoice, invoiceLine } from '../../../main/store/schema/index.ts'
import { day, type Month } from '../../../shared/rules/calendar/day.ts'
import { sealOf } from '../../../shared/rules/money/invoice.ts'

type Paper = typeof invoice.$inferSelect
type Line = typeof invoiceLine.$inferSelect

const paper: Paper = {
  id: 1,
  runId: 1,
  familyId: 418,
  thirdPartyId: null,
  regieId: 1,
  kind: 'invoice',
  state: 'issued',
  fromDay: day('2026-10-01'),
  toDay: day('2026-12-31'),
  totalCents: 1100,
  verdict: 'ready',
  journal: [],
  setAside: false,
  series: 'F',
  year: 2026,
  number: 1284,
  issuedOn: day('2026-11-09'),
  dueOn: day('2026-12-09'),
  previousBalanceCents: 158,
  paper: {
    organisation: {
      name: 'Espace Jeunesse',
      town: 'Ville de Blainville-sur-Orne',
      addressLines: ['3 place des Marronniers', '14550 Blainville-sur-Orne'],
      phone: '02 61 91 12 34',
      email: '',
      siret: '',
      cashDesk: 'Régie Espace Jeunesse',
      logoId: null,
    },
    familyNumber: 'F-00418',
    debtor: { name: 'Mme Aubry', addressLines: ['12 rue des Tilleuls', '14550 Blainville-sur-Orne'] },
    children: [{ id: 1, name: 'Noa Aubry' }],
    activities: [{ id: 1, name: 'CLSH MERCREDI' }],
    familyQuotients: [{ value: 727, from: day('2026-09-01') }],
    explanations: ['Tranche appliquée\u00a0: 621–1100, résident'],
    remarks: [],
    carriedOver: [{ label: 'Reste de la facture n° 2026-000911', amount: 158 }],
    payment: { payfipNumber: '', atTheDesk: ['chèque'], chequePayableTo: 'Régie Espace Jeunesse' },
    complaints: { contact: 'Appelez le 02 61 91 12 34.', within: '2 mois' },
    corrects: '',
  },
  hash: null,
  previousHash: null,
  correctsId: null,
  reason: '',
  month: null,
  sealVersion: 1,
  goesWithId: null,
  spanRevision: null,
  actId: 1,
}
const line: Line = {
  id: 1,
  invoiceId: 1,
  position: 0,
  childId: 1,
  activityId: 1,
  label: 'Accueil',
  quantity: 2,
  unit: { one: 'demi-journée', many: 'demi-journées' },
  unitCents: 550,
  totalCents: 1100,
  fiscal: 'garde',
  explanation: 'QF 727, tranche 621–1100',
  basis: { familyQuotient: 727, bracket: '621–1100', resident: true, example: false },
  days: [day('2026-10-07'), day('2026-12-09')],
  reservationIds: [3, 4],
  correctsLineId: null,
  nature: null,
  productCode: null,
  actId: 1,
}

const seal = (changes: Partial<Paper> = {}, lineChanges: Partial<Line> = {}): string => {
  const sealed = { ...paper, ...changes }
  return sealOf(hashedContent(sealed, bodyDigest(sealed, [{ ...line, ...lineChanges }])), 'previous', sha256)
}

describe('the seal of a paper', () => {
  it('is of version 1 what it was when the paper was issued, whatever later columns say', () => {
    const issued = 'f768772e9b65634e9d25f8d586ae917e1fc40fee608bb8ee585b95e7c2d3ddcd'
    expect(seal()).toBe(issued)
    expect(seal({ month: '2026-10' as Month, spanRevision: 4, goesWithId: 2 }, { correctsLineId: 7 })).toBe(issued)
  })

  it('covers in version 2 the month, who pays, the régie, the accounting codes and the line that a credit note takes back', () => {
    const month = '2026-12' as Month
    const seals = [
      seal(),
      seal({ sealVersion: 2 }),
      seal({ sealVersion: 2, month }),
      seal({ sealVersion: 2, month }, { correctsLineId: 7 }),
      seal({ sealVersion: 2 }, { correctsLineId: 7 }),
      seal({ sealVersion: 2, familyId: null, thirdPartyId: 418 }),
      seal({ sealVersion: 2, regieId: 2 }),
      seal({ sealVersion: 2 }, { nature: '7066' }),
      seal({ sealVersion: 2 }, { productCode: '7066' }),
    ]
    expect(new Set(seals).size).toBe(seals.length)
    expect(seal({ sealVersion: 2, month, spanRevision: 4, goesWithId: 2 })).toBe(seal({ sealVersion: 2, month }))
  })

  it('leaves out of version 2 what is null: a column that comes later changes no paper issued before it', () => {
    expect(Object.keys(hashedContent({ ...paper, sealVersion: 2 }, '') as object)).not.toContain('month')
    expect(hashedContent({ ...paper, sealVersion: 2 }, '')).toEqual({
      ...(hashedContent(paper, '') as object),
      version: 2,
    })
    expect(bodyDigest({ ...paper, sealVersion: 2 }, [line])).toBe(bodyDigest(paper, [line]))
  })

  it('covers what was given back with the invoice', () => {
    const regularised = [{ label: '2 jours rendus', number: '2026-A00012', amount: -1100 }]
    const facts = paper.paper
    if (!facts) throw new Error('the paper has a text')
    expect(seal({ paper: { ...facts, regularised } })).not.toBe(seal())
    expect(seal({ paper: { ...facts, regularised: undefined } })).toBe(seal())
  })
})
