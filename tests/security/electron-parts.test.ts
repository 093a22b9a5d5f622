import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { refuseInstallFolder } from '../../main/electron/install-folder.ts'

/*
 * What the shell does on systems that the stand-in does not run on: Electron and electron-updater answer here as they
 * do there. The rest of the shell is in `shell.spec.ts`.
 */
const did = vi.hoisted(() => ({ dialogs: [] as { message: string }[], opened: [] as string[], answer: 0 }))
vi.mock('electron', () => ({
  app: { isPackaged: true },
  BrowserWindow: { getFocusedWindow: () => null },
  dialog: {
    showMessageBox: async (options: { message: string }) => {
      did.dialogs.push(options)
      return { response: did.answer }
    },
  },
  ipcMain: {},
  protocol: {},
  shell: { openExternal: async (address: string) => void did.opened.push(address) },
}))
vi.mock('../../main/electron/settings.ts', () => ({
  settings: { get: (name: string) => ({ updates: 'stable', spelling: true })[name] },
}))
const updater = vi.hoisted(() => ({
  autoDownload: true,
  on: () => undefined,
  async checkForUpdates() {
    return { isUpdateAvailable: true, updateInfo: { version: '9.0.0' } }
  },
}))
vi.mock('electron-updater', () => ({ autoUpdater: updater }))
const codesign = vi.hoisted(() => ({ says: '' }))
vi.mock('node:child_process', async (original) => ({
  ...(await original<typeof import('node:child_process')>()),
  spawnSync: () => ({ stderr: codesign.says }),
}))

const { platform } = process
const on = (name: NodeJS.Platform) => Object.defineProperty(process, 'platform', { value: name })
let resources: string
beforeEach(() => {
  Object.assign(did, { dialogs: [], opened: [], answer: 0 })
  resources = mkdtempSync(join(tmpdir(), 'resources-'))
  writeFileSync(join(resources, 'app-update.yml'), 'provider: github\nowner: ville\nrepo: espace-jeunesse\n')
  Object.defineProperty(process, 'resourcesPath', { value: resources, configurable: true })
})
afterEach(() => {
  rmSync(resources, { recursive: true })
  on(platform)
  vi.resetModules()
})

const look = async (says: string) => {
  on('darwin')
  codesign.says = says
  const { checkNow: lookNow } = await import('../../main/electron/updates.ts')
  await lookNow(() => undefined)
}

describe('a newer version on macOS', () => {
  it('is downloaded by the person where no maker signed the program: macOS would refuse it, and never end', async () => {
    did.answer = 1
    await look('Signature=adhoc\nTeamIdentifier=not set\n')
    expect(updater.autoDownload).toBe(false)
    expect(did.dialogs).toMatchObject([
      { message: 'La version 9.0.0 d’Espace Jeunesse est disponible.', buttons: ['Plus tard', 'Télécharger'] },
    ])
    expect(did.opened).toEqual(['https://github.com/ville/espace-jeunesse/releases/tag/v9.0.0'])
  })

  it('comes by itself to a signed one', async () => {
    await look('Authority=Developer ID Application: Ville\nTeamIdentifier=AB12CD34EF\n')
    expect(updater.autoDownload).toBe(true)
    expect(did.dialogs).toMatchObject([{ message: 'La version 9.0.0 se télécharge.' }])
    expect(did.opened).toEqual([])
  })
})

describe('the check of spelling', () => {
  it.each([
    ['darwin', true],
    ['win32', false],
    ['linux', false],
  ] as const)('asks the network for no dictionary (%s)', async (name, isEnabled) => {
    on(name)
    const { followSpelling } = await import('../../main/electron/spelling.ts')
    const asked: unknown[] = []
    followSpelling({
      setSpellCheckerEnabled: (is: boolean) => asked.push(is),
      setSpellCheckerLanguages: (languages: string[]) => asked.push(languages),
    } as unknown as Parameters<typeof followSpelling>[0])
    expect(asked).toEqual([isEnabled])
  })
})

describe('the folder of the data', () => {
  const program = '/home/agent/Espace Jeunesse/Espace Jeunesse'

  it.each(['/home/agent/Espace Jeunesse', '/home/agent/Espace Jeunesse/Data/donnees'])(
    'is refused where uninstalling the program would remove it: %s',
    (dataDir) => {
      expect(() => refuseInstallFolder(dataDir, program)).toThrow('le désinstaller les effacerait')
    },
  )

  it.each(['/home/agent/donnees', '/home/agent', '/home/agent/Espace Jeunesse 2', '/var/lib/donnees'])(
    'is taken anywhere else: %s',
    (dataDir) => {
      expect(() => refuseInstallFolder(dataDir, program)).not.toThrow()
    },
  )
})
