import { and, count, eq, exists, gt, inArray, isNotNull, isNull, lt, or } from 'drizzle-orm'
import { type Day, dayAt, timeAt, timeOfDay } from '../../shared/rules/day.ts'
import { counted } from '../../shared/rules/french.ts'
import { written } from './mail.ts'
import type { Portal } from './portal.ts'
import { account, draft } from './schema.ts'

/** In the evening, before the night's exchange, and not while people sleep. */
const between = [timeOfDay('18:00'), timeOfDay('21:00')] as const

/** Tells parents, once a day, of the days they ticked and did not record: the town does not see them. */
export const remindOfDrafts = async (portal: Portal): Promise<void> => {
  const at = portal.clock()
  const time = timeAt(at)
  if (time < between[0] || time >= between[1]) return
  const today = dayAt(at)
  await portal.store.db.transaction(async (write) => {
    const ticked = write
      .select({ guardianId: draft.guardianId })
      .from(draft)
      .where(and(eq(draft.guardianId, account.guardianId), isToCome(today)))
    const reminded = await write
      .update(account)
      .set({ remindedOn: today })
      .where(
        and(
          eq(account.blocked, false),
          isNotNull(account.activatedAt),
          or(isNull(account.remindedOn), lt(account.remindedOn, today)),
          exists(ticked),
        ),
      )
      .returning()
    if (reminded.length === 0) return
    const ids = reminded.map(({ guardianId }) => guardianId)
    const counts = await write
      .select({ guardianId: draft.guardianId, days: count() })
      .from(draft)
      .where(and(inArray(draft.guardianId, ids), isToCome(today)))
      .groupBy(draft.guardianId)
    const daysOf = new Map(counts.map(({ guardianId, days }) => [guardianId, days]))
    const letters = reminded.map(({ guardianId, name, email }) => {
      const demandes = counted(daysOf.get(guardianId) ?? 0, 'demande')
      return {
        to: email,
        subject: `${demandes} à enregistrer`,
        body: `Bonjour ${name},

Votre brouillon contient ${demandes}. La mairie ne le voit pas encore : ouvrez le portail et touchez « Enregistrer mes demandes ».
${portal.address}

Si vous n’en voulez plus, videz le brouillon : ce message ne reviendra pas.
`,
      }
    })
    await written(write, letters, at)
  })
}

const isToCome = (today: Day) => gt(draft.day, today)
