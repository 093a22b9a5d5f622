import { judgedInThread } from './judging-thread.ts'
import type { JudgedPdf } from './received-pdf.ts'

/** Beside this module, in the sources as in a bundled build, which lays the thread next to the chunk that holds it. */
const worker = new URL(
  import.meta.url.endsWith('.ts') ? './received-pdf-worker.ts' : './received-pdf-worker.js',
  import.meta.url,
)

/**
 * Whether a file that came from elsewhere is what it says, and does nothing by itself: to be asked before anybody opens
 * it, also where somebody else judged it before.
 */
export const isHarmless = async (type: 'application/pdf' | 'image/jpeg', bytes: Buffer): Promise<boolean> => {
  if (type === 'image/jpeg') return bytes.subarray(0, 3).equals(jpegSign)
  const told = await judgedInThread<JudgedPdf>(worker, bytes)
  return told !== null && 'pages' in told
}

const jpegSign = Buffer.from([0xff, 0xd8, 0xff])
