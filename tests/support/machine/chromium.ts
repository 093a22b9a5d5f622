import { existsSync } from 'node:fs'
import { chromium } from 'playwright'

const usual = [
  // Debian's, without the windows and menus that no test looks at: a fifth less work.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  `${process.env['PROGRAMFILES']}\\Google\\Chrome\\Application\\chrome.exe`,
  `${process.env['PROGRAMFILES(X86)']}\\Google\\Chrome\\Application\\chrome.exe`,
  `${process.env['LOCALAPPDATA']}\\Google\\Chrome\\Application\\chrome.exe`,
  chromium.executablePath(),
]

/** The Chromium or Chrome of this computer, if it has one; the one named in CHROMIUM_PATH and no other. */
export const chromiumHere = (): string | undefined => {
  const named = process.env['CHROMIUM_PATH']
  return (named ? [named] : usual).find((path) => existsSync(path))
}

/** Nothing of Chromium's own on the network, and no GPU; root has no sandbox. */
export const chromiumArguments = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** For pages that live a second or two: what optimised code gains them is less than the work of its compilers. */
export const shortLived = '--js-flags=--no-maglev --no-turbofan'

/** A camera that shows a moving picture, and that a page may use without a question. */
export const simulatedCamera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
