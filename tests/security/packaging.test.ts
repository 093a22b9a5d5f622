import { resolve } from 'node:path'
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js'
import { DebugLogger } from 'builder-util'
import { describe, expect, it } from 'vitest'
import packageFile from '../../package.json' with { type: 'json' }

const root = resolve(import.meta.dirname, '../..')
const config = await getConfig(root, 'electron-builder.yml', null)
const validated = (given: typeof config) => validateConfiguration(given, new DebugLogger(false))

describe('what electron-builder is told', () => {
  it('is what it knows: its own schema refuses a word it does not', async () => {
    await expect(validated(config)).resolves.toBeUndefined()
    await expect(validated(Object.assign({ signature: true }, config))).rejects.toThrow('signature')
  })

  it('closes the doors that a packaged desk does not need', () => {
    expect(config.electronFuses).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    })
    expect(config.asar).toBe(true)
    expect(config.mac?.hardenedRuntime).toBe(true)
  })

  it('packs for Windows and macOS, both processors, the Electron that was tested, natives as they come', () => {
    const arch = ['x64', 'arm64']
    expect(config.win?.target).toEqual([{ target: 'nsis', arch }])
    expect(config.mac?.target).toEqual([{ target: 'dmg', arch }])
    expect(config.electronVersion).toBe(packageFile.devDependencies.electron)
    expect(config.npmRebuild).toBe(false)
    expect(config.asarUnpack).toEqual(['**/*.node'])
  })

  it('keeps the data when it is uninstalled', () => {
    expect(config.nsis?.deleteAppDataOnUninstall).toBe(false)
  })
})
