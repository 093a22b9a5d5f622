import { randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import PdfDocument from 'pdfkit'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import type { CalendarCell } from '../../../shared/contract/portal/home.ts'
import type { AskedPaperShown } from '../../../shared/contract/portal/papers.ts'
import { type Day, dayOf, today, yearOf } from '../../../shared/rules/calendar/day.ts'
import type { CellAction } from '../../../shared/rules/cell/cell-actions.ts'
import { allowedActions } from '../../../shared/rules/cell/cell-verdicts.ts'
import { noDecision } from '../../../shared/rules/people/pickup.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import type { TypedFields } from '../../../shared/rules/people/sign-up.ts'
import { isFileKind, paperKindRules } from '../../../shared/rules/requests/paper.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import type { Core, Person } from '../../desk/core.ts'
import { addPickup, readFamily } from '../../desk/families/families.ts'
import { inviteByMail, readSettings } from '../../desk/portal/portal.ts'
import { type Browser, createBrowser, secretFor } from './demo-browser.ts'

/** What parents of the example town do on its portal, through the forms and calls of its pages. */

export type DemoSite = {
  readonly address: string
  /** Folder in which the demo portal writes its mails as text files. */
  readonly mails: string
}

/** The login of the parent whose account the demonstration opens. */
export type DemoParent = { readonly email: string; readonly password: string }

const password = 'Marronnier-14'
/** Homes with an invited parent; staff can invite the others. */
const maxHomes = 24

/**
 * The first time, opens one parent's account and sends demandes of several parents for the desk to answer; does nothing
 * at later starts.
 * @throws Error when that account could not be opened. Failures of the other parents are only logged.
 */
export const welcomeParents = async (core: Core, person: Person, site: DemoSite): Promise<DemoParent> => {
  const { email, isOpen, guardianIds } = demoParent(core)
  if (isOpen) return { email, password }
  const late = parentAskedForPaper(core, guardianIds)
  nameGrandmother(core, person, guardianIds)
  inviteByMail(core, person, late ? [...guardianIds, late.guardianId] : guardianIds)
  await core.exchange.now()
  const day = today(core.clock)
  const { version } = readSettings(core).terms
  const parent = await openAccount(site, email)
  const sent = await Promise.allSettled([
    askDays(parent, day),
    askNeighbour(parent),
    ...(late ? [openAccount(site, late.email).then(sendPapers)] : []),
    ...[newFamily(day), returningFamily(readFamily(core, person, oldestFamily(core)))].map((one) =>
      signUp(site, version, one),
    ),
  ])
  for (const one of sent) if (one.status === 'rejected') core.log(String(one.reason))
  await core.exchange.now()
  return { email, password }
}

/**
 * One parent of each of the homes with most to see, those with a debt first. The demonstration logs in as the first.
 */
const demoParent = ({ store }: Core) => {
  const rows = store
    .statement(
      `select guardian.id as guardianId, guardian.email, account.activated_at is not null as isOpen
      from guardian
        join family_guardian link on link.guardian_id = guardian.id and link.rank = 1
        join family on family.id = link.family_id and family.left_on is null
        join registration on registration.family_id = family.id and registration.state = 'accepted'
        left join portal_account account on account.guardian_id = guardian.id
      where guardian.email <> ''
      group by guardian.id
      order by account.id is null, account.id, max(exists (select 1 from invoice
          where invoice.family_id = family.id and invoice.kind = 'invoice' and invoice.state = 'issued'
            and invoice.total_cents - coalesce((select sum(amount_cents) from allocation where invoice_id = invoice.id), 0)
              >= 100)) desc,
        max(registration.end_day) desc, count(*) desc, guardian.id
      limit ?`,
    )
    .all(maxHomes) as { guardianId: number; email: string; isOpen: number }[]
  const [first] = rows
  if (!first) throw new Error('the example town has no parent with a mail')
  return { email: first.email, isOpen: first.isOpen === 1, guardianIds: rows.map(({ guardianId }) => guardianId) }
}

/** A parent of another home, from whom staff requested a paper. */
const parentAskedForPaper = ({ store }: Core, [exceptId = 0]: readonly number[]) =>
  store
    .statement(
      `select guardian.id as guardianId, guardian.email
      from asked_paper asked
        join family on family.id = asked.family_id and family.left_on is null
        join family_guardian link on link.family_id = family.id and link.rank = 1
        join guardian on guardian.id = link.guardian_id and guardian.email <> '' and guardian.id <> ?
      where asked.state = 'open'
      order by asked.id limit 1`,
    )
    .get(exceptId) as { readonly guardianId: number; readonly email: string } | undefined

const oldestFamily = ({ store }: Core): number =>
  store.statement('select min(id) from family where left_on is null').pluck().get() as number

/** Adds a pick-up person to the children of the demonstration's parent. */
const nameGrandmother = (core: Core, person: Person, [guardianId = 0]: readonly number[]): void => {
  const children = core.store
    .statement(
      `select distinct child_id from family_child link join family_guardian own on own.family_id = link.family_id
      where own.guardian_id = ?`,
    )
    .pluck()
    .all(guardianId) as number[]
  const grandmother = {
    name: 'Odile Sorel',
    relation: 'Grand-mère',
    phone: '06 39 98 27 15',
    allowed: true,
    ...noDecision,
  }
  for (const childId of children) addPickup(core, person, { childId, ...grandmother })
}

/** Opens an account by the link of the invitation mail. */
const openAccount = async ({ address, mails }: DemoSite, email: string): Promise<Browser> => {
  const parent = createBrowser(address)
  const jeton = await secretFor(mails, email, '/activation')
  await parent.submit('/activation', { jeton, 'mot-de-passe': password }, '/mon-tableau-de-bord')
  return parent
}

// ---- What parents do in their account -------------------------------------------------------------------------------

const askNeighbour = async ({ calls }: Browser): Promise<void> => {
  const [child] = await calls.home.registrations()
  if (!child) return
  const neighbour = { name: 'Karim Benali', relation: 'Voisin', phone: '06 39 98 27 16' }
  await calls.home.changePickups({ children: [child.id], person: neighbour, wish: 'add' })
}

const maxDaysAsked = 3

/**
 * Asks for the first days that can be booked, and cancels the first that can be cancelled. Does nothing outside the
 * periods.
 */
const askDays = async ({ calls }: Browser, on: Day): Promise<void> => {
  const children = await calls.home.registrations()
  const calendars = await Promise.all(
    children
      .flatMap(({ registrations }) => registrations)
      .flatMap(({ id, to }) =>
        id === null || to < on ? [] : [calls.home.calendar({ registration: id, from: on, to })],
      ),
  )
  const firstOpenTo = (act: CellAction, count: number) => {
    for (const { registration, cells } of calendars) {
      const open = cells.filter((cell) => isOpenTo(act, cell))
      const days = [...new Set(open.map(({ day }) => day))].slice(0, count)
      const { id } = registration
      if (id !== null && days.length > 0)
        return open.flatMap(({ day, slot }) => (days.includes(day) ? [{ registration: id, day, slot }] : []))
    }
    return []
  }
  const cells = [
    ...firstOpenTo('record', maxDaysAsked).map((cell) => ({ ...cell, wish: 'book' as const })),
    ...firstOpenTo('askCancel', 1).map((cell) => ({ ...cell, wish: 'cancel' as const })),
  ]
  if (cells.length === 0) return
  await calls.demandes.draft({ cells })
  await calls.demandes.record({ request: randomUUID(), surchargeAccepted: false })
}

/** Whether the parent may do this before the deadline, without a surcharge. */
const isOpenTo = (wanted: CellAction, { facts }: CalendarCell): boolean =>
  allowedActions(facts, { kind: 'parent' }).some(({ act, surcharge }) => act === wanted && surcharge === null)

/** Sends the first paper asked of this home, and health information on a child. */
const sendPapers = async ({ calls, upload }: Browser): Promise<void> => {
  const { asked, children } = await calls.papers.shown()
  const first = asked.find((one) => isFileKind(one.kind))
  if (!first || !isFileKind(first.kind)) return
  const { id, kind, child } = first
  const name = `${paperKindRules[kind].title}.pdf`
  const head = {
    request: randomUUID(),
    kind,
    child,
    asked: id,
    required: null,
    name,
    quotient: null,
    incomeCents: null,
  }
  await upload(head, await drawPaper(first))
  const youngest = children.at(-1)
  if (!youngest) return
  const allergies = 'Piqûres de guêpe : prévenir les parents, un antihistaminique est dans son sac.'
  const health = { allergies, diet: null, pai: null, doctor: null }
  await calls.papers.tellHealth({ request: randomUUID(), child: youngest.id, told: health })
}

const drawPaper = async ({ kind, about, note }: AskedPaperShown): Promise<Uint8Array<ArrayBuffer>> => {
  const { title } = paperKindRules[kind]
  const pdf = new PdfDocument({ size: 'A4', margin: 72, info: { Title: title } })
  pdf.fontSize(22).text(title).fontSize(14).moveDown()
  pdf.text(about).text(note).moveDown()
  pdf.text('Document d’exemple, dessiné pour la démonstration\u00a0: il n’atteste de rien.')
  pdf.end()
  return new Uint8Array(await buffer(pdf))
}

// ---- Sign-ups -------------------------------------------------------------------------------------------------------

type Newcomer = { readonly email: string; readonly home: TypedFields; readonly children: readonly TypedFields[] }

/** Fills in the four steps of « Inscription ». */
const signUp = async (
  { address, mails }: DemoSite,
  terms: string,
  { email, home, children }: Newcomer,
): Promise<void> => {
  const { submit } = createBrowser(address)
  await submit('/inscription', { email }, '/inscription?envoye')
  const jeton = await secretFor(mails, email, '/inscription/lien')
  await submit('/inscription/lien', { jeton }, '/inscription/foyer')
  await submit('/inscription/foyer', home, '/inscription/enfants')
  for (const [index, child] of children.entries()) {
    const [enfant, after] = [`${index + 1}`, `${index + 2}`]
    const isLast = index === children.length - 1
    const [geste, next] = isLast
      ? ['continuer', '/inscription/relire']
      : ['ajouter', `/inscription/enfants?enfant=${after}`]
    await submit('/inscription/enfants', { ...child, enfant, geste }, next)
  }
  await submit('/inscription/relire', { version: terms, accepted: 'oui' }, '/inscription/envoyee')
}

/** A family unknown to the service. */
const newFamily = (on: Day): Newcomer => {
  const year = yearOf(schoolYearStart(on))
  const lastName = 'Thibouville'
  const school = 'École Jacques-Prévert'
  return {
    email: 'maelle.thibouville@example.fr',
    home: {
      'guardian1.civility': 'Mme',
      'guardian1.firstName': 'Maëlle',
      'guardian1.lastName': lastName,
      'guardian1.mobilePhone': '06 39 98 77 14',
      'guardian2.civility': 'M.',
      'guardian2.firstName': 'Rodolphe',
      'guardian2.lastName': lastName,
      'guardian2.mobilePhone': '06 39 98 77 15',
      line1: '23 rue du Sémaphore',
      postcode: '14550',
      town: 'Blainville-sur-Orne',
    },
    children: [
      {
        firstName: 'Isaure',
        lastName,
        birth: numericDay(dayOf(year - 7, 4, 18)),
        sex: 'F',
        school,
        schoolClass: 'CE1',
      },
      {
        firstName: 'Lubin',
        lastName,
        birth: numericDay(dayOf(year - 4, 2, 6)),
        sex: 'M',
        school,
        schoolClass: 'MS',
      },
    ],
  }
}

/** A parent whom the service knows, with a new e-mail and phone, who signs up again. */
const returningFamily = ({ guardians, children, address }: Family): Newcomer => {
  const parent = guardians.at(-1)
  if (!parent || !address) throw new RangeError('a family of the example town has a parent and an address')
  const { civility, firstName, lastName } = parent
  const { line1, line2, postcode, town } = address
  return {
    email: parent.email.replace(/\.\d+@/, '@'),
    home: {
      'guardian1.civility': civility,
      'guardian1.firstName': firstName,
      'guardian1.lastName': lastName,
      'guardian1.mobilePhone': '06 39 98 77 40',
      line1,
      line2,
      postcode,
      town,
    },
    children: children.map((child) => ({
      firstName: child.firstName,
      lastName: child.lastName,
      birth: numericDay(child.birthDay),
      sex: child.sex,
    })),
  }
}
