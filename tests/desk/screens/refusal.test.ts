import { ORPCError } from '@orpc/client'
import { expect, it } from 'vitest'
import { mayPassLater, refusalOf } from '../../../renderer/connection/refusal.ts'

it('only a failure that may pass is offered again: no refusal, no missing right', () => {
  const of = (code: string) => mayPassLater(refusalOf(new ORPCError(code, { data: { sentence: 'Non.' } })))
  expect(['REFUSED', 'FORBIDDEN', 'BAD_REQUEST', 'ALREADY_DONE'].filter(of)).toEqual([])
  expect(['UNEXPECTED', 'LOCKED', 'LOGIN_NEEDED'].filter((code) => !of(code))).toEqual([])
  expect(mayPassLater(refusalOf(new TypeError('fetch failed')))).toBe(true)
})
