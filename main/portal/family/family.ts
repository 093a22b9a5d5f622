export {
  type CellRef,
  cellKey,
  type Demande,
  type Enrolled,
  factsIn,
  type Home,
  homeOf,
  homesOf,
  isOfferTaken,
  isResident,
  lockHome,
  lockHomes,
  offeredUntil,
  type RegistrationDemande,
  requireChild,
  requireEnrolled,
  requireHome,
} from './homes.ts'
export { changePickups, proposalsShown, propose, withdrawProposal } from './proposals.ts'
export { consentOf, sayConsent } from './quotient-consent.ts'
