import { describe, expect, it } from 'vitest'
import { type MealGuest, mealsToServe } from '../../shared/rules/meals.ts'

const guest = (changes: Partial<MealGuest> = {}): MealGuest => ({
  expected: true,
  mark: null,
  diet: '',
  hasPai: false,
  ...changes,
})

describe('meals to serve', () => {
  it('counts who is expected and not known to be absent, and who came without a booking', () => {
    const guests = [
      guest(),
      guest({ mark: 'present' }),
      guest({ expected: false, mark: 'present' }),
      guest({ mark: 'absent' }),
      guest({ mark: 'justifiedInTime' }),
      guest({ mark: 'justifiedLate' }),
    ]
    expect(mealsToServe(guests).meals).toBe(3)
  })

  it('tells each diet once however it is written, and the PAI, of the meals served only', () => {
    const guests = [
      guest({ diet: 'sans viande' }),
      guest({ diet: 'Sans porc' }),
      guest({ diet: 'sans porc ', hasPai: true }),
      guest({ diet: 'sans porc', mark: 'absent', hasPai: true }),
    ]
    expect(mealsToServe(guests)).toEqual({
      meals: 3,
      diets: [
        ['sans porc', 2],
        ['sans viande', 1],
      ],
      withPai: 1,
    })
  })
})
