import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { listBackups, makeBackup, restoreBackup } from '../../../main/store/backups/backup.ts'
import { copyBeforeMigration } from '../../../main/store/backups/backup-files.ts'
import { connect } from '../../../main/store/connection.ts'
import { migrate } from '../../../main/store/migrate.ts'
import * as schema from '../../../main/store/schema/index.ts'
import { dataFileName, openStore, type Store, systemActor } from '../../../main/store/store.ts'
import { day, instant } from '../../../shared/rules/calendar/day.ts'

// The work that `store-kill.test.ts` interrupts: `node store-work.ts longAct|backup|restore|migration FOLDER
// [MIGRATIONS]`.

const clock = () => instant('2026-11-25T08:00:00.000Z')
/** Written synchronously: a kill must not lose what was reported. */
const say = (line: string) => writeSync(1, `${line}\n`)

const longAct = async (store: Store) => {
  const act = store.longAct(systemActor, 'families.change', 'Un long travail')
  await act.slices(Array.from({ length: 400 }), (write) => {
    const [familyId = 0, second = 0] = write.insertMany(schema.family, [{ name: 'Nouveau' }, { name: 'Nouveau' }])
    const child = write.insert(schema.child, { firstName: 'Léa', lastName: 'Nouveau', birthDay: day('2018-03-04') })
    write.insert(schema.familyChild, { familyId, childId: child.id })
    write.updateMany(schema.family, [familyId, second], { notes: 'Reprise' })
    write.update(schema.family, 1, { notes: `${child.id}` })
  })
  act.close((write) => write.update(schema.family, 1, { notes: 'Fini' }))
  say('closed')
}

const backup = async (store: Store) => {
  let made = 0
  let turn = 0
  while (made < 2) {
    const running = makeBackup(store, {
      onProgress: () => {
        turn += 1
        store.act(systemActor, 'families.change', 'Une école', (write) =>
          write.insert(schema.school, { name: `École ${turn}` }),
        )
        say(`school ${turn}`)
      },
    })
    await running
    made += 1
    say(`backup ${made}`)
  }
}

/** Restores the backup in the folder. */
const restore = async (store: Store) => {
  const [backup] = listBackups(store)
  await restoreBackup(store, backup?.name ?? '')
  say('restored')
}

const works = { backup, longAct, restore }

const [work = '', folder = '', migrationsFolder = ''] = process.argv.slice(2)
if (work === 'migration') {
  const { sqlite } = connect(join(folder, dataFileName), 'wal')
  say('ready')
  migrate(sqlite, { migrationsFolder, makeCopy: (before) => copyBeforeMigration(before, folder, clock()) })
  say('migrated')
  sqlite.close()
} else {
  const store = openStore(folder, clock)
  say('ready')
  await works[work as keyof typeof works](store)
  store.close()
}
