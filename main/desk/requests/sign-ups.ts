import { asc, eq } from 'drizzle-orm'
import { ChildInput, GuardianInput, type SchoolingInput } from '../../../shared/contract/desk/people/families.ts'
import type { SignUpShown } from '../../../shared/contract/desk/requests.ts'
import type { School } from '../../../shared/contract/desk/settings.ts'
import { SignUpEntry } from '../../../shared/contract/portal/entries.ts'
import { ageOn, type Day, type Instant, today } from '../../../shared/rules/calendar/day.ts'
import { schoolsOfAddress } from '../../../shared/rules/people/catchment.ts'
import { emptyValues, guardianFields, guardianPhones } from '../../../shared/rules/people/fields.ts'
import { sameName } from '../../../shared/rules/people/names.ts'
import { levels } from '../../../shared/rules/people/schooling.ts'
import { addressLines, ageText, ofName } from '../../../shared/rules/text/french.ts'
import { portalAsk, signUp } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, Refused } from '../core.ts'
import { decidedByText } from '../registrations/registrations.ts'
import { organisationOf, schoolsOf } from '../settings/settings.ts'

export type WaitingSignUp = { readonly id: number; readonly recordedAt: Instant; readonly body: SignUpEntry }

/** Sign-ups waiting for a decision, in the order in which they were recorded. */
export const waitingSignUps = ({ db }: Store): WaitingSignUp[] =>
  db
    .select({ id: signUp.id, recordedAt: portalAsk.recordedAt, body: signUp.body })
    .from(signUp)
    .innerJoin(portalAsk, eq(portalAsk.id, signUp.askId))
    .where(eq(signUp.state, 'waiting'))
    .orderBy(asc(portalAsk.recordedAt), asc(portalAsk.number))
    .all()
    .map(({ body, ...row }) => ({ ...row, body: SignUpEntry.parse(JSON.parse(body)) }))

/** Null once the sign-up is decided. */
export const waitingSignUpBody = ({ db }: Store, id: number): SignUpEntry | null => {
  const found = db.select().from(signUp).where(eq(signUp.id, id)).get()
  return found?.state === 'waiting' ? SignUpEntry.parse(JSON.parse(found.body)) : null
}

/** @throws Refused naming who decided, once the sign-up is decided */
export const requireWaitingSignUp = (store: Store, id: number): SignUpEntry => {
  const found = waitingSignUpBody(store, id)
  if (!found) throw new Refused(decidedByText(store, 'sign_up', id, 'Cette demande n’attend plus de réponse.'))
  return found
}

export const shownSignUp = ({ clock }: Core, { id, body }: WaitingSignUp): SignUpShown => ({
  id,
  email: body.email,
  emailCheckedAt: body.emailCheckedAt,
  guardians: body.guardians.map(({ civility, firstName, lastName, ...one }) => ({
    name: `${civility} ${firstName} ${lastName}`.trim(),
    email: one.email,
    phones: guardianPhones(one),
  })),
  homePhone: body.homePhone,
  addressLines: addressLines(body.address),
  children: body.children.map(({ firstName, lastName, birth, sex, school, schoolClass }) => ({
    name: `${firstName} ${lastName}`,
    birth,
    age: ageText(ageOn(birth, today(clock))),
    sex,
    schooling: [school, schoolClass].filter((text) => text !== '').join(', '),
  })),
  terms: body.terms,
})

/**
 * An e-mail identifies a login: if two guardians shared one, neither could enter the portal.
 * @param exceptId the guardian whom staff identified as the asker
 * @throws Refused while another guardian of a family not departed has the checked e-mail
 */
export const refuseSecondLogin = (
  { store, clock }: Core,
  { email }: SignUpEntry,
  advice: string,
  exceptId: number | null = null,
): void => {
  const owner = store
    .statement(
      `select first_name || ' ' || last_name as guardian, family.name as family from guardian
      join family_guardian on guardian_id = guardian.id join family on family.id = family_id
      where lower(trim(email)) = @email and guardian.id is not @exceptId and (left_on is null or left_on > @on)
      order by guardian.id limit 1`,
    )
    .get({ email, exceptId, on: today(clock) }) as { guardian: string; family: string } | undefined
  if (!owner) return
  throw new Refused(
    `L’adresse ${email} est déjà celle ${ofName(owner.guardian)}, famille ${owner.family}\u00a0: ${advice}`,
    'match',
  )
}

export const familyName = ({ guardians }: SignUpEntry): string => guardians[0]?.lastName ?? ''

type Parsed<Value> =
  | { readonly success: true; readonly data: Value }
  | { readonly success: false; readonly error: { readonly issues: readonly { readonly message: string }[] } }

/** @throws Refused for input that the portal's checks accept and the desk's do not */
export const requireParsed = <Value>(parsed: Parsed<Value>): Value => {
  if (parsed.success) return parsed.data
  throw new Refused(
    `${parsed.error.issues[0]?.message ?? 'Cette saisie n’est pas complète.'} Créez la famille à la main, puis refusez cette demande.`,
  )
}

export const guardianInputOf = (one: SignUpEntry['guardians'][number]): GuardianInput =>
  requireParsed(GuardianInput.safeParse({ ...emptyValues(guardianFields), ...one, ownAddress: null }))

/** Streets give the school of a new child whose parent names none; null where several take the street, or none does. */
const schoolOfStreet = (
  store: Store,
  schools: readonly School[],
  { line1: line, town }: SignUpEntry['address'],
  level: string,
): number | null => {
  if (!sameName(town, organisationOf(store).residentTown)) return null
  const [only, ...others] = schoolsOfAddress(schools, { line, level })
  return only && others.length === 0 ? only.id : null
}

export const childInputOf = (
  core: Core,
  { birth, school, schoolClass, ...one }: SignUpEntry['children'][number],
  on: Day,
  address: SignUpEntry['address'],
): ChildInput & { readonly schooling: SchoolingInput | null } => {
  const child = requireParsed(ChildInput.safeParse({ ...one, birthDay: birth, notes: '' }))
  const level: SchoolingInput['level'] = levels.find((known) => known === schoolClass) ?? ''
  const schools = schoolsOf(core.store)
  const schoolId =
    school === ''
      ? schoolOfStreet(core.store, schools, address, level)
      : (schools.find(({ name }) => sameName(name, school))?.id ?? null)
  const schooling = schoolId === null && level === '' ? null : { fromDay: on, schoolId, level, className: '' }
  return { ...child, schooling }
}
