import { describe, expect, it } from 'vitest'
import { type KitchenGuest, kitchenCount, specialMeals } from '../../../shared/rules/cell/meals.ts'

const eater = (changes: Partial<KitchenGuest> = {}): KitchenGuest => ({
  expected: true,
  mark: null,
  diet: '',
  allergies: '',
  paiName: '',
  ...changes,
})

describe('the kitchen’s count', () => {
  it('says what was booked and what the day corrected', () => {
    const count = kitchenCount([
      eater(),
      eater({ mark: 'present' }),
      eater({ mark: 'absent' }),
      eater({ mark: 'justifiedInTime' }),
      eater({ mark: 'justifiedLate' }),
      eater({ expected: false, mark: 'present' }),
    ])
    expect(count).toMatchObject({ booked: 5, away: 3, added: 1, served: 3 })
    expect(count.served).toBe(count.booked - count.away + count.added)
  })

  it('puts each meal under one head: an allergy or a PAI before a diet, and keeps its diet beside it', () => {
    const { plain, diets, apart, served } = kitchenCount([
      eater(),
      eater({ diet: 'sans porc' }),
      eater({ diet: 'Sans porc ' }),
      eater({ diet: 'sans porc', allergies: 'Arachide' }),
      eater({ paiName: 'PAI' }),
      eater({ paiName: 'PAI fini' }),
      eater({ allergies: 'Œuf', mark: 'absent' }),
    ])
    expect([plain, diets, apart]).toEqual([1, [['sans porc', 2]], ['Arachide, sans porc', 'PAI', 'PAI fini']])
    expect(
      specialMeals(kitchenCount([eater({ diet: 'sans viande', paiName: 'PAI' }), eater({ diet: 'Sans porc' })])),
    ).toEqual([
      ['sans porc', 1],
      ['allergie ou PAI', 1],
    ])
    expect(plain + diets.reduce((sum, [, count]) => sum + count, 0) + apart.length).toBe(served)
  })
})
