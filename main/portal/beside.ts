import { basename, join } from 'node:path'

/** From sources each file lies where it is kept; in what is exported, flat, all lie beside the program. */
export const isExported = import.meta.filename.endsWith('.js')

/** Where a file is now that is kept at this place, relative to this folder. */
export const placeOf = (kept: string): string => join(import.meta.dirname, isExported ? basename(kept) : kept)
