import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  type DeclaredHealth,
  declaredFields,
  declaredHealthText,
  diets,
  fieldsErasedBy,
  type Health,
  healthLacksFrom,
  lackingInHealth,
  noHealth,
  paiEndText,
  paiName,
  paiText,
  proposedHealth,
  whyNotHealth,
  withDeclaredHealth,
} from '../../../shared/rules/dossier/health.ts'

const nothing: DeclaredHealth = { allergies: null, diet: null, pai: null, doctor: null }

describe('what a parent tells of a child’s health', () => {
  it('replaces what was known, field by field; undeclared fields stay', () => {
    const [text, diet] = [fc.string(), fc.constantFrom(...diets)]
    const known = fc
      .record({ allergies: text, diet, pai: text, doctor: text })
      .map((first) => ({ ...noHealth, treatment: 'Ventoline', ...first }))
    const fields = fc.constantFrom('allergies', 'diet', 'pai', 'doctor')
    fc.assert(
      fc.property(known, known, fields, (one, other, field) => {
        const told = { ...nothing, [field]: other[field] }
        expect(withDeclaredHealth(one, told)).toEqual({ ...one, [field]: other[field] })
        expect(declaredFields(told)).toEqual([field])
      }),
    )
  })

  it('may be that there is no diet any more', () => {
    const known = { ...noHealth, allergies: 'Arachide', diet: 'sans porc' } as const
    expect(withDeclaredHealth(known, { ...nothing, diet: '' })).toEqual({ ...known, diet: '' })
    expect(declaredHealthText({ ...nothing, diet: '', doctor: 'Dr Lune' })).toBe(
      'Régime alimentaire\u00a0: aucun\n\nMédecin\u00a0: Dr Lune',
    )
  })

  it('erases nothing of a record that the parent was not shown, and is proposed whole of one that was', () => {
    const known = { ...noHealth, allergies: 'Arachide', diet: 'sans porc', treatment: 'Ventoline' } as const
    const told = { ...nothing, allergies: '', diet: '', doctor: 'Dr Lune' } as const
    expect(fieldsErasedBy(known, told)).toEqual(['allergies', 'diet'])
    expect(proposedHealth(known, told)).toEqual({ ...known, doctor: 'Dr Lune' })
    expect(proposedHealth(known, { ...told, shown: 'a mark' })).toEqual({
      ...known,
      allergies: '',
      diet: '',
      doctor: 'Dr Lune',
    })
  })

  it('is refused with the end of a care plan, or a prescription, of nothing', () => {
    expect(whyNotHealth({ ...noHealth, paiUntil: day('2027-06-30') })?.field).toBe('pai')
    expect(whyNotHealth({ ...noHealth, prescriptionOn: day('2026-09-04') })?.field).toBe('treatment')
    expect(whyNotHealth({ ...noHealth, pai: 'Adrénaline', paiUntil: day('2027-06-30') })).toBe(null)
  })

  const whole = {
    ...noHealth,
    doctor: 'Dr Lune',
    insurer: 'MAE',
    insuranceContract: 'A 12',
    insuranceUntil: day('2027-08-31'),
  }

  it('lacks the prescription of a treatment, the end of a care plan, and what has ended', () => {
    const on = day('2026-11-30')
    const fields = (changes: Partial<Health>) => lackingInHealth({ ...whole, ...changes }, on).map(({ field }) => field)
    expect(fields({ allergies: 'Arachide' })).toEqual([])
    expect(fields({ treatment: 'Ventoline' })).toEqual(['treatment'])
    expect(fields({ treatment: 'Ventoline', prescriptionOn: day('2026-09-04') })).toEqual([])
    expect(fields({ pai: 'Adrénaline' })).toEqual(['pai'])
    expect(fields({ pai: 'Adrénaline', paiUntil: day('2026-11-29') })).toEqual(['pai'])
    expect(fields({ insuranceUntil: day('2026-11-29') })).toEqual(['insurer'])
    expect(fields({ pai: 'Adrénaline', paiUntil: on, insuranceUntil: on })).toEqual([])
  })

  it('says of a care plan that it has ended from the day after its end, and still says what it asks for', () => {
    const plan = { pai: 'Œufs, protocole 1', paiUntil: day('2026-09-01') }
    const said = (on: string) => [paiName(plan, day(on)), paiText(plan, day(on)), paiEndText(plan.paiUntil, day(on))]
    expect(said('2026-09-01')).toEqual(['PAI', 'Œufs, protocole 1', 'finit le 01/09/2026'])
    expect(said('2026-09-02')).toEqual([
      'PAI fini',
      'Œufs, protocole 1 (fini depuis le 01/09/2026)',
      'fini depuis le 01/09/2026',
    ])
    expect([paiName(noHealth, day('2026-09-02')), paiText(noHealth, day('2026-09-02'))]).toEqual(['', ''])
  })

  it('lacks a doctor, and each part of an insurance that is not written', () => {
    const on = day('2026-11-30')
    const sentences = (changes: Partial<Health>) =>
      lackingInHealth({ ...whole, ...changes }, on).map(({ sentence }) => sentence)
    expect(sentences({ doctor: '' })).toEqual(['Il manque le médecin.'])
    expect(sentences({ insurer: '', insuranceContract: '' })).toEqual([
      'Assurance\u00a0: il manque l’assureur et le numéro du contrat.',
    ])
    expect(sentences({ insurer: '', insuranceContract: '', insuranceUntil: null })).toEqual([
      'Assurance\u00a0: il manque l’assureur, le numéro du contrat et le jour où elle finit.',
    ])
  })

  it('lacks something from the day after its first end, or from the day on which it was written so', () => {
    const on = day('2026-11-30')
    const from = (changes: Partial<Health>) => healthLacksFrom({ ...whole, ...changes }, on)
    expect(from({ doctor: '' })).toBe(on)
    expect(from({ treatment: 'Ventoline', insuranceUntil: day('2027-08-31') })).toBe(on)
    expect(from({ insuranceUntil: day('2027-08-31') })).toBe('2027-09-01')
    expect(from({ insuranceUntil: day('2027-08-31'), pai: 'Adrénaline', paiUntil: day('2026-12-18') })).toBe(
      '2026-12-19',
    )
    expect(from({ insuranceUntil: day('2026-08-31') })).toBe(on)
  })

  it('says nothing of fields that an earlier portal does not ask', () => {
    const known = { ...noHealth, treatment: 'Ventoline', insuranceUntil: day('2027-08-31') }
    expect(withDeclaredHealth(known, { ...nothing, pai: 'Inhalateur' })).toEqual({ ...known, pai: 'Inhalateur' })
    expect(declaredHealthText({ ...nothing, paiUntil: day('2026-12-18') })).toMatch(/jusqu’au.*18/)
  })

  it('is empty when no field is declared', () => {
    expect(declaredFields(nothing)).toEqual([])
    expect(declaredHealthText(nothing)).toBe('')
  })
})
