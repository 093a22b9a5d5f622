import { and, eq, inArray, isNotNull } from 'drizzle-orm'
import { type YearPaperKind, type YearPapers, yearPaperKinds } from '../../../shared/contract/portal/home.ts'
import { day, dayAt, yearOf } from '../../../shared/rules/calendar/day.ts'
import type { Login } from '../account/account.ts'
import type { Portal } from '../portal.ts'
import { Refused } from '../refused.ts'
import { document } from '../store/schema/index.ts'

const idOf = ({ familyId }: Login, kind: YearPaperKind, year: number): string => `paper/${familyId}/${kind}-${year}`

/** The desk publishes the current year and those before it; on the first days of a year, one more. */
const maxYears = 4

/** The papers that have arrived for this home, latest year first; a paper is listed only once its PDF can be opened. */
export const yearPapers = async ({ store: { db }, clock }: Portal, login: Login): Promise<YearPapers[]> => {
  const last = yearOf(dayAt(clock()))
  const years = Array.from({ length: maxYears }, (_, before) => last - before)
  const ids = years.flatMap((year) => yearPaperKinds.map((kind) => idOf(login, kind, year)))
  const held = await db
    .select({ id: document.id, paperOf: document.paperOf })
    .from(document)
    .where(and(inArray(document.id, ids), isNotNull(document.paperOf)))
  const dates = new Map(held.map(({ id, paperOf }) => [id, day(paperOf ?? '')]))
  return years.flatMap((year): YearPapers[] => {
    const kinds = yearPaperKinds.filter((kind) => dates.has(idOf(login, kind, year)))
    const days = kinds.flatMap((kind) => dates.get(idOf(login, kind, year)) ?? [])
    const on = days.toSorted().at(-1)
    // The paper of a year that has ended is dated from 1 January on: one dated within its year is provisional.
    return on === undefined ? [] : [{ year, kinds, isProvisional: yearOf(on) === year, on }]
  })
}

/** @throws Refused for a year without this paper */
export const yearPaper = async (
  { store: { db } }: Portal,
  login: Login,
  { kind, year }: { readonly kind: YearPaperKind; readonly year: number },
): Promise<Blob> => {
  const [found] = await db
    .select({ body: document.body })
    .from(document)
    .where(and(eq(document.id, idOf(login, kind, year)), isNotNull(document.paperOf)))
  if (!found) throw new Refused('Ce papier n’est pas sur le portail.')
  const name = kind === 'statement' ? `releve-${year}.pdf` : `attestation-fiscale-${year}.pdf`
  return new File([Buffer.from(found.body, 'base64')], name, { type: 'application/pdf' })
}
