import { os } from '../staff/procedures.ts'
import { possibleDoubles } from './doubles.ts'
import { homesElsewhere, openElsewhere } from './elsewhere.ts'
import {
  addChild,
  addGuardian,
  addPickup,
  changeChild,
  changeFamily,
  changeGuardian,
  changePickup,
  confirmBonds,
  createFamily,
  linkChild,
  listFamilies,
  readFamily,
  removeAddress,
  removeCategory,
  removeGuardian,
  removePickup,
  removeQuotient,
  removeSchooling,
  returnFamily,
  setAddress,
  setBond,
  setCategory,
  setQuotient,
  setSchooling,
  swapGuardians,
  usedCategories,
} from './families.ts'
import { changeHealth, readHealth } from './health.ts'

const { families } = os

export const familiesRoutes = families.router({
  list: families.list.handler(({ context: { core }, input }) => listFamilies(core, input)),
  one: families.one.handler(({ context: { core, person }, input }) => readFamily(core, person, input.id)),
  possibleDoubles: families.possibleDoubles.handler(({ context: { core }, input }) =>
    possibleDoubles(core.store, input),
  ),
  knownElsewhere: families.knownElsewhere.handler(({ context: { core }, input }) => ({
    isKnown: homesElsewhere(core.store, input).length > 0,
  })),
  openElsewhere: families.openElsewhere.handler(({ context: { core, person }, input }) =>
    openElsewhere(core, person, input),
  ),
  create: families.create.handler(({ context: { core, person }, input }) => createFamily(core, person, input)),
  change: families.change.handler(({ context: { core, person }, input }) => changeFamily(core, person, input)),
  comeBack: families.comeBack.handler(({ context: { core, person }, input }) => returnFamily(core, person, input)),
  addGuardian: families.addGuardian.handler(({ context: { core, person }, input }) => addGuardian(core, person, input)),
  changeGuardian: families.changeGuardian.handler(({ context: { core, person }, input }) =>
    changeGuardian(core, person, input),
  ),
  removeGuardian: families.removeGuardian.handler(({ context: { core, person }, input }) =>
    removeGuardian(core, person, input),
  ),
  swapGuardians: families.swapGuardians.handler(({ context: { core, person }, input }) =>
    swapGuardians(core, person, input),
  ),
  setBond: families.setBond.handler(({ context: { core, person }, input }) => setBond(core, person, input)),
  confirmBonds: families.confirmBonds.handler(({ context: { core, person }, input }) =>
    confirmBonds(core, person, input),
  ),
  setAddress: families.setAddress.handler(({ context: { core, person }, input }) => setAddress(core, person, input)),
  removeAddress: families.removeAddress.handler(({ context: { core, person }, input }) =>
    removeAddress(core, person, input),
  ),
  setCategory: families.setCategory.handler(({ context: { core, person }, input }) => setCategory(core, person, input)),
  removeCategory: families.removeCategory.handler(({ context: { core, person }, input }) =>
    removeCategory(core, person, input),
  ),
  categoryNames: families.categoryNames.handler(({ context: { core } }) => usedCategories(core.store)),
  setQuotient: families.setQuotient.handler(({ context: { core, person }, input }) => setQuotient(core, person, input)),
  removeQuotient: families.removeQuotient.handler(({ context: { core, person }, input }) =>
    removeQuotient(core, person, input),
  ),
  addChild: families.addChild.handler(({ context: { core, person }, input }) => addChild(core, person, input)),
  changeChild: families.changeChild.handler(({ context: { core, person }, input }) => changeChild(core, person, input)),
  linkChild: families.linkChild.handler(({ context: { core, person }, input }) => linkChild(core, person, input)),
  setSchooling: families.setSchooling.handler(({ context: { core, person }, input }) =>
    setSchooling(core, person, input),
  ),
  removeSchooling: families.removeSchooling.handler(({ context: { core, person }, input }) =>
    removeSchooling(core, person, input),
  ),
  addPickup: families.addPickup.handler(({ context: { core, person }, input }) => addPickup(core, person, input)),
  changePickup: families.changePickup.handler(({ context: { core, person }, input }) =>
    changePickup(core, person, input),
  ),
  removePickup: families.removePickup.handler(({ context: { core, person }, input }) =>
    removePickup(core, person, input),
  ),
  health: families.health.handler(({ context: { core, person }, input }) => readHealth(core, person, input.childId)),
  changeHealth: families.changeHealth.handler(({ context: { core, person }, input }) =>
    changeHealth(core, person, input),
  ),
})
