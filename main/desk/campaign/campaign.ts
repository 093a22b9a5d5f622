import type { CampaignProgress, CampaignShown, FamilyCampaign } from '../../../shared/contract/desk/campaign.ts'
import { type Day, dayOf, instantOf, timeOfDay, today } from '../../../shared/rules/calendar/day.ts'
import {
  type Campaign,
  type CampaignHome,
  type CampaignStep,
  cameSince,
  campaignName,
  campaignOn,
  campaignStepsOf,
  type HomeProgress,
  homeProgresses,
  isInPapersStep,
  isRunning,
  judgedOn,
  progressOf,
  type StepKind,
  stepsCounted,
  stepText,
  whyNotCampaign,
  whyNotConfirmed,
} from '../../../shared/rules/dossier/campaign.ts'
import { isComplete, lackingIn, stillAskedOn } from '../../../shared/rules/dossier/dossier.ts'
import { powersOf, unconfirmedBond } from '../../../shared/rules/people/guardian-bond.ts'
import { quotientStateOn } from '../../../shared/rules/quotient/validity.ts'
import { listed, shortDay } from '../../../shared/rules/text/french.ts'
import { campaign } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type AwaitedOf, awaitedOf } from '../consents/consents.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { confirmationsOf, dossiersOf, healthSeenOf, writeConfirmed } from '../dossiers/dossiers.ts'
import { bondsOfChildren, recordedQuotients, requireFamily } from '../families/families.ts'
import { portalSettingsOf } from '../portal/portal.ts'
import { quotientRuleOf } from '../settings/settings.ts'
import { askedBy, campaignsIn, healthSentSince, type Registered, registeredChildren } from './campaign-store.ts'

export { campaignsIn } from './campaign-store.ts'

/* The annual campaign: what homes read again and confirm for a school year, and how far each home is. */

// ---- A campaign -----------------------------------------------------------------------------------------------------

const shown =
  (on: Day) =>
  ({ asks, ...one }: Campaign): CampaignShown => ({ ...one, asks: [...asks], isRunning: isRunning(one, on) })

/** Campaigns, latest opening first. */
export const listCampaigns = ({ store, clock }: Core): CampaignShown[] =>
  campaignsIn(store)
    .map(shown(today(clock)))
    .toReversed()

const requireCampaign = (store: Store, id: number): Campaign => {
  const found = campaignsIn(store).find((one) => one.id === id)
  if (!found) throw new Refused('Cette campagne n’existe plus.')
  return found
}

type CampaignFields = Omit<Campaign, 'id' | 'closedOn'>

/** Opens a campaign, or changes one. @throws Refused for dates or steps that the rules forbid */
export const saveCampaign = (
  { store }: Core,
  person: Person,
  { id, ...fields }: CampaignFields & { readonly id?: number | undefined },
): { id: number } => {
  const label = `${id === undefined ? 'Campagne ouverte' : 'Campagne modifiée'}\u00a0: ${campaignName(fields)}`
  return store.act(person, 'campaign.save', label, (write) => {
    const wrong = whyNotCampaign(
      fields,
      campaignsIn(store).filter((one) => one.id !== id),
    )
    if (wrong) throw new Refused(wrong.why, wrong.field)
    if (id === undefined) return { id: write.insert(campaign, { ...fields, closedOn: null }).id }
    requireCampaign(store, id)
    write.update(campaign, id, fields)
    return { id }
  })
}

/** Closes the campaign for every home from a day on; null opens it again. @throws Refused */
export const closeCampaign = (
  { store, clock }: Core,
  person: Person,
  { id, on }: { readonly id: number; readonly on: Day | null },
): void => {
  const known = requireCampaign(store, id)
  const label = on === null ? 'rouverte' : `close le ${shortDay(on)}`
  store.act(person, 'campaign.save', `${campaignName(known)} ${label}`, (write) => {
    if (on !== null && (on < today(clock) || on <= known.opensOn))
      throw new Refused('Choisissez aujourd’hui ou un jour à venir, après l’ouverture.', 'on')
    if (on === null) {
      const wrong = whyNotCampaign(
        known,
        campaignsIn(store).filter((one) => one.id !== id),
      )
      if (wrong) throw new Refused(wrong.why)
    }
    write.update(campaign, id, { closedOn: on })
  })
}

