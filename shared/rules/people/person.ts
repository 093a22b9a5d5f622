/** As forms and lists tell of people; empty where they say nothing. */

export const civilities = ['Mme', 'M.', ''] as const
export type Civility = (typeof civilities)[number]

export const sexes = ['F', 'M', ''] as const
export type Sex = (typeof sexes)[number]

export type PostalAddress = {
  readonly line1: string
  readonly line2: string
  readonly postcode: string
  readonly town: string
}

/** Who answers for children, told by a family or by a list and not yet one of the desk's guardians. */
export type GuardianTold = {
  readonly civility: Civility
  readonly lastName: string
  readonly firstName: string
  readonly email: string
  readonly mobilePhone: string
  readonly workPhone: string
}
