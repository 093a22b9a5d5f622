import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EventPublisher } from '@orpc/server'
import Sqlite from 'better-sqlite3'
import type { PortalTerms, PortalTexts } from '../../../shared/contract/desk/portal.ts'
import { type ExampleLogin, examplePassword } from '../../../shared/examples/staff.ts'
import { defaultPasswordCost } from '../../../shared/rules/access/password.ts'
import { roles } from '../../../shared/rules/access/roles.ts'
import {
  addDays,
  type Clock,
  type Day,
  dayAt,
  daysFrom,
  type Instant,
  isDay,
} from '../../../shared/rules/calendar/day.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { inUseText } from '../../store/failures.ts'
import { keyRingPath } from '../../store/key-ring.ts'
import { takeLock } from '../../store/lock.ts'
import { plainSecrets } from '../../store/secrets.ts'
import { CannotOpen, dataFileName, openStore } from '../../store/store.ts'
import { type Core, noExchange, type Person } from '../core.ts'
import { exampleLastAct } from '../home/home.ts'
import { saveTerms, saveTexts } from '../portal/portal.ts'
import { addMember, beginSession, listMembers, noPosts, startEmpty } from '../staff/staff.ts'
import { agenda } from './agenda.ts'
import { schoolYears } from './calendar.ts'
import { addFromParents } from './from-parents.ts'
import { addHardCases } from './hard-cases.ts'
import { writeMarks } from './marking.ts'
import { homeTown, plannedFamilies } from './people.ts'
import { liveThrough } from './school-year.ts'
import { openService, type Service } from './service.ts'
import type { Staff, Town } from './town.ts'

type ExampleOptions = {
  /** Where the example town lives, never the service's own data: what lies there is replaced. */
  readonly dataDir: string
  readonly clock: Clock
  /** From 0 to 1. */
  readonly onProgress?: ((done: number) => void) | undefined
}

const daysItLasts = 7

/** Its dates follow today: a town that is missing, not whole or older than a week is made again. @throws CannotOpen */
export const readyExampleTown = async (options: ExampleOptions): Promise<void> => {
  if (!isFresh(options.dataDir, dayAt(options.clock()))) await makeExampleTown(options)
}

/**
 * Three years of a town's service, made by the acts of the desk, always the same for the same day. It is made beside
 * and put in its place once whole: a start that is killed leaves no half of it.
 * @throws CannotOpen when the town is open elsewhere
 */
export const makeExampleTown = async ({ dataDir, clock, onProgress }: ExampleOptions): Promise<void> => {
  const making = `${dataDir}-en-cours`
  const before = `${dataDir}-ancienne`
  mkdirSync(dirname(dataDir), { recursive: true })
  for (const folder of [dataDir, making]) refuseInUse(folder)
  rmSync(making, { recursive: true, force: true })
  await fillTown(making, clock, onProgress ?? (() => undefined))
  refuseInUse(dataDir)
  rmSync(before, { recursive: true, force: true })
  // First: a town of before whose key is gone is made again, a new one without its key would not be.
  renameSync(keyRingPath(making), keyRingPath(dataDir))
  if (existsSync(dataDir)) renameSync(dataDir, before)
  renameSync(making, dataDir)
  rmSync(before, { recursive: true, force: true })
}

const refuseInUse = (folder: string) => {
  if (!existsSync(folder)) return
  const release = takeLock(folder)
  if (!release) throw new CannotOpen(inUseText)
  release()
}

/** The last thing written. */
const madeOn = 'exampleMadeOn'

const isFresh = (dataDir: string, today: Day): boolean => {
  const path = join(dataDir, dataFileName)
  if (!existsSync(path)) return false
  try {
    const file = new Sqlite(path, { readonly: true })
    try {
      const made = file.prepare('select value from file_fact where key = ?').pluck().get(madeOn)
      if (typeof made !== 'string' || !isDay(made)) return false
      const age = daysFrom(made, today)
      return age >= 0 && age < daysItLasts
    } finally {
      file.close()
    }
  } catch {
    return false
  }
}

