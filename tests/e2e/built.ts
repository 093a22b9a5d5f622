import { build, stale } from '../../main/build.ts'

/** The screens, built once before the first file: two workers would build them into each other. */
export default async (): Promise<void> => {
  const missing = stale(['screens', 'portal'])
  if (missing.length > 0) await build(missing)
}
