import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OrganisationInput } from '../../shared/contract/desk/settings.ts'
import { aDesk, password, type TestDesk } from '../support/desk.ts'
import { aChild, aGuardian, aHome } from '../support/towns/families.ts'

let town: TestDesk
beforeAll(async () => {
  town = await aDesk()
})
afterAll(() => town.close())

const organisation = async (changes: Partial<OrganisationInput> = {}): Promise<OrganisationInput> => {
  return { ...(await town.client.settings.organisation()), ...changes }
}

const png = new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0])])

describe('the service', () => {
  it('is changed by an administrator, read by everyone', async () => {
    const changed = await town.client.settings.changeOrganisation(
      await organisation({ siret: '211 400 765 00018', payfipNumber: '012345' }),
    )
    expect(changed).toMatchObject({ siret: '21140076500018', payfipNumber: '012345' })
    const animator = await town.as('animator')
    expect((await animator.settings.organisation()).name).toBe('Espace Jeunesse')
    await expect(animator.settings.changeOrganisation(await organisation())).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  it.each<[keyof OrganisationInput, string | number, string]>([
    ['siret', '123', 'Un SIRET a quatorze chiffres.'],
    ['postcode', '1455', 'Un code postal a cinq chiffres.'],
    ['email', 'mairie', 'Cette adresse e-mail n’est pas valable.'],
    ['dueDays', 400, 'De 0 à 120 jours.'],
    ['name', ' ', 'À remplir.'],
    ['billsFrom', '2026-02-30', 'Cette date n’existe pas.'],
    ['billsFrom', '2062-09-01', 'Au plus un an à l’avance.'],
  ])('a bad %s is told at its field, and nothing changes', async (field, value, sentence) => {
    const before = await organisation()
    await expect(town.client.settings.changeOrganisation(await organisation({ [field]: value }))).rejects.toMatchObject(
      { code: 'REFUSED', data: { sentence, field } },
    )
    expect(await organisation()).toEqual(before)
  })

  it('takes a logo by what the file holds, not by its name', async () => {
    await expect(
      town.client.settings.changeLogo({ file: new File(['<svg/>'], 'logo.png', { type: 'image/png' }) }),
    ).rejects.toMatchObject({ data: { sentence: 'Choisissez une image PNG ou JPEG.', field: 'file' } })
    expect((await town.client.settings.changeLogo({ file: png })).hasLogo).toBe(true)
    expect((await town.client.settings.logo())?.type).toBe('image/png')
    expect((await town.client.settings.changeLogo({ file: null })).hasLogo).toBe(false)
    expect(await town.client.settings.logo()).toBeNull()
  })
})

describe('facilities and schools', () => {
  it('a name is taken once, whatever its accents and case', async () => {
    const facility = { name: 'École Jacques-Prévert', address: '', contact: '', phone: '', archived: false }
    const saved = await town.client.settings.saveFacility(facility)
    await expect(
      town.client.settings.saveFacility({ ...facility, name: 'ECOLE JACQUES-PREVERT' }),
    ).rejects.toMatchObject({ data: { field: 'name' } })
    expect(await town.client.settings.saveFacility({ ...saved, archived: true })).toMatchObject({ archived: true })
  })

  it('a school nobody goes to can go', async () => {
    const { id } = await town.client.settings.saveSchool({ name: 'Jules-Ferry' })
    await town.client.settings.removeSchool({ id })
    expect(await town.client.settings.schools()).toEqual([])
    await expect(town.client.settings.removeSchool({ id })).rejects.toMatchObject({
      data: { sentence: 'Cette école n’existe plus.' },
    })
  })

  it('a school that children attend or attended shows how many, and cannot be deleted', async () => {
    const empty = await town.client.settings.saveSchool({ name: 'Jules-Ferry' })
    const { id } = await town.client.settings.saveSchool({ name: 'Jacques-Prévert' })
    const schooling = { fromDay: '2026-08-31', schoolId: id, level: 'CE1' as const, className: '' }
    await town.client.families.create({
      home: aHome('Marchand'),
      guardians: [aGuardian('Camille', 'Marchand')],
      move: null,
      quotient: null,
      children: ['Louison', 'Basile', 'Noé'].map((one) => ({ ...aChild(one, 'Marchand', '2018-03-14'), schooling })),
    })
    expect(await town.client.settings.schools()).toMatchObject([
      { name: 'Jacques-Prévert', children: 3 },
      { name: 'Jules-Ferry', children: 0 },
    ])
    await expect(town.client.settings.removeSchool({ id })).rejects.toMatchObject({
      data: { sentence: 'Des enfants vont ou sont allés dans cette école\u00a0: elle reste.' },
    })
    await town.client.settings.removeSchool({ id: empty.id })
  })
})

describe('the audit trail', () => {
  it('shows who did what, newest first, with the changes', async () => {
    const { acts } = await town.client.settings.audit({ entity: 'facility' })
    expect(acts.map(({ label }) => label)).toEqual([
      'Équipement enregistré\u00a0: École Jacques-Prévert',
      'Équipement enregistré\u00a0: École Jacques-Prévert',
    ])
    expect(acts[0]).toMatchObject({ person: 'Sandrine Tostain', state: 'closed', changes: 1 })
    expect(await town.client.settings.auditAct({ id: acts[0]?.id ?? 0 })).toMatchObject([
      {
        entity: 'facility',
        operation: 'update',
        fields: [{ name: 'Archivé', before: 'non', after: 'oui' }],
        names: ['École Jacques-Prévert'],
      },
    ])
  })

  it('shows how many records each act changed', async () => {
    const { acts } = await town.client.settings.audit({})
    expect(acts.length).toBeGreaterThan(5)
    for (const { id, changes } of acts) {
      expect(await town.client.settings.auditAct({ id })).toHaveLength(changes)
    }
  })

  it('is filtered by day, French midnight to French midnight, and by person', async () => {
    expect((await town.client.settings.audit({ from: '2026-11-26' })).acts).toEqual([])
    expect((await town.client.settings.audit({ to: '2026-11-25' })).acts.length).toBeGreaterThan(0)
    expect((await town.client.settings.audit({ staffId: 999 })).acts).toEqual([])
  })

  it('comes in pages that neither skip nor repeat', async () => {
    for (let number = 0; number < 60; number += 1) await town.client.settings.saveSchool({ name: `École ${number}` })
    const first = await town.client.settings.audit({})
    const last = first.acts.at(-1)?.id ?? 0
    const next = await town.client.settings.audit({ before: last })
    expect(first.hasMore).toBe(true)
    expect(next.hasMore).toBe(false)
    expect(next.acts.every(({ id }) => id < last)).toBe(true)
    expect(next.acts.at(-1)?.label).toBe('Première ouverture')
  })

  it('never shows a password, nor opens without the right', async () => {
    const { acts } = await town.client.settings.audit({ entity: 'staff_member' })
    const changes = await town.client.settings.auditAct({ id: acts.at(-1)?.id ?? 0 })
    expect(JSON.stringify(changes)).not.toContain('argon2')
    const director = await town.as('director')
    await expect(director.settings.audit({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('backups', () => {
  it('one is made on demand, shows its progress, is verified, then listed', async () => {
    const steps = []
    for await (const step of await town.client.settings.makeBackup()) steps.push(step)
    expect(steps.at(-1)).toMatchObject({ done: 1, backup: { reason: 'asked', verified: true } })
    const { backups } = await town.client.settings.backups()
    expect(backups).toMatchObject([{ name: steps.at(-1)?.backup?.name }])
    expect(await town.client.settings.check()).toEqual([])
  })

  it('one that cannot be written is refused in a sentence, even after it began', async () => {
    const folder = join(town.store.dataDir, 'sauvegardes')
    renameSync(folder, `${folder}-ailleurs`)
    writeFileSync(folder, '')
    const made = (async () => {
      for await (const _ of await town.client.settings.makeBackup());
    })()
    await expect(made).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('ne peut pas écrire dans le dossier des données') },
    })
    rmSync(folder)
    renameSync(`${folder}-ailleurs`, folder)
  })

  it('restoring one drops what came after, keeps the file of before, and logs everybody out', async () => {
    const { backups } = await town.client.settings.backups()
    await town.client.settings.saveSchool({ name: 'École de trop' })
    await town.client.settings.restoreBackup({ name: backups[0]?.name ?? '' })
    await expect(town.client.settings.schools()).rejects.toMatchObject({ code: 'LOGIN_NEEDED' })
    await town.client.staff.login({ login: 'sandrine', password })
    expect((await town.client.settings.schools()).map(({ name }) => name)).not.toContain('École de trop')
    expect((await town.client.settings.backups()).backups[0]).toMatchObject({ reason: 'replaced' })
  })

  it('a file of something else is refused and changes nothing', async () => {
    await expect(town.client.settings.restoreBackup({ file: new Blob(['n’importe quoi']) })).rejects.toMatchObject({
      data: { sentence: 'Ce fichier n’est pas un fichier d’Espace Jeunesse.' },
    })
    expect((await town.client.settings.organisation()).name).toBe('Espace Jeunesse')
    const director = await town.as('director', 'cashier')
    await expect(director.settings.backups()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
