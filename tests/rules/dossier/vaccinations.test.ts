import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  requiredVaccines,
  sourcesText,
  standingText,
  vaccinationStanding,
  whyNotDoses,
} from '../../../shared/rules/dossier/vaccinations.ts'

const sure = (born: string) =>
  requiredVaccines(day(born)).flatMap(({ vaccine, isToVerify }) => (isToVerify ? [] : [vaccine]))

const toVerify = (born: string) =>
  requiredVaccines(day(born)).flatMap(({ vaccine, isToVerify }) => (isToVerify ? [vaccine] : []))

describe('the vaccines that a child must have', () => {
  it('are three in one before 2018, then eleven, with meningococcus ACWY and B from 2025 on', () => {
    expect(sure('2017-12-31')).toEqual(['dtp'])
    expect(sure('2018-01-01')).toEqual([
      'dtp',
      'pertussis',
      'hib',
      'hepatitisB',
      'pneumococcus',
      'meningococcusC',
      'mmr',
    ])
    expect(sure('2025-01-01')).not.toContain('meningococcusC')
    expect(sure('2025-01-01')).toEqual(expect.arrayContaining(['meningococcusACWY', 'meningococcusB']))
  })

  it('are to verify where the law asks to catch up', () => {
    expect(toVerify('2023-07-01')).toEqual(['meningococcusACWY', 'meningococcusB'])
    expect(toVerify('2024-12-31')).toEqual(['meningococcusACWY', 'meningococcusB'])
    for (const born of ['2023-06-30', '2025-01-01']) expect(toVerify(born)).toEqual([])
  })

  it('name the text that asks for each', () => {
    expect(sourcesText(requiredVaccines(day('2017-06-01')))).toBe(
      'Sources\u00a0: article L. 3111-2 du Code de la santé publique.',
    )
    expect(sourcesText(requiredVaccines(day('2026-06-01')))).toMatch(/L\. 3111-2.*2018-42.*2024-694/)
  })
})

const refused = (on: string) => whyNotDoses({ mmr: [day(on)] }, day('2020-10-02'), day('2026-11-25'))

describe('a dose', () => {
  it('is neither before birth nor to come', () => {
    expect(refused('2020-10-01')).toMatchObject({
      vaccine: 'mmr',
      sentence: expect.stringMatching(/avant la naissance/),
    })
    expect(refused('2026-11-26')?.sentence).toMatch(/à venir/)
    expect(refused('2020-10-02')).toBeNull()
    expect(whyNotDoses({}, day('2020-10-02'), day('2026-11-25'))).toBeNull()
  })
})

const standing = (on: string) => vaccinationStanding('', day('2026-09-01'), day(on))

describe('a child without proof', () => {
  it('is admitted for three months from its first day, and never refused by itself', () => {
    expect(standing('2026-12-01')).toEqual({ state: 'provisional', until: '2026-12-01' })
    expect(standing('2026-12-02')).toEqual({ state: 'late', until: '2026-12-01' })
    expect(vaccinationStanding('', null, day('2026-09-01'))).toEqual({ state: 'missing' })
  })

  it('has one by a copy, a doctor’s word, or a contra-indication', () => {
    for (const proof of ['copy', 'attestation', 'contraindication'] as const)
      expect(standingText(vaccinationStanding(proof, null, day('2026-09-01')))).toBe('')
  })
})
