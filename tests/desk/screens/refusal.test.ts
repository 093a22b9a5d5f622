import { ORPCError } from '@orpc/client'
import { expect, it } from 'vitest'
import { mayPassLater, refusalOf } from '../../../renderer/connection/refusal.ts'

const mayPass = (code: string) => mayPassLater(refusalOf(new ORPCError(code, { data: { sentence: 'Non.' } })))

it('only a failure that may pass is offered again: no refusal, no missing right', () => {
  expect(['REFUSED', 'FORBIDDEN', 'BAD_REQUEST', 'ALREADY_DONE'].filter(mayPass)).toEqual([])
  expect(['UNEXPECTED', 'LOCKED', 'LOGIN_NEEDED'].filter((code) => !mayPass(code))).toEqual([])
  expect(mayPassLater(refusalOf(new TypeError('fetch failed')))).toBe(true)
})
