import { type ListThing, subjectOf, things } from '../../../shared/rules/lists/list-columns.ts'
import { columnsRead, type ListQuery } from '../../../shared/rules/lists/list-query.ts'

/** The state of « Liste libre », kept in the screen's address: a saved list, or the query as it was changed. */
export type FreeListSearch = {
  readonly liste?: number
  readonly q?: ListQuery
}

export const freeListSearch = ({ liste, q }: Record<string, unknown>): FreeListSearch => ({
  ...(typeof liste === 'number' && Number.isInteger(liste) && { liste }),
  ...(isQuery(q) && { q }),
})

/** Whether the value has the shape of a query; the core validates its content. */
const isQuery = (q: unknown): q is ListQuery => {
  try {
    const query = q as ListQuery
    return things[query.thing] !== undefined && columnsRead(query).every((id) => subjectOf(id) !== undefined)
  } catch {
    return false
  }
}

/** The initial query of a new list. */
export const firstQuery = (thing: ListThing): ListQuery => {
  const of = (
    columns: ListQuery['columns'],
    groups: ListQuery['groups'] = [],
    sorted: ListQuery['columns'][number] | undefined = columns[0],
  ): ListQuery => ({
    thing,
    on: null,
    brackets: [],
    columns,
    groups,
    sort: sorted ? [{ column: sorted, isDescending: false }] : [],
  })
  switch (thing) {
    case 'children':
      return of(
        ['child.lastName', 'child.firstName', 'child.age', 'child.schoolClass', 'child.homes', 'child.activities'],
        ['child.school'],
      )
    case 'homes':
      return {
        ...of(['home.name', 'home.guardians', 'home.phone', 'home.town', 'home.childCount']),
        brackets: [[{ column: 'home.leftOn', is: 'empty' }]],
      }
    case 'guardians':
      return of(['guardian.lastName', 'guardian.firstName', 'guardian.mobilePhone', 'guardian.email', 'guardian.homes'])
    case 'registrations':
      return of(
        ['child.lastName', 'child.firstName', 'registration.period', 'registration.startDay', 'registration.endDay'],
        ['registration.activity'],
      )
    case 'bookings':
      return {
        ...of(
          ['booking.day', 'child.lastName', 'child.firstName', 'booking.slot', 'booking.state'],
          ['registration.activity'],
        ),
        brackets: [[{ column: 'booking.day', is: 'withinDays', days: 7, direction: 'ahead' }]],
      }
    case 'invoices':
      return {
        ...of(['invoice.number', 'invoice.issuedOn', 'home.name', 'invoice.total', 'invoice.left'], [], 'home.name'),
        brackets: [[{ column: 'invoice.issuedOn', is: 'withinDays', days: 31, direction: 'past' }]],
      }
    case 'payments':
      return {
        ...of(['payment.receivedOn', 'home.name', 'payment.means', 'payment.amount'], ['payment.means']),
        brackets: [[{ column: 'payment.receivedOn', is: 'withinDays', days: 31, direction: 'past' }]],
      }
  }
}
