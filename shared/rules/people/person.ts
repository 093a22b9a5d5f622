/** Fields of people in forms and lists; empty values mean « not given ». */

export const civilities = ['Mme', 'M.', ''] as const
export type Civility = (typeof civilities)[number]

export const sexes = ['F', 'M', ''] as const
export type Sex = (typeof sexes)[number]

/** How a home receives its invoices: on paper, or (empty) on the portal. */
export const deliveries = ['paper', ''] as const
export type Delivery = (typeof deliveries)[number]

export type PostalAddress = {
  readonly line1: string
  readonly line2: string
  readonly postcode: string
  readonly town: string
}
