import { ascending, inChunks } from '../../../shared/collections.ts'
import type { MovedChild, Passage } from '../../../shared/contract/desk/year.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type SchoolYear, schoolYearOf } from '../../../shared/rules/calendar/school-year.ts'
import { cyclesOfSchools, nextLevel, schoolAfter } from '../../../shared/rules/calendar/school-year-classes.ts'
import { byFullName } from '../../../shared/rules/people/names.ts'
import { counted, longDate, ofName } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { type NewSchooling, writeSchoolings } from '../families/families.ts'
import type { LongWorkTools } from '../progress.ts'
import { schoolHolidaysOfTown, schoolsOf } from '../settings/settings.ts'
import { chunkSize, inOneAct } from './in-one-act.ts'
import { type Pupil, pupilsBefore } from './year-store.ts'

/** First day of the next class: 1 September, the official start of the school year, whenever school begins. */
const passageDay = ({ year }: SchoolYear): Day => `${year}-09-01` as Day

/** Every child at school on 31 August, with the class and school that follow. */
export const previewNextClasses = ({ store }: Pick<Core, 'store'>, { year }: { year: number }): Passage => {
  const from = passageDay(schoolYearOf(schoolHolidaysOfTown(store), year))
  const pupils = pupilsBefore(store, from)
  const cyclesOf = cyclesOfSchools(pupils)
  const schools = new Map(schoolsOf(store).map(({ id, name }) => [id, name]))
  const moving = pupils.filter(({ known, level }) => known === null && nextLevel(level) !== null)
  const ways = [
    ...Map.groupBy(
      moving.filter(
        ({ schoolId, level }) => schoolId !== null && schoolAfter({ schoolId, level }, cyclesOf) !== schoolId,
      ),
      ({ schoolId, level }) => `${schoolId} ${level}`,
    ).values(),
  ].map((own) => {
    const [{ schoolId, level } = { schoolId: null, level: '' }] = own
    const after = schoolAfter({ schoolId, level }, cyclesOf)
    return {
      schoolId: schoolId ?? 0,
      school: schools.get(schoolId ?? 0) ?? '',
      level,
      nextLevel: nextLevel(level) ?? '',
      children: own.length,
      toSchoolId: after === 'choose' ? null : after,
      isToChoose: after === 'choose',
    }
  })
  return {
    from,
    children: pupils
      .map((pupil) => movedChild(pupil, cyclesOf))
      .toSorted((one, other) => (one.school < other.school ? -1 : one.school > other.school ? 1 : byLevel(one, other))),
    ways: ways.toSorted(ascending(({ school }) => school)),
  }
}

const byLevel = (one: MovedChild, other: MovedChild): number =>
  one.level === other.level ? byFullName(one, other) : one.level < other.level ? -1 : 1

const movedChild = (pupil: Pupil, cyclesOf: ReturnType<typeof cyclesOfSchools>): MovedChild => {
  const next = nextLevel(pupil.level)
  const child = {
    childId: pupil.childId,
    firstName: pupil.firstName,
    lastName: pupil.lastName,
    schoolId: pupil.schoolId,
    school: pupil.school,
    level: pupil.level,
    className: pupil.className,
    nextLevel: next ?? '',
  }
  if (pupil.known !== null) {
    const what = pupil.known.level === '' ? 'Sans classe' : `En ${pupil.known.level}`
    return { ...child, outcome: 'there', why: `${what} depuis le ${longDate(pupil.known.fromDay)}.` }
  }
  if (next === null) return { ...child, outcome: 'stays', why: 'La classe d’après n’est pas connue.' }
  const isLeaving = pupil.schoolId !== null && schoolAfter(pupil, cyclesOf) === null
  return { ...child, outcome: isLeaving ? 'leaves' : 'up', why: '' }
}

type SchoolChoice = { readonly schoolId: number; readonly level: string; readonly toSchoolId: number | null }

/** Moves the ticked children to their next class from 1 September on, as one act. */
export const moveToNextClasses = async (
  core: Core,
  person: Person,
  input: { year: number; childIds: readonly number[]; ways: readonly SchoolChoice[] },
  work: LongWorkTools,
): Promise<{ moved: number; left: number; actId: number }> => {
  const { store } = core
  const schoolYear = schoolYearOf(schoolHolidaysOfTown(store), input.year)
  const from = passageDay(schoolYear)
  const pupils = new Map(pupilsBefore(store, from).map((one) => [one.childId, one]))
  const cyclesOf = cyclesOfSchools([...pupils.values()])
  refuseUnknownSchools(store, input.ways)
  const moves = [...new Set(input.childIds)].map((childId) => {
    const pupil = pupils.get(childId)
    const next = pupil && nextLevel(pupil.level)
    if (!pupil || !next || pupil.known) throw new Refused('La liste a changé\u00a0: regardez-la à nouveau.', 'childIds')
    return { ...pupil, next, toSchoolId: nextSchoolOf(pupil, cyclesOf, input.ways) }
  })
  const label = `Année ${schoolYear.name}\u00a0: ${counted(moves.length, 'enfant passe', 'enfants passent')} en classe supérieure`
  return inOneAct(
    core,
    person,
    { kind: 'year.passUp', label },
    work,
    (slices) =>
      slices(inChunks(moves, chunkSize), (write, chunk) => {
        const now = new Map(
          pupilsBefore(
            store,
            from,
            chunk.map(({ childId }) => childId),
          ).map((one) => [one.childId, one]),
        )
        for (const { childId, firstName, lastName, level, schoolId } of chunk) {
          const pupil = now.get(childId)
          if (pupil?.level !== level || pupil.schoolId !== schoolId || pupil.known) {
            throw new Refused(
              `La classe ${ofName(firstName)} ${lastName} vient de changer\u00a0: regardez la liste à nouveau.`,
            )
          }
        }
        writeSchoolings(
          write,
          chunk.map(
            ({ childId, next, schoolId, toSchoolId, exemption }): NewSchooling => ({
              childId,
              fromDay: from,
              schoolId: toSchoolId,
              level: next,
              className: '',
              exemption: toSchoolId === schoolId ? exemption : '',
            }),
          ),
        )
      }),
    () => ({
      moved: moves.length,
      left: moves.filter(({ schoolId, toSchoolId }) => schoolId !== null && toSchoolId === null).length,
    }),
  )
}

const nextSchoolOf = (
  pupil: Pupil,
  cyclesOf: ReturnType<typeof cyclesOfSchools>,
  ways: readonly SchoolChoice[],
): number | null => {
  const chosen = ways.find(({ schoolId, level }) => schoolId === pupil.schoolId && level === pupil.level)
  if (chosen) return chosen.toSchoolId
  const after = schoolAfter(pupil, cyclesOf)
  if (after === 'choose') {
    throw new Refused(`Choisissez l’école où vont les ${pupil.level} de ${pupil.school}.`, 'ways')
  }
  return after
}

const refuseUnknownSchools = (store: Store, ways: readonly SchoolChoice[]): void => {
  const schoolIds = new Set(schoolsOf(store).map(({ id }) => id))
  if (ways.some(({ toSchoolId }) => toSchoolId !== null && !schoolIds.has(toSchoolId))) {
    throw new Refused('Cette école n’existe plus.', 'ways')
  }
}
