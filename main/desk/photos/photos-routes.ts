import { os } from '../staff/procedures.ts'
import { photoBoard } from './board.ts'
import { photosOfDay, photosOfFamily, removePhoto, savePhoto } from './photos.ts'

const { photos } = os

export const photosRoutes = photos.router({
  ofFamily: photos.ofFamily.handler(({ context: { core }, input }) => photosOfFamily(core, input.familyId)),
  ofDay: photos.ofDay.handler(({ context: { core, person }, input }) => photosOfDay(core, person, input)),
  save: photos.save.handler(({ context: { core, person }, input }) => savePhoto(core, person, input)),
  remove: photos.remove.handler(({ context: { core, person }, input }) => removePhoto(core, person, input)),
  board: photos.board.handler(({ context: { core, person }, input }) => photoBoard(core, person, input)),
})
