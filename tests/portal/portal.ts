import { openPortal, type Portal } from '../../main/portal/portal.ts'
import { publish } from '../../main/portal/publications.ts'
import type { PortalStore } from '../../main/portal/store.ts'
import { addMinutes, type Instant } from '../../shared/rules/day.ts'
import { aMailbox } from './mailbox.ts'
import { now, wholeTown } from './town.ts'

export const password = 'Marronnier-14'

/** A portal on which the small town was published, with a clock that tests set and a mailbox. */
export const aPortal = async (open: () => Promise<PortalStore>) => {
  let at: Instant = now
  const mailbox = await aMailbox()
  const lines: string[] = []
  const portal: Portal = await openPortal({
    store: await open(),
    clock: () => at,
    log: (line) => lines.push(line),
    address: 'https://portail.exemple.fr',
    mail: { url: mailbox.url, from: 'Espace Jeunesse <ne-pas-repondre@exemple.fr>' },
  })
  await publish(portal, { documents: wholeTown, withdrawn: [] })
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
    async close() {
      await portal.close()
      await mailbox.close()
    },
  }
}
