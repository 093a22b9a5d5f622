import { os } from '../staff/procedures.ts'
import {
  definedFields,
  fieldsOfFamily,
  fieldsOfRegistration,
  listFields,
  removeField,
  saveField,
  setValues,
  withdrawField,
} from './fields.ts'

const { fields } = os

export const fieldsRoutes = fields.router({
  list: fields.list.handler(({ context: { core, person } }) => listFields(core, person)),
  defined: fields.defined.handler(({ context: { core, person } }) => definedFields(core, person)),
  save: fields.save.handler(({ context: { core, person }, input }) => saveField(core, person, input)),
  withdraw: fields.withdraw.handler(({ context: { core, person }, input }) => withdrawField(core, person, input)),
  remove: fields.remove.handler(({ context: { core, person }, input }) => removeField(core, person, input.id)),
  ofFamily: fields.ofFamily.handler(({ context: { core, person }, input }) =>
    fieldsOfFamily(core, person, input.familyId),
  ),
  ofRegistration: fields.ofRegistration.handler(({ context: { core, person }, input }) =>
    fieldsOfRegistration(core, person, input.registrationId),
  ),
  set: fields.set.handler(({ context: { core, person }, input }) => setValues(core, person, input)),
})
