import { os } from '../procedures.ts'
import { previewImport, runImport } from './import.ts'

export const importsRoutes = os.imports.router({
  preview: os.imports.preview.handler(({ context: { core }, input }) => previewImport(core, input)),
  run: os.imports.run.handler(({ context: { core, person }, input, signal }) => runImport(core, person, input, signal)),
})
