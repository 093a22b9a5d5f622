export { chooseChannel } from './channel.ts'
export {
  answerConsent,
  consentsAwaited,
  consentsShown,
  recordAnswers,
  shownTo,
  waitingAnswers,
} from './child-consents.ts'
export { details } from './details.ts'
export { dossierOn } from './dossier.ts'
export {
  type CellRef,
  cellKey,
  childrenNotTold,
  childrenWithout,
  type Demande,
  factsIn,
  groupIn,
  type Home,
  homeOf,
  homeSeenBy,
  homesOf,
  isOfferTaken,
  isResident,
  lacksDossier,
  lockHome,
  lockHomes,
  offeredUntil,
  placesFor,
  type RegisteredChild,
  type RegistrationDemande,
  requireChild,
  requireHome,
  requireMayAsk,
  requireRegistered,
} from './homes.ts'
export { changePickups, proposalsShown, propose, withdrawProposal } from './proposals.ts'
export { consentOf, sayConsent } from './quotient-consent.ts'
