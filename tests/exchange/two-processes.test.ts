import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { contentOf } from '../../main/desk/papers/papers-store.ts'
import { demande, paymentAttempt, exchangeSide as portalSide, sentPaper } from '../../main/portal/store/schema/index.ts'
import { openPortalStore, sha256 } from '../../main/portal/store/store.ts'
import { checkStore } from '../../main/store/backups/backup.ts'
import {
  exchangeSide,
  guardian,
  payment,
  portalAsk,
  publication,
  receivedPaper,
} from '../../main/store/schema/index.ts'
import { openStore } from '../../main/store/store.ts'
import { holdingOf } from '../../shared/exchange/documents.ts'
import { emptyFolder } from '../support/machine/embedded-store.ts'
import { freePort } from '../support/machine/free-port.ts'
import { aFamily, aRegistration, aTown, aWednesday } from '../support/towns/town.ts'
import { builtWork } from '../support/works/built-work.ts'
import { clockSince } from '../support/works/exchange-work.ts'
import { type Process, processes } from '../support/works/processes.ts'

const kills = process.env['LONG'] ? 120 : 2
const period = 'ALSH mercredi 2026/2027'
const homes = ['Aubry', 'Bertin', 'Caron', 'Duval', 'Étienne', 'Fouquet']

const root = mkdtempSync(join(tmpdir(), 'two-processes-'))
const deskFolder = join(root, 'desk')
const portalFolder = join(root, 'portal')
const start = Date.now()
const clock = clockSince(start)
let port = 0
let programs: Record<'desk' | 'portal', string>

beforeAll(async () => {
  programs = {
    desk: await builtWork('desk', 'exchange-desk.ts'),
    portal: await builtWork('portal', 'exchange-portal.ts'),
  }
  await emptyFolder(portalFolder)
  port = await freePort()
  const town = await aTown([
    ...homes.map((name) => aFamily(name, { familyQuotient: 700, children: { [`Zoé ${name}`]: {} } })),
    aWednesday({ capacity: 3 }),
    ...homes.map((name) => aRegistration(name, `Zoé ${name}`, period)),
  ]).open()
  town.store.act(town.person, 'families.change', 'Adresses', (write) => {
    for (const { id } of town.store.db.select().from(guardian).all())
      write.update(guardian, id, { email: `parent${id}@exemple.fr` })
  })
  const guardianIds = town.store.db
    .select()
    .from(guardian)
    .all()
    .map(({ id }) => id)
  await town.client.portal.inviteByMail({ guardianIds })
  await town.desk.close()
  cpSync(join(town.folder, 'data'), deskFolder, { recursive: true })
  rmSync(town.folder, { recursive: true, force: true })
})
const { begin, end } = processes()
afterAll(async () => {
  await end()
  rmSync(root, { recursive: true, force: true })
})

const portalProcess = () => begin(programs.portal, portalFolder, String(port), String(start))
const deskProcess = (...code: string[]) =>
  begin(programs.desk, deskFolder, `http://127.0.0.1:${port}`, String(start), ...code)

