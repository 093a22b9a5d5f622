/** The door of payers: what routes and the domains above may call. */
export {
  aidsForParents,
  aidsOfFamily,
  aidsToWatch,
  changeAid,
  moveAid,
  passAids,
  promise,
  refuse,
  refuseRepeatedAids,
  removeAid,
} from './aids.ts'
export { listThirdParties, saveThirdParty, thirdPartyPage } from './third-parties.ts'
export { bill } from './third-party-papers.ts'
export { whoPays } from './who-pays.ts'
