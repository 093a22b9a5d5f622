import type { ReminderPreview } from '../../../shared/contract/desk/campaign.ts'
import { type Day, today, yearOf } from '../../../shared/rules/calendar/day.ts'
import { schoolYearName } from '../../../shared/rules/calendar/school-year.ts'
import { type Campaign, campaignOn, type StepKind } from '../../../shared/rules/dossier/campaign.ts'
import { type DossierItem, lackingIn } from '../../../shared/rules/dossier/dossier.ts'
import { isSentAsPhoto } from '../../../shared/rules/dossier/required-paper.ts'
import { powersOf, unconfirmedBond } from '../../../shared/rules/people/guardian-bond.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import type { DossierLetter } from '../../documents/dossier/dossier-letter-pdf.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { dossiersOf, lastRemindersOf, nameShown } from '../dossiers/dossiers.ts'
import { bondsOfChildren, childrenOfFamily, debtorsOf } from '../families/families.ts'
import { letterheadOf } from '../invoicing/invoicing.ts'
import { guardiansReached, queueMails, sendsMails } from '../mails/mails.ts'
import { letterFoot, logoOf, organisationOf, portalAddress } from '../settings/settings.ts'
import { campaignsIn, homesInCampaign, stepName } from './campaign.ts'

/* Reminds homes of what their dossiers lack, by mail or by a letter to print. */

/**
 * At most this many homes at once: a mistake would otherwise reach a whole town, and a longer PDF is hard to print in
 * one go.
 */
const mostAtOnce = 1000

/**
 * What a home is reminded of: the papers that its dossier lacks, and the steps of the running campaign that are left.
 */
type Lacking = {
  readonly missing: readonly DossierItem[]
  readonly left: readonly { readonly kind: StepKind; readonly childId: number | null; readonly name: string }[]
}

/** What each of these homes is reminded of; homes that lack nothing are left out. */
const lackingOf = (
  store: Store,
  familyIds: readonly number[],
  running: Campaign | undefined,
  on: Day,
): ReadonlyMap<number, Lacking> => {
  const ids = [...new Set(familyIds)]
  const dossiers = dossiersOf(store, ids, on)
  const homes = new Map((running ? homesInCampaign(store, running, on) : []).map((home) => [home.familyId, home]))
  return new Map(
    ids.flatMap((id) => {
      const missing = lackingIn(dossiers.get(id) ?? [], on)
      const home = homes.get(id)
      const left = home
        ? home.steps
            .filter(({ state }) => state === 'toDo')
            .map((step) => ({ kind: step.kind, childId: step.childId, name: stepName(step, home.children) }))
        : []
      return isNothing({ missing, left }) ? [] : [[id, { missing, left }] as const]
    }),
  )
}

const requireSome = (store: Store, familyIds: readonly number[], on: Day) => {
  if (familyIds.length > mostAtOnce) throw new Refused(`Relancez au plus ${counted(mostAtOnce, 'famille')} à la fois.`)
  const running = campaignOn(campaignsIn(store), on)
  const lacking = lackingOf(store, familyIds, running, on)
  if (lacking.size === 0) throw new Refused('Rien ne manque plus à ces dossiers\u00a0: relisez la liste.')
  return { running, lacking }
}

type Reminded = { readonly mailed: number; readonly unreached: number[] }

/** Which part of it a guardian is told: nothing about a child of whom they are not told. */
const toldOf = (store: Store, lacking: ReadonlyMap<number, Lacking>) => {
  const children = new Map([...lacking.keys()].map((id) => [id, childrenOfFamily(store, id).map((child) => child.id)]))
  const bonds = bondsOfChildren(store, [...children.values()].flat())
  return (familyId: number, guardianId: number): Lacking => {
    const isTold = (id: number) => powersOf(bonds.get(id)?.get(guardianId) ?? unconfirmedBond).told
    const own = children.get(familyId) ?? []
    const isTheirs = ({ childId }: { readonly childId: number | null }) =>
      childId === null ? own.length === 0 || own.some(isTold) : isTold(childId)
    const { missing = [], left = [] } = lacking.get(familyId) ?? {}
    return { missing: missing.filter(isTheirs), left: left.filter(isTheirs) }
  }
}

const isNothing = ({ missing, left }: Lacking): boolean => missing.length === 0 && left.length === 0

/** The mail to each home that lacks something and can be mailed, and the homes that no mail reaches. @throws Refused */
const mailsTo = (core: Core, familyIds: readonly number[]) => {
  const { store, clock } = core
  if (!sendsMails(core)) {
    throw new Refused(
      'Aucun serveur de mail n’est réglé ici\u00a0: imprimez les lettres, ou voyez Réglages, Courriels.',
    )
  }
  const on = today(clock)
  const { running, lacking } = requireSome(store, familyIds, on)
  const ids = [...lacking.keys()]
  const askedOf = toldOf(store, lacking)
  const reached = guardiansReached(
    store,
    ids,
    'paper',
    (familyId, guardianId) => !isNothing(askedOf(familyId, guardianId)),
  )
  if (reached.size === 0) {
    throw new Refused('Aucune de ces familles ne reçoit de mail\u00a0: imprimez les lettres.')
  }
  const { name: from } = organisationOf(store)
  const address = portalAddress(store)
  const mails = [...reached].map(([familyId, guardian]) => {
    const text = reminder({
      to: guardian.name,
      asked: askedOf(familyId, guardian.guardianId),
      running,
      address,
      from,
    })
    return { ...guardian, familyId, kind: 'paper' as const, ...text, paper: null }
  })
  return { mails, ids, unreached: ids.filter((id) => !reached.has(id)) }
}

