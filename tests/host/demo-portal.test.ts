import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openDesk } from '../../main/app/desk.ts'
import { findSideRow } from '../../main/exchange/desk-side.ts'
import { LinkedElsewhere, openDemoPortal } from '../../main/host/demo/demo-portal.ts'
import { pairingState } from '../../main/portal/exchange/pairing.ts'
import { aDeskFolder, aServedPortal, pairedWith } from '../exchange/paired.ts'
import { aDataFolder } from '../support/machine/data-folder.ts'
import { emptyFolder } from '../support/machine/embedded-store.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

it('leaves a desk alone that passed to another portal, and leads no family to the demonstration', async () => {
  const place = await aDeskFolder()
  closing.push(() => place.close())
  const served = await aServedPortal(place.clock)
  closing.push(() => served.close())
  await pairedWith(place, served)
  const before = { side: findSideRow(place.store), known: await pairingState(served.portal.store.db) }

  const town = join(place.dataDir, 'ville')
  mkdirSync(town)
  await emptyFolder(join(town, 'portail'))
  const opening = openDemoPortal(place.desk.core, town, 0)
  await expect(opening).rejects.toThrow(LinkedElsewhere)
  await expect(opening).rejects.toThrow(`Ce bureau est relié à un autre portail, ${served.address}\u00a0:`)
  expect({ side: findSideRow(place.store), known: await pairingState(served.portal.store.db) }).toEqual(before)
})

it('pairs a portal whose first start was interrupted before it was paired', async () => {
  const place = await aDeskFolder()
  closing.push(() => place.close())
  const town = join(place.dataDir, 'ville')
  mkdirSync(town)
  await emptyFolder(join(town, 'portail'))
  // This town has no families: the demonstration goes no further than the pairing.
  await expect(openDemoPortal(place.desk.core, town, 0)).rejects.toThrow('no parent with a mail')
  expect(findSideRow(place.store)).toBeDefined()
})

it('starts no portal beside a service that is not there yet', async () => {
  const folder = aDataFolder()
  const desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir: join(folder, 'example') })
  closing.push(() => desk.close())
  const opening = openDemoPortal(desk.core, join(folder, 'ville'), 0)
  await expect(opening).rejects.toThrow('La structure n’est pas encore créée.')
  expect(existsSync(join(folder, 'ville'))).toBe(false)
})
