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
import { type Core, noExchange, noMailSender, type Person } from '../core.ts'
import { exampleLastAct } from '../home/home.ts'
import { saveTerms, saveTexts } from '../portal/portal.ts'
import { addMember, beginSession, listMembers, noWorkstations, startEmpty } from '../staff/staff.ts'
import { createAgenda } from './agenda.ts'
import { schoolYears } from './calendar.ts'
import { addCollecting } from './collecting.ts'
import { addDossiers } from './dossiers.ts'
import { addFromParents } from './from-parents.ts'
import { writeMarks } from './marking.ts'
import { homeTown, plannedFamilies } from './people.ts'
import { addSchoolYear } from './school-year.ts'
import { createService, type Service } from './service.ts'
import { addSpecialCases } from './special-cases.ts'
import type { Staff, Town } from './town.ts'

type ExampleOptions = {
  /** Folder of the example town, whose content is replaced; never the service's own data. */
  readonly dataDir: string
  readonly clock: Clock
  /** Called with the completed share, from 0 to 1. */
  readonly onProgress?: ((done: number) => void) | undefined
}

const maxAgeInDays = 7

/**
 * Creates the example town unless a complete one of the last seven days exists: its dates are relative to today.
 * @throws CannotOpen when the town is open elsewhere
 */
export const readyExampleTown = async (options: ExampleOptions): Promise<void> => {
  if (!isFresh(options.dataDir, dayAt(options.clock()))) await makeExampleTown(options)
}

/**
 * Creates three years of a town's service by the desk's own use cases, always the same for the same day. The town is
 * built in a temporary folder and renamed when complete, so that a killed process leaves no partial town.
 * @throws CannotOpen when the town is open elsewhere
 */
export const makeExampleTown = async ({ dataDir, clock, onProgress }: ExampleOptions): Promise<void> => {
  const newFolder = `${dataDir}-en-cours`
  const oldFolder = `${dataDir}-ancienne`
  mkdirSync(dirname(dataDir), { recursive: true })
  for (const folder of [dataDir, newFolder]) refuseInUse(folder)
  rmSync(newFolder, { recursive: true, force: true })
  await fillTown(newFolder, clock, onProgress ?? (() => undefined))
  refuseInUse(dataDir)
  rmSync(oldFolder, { recursive: true, force: true })
  // Rename the key first: an old town without its key is created again, but a new town without its key would stay
  // unusable.
  renameSync(keyRingPath(newFolder), keyRingPath(dataDir))
  if (existsSync(dataDir)) renameSync(dataDir, oldFolder)
  renameSync(newFolder, dataDir)
  rmSync(oldFolder, { recursive: true, force: true })
}

const refuseInUse = (folder: string) => {
  if (!existsSync(folder)) return
  const release = takeLock(folder)
  if (!release) throw new CannotOpen(inUseText)
  release()
}

/** Key of the fact written last: the town is complete when it exists. */
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
      return age >= 0 && age < maxAgeInDays
    } finally {
      file.close()
    }
  } catch {
    return false
  }
}

const fillTown = async (dataDir: string, clock: Clock, onProgress: (done: number) => void): Promise<void> => {
  const now = clock()
  let current = now
  const store = openStore(dataDir, () => current, plainSecrets, { durable: false })
  try {
    store.sqlite.pragma('cache_size = -262144')
    const core: Core = {
      store,
      clock: () => current,
      fileNumber: 0,
      isDemo: true,
      log: () => undefined,
      portalProgram: () => Promise.reject(new Error('nothing is exported while the town is made')),
      exchange: noExchange,
      mails: noMailSender,
      changes: new EventPublisher(),
      workstations: noWorkstations(),
      passwordCost: defaultPasswordCost,
      moveToExample: async () => undefined,
      leaveExample: async () => undefined,
      startFromBackup: async () => undefined,
    }
    const today = dayAt(now)
    const years = schoolYears(today)
    const [oldest] = years
    if (!oldest) return
    const agenda = createAgenda(now, (moment: Instant) => {
      current = moment
    })
    let staff: Staff | undefined
    let service: Service | undefined
    const town: Town = {
      core,
      now,
      today,
      years,
      townHomes: [],
      townChildren: [],
      townPeriods: [],
      get staff() {
        if (!staff) throw new RangeError('nobody works here yet')
        return staff
      },
      get service() {
        if (!service) throw new RangeError('nothing is open yet')
        return service
      },
    }
    agenda.add(addDays(oldest.from, -80), '09:00', async () => {
      staff = await createStaff(core)
      service = createService(core, staff.sandrine, oldest.from)
      saveTexts(core, staff.sandrine, portalTexts)
      saveTerms(core, staff.sandrine, portalTerms)
    })
    const families = plannedFamilies(years)
    for (const year of years) addSchoolYear(town, agenda, year, families)
    addSpecialCases(town, agenda, years.at(-1) ?? oldest)
    addCollecting(town, agenda, years.at(-1) ?? oldest)
    addDossiers(town, agenda, years.at(-1) ?? oldest)
    addFromParents(town, agenda)
    agenda.at(now, () => writeMarks(town, today, today, `matin du ${shortDay(today)}`))
    await agenda.play(onProgress)
    const insertFact = store.statement('insert into file_fact (key, value) values (?, ?)')
    const lastAct = store.statement('select max(id) from act').pluck().get() as number
    insertFact.run(exampleLastAct, String(lastAct))
    insertFact.run(madeOn, today)
  } finally {
    store.close()
  }
}

/** Texts of the example portal. */
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

/** Creates the staff. The demo logs in automatically as the first member by name. */
const createStaff = async (core: Core): Promise<Staff> => {
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
