import { build, stale } from '../../main/build.ts'

/** Builds the screens once before the first file: two workers would otherwise build into the same folder. */
export default async (): Promise<void> => {
  const missing = stale(['screens', 'portal'])
  if (missing.length > 0) await build(missing)
}