/** What « Relancer » would send: one of the mails, how many, and when one of these homes was last reminded. */
export const reminderPreview = (
  core: Core,
  { familyIds }: { readonly familyIds: readonly number[] },
): ReminderPreview => {
  const { mails, ids, unreached } = mailsTo(core, familyIds)
  const days = [...lastRemindersOf(core.store, ids).values()].toSorted()
  const [first] = mails
  return {
    mails: mails.length,
    unreached: unreached.length,
    reminded: days.length,
    remindedOn: days.at(-1) ?? null,
    example: first ? { to: `${first.name}, ${first.email}`, subject: first.subject, body: first.body } : null,
  }
}

/**
 * « Relancer »: queues a mail to each home that lacks something and can be mailed. The mail names no paper, since the
 * name of one may reveal something about a child's health.
 */
export const remindByMail = (
  core: Core,
  person: Person,
  { familyIds }: { readonly familyIds: readonly number[] },
): Reminded => {
  const { store } = core
  const { mails, unreached } = mailsTo(core, familyIds)
  store.act(person, 'campaign.remind', `Dossiers à compléter\u00a0: ${counted(mails.length, 'courriel')}`, (write) =>
    queueMails(store, write, mails),
  )
  return { mailed: mails.length, unreached }
}

/**
 * The mail says that the dossier of the year was not sent, or, to a home that sent it, how many documents are missing.
 */
const reminder = ({
  to,
  asked: { missing, left },
  running,
  address,
  from,
}: {
  readonly to: string
  readonly asked: Lacking
  readonly running: Campaign | undefined
  readonly address: string | undefined
  readonly from: string
}): { subject: string; body: string } => {
  const isInCampaign = running !== undefined && left.length > 0
  const subject = isInCampaign
    ? `Votre dossier ${schoolYearName(running.year)} est à finir`
    : 'Il manque des documents à votre dossier'
  const what = isInCampaign
    ? `Votre dossier ${schoolYearName(running.year)} est à finir avant le ${shortDay(running.dueOn)}\u00a0: il reste ${counted(left.length, 'étape')}.`
    : `Il manque ${counted(missing.length, 'document')} à votre dossier.`
  const where = isInCampaign
    ? 'Tout est sur une page du portail, et ce que vous avez déjà fait est gardé'
    : missing.every(({ kind }) => isSentAsPhoto(kind))
      ? 'La liste est sur le portail, où une photo suffit'
      : 'La liste est sur le portail'
  return {
    subject,
    body: `Bonjour ${to},

${what}
${address === undefined ? 'Appelez-nous, ou passez à l’accueil.' : `${where}\u00a0:\n${address}/mon-dossier`}

${from}
`,
  }
}

/** A PDF with one page for each home that lacks something. */
export const lettersFile = async (
  { store, clock }: Core,
  person: Person,
  { familyIds }: { readonly familyIds: readonly number[] },
): Promise<File> => {
  const on = today(clock)
  const { running, lacking } = requireSome(store, familyIds, on)
  const { logoId: _, ...from } = letterheadOf(store).organisation
  const logo = logoOf(store)?.bytes
  const foot = letterFoot(store)
  const organisation = { ...from, ...(foot !== '' && { foot }), ...(logo && { logo: new Uint8Array(logo) }) }
  const year = schoolYearName(running?.year ?? yearOf(schoolYearStart(on)))
  const debtors = debtorsOf(store, [...lacking.keys()], on)
  const letters = [...lacking].map(
    ([familyId, { missing, left }]): DossierLetter => ({
      organisation,
      on,
      to: { name: debtors.get(familyId)?.name ?? '', addressLines: debtors.get(familyId)?.addressLines ?? [] },
      year,
      dueOn: left.length === 0 ? null : (running?.dueOn ?? null),
      missing: [...byOwner(store, person, familyId, missing), ...stepsOnPaper({ missing, left })],
      address: portalAddress(store) ?? '',
    }),
  )
  const [bytes] = await renderPapers([{ dossierLetters: letters }], { createdAt: clock() })
  if (!bytes) throw new RangeError('no letter was printed')
  return new File([new Uint8Array(bytes)], `Dossiers à compléter, ${shortDay(on)}.pdf`, { type: 'application/pdf' })
}

/**
 * The steps that the letter names: without sending the dossier, which a letter cannot do, and without what it lists
 * among the missing papers already, such as the answers awaited and « Vos autorisations ».
 */
const stepsOnPaper = ({ missing, left }: Lacking): DossierLetter['missing'] => {
  const isListed = (step: Lacking['left'][number]) =>
    missing.some(({ kind, childId }) => kind === step.kind && (step.childId === null || step.childId === childId))
  const names = left
    .filter((step) => step.kind !== 'papers' && step.kind !== 'sent' && !isListed(step))
    .map(({ name }) => name)
  return names.length === 0 ? [] : [{ of: 'À relire avec nous', names }]
}

const byOwner = (store: Store, person: Person, familyId: number, items: readonly DossierItem[]) => {
  const children = new Map(childrenOfFamily(store, familyId).map(({ id, firstName }) => [id, firstName]))
  return [...Map.groupBy(items, ({ childId }) => childId)].map(([childId, own]) => ({
    of: childId === null ? 'Votre foyer' : (children.get(childId) ?? ''),
    names: own.map((item) => nameShown(person, item)),
  }))
}
