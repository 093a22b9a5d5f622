import { os } from '../staff/procedures.ts'
import { listColumns, listFile, removeList, runList, savedLists, saveList } from './free-lists.ts'

const { freeLists } = os

export const freeListsRoutes = freeLists.router({
  columns: freeLists.columns.handler(({ context: { core, person } }) => listColumns(core, person)),
  run: freeLists.run.handler(({ context: { core, person }, input }) => runList(core, person, input.query)),
  file: freeLists.file.handler(({ context: { core, person }, input }) => listFile(core, person, input)),
  saved: freeLists.saved.handler(({ context: { core, person } }) => savedLists(core, person)),
  save: freeLists.save.handler(({ context: { core, person }, input }) => saveList(core, person, input)),
  remove: freeLists.remove.handler(({ context: { core, person }, input }) => removeList(core, person, input.id)),
})