const fillTown = async (dataDir: string, clock: Clock, told: (done: number) => void): Promise<void> => {
  const now = clock()
  let at = now
  const store = openStore(dataDir, () => at, plainSecrets, { durable: false })
  try {
    store.sqlite.pragma('cache_size = -262144')
    const core: Core = {
      store,
      clock: () => at,
      fileNumber: 0,
      isDemo: true,
      log: () => undefined,
      portalProgram: () => Promise.reject(new Error('nothing is exported while the town is made')),
      exchange: noExchange,
      changes: new EventPublisher(),
      posts: noPosts(),
      passwordCost: defaultPasswordCost,
      moveToExample: async () => undefined,
      leaveExample: async () => undefined,
      startFromBackup: async () => undefined,
    }
    const today = dayAt(now)
    const years = schoolYears(today)
    const [oldest] = years
    if (!oldest) return
    const on = agenda(now, (moment: Instant) => {
      at = moment
    })
    let staff: Staff | undefined
    let service: Service | undefined
    const town: Town = {
      core,
      now,
      today,
      years,
      households: [],
      residents: [],
      calendars: [],
      get staff() {
        if (!staff) throw new RangeError('nobody works here yet')
        return staff
      },
      get service() {
        if (!service) throw new RangeError('nothing is open yet')
        return service
      },
    }
    on.add(addDays(oldest.from, -80), '09:00', async () => {
      staff = await hire(core)
      service = openService(core, staff.sandrine, oldest.from)
      saveTexts(core, staff.sandrine, portalTexts)
      saveTerms(core, staff.sandrine, portalTerms)
    })
    const families = plannedFamilies(years)
    for (const year of years) liveThrough(town, on, year, families)
    addHardCases(town, on, years.at(-1) ?? oldest)
    addFromParents(town, on)
    on.at(now, () => writeMarks(town, today, today, `matin du ${shortDay(today)}`))
    await on.play(told)
    const note = store.statement('insert into file_fact (key, value) values (?, ?)')
    const lastAct = store.statement('select max(id) from act').pluck().get() as number
    note.run(exampleLastAct, String(lastAct))
    note.run(madeOn, today)
  } finally {
    store.close()
  }
}

/** What the town would write for its portal. */
const portalTexts: PortalTexts = {
  openingHours: 'du lundi au vendredi, de 9 h à 12 h et de 14 h à 18 h',
  information:
    'Le service répond aux demandes sous deux jours ouvrés.\nPensez à mettre à jour votre quotient familial en janvier.',
  publisher: `Ville de ${homeTown}`,
  director: 'Le maire',
  host: 'Hébergeur d’exemple, 1 rue de l’Exemple, 14000 Caen',
  dataProtectionOfficer: 'dpo@example.fr',
  conformity: 'non',
  audit: '',
  accessibilityContact: 'espace-jeunesse@example.fr',
  accent: 'marine',
}

const portalTerms: PortalTerms = {
  version: 'septembre 2026',
  text: [
    'Les enfants sont accueillis dès 3 ans, une fois leur fiche sanitaire remplie.',
    'Les jours se réservent au plus tard 8 jours avant. Au-delà, ils restent facturés, sauf certificat médical.',
    'L’enfant est confié à ses responsables, ou aux personnes qu’ils ont autorisées.',
    'Les factures se règlent avant la date qu’elles portent, en ligne ou à la régie.',
  ].join('\n\n'),
}

/** The demo logs in by itself as the first by name. */
const hire = async (core: Core): Promise<Staff> => {
  await startEmpty(core, beginSession(core, { kind: 'window', address: '', program: '' }), {
    organisation: {
      name: 'Espace Jeunesse',
      authority: `Ville de ${homeTown}`,
      address: '3 place des Marronniers',
      postcode: '14550',
      town: homeTown,
      schoolZone: 'B',
    },
    administrator: {
      name: 'Sandrine Tostain',
      login: 'sandrine' satisfies ExampleLogin,
      password: examplePassword,
      roles: [...roles],
    },
  })
  const [first] = listMembers(core)
  const sandrine: Person = { kind: 'staff', staffId: first?.id ?? 0, name: first?.name ?? '', roles }
  const cashier = await addMember(core, sandrine, {
    name: 'Thierry Lecornu',
    login: 'thierry' satisfies ExampleLogin,
    password: examplePassword,
    roles: ['director', 'cashier'],
  })
  const receptionist = await addMember(core, sandrine, {
    name: 'Valérie Hamel',
    login: 'valerie' satisfies ExampleLogin,
    password: examplePassword,
    roles: ['receptionist', 'animator'],
  })
  const asPerson = ({ id, name, roles: held }: typeof cashier): Person => ({
    kind: 'staff',
    staffId: id,
    name,
    roles: held,
  })
  return { sandrine, cashier: asPerson(cashier), receptionist: asPerson(receptionist) }
}
