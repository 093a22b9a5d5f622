/** The door of families: what routes and the domains above may call. */

export {
  type AllPeople,
  type ChildRecord,
  type GuardianRecord,
  type HomeRecord,
  readAllPeople,
} from './all-people.ts'
export {
  type AuthorityHolder,
  authorityHolders,
  bondsOfChildren,
  bondsOfHome,
  confirmBonds,
  isToldOf,
  mergeBonds,
  setBond,
  writeStatedBond,
} from './bonds.ts'
export {
  type NewChild,
  type NewHome,
  type NewSchooling,
  writeChildren,
  writeHomes,
  writeSchoolings,
  writeSecondHomes,
} from './bulk-writing.ts'
export {
  addChild,
  type ChildOnDay,
  changeChild,
  childOnDay,
  childrenOfFamily,
  childrenOnDay,
  classesAfter,
  classesBefore,
  familiesOf,
  linkChild,
  writeChild,
  writeChildFields,
} from './children.ts'
export { custodiesOf, dayOfHomeTest, holidaysOfTown, writeCustody } from './custody.ts'
export {
  refuseBirthDay,
  removeAddress,
  removeCategory,
  removeQuotient,
  removeSchooling,
  setAddress,
  setCategory,
  setQuotient,
  setSchooling,
  writeIncome,
  writeMove,
  writeQuotient,
  writeSchooling,
} from './dated.ts'
export { homesElsewhere } from './elsewhere.ts'
export { exemptionsOf } from './exemptions.ts'
export {
  type FamilyFilter,
  familiesOfChildren,
  listedBalances,
  owedSql,
  pickupRowsIn,
  usedCategories,
} from './families-store.ts'
export {
  addGuardian,
  changeGuardian,
  fillGuardian,
  guardianOfName,
  nextRank,
  removeGuardian,
  swapGuardians,
  writeGuardian,
} from './guardians.ts'
export {
  changeFamily,
  createFamily,
  type Debtor,
  debtorOf,
  debtorsOf,
  departureLabel,
  familyOnDay,
  type HomeHistory,
  homeHistories,
  homeOn,
  type NewFamily,
  recordedQuotients,
  returnFamily,
  writeDeparture,
  writeFamily,
  writeHomeFields,
} from './homes.ts'
export {
  addPickup,
  changePickup,
  fetchingOn,
  pickupsForParents,
  pickupsOfChildren,
  removePickup,
} from './pickups.ts'
export {
  checkProposed,
  currentValue,
  normalisedValue,
  type ProposedField,
  proposedLabel,
  proposedPickups,
  undoAccepted,
  writeAccepted,
  writeProposed,
} from './proposed.ts'
export {
  childrenFound,
  contactsOfHomes,
  debtorRows,
  familyRows,
  guardiansFound,
  listFamilies,
  readFamily,
} from './reading.ts'
export { requireChild, requireFamily } from './required.ts'
