import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const modules = resolve(import.meta.dirname, '../../../node_modules')

/**
 * The files of an unpacked Electron without any working program: the files that electron-builder renames, edits and
 * packs. Its fuses have the values of a fresh Electron. It shows what a packed desk contains, never that it starts.
 */
export const electronDist = (platform: 'win32' | 'darwin', folder: string): string => {
  const write = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  write('LICENSE', 'Electron')
  write('version', '45.4.1')
  if (platform === 'win32') {
    // A real Windows program, because electron-builder writes into its resources.
    const program = readFileSync(join(modules, 'electron-winstaller/vendor/7z-x64.exe'))
    write('electron.exe', Buffer.concat([program, fuses]))
    for (const language of languages) write(`locales/${language}.pak`, language)
    return folder
  }
  const contents = 'Electron.app/Contents'
  write(`${contents}/Info.plist`, plist('Electron'))
  write(`${contents}/MacOS/Electron`, 'Electron')
  write(`${contents}/Resources/electron.icns`, '')
  const framework = `${contents}/Frameworks/Electron Framework.framework`
  write(`${framework}/Electron Framework`, fuses)
  for (const language of languages) {
    const name = language.replace('-', '_')
    write(`${contents}/Resources/${name}.lproj/locale.pak`, name)
    write(`${framework}/Versions/A/Resources/${name}.lproj/locale.pak`, name)
    write(`${framework}/Resources/${name}.lproj/locale.pak`, name)
  }
  for (const kind of ['', ' (Renderer)', ' (GPU)', ' (Plugin)']) {
    const helper = `${contents}/Frameworks/Electron Helper${kind}.app/Contents`
    write(`${helper}/Info.plist`, plist(`Electron Helper${kind}`))
    write(`${helper}/MacOS/Electron Helper${kind}`, 'helper')
  }
  return folder
}

const languages = ['de', 'en-US', 'es', 'fr']

/**
 * The marker that @electron/fuses looks for, its version, the number of fuses, and each fuse as in a fresh Electron: «
 * 0 » off, « 1 » on.
 */
const fuses = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 8]),
  Buffer.from('10110101'),
])

const plist = (name: string) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleExecutable</key><string>${name}</string>
<key>CFBundleName</key><string>${name}</string>
<key>CFBundleIconFile</key><string>electron.icns</string>
<key>CFBundleIdentifier</key><string>com.github.electron</string>
</dict></plist>`
