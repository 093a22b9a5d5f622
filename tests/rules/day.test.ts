import { describe, expect, it } from 'vitest'
import { day } from '../../shared/rules/day.ts'

describe('a day', () => {
  it.each(['2026-02-30', '2026-2-3', '26-02-03', 'hier', ''])('is never « %s »', (text) => {
    expect(() => day(text)).toThrow(RangeError)
  })
})
