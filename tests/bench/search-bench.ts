import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { openDesk } from '../../main/app/desk.ts'
import { type SeededRandom, seededRandom } from '../../main/desk/example/seeded.ts'
import { addMember } from '../../main/desk/staff/staff.ts'
import { systemActor } from '../../main/store/acts/acts.ts'
import { child, family, familyChild, familyGuardian, guardian } from '../../main/store/schema/index.ts'
import { roles } from '../../shared/rules/access/roles.ts'
import { day, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { folded } from '../../shared/rules/people/names.ts'

const password = 'Marronnier-14'
const families = 20_000

export type SearchFigures = {
  /** 95th percentile of all searches through the contract, in milliseconds. */
  readonly p95: number
  readonly slowest: number
  readonly questions: number
  /** One SQL scan of the same names for the same words (`like '%…%'`), at the same share. */
  readonly scanP95: number
}

/**
 * What staff type during a phone call: beginnings, whole names, names with a letter too many or too few, phone numbers.
 */
export const search20000 = async (): Promise<SearchFigures> => {
  const folder = mkdtempSync(join(tmpdir(), 'search-bench-'))
  const now = instantOf(day('2026-11-02'), timeOfDay('10:00'))
  const desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir: join(folder, 'example'), clock: () => now })
  try {
    const random = seededRandom('search bench')
    const names = aTownOfNames(random)
    desk.core.store.act(systemActor, 'import.families', 'Familles du banc d’essai', (write) => {
      for (let index = 0; index < families; index += 1) {
        const { lastName, firstNames, phone } = names()
        const familyId = write.insert(family, { name: lastName }).id
        const [first = '', ...children] = firstNames
        const guardianId = write.insert(guardian, { lastName, firstName: first, mobilePhone: phone }).id
        write.insert(familyGuardian, { familyId, guardianId, rank: 1 })
        for (const firstName of children) {
          const childId = write.insert(child, { lastName, firstName, birthDay: day('2019-05-04') }).id
          write.insert(familyChild, { familyId, childId })
        }
      }
    })
    await addMember(desk.core, { ...systemActor, roles }, { name: 'Banc', login: 'banc', password, roles })
    const client = createRouterClient(desk.router, { context: desk.connect() })
    await client.staff.login({ login: 'banc', password })
    const questions = Array.from({ length: 150 }, names).flatMap(({ lastName, firstNames, phone }) => [
      lastName.slice(0, 2),
      lastName.slice(0, 3),
      lastName,
      `${firstNames[0]} ${lastName}`,
      withoutOneLetter(lastName, random),
      withOneLetterMore(lastName, random),
      phone,
      phone.slice(6),
    ])
    const scan = desk.core.store.sqlite.prepare('select id from family where name like ? limit 6')
    const answers: number[] = []
    const scans: number[] = []
    for (const text of questions) {
      answers.push(await milliseconds(() => client.home.search({ text })))
      scans.push(await milliseconds(async () => scan.all(`%${folded(text)}%`)))
    }
    return {
      p95: at(answers, 0.95),
      slowest: at(answers, 1),
      questions: questions.length,
      scanP95: at(scans, 0.95),
    }
  } finally {
    await desk.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const milliseconds = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  await work()
  return performance.now() - started
}

const at = (figures: readonly number[], share: number): number =>
  figures.toSorted((one, other) => one - other)[Math.min(figures.length - 1, Math.floor(figures.length * share))] ?? 0

const syllables =
  'ma rou le ber du val chand gar nier mo reau pe tit bois lau rent si mon mi chel fon taine vin cent mul ler gi rard bon net las el fran çois hé mer cier bou lan ger gé lin eau'.split(
    ' ',
  )

/** 12,000 surnames and 1,500 first names made of syllables: invented, and as varied as those of a large town. */
const aTownOfNames = (random: SeededRandom) => {
  const word = () => {
    const letters = Array.from({ length: random.between(2, 3) }, () => random.pick(syllables)).join('')
    return letters.charAt(0).toUpperCase() + letters.slice(1)
  }
  const lastNames = Array.from({ length: 12_000 }, word)
  const firstNames = Array.from({ length: 1500 }, word)
  const twoDigits = () => String(random.between(0, 99)).padStart(2, '0')
  return () => ({
    lastName: random.pick(lastNames),
    firstNames: [random.pick(firstNames), random.pick(firstNames), random.pick(firstNames)],
    phone: `06 ${Array.from({ length: 4 }, twoDigits).join(' ')}`,
  })
}

const placeIn = (name: string, random: SeededRandom) => random.between(1, name.length - 1)
const withoutOneLetter = (name: string, random: SeededRandom) => {
  const place = placeIn(name, random)
  return name.slice(0, place) + name.slice(place + 1)
}
const withOneLetterMore = (name: string, random: SeededRandom) => {
  const place = placeIn(name, random)
  return `${name.slice(0, place)}x${name.slice(place)}`
}