it('two processes, killed at any moment on either side, lose nothing and do nothing twice', async () => {
  const open = { portal: portalProcess, desk: () => deskProcess() }
  const portal = open.portal()
  const code = (await portal.heard('code ')).slice(5)
  const running = { portal, desk: deskProcess(code) }
  await running.desk.heard('exchanged done')
  const over: Process[] = []
  for (let count = 0; count < kills; count += 1) {
    const side = count % 2 === 0 ? 'portal' : 'desk'
    // One in four is killed again while it opens, what the kill before left still there.
    if (Math.random() < 0.75) {
      await Promise.all([running.portal.heard('ready'), running.desk.heard('ready')])
      await running.desk.next('exchanged done')
    }
    await new Promise((done) => setTimeout(done, Math.random() * 250))
    running[side].child.kill('SIGKILL')
    expect(await running[side].ended).toBe('')
    over.push(running[side])
    running[side] = open[side]()
  }
  await running.portal.heard('ready')
  // On a slow computer, kills may have come before there was much to lose.
  const hasSaid = (beginning: string, least: number) =>
    [...over, running.portal].flatMap(({ said }) => said).filter((line) => line.startsWith(beginning)).length >= least
  while (!hasSaid('recorded ', kills + 1) || !hasSaid('paid ', 1) || !hasSaid('sent ', 1)) await running.portal.next('')
  running.portal.child.stdin?.write('quiet\n')
  await running.portal.heard('quiet')
  await running.desk.heard('ready')
  running.desk.child.stdin?.write('finish\n')
  expect(await running.desk.heard('finished')).toBe('finished ')
  expect(await running.desk.ended).toBe('')
  running.portal.child.stdin?.end()
  await running.portal.ended
  const said = [...over, running.portal, running.desk].flatMap((one) => one.said)

  const recorded = said.flatMap((line) => /^recorded (.+)/.exec(line)?.[1] ?? [])
  const exchanges = said.filter((line) => line === 'exchanged done').length

  const store = openStore(deskFolder, clock)
  const portalStore = await openPortalStore({ folder: portalFolder })
  try {
    const held = await portalStore.db.select().from(demande)
    const asks = store.db.select().from(portalAsk).all()
    console.log(
      `${kills} kills, ${exchanges} exchanges ended, ${recorded.length} demandes said to be recorded, ${held.length} held, ${asks.length} asks collected`,
    )
    const ids = new Set(held.map(({ id }) => id))
    expect(recorded.filter((id) => !ids.has(id))).toEqual([])
    expect(held.length).toBeGreaterThan(kills)
    // Each once.
    const days = asks.filter(({ kind }) => kind === 'demande')
    expect(days.map(({ entryId }) => entryId).toSorted()).toEqual([...ids].toSorted())
    const moves = days.flatMap(({ moveId }) => moveId ?? [])
    expect(new Set(moves).size).toBe(moves.length)
    const answers = new Map(asks.map(({ entryId, answer, answerRevision }) => [entryId, { answer, answerRevision }]))
    const told = held.map(({ id, answer, answerRevision }) => [id, { answer, answerRevision }] as const)
    expect(new Map(told)).toEqual(new Map(days.map(({ entryId }) => [entryId, answers.get(entryId)])))
    expect(held.filter(({ answer }) => answer === null)).toEqual([])

    // What was paid is at the desk, each payment once.
    const attempts = (await portalStore.db.select().from(paymentAttempt)).map(({ id }) => id)
    const payments = store.db.select().from(payment).all()
    const paid = said.flatMap((line) => /^paid (.+)/.exec(line)?.[1] ?? [])
    console.log(`${paid.length} payments said to be made, ${payments.length} counted`)
    expect(paid.length).toBeGreaterThan(0)
    expect(paid.filter((id) => !attempts.includes(id))).toEqual([])
    expect(new Set(payments.map(({ attemptId }) => attemptId))).toEqual(new Set(attempts))
    expect(payments).toHaveLength(attempts.length)

    // What was sent is at the desk whole, each paper once.
    const papers = store.db.select().from(receivedPaper).all()
    const sent = said.flatMap((line) => /^sent (\S+)/.exec(line)?.[1] ?? [])
    console.log(`${sent.length} papers said to be sent, ${papers.length} received`)
    expect(sent.length).toBeGreaterThan(0)
    const onPortal = await portalStore.db.select({ key: sentPaper.id, hash: sentPaper.hash }).from(sentPaper)
    expect(sent.filter((id) => !onPortal.some(({ key }) => key === id))).toEqual([])
    expect(new Map(papers.map(({ key, hash, content }) => [key, { hash, content }]))).toEqual(
      new Map(onPortal.map(({ key, hash }) => [key, { hash, content: 'here' }])),
    )
    expect(papers).toHaveLength(onPortal.length)
    for (const { id, hash } of papers) {
      expect(createHash('sha256').update(contentOf(store, id)).digest('hex')).toBe(hash)
    }

    const [there] = await portalStore.db.select().from(portalSide)
    const here = store.db.select().from(exchangeSide).get()
    expect(here?.side).toMatchObject({
      epoch: 1,
      comparing: false,
      lost: [],
      acknowledged: { number: here?.side.own.end.number },
    })
    expect(there?.side).toMatchObject({ epoch: 1, comparing: false, lost: [] })
    expect(there?.side.mirror.end.hash).toBe(here?.side.own.end.hash)
    expect(here?.side.mirror.end.hash).toBe(there?.side.own.end.hash)
    const wanted = store.db.select().from(publication).all()
    const names = wanted.flatMap(({ id, wantedHash, paperOf }) =>
      wantedHash === null ? [] : [{ id, hash: wantedHash, paperOf }],
    )
    expect(there?.holding).toEqual(holdingOf(names, sha256))
    expect(await checkStore(store)).toEqual([])
  } finally {
    store.close()
    await portalStore.close()
  }
}, 300_000)
