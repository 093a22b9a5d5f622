import { describe, expect, it } from 'vitest'
import {
  type CatchmentRow,
  catchmentFault,
  exemptionAsked,
  exemptionText,
  pastedStreets,
  schoolsByAddress,
  schoolsOfAddress,
  streetOf,
} from '../../../shared/rules/people/catchment.ts'

const row = (street: string, numbers: Partial<CatchmentRow> = {}): CatchmentRow => ({
  street,
  fromNumber: null,
  toNumber: null,
  side: 'both',
  ...numbers,
})
const isTaken = (line: string, ...catchment: CatchmentRow[]) =>
  schoolsOfAddress([{ catchment, cycles: [] }], { line, level: '' }).length > 0
const primary = (catchment: CatchmentRow[]) => ({ catchment, cycles: ['elementary' as const] })
const fault = (own: CatchmentRow[], others: CatchmentRow[] = [], before: CatchmentRow[] = []) => {
  const found = catchmentFault({ catchment: own, cycles: [] }, [{ catchment: others, cycles: [] }], before)
  return found && `${found.at} ${found.sentence.replaceAll('\u00a0', ' ')}`
}

describe('an address', () => {
  it('is a number and a street, however families write them', () => {
    for (const line of [
      '12 bis, rue des Lilas',
      '12bis rue des lilas',
      '12 r. des Lilas',
      '12-14 rue des Lilas',
      ' 12 RUE DES LILAS ',
    ])
      expect(streetOf(line)).toEqual({ number: 12, street: 'rue des lilas' })
    expect(streetOf('Lieu-dit La Grève')).toEqual({ number: null, street: 'lieu dit la greve' })
    expect(streetOf('3 av du Gal de Gaulle').street).toBe('avenue du gal de gaulle')
    for (const line of ['', '   ', ',']) expect(streetOf(line)).toEqual({ number: null, street: '' })
    expect(streetOf('12')).toEqual({ number: 12, street: '' })
    expect(streetOf('8 rue du 8 Mai 1945')).toEqual({ number: 8, street: 'rue du 8 mai 1945' })
  })

  it('is in the catchment of its street, its numbers and its side', () => {
    expect(isTaken('4, rue St-Jean', row('Rue Saint-Jean'))).toBe(true)
    expect(isTaken('4, rue Saint-Jean', row('Rue Saint-Jean', { side: 'odd' }))).toBe(false)
    expect(isTaken('5, rue Saint-Jean', row('Rue Saint-Jean', { fromNumber: 5, toNumber: 9, side: 'odd' }))).toBe(true)
    expect(isTaken('11, rue Saint-Jean', row('Rue Saint-Jean', { fromNumber: 5, toNumber: 9 }))).toBe(false)
    expect(isTaken('11, rue Saint-Jean', row('Rue Saint-Jean', { fromNumber: 5 }))).toBe(true)
  })

  it('without a number matches only a whole street', () => {
    expect(isTaken('Rue des Lilas', row('Rue des Lilas'))).toBe(true)
    expect(isTaken('Rue des Lilas', row('Rue des Lilas', { toNumber: 20 }))).toBe(false)
  })
})

it('of the schools of a street, those that teach the level are proposed, and one without pupils', () => {
  const catchment = [row('Rue des Lilas')]
  const schools = [
    { name: 'Maternelle', catchment, cycles: ['nursery' as const] },
    { name: 'Élémentaire', catchment, cycles: ['elementary' as const] },
    { name: 'Nouvelle', catchment, cycles: [] },
  ]
  const names = (level: string) => schoolsOfAddress(schools, { line: '4 rue des Lilas', level }).map(({ name }) => name)
  expect(names('MS')).toEqual(['Maternelle', 'Nouvelle'])
  expect(names('CE1')).toEqual(['Élémentaire', 'Nouvelle'])
  expect(names('4e')).toEqual(['Nouvelle'])
  expect(names('')).toEqual(['Maternelle', 'Élémentaire', 'Nouvelle'])
})

