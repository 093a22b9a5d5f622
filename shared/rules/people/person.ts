/** Fields of people in forms and lists; empty values mean « not given ». */

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