// ---- Where homes are ------------------------------------------------------------------------------------------------

export type HomeInCampaign = {
  readonly familyId: number
  readonly children: readonly Registered[]
  readonly home: CampaignHome
  readonly steps: readonly CampaignStep[]
  readonly isComplete: boolean | null
}

/**
 * The homes of a campaign on a day, each with its steps and which of them it has done. @param familyId null for all
 * homes
 */
export const homesInCampaign = (
  store: Store,
  asked: Campaign,
  on: Day,
  familyId: number | null = null,
): HomeInCampaign[] => {
  const homes = Map.groupBy(registeredChildren(store, familyId, on, cameSince(asked, on)), (row) => row.familyId)
  const ids = [...homes.keys()]
  const children = [...new Set([...homes.values()].flat().map(({ childId }) => childId))]
  const confirmations = Map.groupBy(confirmationsOf(store, ids), (row) => row.familyId)
  const rule = quotientRuleOf(store)
  const quotients = recordedQuotients(store, ids)
  const hasQuotient = (id: number) => {
    const last = quotients.get(id)?.findLast(({ fromDay }) => fromDay <= on)
    return last !== undefined && last.value !== null && quotientStateOn(rule, last, on) === 'counts'
  }
  const sent = Map.groupBy(healthSentSince(store, instantOf(asked.opensOn, midnight)), (row) => row.familyId)
  const healthSeen = healthSeenOf(store, children)
  const sawHealth = (child: number) => (healthSeen.get(child) ?? '') >= asked.opensOn
  const awaited: ReadonlyMap<number, readonly AwaitedOf[]> = asked.asks.includes('consents')
    ? awaitedOf(store, children, on)
    : new Map()
  const bonds = awaited.size === 0 ? new Map() : bondsOfChildren(store, children)
  // The portal only asks for the consents of guardians who may ask for something for the child.
  const mayAsk = (child: number, guardianId: number): boolean =>
    powersOf(bonds.get(child)?.get(guardianId) ?? unconfirmedBond).asks
  const dossiers = dossiersOf(store, ids, on)
  const then = judgedOn(asked, on)
  return [...homes].map(([id, registered]) => {
    const own = registered.map(({ childId }) => childId)
    const items = dossiers.get(id) ?? []
    const papersAsked = stillAskedOn(items, then).filter(({ kind }) => isInPapersStep(kind))
    const home: CampaignHome = {
      children: own,
      confirmed: confirmations.get(id) ?? [],
      hasQuotient: hasQuotient(id),
      healthDeclared: new Set([...own.filter(sawHealth), ...(sent.get(id) ?? []).map(({ childId }) => childId)]),
      healthLacking: new Set(
        lackingIn(items, on).flatMap(({ kind, childId }) => (kind === 'health' && childId !== null ? [childId] : [])),
      ),
      answersAwaited: answersAwaitedIn(
        id,
        own.flatMap((child) => {
          const holders = awaited.get(child)
          return holders ? [holders.map((one) => (mayAsk(child, one.guardianId) ? one : { ...one, count: 0 }))] : []
        }),
      ),
      papersMissing: papersAsked.length === 0 ? null : lackingIn(papersAsked, then).length,
    }
    return {
      familyId: id,
      children: registered,
      home,
      steps: campaignStepsOf(asked, home),
      isComplete: isComplete(items, on),
    }
  })
}

/**
 * How many answers a home still has to give. One guardian of the home who has answered everything is enough; what
 * another home or the other parent still owes is shown in the dossier, not here. Null when nothing is asked of its
 * children.
 */
const answersAwaitedIn = (familyId: number, children: readonly (readonly AwaitedOf[])[]): number | null => {
  if (children.length === 0) return null
  const ofHome = Map.groupBy(
    children.flat().filter(({ familyIds }) => familyIds.includes(familyId)),
    ({ guardianId }) => guardianId,
  )
  const left = [...ofHome.values()].map((counts) => counts.reduce((sum, { count }) => sum + count, 0))
  return left.length === 0 ? 0 : Math.min(...left)
}

