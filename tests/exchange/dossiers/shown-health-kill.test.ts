import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { healthAssociatedData, openForAccount } from '../../../main/crypto/account-key.ts'
import { keyOfSession } from '../../../main/portal/account/account.ts'
import { type Caller, choosePassword, forgotPassword, loginOf } from '../../../main/portal/account/accounts.ts'
import { createPairingCode } from '../../../main/portal/exchange/pairing.ts'
import { healthShown } from '../../../main/portal/papers/health.ts'
import { documentOf } from '../../../main/portal/published/documents.ts'
import { checkStore } from '../../../main/store/backups/backup.ts'
import { keyRingPath } from '../../../main/store/key-ring.ts'
import { openStore } from '../../../main/store/store.ts'
import { confirmedParent } from '../../../shared/rules/people/guardian-bond.ts'
import { aMailbox } from '../../portal/accounts/mailbox.ts'
import { password } from '../../support/desk.ts'
import { rowsOf } from '../../support/machine/embedded-store.ts'
import { quickStore } from '../../support/machine/quick-store.ts'
import { aGuardian } from '../../support/towns/families.ts'
import { aFamily, aTown } from '../../support/towns/town.ts'
import { builtWork } from '../../support/works/built-work.ts'
import { clockSince } from '../../support/works/exchange-work.ts'
import { processes } from '../../support/works/processes.ts'
import { aServedPortal, type ServedPortal } from '../paired.ts'

const kills = process.env['LONG'] ? 60 : 3
const start = Date.now()
const clock = clockSince(start)
const phone: Caller = { address: '203.0.113.7', device: 'Téléphone' }
const emails = ['camille.marchand@exemple.fr', 'julien.marchand@exemple.fr'] as const
const root = mkdtempSync(join(tmpdir(), 'shown-health-'))
const folder = join(root, 'desk')
const { begin, end } = processes()
let program: string
let mailbox: Awaited<ReturnType<typeof aMailbox>>
let served: ServedPortal
let child: number
let guardians: readonly number[]
const secrets = new Map<string, string>()

beforeAll(async () => {
  program = await builtWork('desk', 'health-desk.ts')
  mailbox = await aMailbox()
  served = await aServedPortal(clock, quickStore, { url: mailbox.url, from: 'ne-pas-repondre@exemple.fr' })
  const town = await aTown()
    .with(aFamily('Marchand', { children: { Louison: {} } }))
    .open()
  const { client } = town
  const familyId = town.family('Marchand')
  child = town.child('Louison')
  await client.families.addGuardian({ familyId, guardian: aGuardian('Julien', 'Marchand') })
  guardians = (await client.portal.accountsOfFamily({ familyId })).map(({ guardianId }) => guardianId)
  for (const [index, guardianId] of guardians.entries()) {
    town.store.sqlite.prepare('update guardian set email = ? where id = ?').run(emails[index], guardianId)
    await client.families.setBond({ ...confirmedParent, guardianId, childId: child })
  }
  await client.portal.inviteByMail({ guardianIds: [...guardians] })
  await town.desk.close()
  cpSync(join(town.folder, 'data'), folder, { recursive: true })
  cpSync(keyRingPath(join(town.folder, 'data')), keyRingPath(folder))
  rmSync(town.folder, { recursive: true, force: true })
})
afterAll(async () => {
  await end()
  await served.close()
  await mailbox.close()
  rmSync(root, { recursive: true, force: true })
})

const desk = (first: number, ...code: string[]) =>
  begin(program, folder, served.address, String(start), String(child), String(first), ...code)
const follow = async (email: string, subject: RegExp) => {
  await expect.poll(() => mailbox.received.findLast((mail) => mail.to === email)?.subject ?? '').toMatch(subject)
  await expect.poll(() => mailbox.linkTo(email)).not.toBe('')
  const { secret } = await choosePassword(served.portal, phone, { secret: mailbox.linkTo(email), password })
  secrets.set(email, secret)
}
const opened = async (email: string) => {
  const secret = secrets.get(email) ?? ''
  const login = await loginOf(served.portal, secret)
  const key = login && (await keyOfSession(served.portal.store.db, login, secret))
  if (!login || !key) throw new Error(`${email} is not logged in`)
  return { login, secret, key }
}

it('health records sealed to accounts, the desk killed at any moment: nothing lost, nothing for another key', async () => {
  let running = desk(0, (await createPairingCode(served.portal)).code)
  await running.heard('exchanged done')
  for (const email of emails) await follow(email, /./)
  let wrote = 0
  for (let kill = 0; kill < kills; kill += 1) {
    await running.heard('ready')
    await running.next('exchanged done')
    // In the middle of what it seals and sends, one account gets another key.
    if (kill === 1) {
      await forgotPassword(served.portal, phone, emails[0])
      await follow(emails[0], /Nouveau mot de passe/)
    }
    await new Promise((done) => setTimeout(done, Math.random() * 150))
    running.child.kill('SIGKILL')
    expect(await running.ended).toBe('')
    wrote = Math.max(wrote, ...running.said.flatMap((line) => /^wrote (\d+)/.exec(line)?.[1] ?? []).map(Number))
    running = desk(wrote + 1)
  }
  await running.heard('exchanged done')
  running.child.stdin?.write('finish\n')
  await running.heard('finished')
  expect(await running.ended).toBe('')
  const last = Math.max(...running.said.flatMap((line) => /^wrote (\d+)/.exec(line)?.[1] ?? []).map(Number))
  expect(last).toBeGreaterThan(wrote)

  for (const email of emails) {
    const { login, secret } = await opened(email)
    expect(await healthShown(served.portal, login, secret, child)).toMatchObject({
      state: 'shown',
      known: { record: { allergies: `Guêpes ${last}` } },
    })
  }
  const keys = await Promise.all(emails.toReversed().map(async (other) => (await opened(other)).key))
  for (const [index, otherKey] of keys.entries()) {
    const guardian = guardians[index] ?? 0
    const published = await documentOf(served.portal.store.db, 'health', guardian)
    const sealed = Buffer.from(published?.children[0]?.sealed ?? '', 'base64')
    expect(sealed.length).toBeGreaterThan(100)
    expect(() => openForAccount(otherKey, sealed, healthAssociatedData(guardian, child))).toThrow(/authenticate/)
  }
  expect(await rowsOf(served.portal.store)).not.toContain('Guêpes')
  const store = openStore(folder, clock)
  try {
    expect(await checkStore(store)).toEqual([])
  } finally {
    store.close()
  }
}, 300_000)
