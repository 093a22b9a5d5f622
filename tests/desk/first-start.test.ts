import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../../main/app/desk.ts'
import { lastKnownNumber } from '../../main/store/numbers.ts'
import { aClock, aDesk, clientOf, password, startService } from '../support/desk.ts'

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

it('spends on a password what OWASP asks for at least', async () => {
  await startService(clientOf(desk))
  const hash = desk.core.store.statement('select password_hash from staff_member').pluck().get()
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

describe('a first start from a backup', () => {
  it('restores the service as it was: staff log in with their passwords', async () => {
    const town = await aDesk()
    const { words, asked } = await town.client.settings.makePhrase()
    await town.client.settings.confirmPhrase({ words: asked.map((place) => words[place] ?? '') })
    for await (const step of await town.client.settings.makeBackup()) void step
    const { folder: backups, backups: made } = await town.client.settings.backups()
    const bytes = readFileSync(join(backups, made[0]?.name ?? ''))
    await town.close()

    const client = clientOf(desk)
    const file = new Blob([new Uint8Array(bytes)])
    for (const [phrase, sentence] of [
      ['', 'tapez la phrase de secours'],
      [words.with(0, 'xyz').join(' '), 'Le mot 1, «\u00a0xyz\u00a0», n’est pas un mot de la feuille.'],
    ] as const)
      await expect(client.staff.startFromBackup({ file, phrase })).rejects.toMatchObject({
        data: { sentence: expect.stringContaining(sentence), field: 'phrase' },
      })
    expect((await client.staff.session()).state).toBe('firstStart')
    expect(await client.staff.startFromBackup({ file, phrase: words.join(' ') })).toMatchObject({
      state: 'loggedOut',
      town: 'Blainville-sur-Orne',
    })
    expect((await client.staff.login({ login: 'sandrine', password })).state).toBe('open')
    // No file beside it and no portal tell what was numbered since: a director does, once.
    expect(await client.exchange.state()).toMatchObject({ knowsNumbers: true, mayConfirmNumbers: true })
    const told = {
      statement: 'Lu sur les états signés',
      last: [
        { series: 'C', year: null, number: 7 },
        { series: 'Q', year: 2026, number: 12 },
      ],
    }
    await expect(
      client.exchange.confirmNumbers({ ...told, last: [{ series: 'Q', year: null, number: 12 }] }),
    ).rejects.toMatchObject({ code: 'REFUSED' })
    expect(await client.exchange.confirmNumbers(told)).toMatchObject({ mayConfirmNumbers: false })
    expect([lastKnownNumber(desk.core.store, 'C'), lastKnownNumber(desk.core.store, 'Q2026')]).toEqual([7, 12])
    await expect(client.exchange.confirmNumbers(told)).rejects.toMatchObject({ code: 'REFUSED' })
    await expect(client.staff.startFromBackup({ file, phrase: words.join(' ') })).rejects.toMatchObject({
      data: { sentence: 'Cette structure existe déjà\u00a0: connectez-vous.' },
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