const midnight = timeOfDay('00:00')

const collator = new Intl.Collator('fr')

/** « La santé de Noa » */
export const stepName = (
  { kind, childId }: Pick<CampaignStep, 'kind' | 'childId'>,
  children: readonly Registered[],
): string => stepText(kind, children.find((child) => child.childId === childId)?.firstName)

const order = (progress: HomeProgress) => homeProgresses.indexOf(progress)

/** « Campagne »: how far each home is, and what waits for a decision. */
export const campaignProgress = ({ store, clock }: Core, { id }: { readonly id: number }): CampaignProgress => {
  const on = today(clock)
  const asked = requireCampaign(store, id)
  // The school year is taken a week early, from 25 August: a period may begin before 1 September, when the teachers
  // return.
  const year = { from: dayOf(asked.year, 8, 25), to: dayOf(asked.year + 1, 8, 24) }
  const waiting = new Map(askedBy(store, year).map((row) => [row.familyId, row]))
  const counts: Record<HomeProgress, number> = { notBegun: 0, underWay: 0, sent: 0, whole: 0 }
  const homes = homesInCampaign(store, asked, on).map(({ familyId, children, steps, isComplete: complete }) => {
    const progress = progressOf(steps, complete)
    counts[progress] += 1
    const next = steps.find(({ state }) => state === 'toDo')
    return {
      familyId,
      family: children[0]?.family ?? '',
      children: listed(children.map(({ firstName }) => firstName)),
      progress,
      ...stepsCounted(steps),
      next: next ? stepName(next, children) : '',
      sentAt: steps.at(-1)?.at ?? null,
      registrations: waiting.get(familyId)?.registrations ?? 0,
      waitingRegistrations: waiting.get(familyId)?.waitingRegistrations ?? 0,
      waitingProposals: waiting.get(familyId)?.waitingProposals ?? 0,
    }
  })
  return {
    counts,
    homes: homes.toSorted(
      (one, other) => order(one.progress) - order(other.progress) || collator.compare(one.family, other.family),
    ),
  }
}

/**
 * On the record of a family: what the home did in the running campaign, and what is left. Null when no campaign runs.
 */
export const familyCampaign = ({ store, clock }: Core, familyId: number): FamilyCampaign | null => {
  requireFamily(store, familyId)
  const on = today(clock)
  const running = campaignOn(campaignsIn(store), on)
  const [home] = running ? homesInCampaign(store, running, on, familyId) : []
  if (!running || !home) return null
  const { steps, children, home: facts } = home
  return {
    campaign: shown(on)(running),
    progress: progressOf(steps, home.isComplete),
    steps: steps.map((step) => ({
      ...step,
      name: stepName(step, children),
      whyNot: step.state === 'toDo' ? whyNotConfirmed(steps, step, facts) : null,
      by:
        confirmationsOf(store, [familyId]).find(
          (one) => one.kind === step.kind && one.childId === step.childId && one.at === step.at,
        )?.by ?? '',
    })),
  }
}

/**
 * Records what a home without internet confirmed at the counter. @throws Refused for a step that is not asked, or not
 * ready
 */
export const confirmAtCounter = (
  { store, clock }: Core,
  person: Person,
  { familyId, kind, childId }: { readonly familyId: number; readonly kind: StepKind; readonly childId: number | null },
): void =>
  store.act(person, 'campaign.confirm', `Dossier de l’année\u00a0: ${stepText(kind, undefined)}`, (write) => {
    requireFamily(store, familyId)
    const on = today(clock)
    const running = campaignOn(campaignsIn(store), on)
    const [home] = running ? homesInCampaign(store, running, on, familyId) : []
    if (!running || !home) throw new Refused('Aucune campagne n’est ouverte pour cette famille.')
    const wrong = whyNotConfirmed(home.steps, { kind, childId }, home.home)
    if (wrong !== null) throw new Refused(wrong)
    const { version } = portalSettingsOf(store).terms
    const accepted = kind === 'sent' && running.asks.includes('rules') ? version : ''
    writeConfirmed(
      store,
      write,
      { familyId, kind, childId, at: clock(), by: `${person.name}, à l’accueil`, version: accepted, entryId: null },
      version,
    )
  })
