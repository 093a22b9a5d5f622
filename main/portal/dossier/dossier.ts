import { createHash, randomUUID } from 'node:crypto'
import type { TownDocument } from '../../../shared/contract/portal/documents.ts'
import type { DossierShown, HomeConsentShown } from '../../../shared/contract/portal/dossier.ts'
import type { ConfirmationEntry } from '../../../shared/contract/portal/entries.ts'
import { campaignPage } from '../../../shared/pages/dossier/campaign.ts'
import { dossierLink, isLacking } from '../../../shared/pages/dossier/dossier.ts'
import { pickupsPending } from '../../../shared/pages/editable-fields.ts'
import { type Day, dayAt, isWithin, yearOf } from '../../../shared/rules/calendar/day.ts'
import {
  type Campaign,
  type CampaignAsk,
  type CampaignHome,
  type CampaignStep,
  type Confirmation,
  type ConfirmationKind,
  cameSince,
  campaignAsks,
  campaignOn,
  campaignStepsOf,
  changedMeanwhileText,
  confirmationKinds,
  isInPapersStep,
  judgedOn,
  noLongerAskedText,
  type StepKind,
  stepKinds,
  whyNotConfirmed,
} from '../../../shared/rules/dossier/campaign.ts'
import type { ConsentAnswer } from '../../../shared/rules/dossier/consent.ts'
import { isStillAsked, itemState, stillAskedOn } from '../../../shared/rules/dossier/dossier.ts'
import { isConfirmable } from '../../../shared/rules/dossier/required-paper.ts'
import { addedOrChanged, pickupsIn } from '../../../shared/rules/people/pickup.ts'
import { isLiveOn } from '../../../shared/rules/people/registration.ts'
import { classDay, schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import type { Login } from '../account/account.ts'
import {
  details,
  dossierOn,
  type Home,
  homeOf,
  lockHome,
  proposalsShown,
  recordAnswers,
  requireMayAsk,
  shownTo,
  waitingAnswers,
} from '../family/family.ts'
import { newEntry } from '../log/entries.ts'
import { appendToLog, lockedSide } from '../log/log.ts'
import { papersShown, waitingConfirmations } from '../papers/papers.ts'
import type { Portal, Reading } from '../portal.ts'
import { Refused } from '../refused.ts'

/* « Mon dossier »: the steps of the annual campaign, and what a home confirms outside a campaign. */

const campaignsOf = (town: TownDocument | undefined): Campaign[] =>
  (town?.campaigns ?? []).map(({ id, year, from, due, asks, closedOn = null }) => ({
    id,
    year,
    opensOn: from,
    dueOn: due,
    asks: campaignAsks.filter((ask: CampaignAsk) => asks.includes(ask)),
    closedOn,
  }))

const isConfirmationKind = (kind: string): kind is ConfirmationKind => confirmationKinds.some((one) => one === kind)

type CampaignRead = {
  readonly campaign: Campaign | undefined
  readonly home: CampaignHome
  readonly steps: readonly CampaignStep[]
  readonly shown: DossierShown
}

const readCampaign = async (portal: Reading, login: Login): Promise<CampaignRead> => {
  const { db } = portal.store
  const today = dayAt(portal.clock())
  const home = await homeOf(db, login)
  const { family, town } = home
  const papers = await papersShown(portal, login)
  const waiting = await waitingConfirmations(db, login.familyId)
  const confirmed: Confirmation[] = [
    ...(family.confirmed ?? []).flatMap(({ kind, child, at }) =>
      isConfirmationKind(kind) ? [{ kind, childId: child, at }] : [],
    ),
    ...waiting.map(({ kind, child, recordedAt }) => ({ kind, childId: child, at: recordedAt })),
  ]
  const campaign = campaignOn(campaignsOf(town), today)
  const since = campaign ? cameSince(campaign, today) : null
  const registered = family.children.filter(({ id }) =>
    family.registrations.some(
      (own) =>
        own.child === id && (isLiveOn(own, today) || (since !== null && own.state === 'accepted' && own.to >= since)),
    ),
  )
  const consents = await consentsOf(portal, home, login.guardianId, registered, today)
  const then = campaign ? judgedOn(campaign, today) : today
  const papersAsked = stillAskedOn(dossierOn(home, today, await waitingAnswers(db)), then)
    .filter(({ kind }) => isInPapersStep(kind))
    .map((item) => {
      const { requiredId: required, childId: child } = item
      const isSent = papers.dossier.some((one) => one.required === required && one.child === child && one.isSent)
      return { required, child, isMissing: isStillAsked(itemState(item, then)), isSent }
    })
  const quotient = family.familyQuotients.find((row) => isWithin(row, today) && row.endedOn === undefined)
  const asked: CampaignHome = {
    children: registered.map(({ id }) => id),
    confirmed,
    hasQuotient: quotient !== undefined,
    healthDeclared: new Set([
      ...registered.flatMap(({ id, healthSeenOn }) =>
        campaign && healthSeenOn !== undefined && healthSeenOn >= campaign.opensOn ? [id] : [],
      ),
      ...papers.sent.flatMap(({ kind, child, recordedAt, state }) =>
        kind === 'health' && child !== null && state !== 'refused' && campaign && dayAt(recordedAt) >= campaign.opensOn
          ? [child]
          : [],
      ),
    ]),
    healthLacking: new Set(
      papers.dossier.flatMap((item) =>
        item.kind === 'health' && item.child !== null && isLacking(item) ? [item.child] : [],
      ),
    ),
    answersAwaited:
      consents.length === 0
        ? null
        : consents.flatMap(({ children }) => children).filter(({ mine }) => mine?.isAwaited).length,
    papersMissing:
      papersAsked.length === 0 ? null : papersAsked.filter(({ isMissing, isSent }) => isMissing && !isSent).length,
  }
  const steps = campaign ? campaignStepsOf(campaign, asked) : []
  const read = await details(portal, login)
  const proposed = await proposalsShown(portal, login)
  const pickups = registered.map((child) => {
    const { id, firstName, pickups: people } = child
    const change = pickupsPending(child, proposed)
    return { child: id, firstName, people, asked: change ? addedOrChanged(people, pickupsIn(change.after)) : [] }
  })
  const rules = town?.signUp?.terms ?? null
  const nameOf = (child: number | null) => family.children.find(({ id }) => id === child)?.firstName ?? ''
  const shown: DossierShown = {
    campaign:
      campaign && steps.length > 0
        ? {
            year: campaign.year,
            dueOn: campaign.dueOn,
            asksRules: campaign.asks.includes('rules') && rules !== null,
            asksRegistrations: campaign.asks.includes('registrations'),
            sentAt: steps.at(-1)?.at ?? null,
            isReceived: !waiting.some(({ kind }) => kind === 'sent'),
            registrations: registrationsOf(home, campaign.year),
          }
        : null,
    steps: steps.map((step) => ({
      kind: step.kind,
      child: step.childId,
      firstName: nameOf(step.childId),
      state: step.state,
      at: step.at,
      whyNot: whyNotConfirmed(steps, step, asked),
    })),
    items: papers.dossier,
    confirmable: [
      ...new Set(
        papers.dossier.flatMap(({ kind, state, isSent }) =>
          isConfirmable(kind) && state.kind !== 'there' && !isSent && (kind !== 'rules' || rules !== null)
            ? [kind]
            : [],
        ),
      ),
    ],
    details: read,
    quotient: quotient ? { value: quotient.value, from: quotient.from, source: quotient.source } : null,
    pickups,
    consents,
    rules,
    marks: {
      contact: markOf(read),
      benefits: markOf(quotient ?? null),
      health: markOf('health'),
      pickups: markOf(pickups),
      consents: markOf(consents.map(({ text, children }) => [text.id, children.map(({ mine }) => mine?.answer)])),
      papers: markOf(papersAsked.map(({ required, child, isMissing, isSent }) => [required, child, isMissing, isSent])),
      rules: markOf(rules),
      sent: markOf([rules, campaign?.asks.includes('rules')]),
    },
  }
  return { campaign, home: asked, steps, shown }
}

const markOf = (shown: unknown): string => createHash('sha256').update(JSON.stringify(shown)).digest('hex').slice(0, 32)

/** The questions about these children, once each, with this guardian's answer for each child. */
const consentsOf = async (
  { store: { db } }: Reading,
  home: Home,
  guardianId: number,
  children: Home['family']['children'],
  today: Day,
): Promise<HomeConsentShown[]> => {
  const waiting = await waitingAnswers(db)
  const all = children.flatMap((child) =>
    shownTo(home, child, waiting, guardianId, today).map(({ state, mine, ...question }) => ({
      question,
      child: { child: child.id, firstName: child.firstName, state, mine },
    })),
  )
  return [...Map.groupBy(all, ({ question }) => question.question).values()].flatMap((rows) => {
    const [first] = rows
    return first ? [{ ...first.question, children: rows.map(({ child }) => child) }] : []
  })
}

/** The registrations of the home for the school year that begins in `year`, requested or accepted. */
const registrationsOf = ({ family, periods, requestedRegistrations }: Home, year: number) => {
  const nameOf = (child: number) => family.children.find(({ id }) => id === child)?.firstName ?? ''
  const ofYear = (periodId: number) => {
    const period = periods.get(`${periodId}`)
    return period && yearOf(schoolYearStart(classDay(period.from))) === year ? period : undefined
  }
  return [
    ...family.registrations
      .filter(({ state }) => state === 'asked' || state === 'accepted')
      .map(({ child, period }) => ({ child, period: ofYear(period) })),
    ...requestedRegistrations.map(({ childId, periodId }) => ({ child: childId, period: ofYear(periodId) })),
  ].flatMap(({ child, period }) => (period ? [{ firstName: nameOf(child), activity: period.activity.name }] : []))
}

/** The steps that remain, for « À faire »; none once the dossier is sent, or without a campaign. */
export const campaignToDo = async (
  portal: Portal,
  login: Login,
  { town }: Pick<Home, 'town'>,
): Promise<{ path: string; title: string; why: string }[]> => {
  const now = portal.clock()
  if (!campaignOn(campaignsOf(town), dayAt(now))) return []
  const page = campaignPage(await dossierShownTo(portal, login), now)
  return page?.current ? [{ path: dossierLink.path, title: page.title, why: page.progress }] : []
}

export const dossierShownTo = async (portal: Portal, login: Login): Promise<DossierShown> =>
  (await readCampaign(portal, login)).shown

type Confirming = { readonly kind: ConfirmationKind; readonly child: number | null; readonly mark: string }

const isStepKind = (kind: ConfirmationKind): kind is StepKind => stepKinds.some((one) => one === kind)

/**
 * Records what a guardian read and confirmed: a step of the campaign, or an item of the dossier. Confirming again what
 * is done changes nothing. Something no longer asked for, or changed since it was shown, is refused.
 * @throws Refused
 */
export const confirm = async (
  portal: Portal,
  login: Login,
  { kind, child, mark }: Confirming,
): Promise<DossierShown> => {
  await portal.store.db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    const { campaign, home, steps, shown } = await readCampaign({ clock: portal.clock, store: { db: tx } }, login)
    requireMayAsk(await homeOf(tx, login), child)
    const step = isStepKind(kind) ? steps.find((one) => one.kind === kind && one.childId === child) : undefined
    if (campaign && step) {
      if (step.state === 'done' && step.at !== null) return
      const wrong = whyNotConfirmed(steps, step, home)
      if (wrong !== null) throw new Refused(wrong)
    } else {
      const item = shown.items.find((one) => one.kind === kind)
      if (!isConfirmable(kind) || !item || child !== null) throw new Refused(noLongerAskedText)
      if (!shown.confirmable.includes(kind)) return
    }
    if (shown.marks[kind] !== mark) throw new Refused(changedMeanwhileText)
    const at = portal.clock()
    const isAccepting = kind === 'rules' || (kind === 'sent' && shown.campaign?.asksRules === true)
    const body: ConfirmationEntry = {
      guardian: login.guardianId,
      family: login.familyId,
      recordedAt: at,
      kind,
      child,
      version: isAccepting ? (shown.rules?.version ?? '') : '',
    }
    const { side } = await lockedSide(tx)
    await appendToLog(tx, side, [newEntry(randomUUID(), 'confirmation', at, body)])
  })
  return dossierShownTo(portal, login)
}

export const answerForChildren = async (
  portal: Portal,
  login: Login,
  given: { readonly children: readonly number[]; readonly text: number; readonly answer: ConsentAnswer },
): Promise<DossierShown> => {
  await recordAnswers(portal, login, given)
  return dossierShownTo(portal, login)
}
