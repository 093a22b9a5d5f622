import { judgedInThread } from './judging-thread.ts'
import type { JudgedPdf } from './received-pdf.ts'

/** The thread lies beside this module, in the sources and in a bundled build, which puts it beside the same chunk. */
const worker = new URL(
  import.meta.url.endsWith('.ts') ? './received-pdf-worker.ts' : './received-pdf-worker.js',
  import.meta.url,
)

/**
 * Whether a received file has the type that it declares and no active content. Call it before anybody opens the file,
 * even when another program has already judged it.
 */
export const isHarmless = async (type: 'application/pdf' | 'image/jpeg', bytes: Buffer): Promise<boolean> => {
  if (type === 'image/jpeg') return bytes.subarray(0, 3).equals(jpegSign)
  const told = await judgedInThread<JudgedPdf>(worker, bytes)
  return told !== null && 'pages' in told
}

const jpegSign = Buffer.from([0xff, 0xd8, 0xff])
