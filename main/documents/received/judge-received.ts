import { judgeInThread } from './judging-thread.ts'
import type { PdfVerdict } from './received-pdf.ts'

/** The thread's module is next to this one, in the sources as in a build. */
const worker = new URL(
  import.meta.url.endsWith('.ts') ? './received-pdf-worker.ts' : './received-pdf-worker.js',
  import.meta.url,
)

/**
 * Whether a received file has the type that it declares and no active content. Call it before anybody opens the file,
 * even when another program has already judged it.
 */
export const isHarmless = async (type: 'application/pdf' | 'image/jpeg', bytes: Buffer): Promise<boolean> => {
  if (type === 'image/jpeg') return bytes.subarray(0, 3).equals(jpegMagic)
  const verdict = await judgeInThread<PdfVerdict>(worker, bytes)
  return verdict !== null && 'pages' in verdict
}

const jpegMagic = Buffer.from([0xff, 0xd8, 0xff])
