import { childFields, emptyValues, guardianFields, homeFields } from '../../../shared/rules/people/fields.ts'
import type { TestDesk } from '../desk.ts'

/** The content of the form of a new home before anything is typed. */
export const aHome = (name: string) => ({
  ...emptyValues(homeFields),
  name,
})

export const aGuardian = (firstName: string, lastName: string) => ({
  ...emptyValues(guardianFields),
  lastName,
  firstName,
  ownAddress: null,
})

export const anAddress = (line1: string, town = 'Blainville-sur-Orne', postcode = '14550') => ({
  line1,
  line2: '',
  postcode,
  town,
})

export const aChild = (firstName: string, lastName: string, birthDay: string) => ({
  ...emptyValues(childFields),
  lastName,
  firstName,
  birthDay,
})

type Wanted = {
  /** First name and birth day. */
  children?: Readonly<Record<string, string>>
  level?: '' | 'PS' | 'MS' | 'GS' | 'CP' | 'CE1' | 'CE2' | 'CM1' | 'CM2' | '6e'
  familyQuotient?: number
  town?: string
  guardian?: string
  since?: string
}

/** A home with one guardian, its children, its address and its quotient since 1 September 2026. */
export const aFamily = async (client: TestDesk['client'], name: string, wanted: Wanted = {}) => {
  const { children = {}, level = '', familyQuotient, town, guardian = 'Camille', since = '2026-09-01' } = wanted
  const { id } = await client.families.create({
    home: aHome(name),
    guardians: [aGuardian(guardian, name)],
    move: { fromDay: since, address: anAddress('8 rue des Tilleuls', town), resident: null },
    quotient:
      familyQuotient === undefined ? null : { fromDay: since, value: familyQuotient, source: 'CAF', updatedOn: since },
    children: Object.entries(children).map(([firstName, birthDay]) => ({
      ...aChild(firstName, name, birthDay),
      schooling: level === '' ? null : { fromDay: since, schoolId: null, level, className: '' },
    })),
  })
  return client.families.one({ id })
}
