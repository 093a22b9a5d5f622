import { asc, eq } from 'drizzle-orm'
import type { PastImport } from '../../../shared/contract/desk/imports.ts'
import { importProfile } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

export type ProfileRow = typeof importProfile.$inferSelect

export const allProfiles = ({ db }: Store): ProfileRow[] =>
  db.select().from(importProfile).orderBy(asc(importProfile.name)).all()

export const profileByName = ({ db }: Store, name: string): ProfileRow | undefined =>
  db.select().from(importProfile).where(eq(importProfile.name, name)).get()

/** Past imports, newest first. */
export const lastImports = (store: Store, limit: number): PastImport[] =>
  (
    store
      .statement(
        `select act.id as actId, label, actor_name as who, started_at as at,
          exists (select 1 from audit mark join act undoing on undoing.id = mark.act_id
            where mark.entity = 'act' and mark.entity_id = act.id and undoing.state = 'closed') as isUndone
        from act where kind like 'import.%' and kind <> 'import.profile' and state = 'closed'
        order by act.id desc limit ?`,
      )
      .all(limit) as (Omit<PastImport, 'isUndone'> & { isUndone: 0 | 1 })[]
  ).map((one) => ({ ...one, isUndone: one.isUndone === 1 }))
