import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../../main/desk/desk.ts'
import { aClock, aDesk, clientOf, password } from '../support/desk.ts'

let folder: string
let desk: Desk
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'first-start-'))
  const clock = aClock()
  desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir: join(folder, 'example'), clock })
})
afterEach(async () => {
  await desk.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a first start from a backup', () => {
  it('takes the service as it was: its staff log in with their passwords', async () => {
    const town = await aDesk()
    for await (const step of await town.client.settings.makeBackup()) void step
    const { folder: backups, backups: made } = await town.client.settings.backups()
    const bytes = readFileSync(join(backups, made[0]?.name ?? ''))
    await town.close()

    const client = clientOf(desk)
    expect(await client.staff.startFromBackup({ file: new Blob([new Uint8Array(bytes)]) })).toMatchObject({
      state: 'loggedOut',
      town: 'Blainville-sur-Orne',
    })
    expect((await client.staff.login({ login: 'sandrine', password })).state).toBe('open')
    await expect(client.staff.startFromBackup({ file: new Blob([new Uint8Array(bytes)]) })).rejects.toMatchObject({
      data: { sentence: 'Cette structure existe déjà : connectez-vous.' },
    })
  })

  it('refuses any other file and stays at the first start', async () => {
    const client = clientOf(desk)
    await expect(client.staff.startFromBackup({ file: new Blob(['une photo']) })).rejects.toMatchObject({
      data: { sentence: 'Ce fichier n’est pas un fichier d’Espace Jeunesse.', field: 'file' },
    })
    expect((await client.staff.session()).state).toBe('firstStart')
  })
})
