import { createServer } from 'node:http'
import { sql } from 'drizzle-orm'
import { hashPassword } from '../../../main/portal/account/password.ts'
import { createPairingCode } from '../../../main/portal/exchange/pairing.ts'
import { openPortal } from '../../../main/portal/portal.ts'
import { servePortal } from '../../../main/portal/program/server.ts'
import { account, session } from '../../../main/portal/store/schema/index.ts'
import { openPortalStore, sha256 } from '../../../main/portal/store/store.ts'
import { defaultPasswordCost } from '../../../shared/rules/access/password.ts'
import { clockSince } from '../../support/works/exchange-work.ts'
import { bookableDays, password, type Ready, sessionOf } from './record-load.ts'

/** One worker of the portal, to be paired with a desk, and beside it a bare endpoint on the same store. */
const [kind, where = '', port, started] = process.argv.slice(2)
// The days asked for stay ahead, whenever this is measured.
const clock = clockSince(Number(started))
const store = await openPortalStore(kind === 'PostgreSQL' ? { url: where } : { folder: where })
const portal = await openPortal({
  store,
  clock,
  log: (line) => console.error(line),
  address: `http://127.0.0.1:${port}`,
  mail: null,
})

/** Once the desk has published: every parent has chosen a password and is logged in. */
const letIn = async (): Promise<void> => {
  const parents = await store.db
    .update(account)
    .set({ activatedAt: clock(), passwordHash: await hashPassword(password, defaultPasswordCost) })
    .returning({ guardianId: account.guardianId })
  for (let from = 0; from < parents.length; from += 500)
    await store.db.insert(session).values(
      parents.slice(from, from + 500).map(({ guardianId }) => ({
        hash: sha256(sessionOf(guardianId - 1)),
        id: `session-${guardianId}`,
        guardianId,
        familyId: guardianId,
        device: 'Téléphone',
        createdAt: clock(),
        seenAt: clock(),
      })),
    )
}
const serving = await servePortal(portal, {
  screens: 'out/renderer/portal',
  port: Number(port),
  host: '127.0.0.1',
  behindProxy: true,
})

/** The rows that recording ten days writes, in raw SQL, and not a rule asked. */
let bareRows = 1_000_000
const bare = createServer((request, response) => {
  const parent = Number(request.url?.slice(1))
  const at = clock()
  const first = (bareRows += 20)
  const ten = Array.from({ length: 10 }, (_, index) => first + index)
  const days = ten.map((_, index) => bookableDays[index] ?? '')
  const written = store.db.transaction(async (write) => {
    await write.execute(sql`select side from exchange_side where id = 1 for update`)
    await write.execute(sql`insert into demande (id, receipt_id, guardian_id, family_id, child_id, registration_id, day, slot_id, wish, recorded_at)
      values ${sql.join(
        ten.map(
          (id, index) =>
            sql`(${`bare-${id}`}, ${`bare-${first}`}, ${parent}, ${parent}, ${parent}, ${first}, ${days[index]}, ${2}, 'book', ${at})`,
        ),
        sql`, `,
      )}`)
    await write.execute(sql`insert into log_entry (number, hash, id, kind, at, body)
      values ${sql.join(
        ten.map((id) => sql`(${id}, ${sha256(`bare-${id}`)}, ${`bare-${id}`}, 'demande', ${at}, ${bareBody})`),
        sql`, `,
      )}`)
    await write.execute(sql`insert into receipt (id, number, guardian_id, family_id, request_id, recorded_at, body, signature)
      values (${`bare-${first}`}, ${`bare-${first}`}, ${parent}, ${parent}, ${`bare-${first}`}, ${at}, ${bareBody}, ${'signature'})`)
    await write.execute(sql`insert into mail (id, recipient, subject, body, written_at, next_try_at)
      values (${`bare-${first}`}, 'parent@exemple.fr', 'Vos demandes', ${bareBody}, ${at}, ${at})`)
    await write.execute(sql`update exchange_side set receipts = receipts where id = 1`)
  })
  written.then(
    () => response.end('{}'),
    (error: unknown) => response.writeHead(500).end(String(error)),
  )
})
const bareBody = JSON.stringify({ wish: 'book', filler: 'x'.repeat(305) })
await new Promise<void>((done) => bare.listen(0, '127.0.0.1', done))
const bound = bare.address()

process.on('message', (asked) => {
  if (asked === 'letIn') void letIn().then(() => process.send?.('in'))
  if (asked !== 'count') return
  void Promise.all([
    store.db.execute(sql`select count(*)::int as demandes, count(distinct (registration_id, day, slot_id))::int as cells,
      count(distinct receipt_id)::int as receipts from demande where id not like 'bare-%'`),
    store.db.execute(sql`select count(*)::int as entries from log_entry where id not like 'bare-%'`),
  ]).then(([demandes, log]) => process.send?.({ demandes: rowOf(demandes), log: rowOf(log) }))
})
const rowOf = (answer: unknown) => (answer as { rows: unknown[] }).rows[0]

const ready: Ready = {
  port: serving.port,
  barePort: bound && typeof bound === 'object' ? bound.port : 0,
  code: (await createPairingCode(portal)).code,
}
process.send?.(ready)
