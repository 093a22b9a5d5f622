import { choosePassword, type Login, loginOf } from '../../main/portal/account/accounts.ts'
import { markCollected, publish } from '../../main/portal/exchange/publications.ts'
import { lockedSide } from '../../main/portal/log/log.ts'
import { openPortal, type Portal } from '../../main/portal/portal.ts'
import { exchangeSide, logEntry } from '../../main/portal/store/schema/index.ts'
import type { PortalStore } from '../../main/portal/store/store.ts'
import { addMinutes, type Instant } from '../../shared/rules/calendar/day.ts'
import { cheapestPasswords } from '../support/desk.ts'
import { rowsOf, writeRows } from '../support/machine/embedded-store.ts'
import { aMailbox } from './accounts/mailbox.ts'
import { now, wholeTown } from './town.ts'

export const password = 'Marronnier-14'

/** The rows of a portal at this address: another portal of this process writes them in one go. */
export type PortalContent = { readonly address: string; readonly rows: string }

/** The content of a portal with the small town, including the mails that wait for its parents. */
let publishedTown: PortalContent | undefined

/** A portal on which the small town was published, with a clock that tests set and a mailbox. */
export const aPortal = async (
  open: () => Promise<PortalStore>,
  address = 'https://portail.exemple.fr',
  { content = publishedTown, passwordCost = cheapestPasswords } = {},
) => {
  let at: Instant = now
  const mailbox = await aMailbox()
  const lines: string[] = []
  const store = await open()
  if (content) await writeRows(store, content.rows.replaceAll(`${content.address}/`, `${address}/`))
  const portal: Portal = await openPortal({
    store,
    clock: () => at,
    log: (line) => lines.push(line),
    address,
    mail: { url: mailbox.url, from: 'ne-pas-repondre@exemple.fr' },
    passwordCost,
  })
  if (!content) {
    await publish(portal, { documents: wholeTown, withdrawn: [] })
    publishedTown = { address, rows: await rowsOf(store) }
  }
  return {
    portal,
    mailbox,
    lines,
    clock: {
      later: (minutes: number) => {
        at = addMinutes(at, minutes)
      },
      set: (instant: Instant) => {
        at = instant
      },
    },
    /** Follows the link in the mail. */
    async login(email: string): Promise<Login> {
      await portal.mails.sendWaiting()
      const caller = { address: '203.0.113.7', device: 'Téléphone' }
      const { secret } = await choosePassword(portal, caller, { secret: mailbox.linkTo(email), password })
      const login = await loginOf(portal, secret)
      if (!login) throw new Error(`${email} is not logged in`)
      return login
    },
    /** Marks all entries so far as committed by the desk. */
    collected: () =>
      portal.store.db.transaction(async (tx) => {
        const { side } = await lockedSide(tx)
        await tx.update(exchangeSide).set({ side: { ...side, acknowledged: side.own.end } })
        const said = await tx.select({ id: logEntry.id }).from(logEntry)
        await markCollected(
          tx,
          said.map(({ id }) => id),
          at,
        )
      }),
    async close() {
      await portal.close()
      await mailbox.close()
    },
  }
}
