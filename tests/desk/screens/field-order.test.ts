import { expect, it } from 'vitest'
import { errorsInOrder } from '../../../renderer/desk/parts/forms/field-order.ts'

const fields = ['lastName', 'firstName', 'address.line1', 'email']

it('errors of a form stand as its fields do, whatever order they came in; one of no field comes last', () => {
  const errors = { email: 'Une adresse', other: 'Autre chose', 'address.line1': 'La rue', lastName: 'Le nom' }
  expect(Object.keys(errorsInOrder(fields, errors))).toEqual(['lastName', 'address.line1', 'email', 'other'])
  expect(errorsInOrder(fields, errors)).toEqual(errors)
})

it('errors of no known field keep their order, and none is none', () => {
  expect(Object.keys(errorsInOrder([], { b: '', a: '' }))).toEqual(['b', 'a'])
  expect(errorsInOrder(fields, {})).toEqual({})
})
