import type { AidInput, ThirdPartyInput } from '../../../shared/contract/desk/money/payers.ts'
import { day } from '../../../shared/rules/calendar/day.ts'

/** A third party as the screen sends a new one. */
export const aThirdPartyInput = (name: string, changes: Partial<ThirdPartyInput> = {}): ThirdPartyInput => ({
  name,
  kind: 'ccas',
  address: '1 place de la Mairie',
  postcode: '14550',
  town: 'Blainville-sur-Orne',
  contactName: '',
  phone: '',
  email: '',
  isPublic: false,
  siret: '',
  serviceCode: '',
  orderNumber: '',
  toTitle: false,
  archived: false,
  ...changes,
})

/** 40 % of the Wednesdays of a school year, unless said otherwise. */
export const anAidInput = (thirdPartyId: number | null, changes: Partial<AidInput> = {}): AidInput => ({
  label: 'Mercredis',
  per: 'rest',
  amountCents: null,
  percent: 40,
  fiscals: null,
  activityIds: null,
  ceilingCents: null,
  ceilingUnits: null,
  leavesCents: 0,
  upToQuotient: null,
  fromRank: null,
  scheme: null,
  thirdPartyId,
  from: day('2026-09-01'),
  to: day('2027-08-31'),
  decidedOn: null,
  ...changes,
})
