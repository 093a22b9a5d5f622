import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { isNull } from 'drizzle-orm'
import type { Login } from '../../../main/portal/account/accounts.ts'
import { createDeskEndpoint, isForDesk } from '../../../main/portal/exchange/desk-http.ts'
import { createPairingCode, pairingState } from '../../../main/portal/exchange/pairing.ts'
import { lockHome } from '../../../main/portal/family/homes.ts'
import { newEntry } from '../../../main/portal/log/entries.ts'
import { appendToLog, lockedSide } from '../../../main/portal/log/log.ts'
import { paymentEntry } from '../../../main/portal/payment/attempts.ts'
import { openPortal, type Portal } from '../../../main/portal/portal.ts'
import { allDocuments, documentOf } from '../../../main/portal/published/documents.ts'
import { Refused } from '../../../main/portal/refused.ts'
import { latestDemandes, takeBack, withdraw } from '../../../main/portal/reservations/demandes.ts'
import { saveDrafts } from '../../../main/portal/reservations/drafts.ts'
import { record } from '../../../main/portal/reservations/recorded-days.ts'
import { demande, paymentAttempt, sentPaper } from '../../../main/portal/store/schema/index.ts'
import type { SentPaperEntry } from '../../../shared/contract/portal/entries.ts'
import { clockSince, oneOf, pause } from './exchange-work.ts'

// The portal of `two-processes.test.ts`: parents record at random until it reads « quiet ». `node exchange-portal.ts
// FOLDER PORT START`

const [folder = '', port = '', start = ''] = process.argv.slice(2)
/** Written synchronously: a kill must not lose what was reported. */
const say = (line: string) => void writeSync(1, `${line}\n`)

const portal: Portal = await openPortal({
  store: { folder },
  clock: clockSince(Number(start)),
  log: (line) => console.error(`portal: ${line}`),
  address: `http://127.0.0.1:${port}`,
  mail: null,
})
// Only the endpoint for the desk: the pages of the whole server would take longer to load than the code under test.
const door = createDeskEndpoint(portal)
const server = createServer((request, response) => {
  if (isForDesk(request)) void door.answer(request, response, '127.0.0.1')
  else response.writeHead(404).end()
})
await new Promise<void>((done) => server.listen(Number(port), '127.0.0.1', done))
if (!(await pairingState(portal.store.db)).isPaired) say(`code ${(await createPairingCode(portal)).code}`)

const quiet = new AbortController()
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'quiet') quiet.abort()
})
say('ready')

/** Anybody with an account, in one of their homes. */
const someone = async (): Promise<Login | undefined> => {
  const account = oneOf(await allDocuments(portal.store.db, 'account'))
  const familyId = account && oneOf(account.families)
  if (!account || familyId === undefined) return undefined
  const { guardian: guardianId, name, email, families } = account
  return { guardianId, name, email, families, familyId, sessionId: 'none' }
}

const ask = async (login: Login): Promise<void> => {
  const family = await documentOf(portal.store.db, 'family', login.familyId)
  const registration = oneOf(family?.registrations ?? [])
  const period = registration && (await documentOf(portal.store.db, 'period', registration.period))
  if (!registration || !period) return
  const cells = Array.from({ length: 3 }, () => oneOf(period.openings)).flatMap((opening) =>
    opening
      ? [
          {
            registration: registration.id,
            day: opening.day,
            slot: opening.slot,
            wish: oneOf(['book', 'book', 'cancel'] as const) ?? null,
          },
        ]
      : [],
  )
  await saveDrafts(portal, login, cells)
  const { items } = await record(portal, login, { request: randomUUID(), surchargeAccepted: true })
  for (const { demande: id } of items) say(`recorded ${id}`)
}

/**
 * As after PayFiP's answer: the attempt and the entry for the desk, in one transaction. No invoice needs the payment.
 */
const pay = async ({ guardianId, familyId }: Login): Promise<void> => {
  const id = randomUUID()
  await portal.store.db.transaction(async (write) => {
    await lockHome(write, familyId)
    const { side } = await lockedSide(write)
    const at = portal.clock()
    const [attempt] = await write
      .insert(paymentAttempt)
      .values({
        id,
        requestId: id,
        guardianId,
        familyId,
        invoiceId: 999_999,
        number: '2026-999999',
        label: 'Octobre 2026',
        amountCents: 550,
        client: '012345',
        refdet: '2026999999',
        saisie: 'W',
        address: '',
        recordedAt: at,
        idOp: randomUUID(),
        sentAt: at,
        result: 'P',
        paidAt: at,
        settledAt: at,
      })
      .returning()
    if (attempt) await appendToLog(write, side, [newEntry(id, 'payment', at, paymentEntry(attempt))])
  })
  say(`paid ${id}`)
}

/** Writes a paper like `sendPaper`, already checked and sealed. It cannot be compressed, and has several parts. */
const sendOne = async ({ guardianId, familyId }: Login): Promise<void> => {
  const id = randomUUID()
  const bytes = randomBytes(450_000)
  const hash = createHash('sha256').update(bytes).digest('hex')
  await portal.store.db.transaction(async (write) => {
    await lockHome(write, familyId)
    const { side } = await lockedSide(write)
    const recordedAt = portal.clock()
    const paper = { kind: 'residence' as const, name: 'bail.pdf', hash, recordedAt }
    await write.insert(sentPaper).values({ ...paper, id, requestId: id, guardianId, familyId, bytes })
    const entry: SentPaperEntry = {
      ...paper,
      guardian: guardianId,
      family: familyId,
      child: null,
      asked: null,
      type: 'application/pdf',
      pages: 1,
      size: bytes.length,
      quotient: null,
      incomeCents: null,
    }
    await appendToLog(write, side, [newEntry(id, 'sentPaper', recordedAt, entry)])
  })
  say(`sent ${id} ${hash}`)
}

const changeOnesMind = async (login: Login): Promise<void> => {
  const open = oneOf((await latestDemandes(portal, login)).filter(({ answer }) => answer === null))
  if (open) await (open.collectedAt === null ? withdraw : takeBack)(portal, login, open.id)
}

let hasSent = false
while (!quiet.signal.aborted) {
  const login = await someone()
  try {
    const dice = Math.random()
    // One paper per start: its bytes take long to send, so that each kill interrupts some of them.
    if (login && !hasSent) await sendOne(login)
    else if (login) await (dice < 0.15 ? changeOnesMind : dice < 0.4 ? pay : ask)(login)
    hasSent ||= login !== undefined
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
  await pause(login ? 80 : 100)
}
const open = await portal.store.db.select().from(demande).where(isNull(demande.answer))
say(`quiet ${open.length}`)
await new Promise((done) => process.stdin.once('close', done))
door.close()
server.closeAllConnections()
server.close()
await portal.close()
