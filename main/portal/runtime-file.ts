import { basename, join } from 'node:path'

/**
 * Whether the program runs from the exported folder, where every file lies flat next to the program, or from sources.
 */
export const isExported = import.meta.filename.endsWith('.js')

/**
 * The path of a file that the program reads at run time.
 * @param source its path in the sources, relative to this folder
 */
export const runtimeFile = (source: string): string => join(import.meta.dirname, isExported ? basename(source) : source)