describe('the streets of a school', () => {
  it('may share a street with another school, by side or by numbers, or wholly: a nursery and a primary', () => {
    const low = row('Rue des Lilas', { toNumber: 20 })
    expect(fault([low], [row('rue des lilas', { fromNumber: 21 })])).toBeNull()
    expect(fault([row('Rue des Lilas', { side: 'even' })], [row('Rue des Lilas', { side: 'odd' })])).toBeNull()
    expect(fault([row('Rue des Lilas')], [row('Rue des Lilas')])).toBeNull()
  })

  it('leave no number between two rows without a school', () => {
    const even = row('Rue des Lilas', { toNumber: 12, side: 'even' })
    expect(fault([even], [row('Rue des Lilas', { fromNumber: 16, side: 'even' })])).toBe(
      '0 Rue des Lilas : 1 numéro sans école, 14.',
    )
    expect(fault([row('Place'), row('Quai', { toNumber: 10 })], [row('Quai', { fromNumber: 21 })])).toBe(
      '1 Quai : 10 numéros sans école, 11, … et 20.',
    )
    expect(fault([even], [row('Rue des Lilas', { fromNumber: 20, side: 'even' })])).toBe(
      '0 Rue des Lilas : 3 numéros pairs sans école, 14, 16 et 18.',
    )
    expect(fault([row('Quai', { toNumber: 10 }), row('Quai', { fromNumber: 40, toNumber: 31 })], [])).toBe(
      '1 Quai : le dernier numéro vient avant le premier.',
    )
  })

  it('leave none when a school gives up its own, nor behind a school of other levels', () => {
    const [low, middle, high] = [
      row('Quai', { fromNumber: 1, toNumber: 49 }),
      row('Quai', { fromNumber: 50, toNumber: 99 }),
      row('Quai', { fromNumber: 100 }),
    ]
    expect(fault([], [low, high], [middle])).toBe('null Quai : 50 numéros sans école, 50, … et 99.')
    expect(fault([], [low, middle], [high])).toBeNull()
    const nursery = { catchment: [row('Quai')], cycles: ['nursery' as const] }
    expect(catchmentFault(primary([low]), [nursery, primary([high])])?.sentence).toContain('sans école')
    expect(catchmentFault(primary([low]), [nursery, primary([middle, high])])).toBeNull()
  })

  it('are written once, with numbers that go up and lie on their side', () => {
    expect(fault([row('Quai', { fromNumber: 9, toNumber: 3 })])).toBe(
      '0 Quai : le dernier numéro vient avant le premier.',
    )
    expect(fault([row('Quai', { fromNumber: 9, toNumber: 9, side: 'even' })])).toBe(
      '0 Quai : le 9 n’est pas de ce côté.',
    )
    const numbers = { fromNumber: 1, toNumber: 9, side: 'odd' } as const
    expect(fault([row('Quai'), row('Quai', numbers)])).toBe('1 Quai : des numéros sont écrits deux fois.')
    expect(fault([row('Quai', { side: 'even' }), row('Quai', numbers)])).toBeNull()
  })
})

describe('a dérogation', () => {
  const schools = [
    { id: 1, name: 'Tilleuls', catchment: [row('Rue des Lilas')], cycles: [] },
    { id: 2, name: 'Prévert', catchment: [row('Rue des Saules')], cycles: [] },
  ]
  const asked = (lines: string[], changes: { schoolId?: number | null; exemption?: string } = {}) =>
    exemptionAsked(schoolsByAddress(schools), {
      schoolId: 1,
      school: 'Tilleuls',
      level: 'CP',
      exemption: '',
      lines,
      ...changes,
    })

  it('is asked at a school that none of the child’s homes is in the streets of', () => {
    expect(asked(['3 rue des Saules'])).toEqual({ school: 'Tilleuls', instead: ['Prévert'], isGiven: false })
    expect(asked(['3 rue des Saules'], { exemption: 'Fratrie' })).toMatchObject({ isGiven: true })
    expect(asked(['3 rue des Saules', '4 rue des Lilas'])).toBeNull()
  })

  it('is asked of nobody whose streets no school takes, or who goes to no school here', () => {
    expect([asked([]), asked(['3 rue inconnue']), asked(['3 rue des Saules'], { schoolId: null })]).toEqual([
      null,
      null,
      null,
    ])
  })

  it('names both schools', () => {
    expect(exemptionText({ school: 'Tilleuls', instead: ['Prévert', 'Colette'] }).replaceAll('\u00a0', ' ')).toBe(
      'Dérogation à noter. École de l’enfant : Tilleuls. Celle de son adresse : Prévert ou Colette.',
    )
  })
})

const refusal = (text: string) => pastedStreets(text).refusal?.replaceAll('\u00a0', ' ')

describe('streets pasted from a spreadsheet', () => {
  it('are read as rows: the street, its numbers, its side', () => {
    const text = 'Rue des Lilas\t1\t15\timpairs\r\nPlace du Marché\n\nRue Haute;2;;Pairs\nRue Basse\t\t\tles deux côtés'
    expect(pastedStreets(text)).toEqual({
      rows: [
        row('Rue des Lilas', { fromNumber: 1, toNumber: 15, side: 'odd' }),
        row('Place du Marché'),
        row('Rue Haute', { fromNumber: 2, side: 'even' }),
        row('Rue Basse'),
      ],
      refusal: null,
    })
  })

  it('are all refused for one line that cannot be read', () => {
    expect(refusal('Rue Haute\nRue Basse\t12 bis')).toBe('Ligne 2 : « 12 bis » n’est pas un numéro.')
    expect(refusal('\t1\t2')).toBe('Ligne 1 : il manque la rue.')
    expect(refusal('Rue Haute\t\t\tgauche')).toBe('Ligne 1 : « gauche » : écrivez pairs, impairs, ou rien.')
    expect(refusal(' \n')).toBe('Collez au moins une ligne.')
  })
})
