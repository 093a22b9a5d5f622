import { type Paper, paperRequestMessage, type ReadingShell } from '../../../shared/contract/reading.ts'
import { savePaper } from '../../connection/paper.ts'

declare global {
  interface Window {
    readonly reading?: ReadingShell
  }
}

/** Gets, saves and prints the document, through Electron's shell or in a browser's tab. */
export const readingHost = (): ReadingShell => window.reading ?? tabHost()

const tabHost = (): ReadingShell => {
  let asked: Promise<Paper> | undefined
  const paper = () => {
    asked ??= paperOfOpener()
    return asked
  }
  return {
    paper,
    async save() {
      const { name, bytes } = await paper()
      await savePaper(new File([new Uint8Array(bytes)], name, { type: 'application/pdf' }))
      return true
    },
    async print() {
      window.print()
      return { end: 'unknown' }
    },
  }
}

/** Requests the document from the desk's page that opened this tab, the only page that has it. */
const paperOfOpener = () =>
  new Promise<Paper>((resolve, reject) => {
    const opener: Window | null = window.opener
    if (!opener || opener.closed) {
      reject(new Error('no page of the desk holds it any more'))
      return
    }
    window.addEventListener('message', ({ source, origin, data }: MessageEvent<Paper>) => {
      if (source === opener && origin === window.location.origin) resolve(data)
    })
    opener.postMessage(paperRequestMessage, window.location.origin)
  })
