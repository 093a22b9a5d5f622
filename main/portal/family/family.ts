export {
  arrived,
  childOf,
  type Demande,
  type Enrolled,
  enrolledIn,
  factsIn,
  type Home,
  homeOf,
  homesOf,
  isResident,
  lockHome,
  lockHomes,
  offeredUntil,
  type RegistrationDemande,
  type Spot,
  spotKey,
} from './homes.ts'
export { changePickups, proposalsShown, propose, withdrawProposal } from './proposals.ts'
