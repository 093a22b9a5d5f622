import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { groupCommit } from '../../main/portal/log/group-commit.ts'

type Item = { readonly home: number; readonly name: string }

/** Each batch as it was done, its end waited for. */
const noting = (work: (item: Item) => string) => {
  const batches: string[][] = []
  const turn = groupCommit(
    async (items: readonly Item[]) => {
      batches.push(items.map(({ name }) => name))
      await setImmediate()
      if (items.length > 1 && items.some(({ name }) => name === 'bad')) throw new Error('the whole batch')
      return items.map((item) => () => work(item))
    },
    ({ home }) => home,
  )
  return { batches, ask: (home: number, name: string) => turn({ home, name }) }
}

describe('what is done together', () => {
  it('is alone when nothing else is asked, and with all that came meanwhile else', async () => {
    const { batches, ask } = noting(({ name }) => name.toUpperCase())
    expect(await Promise.all([ask(1, 'a'), ask(2, 'b'), ask(3, 'c')])).toEqual(['A', 'B', 'C'])
    expect(batches).toEqual([['a'], ['b', 'c']])
    expect(await ask(4, 'd')).toBe('D')
  })

  it('never holds two of the same home, which follow each other in the order they came', async () => {
    const { batches, ask } = noting(({ name }) => name)
    await Promise.all([ask(9, 'first'), ask(1, 'a1'), ask(1, 'a2'), ask(2, 'b1'), ask(1, 'a3')])
    expect(batches).toEqual([['first'], ['a1', 'b1'], ['a2'], ['a3']])
  })

  it('is so many at most', async () => {
    const { batches, ask } = noting(({ name }) => name)
    await Promise.all(Array.from({ length: 60 }, (_, home) => ask(home, `${home}`)))
    expect(batches.map((batch) => batch.length)).toEqual([1, 24, 24, 11])
  })

  it('fails for none because of another', async () => {
    const { batches, ask } = noting(({ name }) => {
      if (name === 'refused' || name === 'bad') throw new Error(name)
      return name
    })
    const all = await Promise.allSettled([ask(9, 'first'), ask(1, 'refused'), ask(2, 'bad'), ask(3, 'good')])
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(batches).toEqual([['first'], ['refused', 'bad', 'good'], ['refused'], ['bad'], ['good']])
    expect(await ask(4, 'after')).toBe('after')
  })
})
