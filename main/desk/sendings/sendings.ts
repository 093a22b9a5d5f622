import type { SendingPreview, SendingRow, Whom } from '../../../shared/contract/desk/messages/sendings.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import { addDays, addMinutes, type Day, dayAt, type Instant, today } from '../../../shared/rules/calendar/day.ts'
import { unnamedPaper } from '../../../shared/rules/dossier/required-paper.ts'
import { lateBefore } from '../../../shared/rules/mails/fate.ts'
import { judgedFile } from '../../../shared/rules/messages/attached-files.ts'
import {
  type Audience,
  audienceDifference,
  type ClosingPlace,
  expectedWhere,
  planToleranceMinutes,
  tellsOfDossiers,
} from '../../../shared/rules/messages/audience.ts'
import type { ChannelChoice } from '../../../shared/rules/messages/channel.ts'
import { composed, smsTextFor } from '../../../shared/rules/messages/compose.ts'
import { whyNotDiscreet } from '../../../shared/rules/messages/discretion.ts'
import { filled, namesChildren, noticeValues, whyNotFilled } from '../../../shared/rules/messages/fields.ts'
import { levels } from '../../../shared/rules/people/schooling.ts'
import { messageText } from '../../../shared/rules/requests/message.ts'
import { counted, instantText } from '../../../shared/rules/text/french.ts'
import { withSingleSpaces } from '../../../shared/rules/text/typed.ts'
import type { Write } from '../../store/acts/acts.ts'
import { errorTrace } from '../../store/failures.ts'
import { limitedTo } from '../../store/limited/limited-store.ts'
import { messageChoice, notice, sending } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { groupsOf } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { listRequired, nameShown } from '../dossiers/dossiers.ts'
import {
  mailsShown,
  messageReadersOf,
  type NewMail,
  queueMails,
  readSmsBalance,
  refuseAudience,
  sendsMails,
  sendsSms,
  smsPrice,
} from '../mails/mails.ts'
import { regieChoice } from '../regies/regies.ts'
import { closeDaysOf, closeSchool, previewClosingOf, previewSchoolClosing } from '../reservations/reservations.ts'
import { facilitiesOf, schoolsOf, sitesOf } from '../settings/settings.ts'
import { personOf } from '../staff/staff.ts'
import { activityIdsOf, type Recipients, recipientsOf } from './audience.ts'
import { audienceText } from './audience-text.ts'
import {
  activitiesOfSites,
  choiceOf,
  countSendings,
  fatesOf,
  fileNamesOf,
  homesOnPortal,
  insertFiles,
  isNoticePublished,
  lastMailIdsOf,
  mailIdsOf,
  noticeOf,
  periodsToClose,
  plannedBetween,
  type SendingSqlRow,
  type StoredFile,
  sendingPage,
  sendingRow,
  storedFiles,
  writtenBefore,
} from './sendings-store.ts'

export { concernedBy } from './audience.ts'

type Message = {
  readonly whom: Whom
  readonly subject: string
  readonly text: string
  readonly withSms: boolean
  /** The guardians that the preview showed to the person who sends. */
  readonly seen: readonly number[]
}

/** The notice of a sending is shown on the portal for at least this many days. */
const noticeDays = 7

// ---- Before sending -------------------------------------------------------------------------------------------------

export const readChoices = (core: Core, person: Person) => {
  const { store } = core
  const isFree = may(person.roles, 'sendings.audience')
  return {
    sites: sitesOf(store).map(({ id, name }) => ({ id, name })),
    facilities: facilitiesOf(store).map(({ id, name }) => ({ id, name })),
    schools: schoolsOf(store).map(({ id, name }) => ({ id, name })),
    activities: activitiesOfSites(store).map((one) => ({
      ...one,
      groups: groupsOf(store, one.id).map(({ id, name }) => ({ id, name })),
    })),
    levels: [...levels],
    regies: regieChoice(core, person)
      .filter(({ takesMoney }) => isFree || takesMoney)
      .map(({ id, name }) => ({ id, name })),
    required: may(person.roles, 'dossiers')
      ? listRequired(core)
          .filter(({ withdrawnOn }) => withdrawnOn === null)
          .map((one) => ({ id: one.id, name: nameShown(person, one) }))
      : [],
    isFree,
  }
}

export const previewSending = async (
  core: Core,
  person: Person,
  { whom, withSms }: { readonly whom: Whom; readonly withSms: boolean },
): Promise<SendingPreview> => {
  refuseAudience(core, person, whom)
  const hasSms = sendsSms(core)
  const { people, children, families, surnames, ownNames } = await recipientsOf(core, person, whom, withSms && hasSms)
  return {
    people: [...people],
    children,
    families: families.length,
    portalHomes: homesOnPortal(core.store, families),
    surnames: [...surnames],
    ownNames: [...ownNames],
    hasSms,
    hasMail: sendsMails(core),
    priceThousandths: smsPrice(core),
  }
}

// ---- Sending --------------------------------------------------------------------------------------------------------

const checkedMessage = (typed: { readonly subject: string; readonly text: string }) => {
  const subject = withSingleSpaces(messageText(typed.subject))
  const text = messageText(typed.text)
  if (subject === '') throw new Refused('Écrivez l’objet, en quelques mots.', 'subject')
  if (text === '') throw new Refused('Écrivez votre message.', 'text')
  const unknown = whyNotFilled(text) ?? whyNotFilled(subject)
  if (unknown !== null) throw new Refused(unknown, 'text')
  return { subject, text }
}

/**
 * Checks everything that must hold before a message leaves, and writes nothing. @param files the names of the attached
 * files
 */
const checkedSending = async (
  core: Core,
  person: Person,
  message: Message,
  files: readonly { readonly name: string }[],
) => {
  refuseAudience(core, person, message.whom)
  const { subject, text } = checkedMessage(message)
  const found = await recipientsOf(core, person, message.whom, message.withSms && sendsSms(core))
  if (found.people.length === 0)
    throw new Refused('Personne n’est concerné\u00a0: choisissez d’autres destinataires. Rien n’est parti.', 'whom')
  const hasSms = found.people.some(({ channel }) => channel === 'sms')
  const { surnames, ownNames } = found
  const indiscreet = whyNotDiscreet({
    subject,
    text,
    hasSms,
    isOwed: message.whom.kind === 'owing',
    surnames,
    ownNames,
    files: files.map(({ name }) => name),
  })
  if (indiscreet !== null) throw new Refused(`${indiscreet} Rien n’est parti.`, 'text')
  return { subject, text, found, whom: message.whom }
}

const refuseIfChanged = (seen: readonly number[], { people }: Recipients): void => {
  const difference = audienceDifference(seen, people)
  if (difference !== null) throw new Refused(`${difference}\u00a0: relisez, puis envoyez. Rien n’est parti.`, 'seen')
}

/**
 * The same words to the same audience within this many minutes are taken for a repeated click: the answer to the first
 * one was lost.
 */
const secondClickMinutes = 60

const refuseTwice = (
  { store }: Core,
  { at }: Write,
  { whom, subject, text }: Pick<Message, 'whom' | 'subject' | 'text'>,
  plannedFor: Instant | null,
): void => {
  const since = addMinutes(at, -secondClickMinutes)
  const before = writtenBefore(store, { audience: JSON.stringify(whom), subject, text, plannedFor, since })
  if (before !== undefined)
    throw new Refused(
      `Ce message a déjà été écrit aux mêmes destinataires, ${instantText(before)}\u00a0: regardez-le dans les envois. Pour l’écrire encore, changez un mot.`,
      'text',
    )
}

const refuseWithoutMail = (core: Core, { people }: Recipients): void => {
  if (!sendsMails(core) && people.some(({ channel }) => channel === 'mail'))
    throw new Refused(
      'Aucun serveur de mail n’est réglé sur ce poste\u00a0: la direction ou l’administrateur le règle dans Réglages, Courriels. Rien n’est parti.',
    )
}

/** Part of the act that sends: queues a mail or an SMS for each person, and publishes the notice for their homes. */
const writeSent = (
  core: Core,
  write: Write,
  id: number,
  { subject, text, found, whom }: Awaited<ReturnType<typeof checkedSending>>,
  hasFiles: boolean,
): void => {
  const { people } = found
  const isNaming = namesChildren(subject) || namesChildren(text)
  queueMails(
    core.store,
    write,
    people.map((one): NewMail => {
      const { familyId, guardianId, name, channel, address, values } = one
      return {
        familyId,
        guardianId,
        kind: 'notice',
        channel,
        sendingId: id,
        name,
        email: address,
        subject: filled(subject, values),
        body: channel === 'sms' ? smsTextFor(text, one) : filled(text, values),
        paper: hasFiles && channel !== 'sms' ? { kind: 'sending', id } : null,
        ...(isNaming && { firstNames: values.prénoms }),
      }
    }),
  )
  const values = noticeValues(people.map((one) => one.values))
  const fromDay = dayAt(write.at)
  const week = addDays(fromDay, noticeDays)
  write.insert(notice, {
    title: filled(subject, values),
    text: filled(text, values),
    activityId: null,
    periodId: null,
    schoolId: null,
    sendingId: id,
    fromDay,
    // A notice about expected children stays until their last day, even when it is more than a week away.
    untilDay: whom.kind === 'expected' && whom.untilDay > week ? whom.untilDay : week,
    byMail: false,
  })
}

const sentLabel = (subject: string, { people }: Recipients): string =>
  `Message à ${counted(people.length, 'personne')}\u00a0: ${subject}`

/** Queues a message at once. @throws Refused when a check fails; nothing is then written */
const sendNow = async (
  core: Core,
  person: Person,
  message: Message,
  files: readonly StoredFile[],
  alongside?: () => void,
) => {
  const checked = await checkedSending(core, person, message, files)
  const { subject, text, found } = checked
  refuseIfChanged(message.seen, found)
  refuseWithoutMail(core, found)
  const { smsParts } = composed(text, found.people)
  const { whom, withSms } = message
  return core.store.act(person, 'sendings.send', sentLabel(subject, found), (write) => {
    refuseTwice(core, write, { whom, subject, text }, null)
    const { id } = write.insert(sending, {
      subject,
      text,
      audience: whom,
      withSms,
      state: 'sent',
      plannedFor: null,
      previewed: [],
      sentAt: write.at,
      difference: '',
      smsParts,
      priceThousandths: smsPrice(core),
    })
    insertFiles(core.store, id, files)
    writeSent(core, write, id, checked, files.length > 0)
    alongside?.()
    return { id, people: found.people.length }
  })
}

export const sendMessage = async (
  core: Core,
  person: Person,
  { files, ...message }: Message & { readonly files: readonly File[] },
) => sendNow(core, person, message, await checkedFiles(files))

/** @throws Refused for a file that is neither a PDF nor a JPEG, and for files that are too large together */
const checkedFiles = async (files: readonly File[]): Promise<StoredFile[]> => {
  const stored: StoredFile[] = []
  for (const [index, file] of files.entries()) {
    const bytes = Buffer.from(await file.arrayBuffer())
    const name = file.name.replaceAll(/[^\p{L}\p{N} ._-]/gu, '_').slice(-100)
    const judged = judgedFile({ name, size: file.size, start: bytes }, files.slice(0, index))
    if (judged.why !== null) throw new Refused(judged.why, 'files')
    stored.push({ name, type: judged.type, bytes })
  }
  return stored
}

/** The files to attach to the mails of a sending, as the mail queue asks for them. */
export const filesOfSending = ({ store }: Core, id: number): Promise<readonly File[]> =>
  Promise.resolve(
    storedFiles(store, id).map(({ name, type, bytes }) => new File([new Uint8Array(bytes)], name, { type })),
  )

// ---- Planned for an hour --------------------------------------------------------------------------------------------

const maxPlannedDays = 60

export const planMessage = async (
  core: Core,
  person: Person,
  { files, at, ...message }: Message & { readonly files: readonly File[]; readonly at: Instant },
) => {
  const stored = await checkedFiles(files)
  const now = core.clock()
  if (at <= now)
    throw new Refused('Cette heure est passée\u00a0: envoyez maintenant, ou choisissez-en une autre.', 'at')
  if (at > addMinutes(now, maxPlannedDays * 1440))
    throw new Refused(`Un envoi se prévoit ${maxPlannedDays} jours avant au plus.`, 'at')
  const { subject, text } = await checkedSending(core, person, message, stored)
  const { whom, withSms, seen } = message
  return core.store.act(person, 'sendings.plan', `Message prévu\u00a0: ${subject}, ${instantText(at)}`, (write) => {
    refuseTwice(core, write, { whom, subject, text }, at)
    const { id } = write.insert(sending, {
      subject,
      text,
      audience: whom,
      withSms,
      state: 'planned',
      plannedFor: at,
      previewed: seen,
      sentAt: null,
      difference: '',
      smsParts: 0,
      priceThousandths: 0,
    })
    insertFiles(core.store, id, stored)
    return { id }
  })
}

const requirePlanned = (store: Store, id: number): SendingSqlRow => {
  const row = sendingRow(store, id)
  if (row?.state !== 'planned') throw new Refused('Cet envoi n’attend plus\u00a0: relisez la liste.')
  return row
}

const messageOf = ({ audience, withSms, previewed, subject, text }: SendingSqlRow): Message => ({
  whom: JSON.parse(audience) as Whom,
  subject,
  text,
  withSms: withSms === 1,
  seen: JSON.parse(previewed) as number[],
})

const checkedPlan = async (core: Core, person: Person, row: SendingSqlRow, message: Message) => {
  const checked = await checkedSending(core, person, message, fileNamesOf(core.store, [row.id]).get(row.id) ?? [])
  refuseWithoutMail(core, checked.found)
  return checked
}

const writePlanned = async (core: Core, person: Person, row: SendingSqlRow, message: Message) => {
  const checked = await checkedPlan(core, person, row, message)
  const { subject, text, found } = checked
  const hasFiles = storedFiles(core.store, row.id).length > 0
  return core.store.act(person, 'sendings.send', sentLabel(subject, found), (write) => {
    requirePlanned(core.store, row.id)
    const { smsParts } = composed(text, found.people)
    write.update(sending, row.id, {
      state: 'sent',
      sentAt: write.at,
      // Stored as numbers, not names: the names would stay in the file after these people are erased.
      difference:
        audienceDifference(
          messageOf(row).seen,
          found.people.map(({ guardianId }) => ({ guardianId })),
        ) ?? '',
      previewed: [],
      smsParts,
      priceThousandths: smsPrice(core),
    })
    writeSent(core, write, row.id, checked, hasFiles)
    return { people: found.people.length }
  })
}

/**
 * Sends a planned message at a person's request. @throws Refused when the audience is no longer the one that they were
 * shown
 */
export const sendPlanned = async (
  core: Core,
  person: Person,
  { id, seen }: { readonly id: number; readonly seen: readonly number[] },
) => {
  const row = requirePlanned(core.store, id)
  const message = { ...messageOf(row), seen }
  refuseAudience(core, person, message.whom)
  refuseIfChanged(seen, await recipientsOf(core, person, message.whom, message.withSms && sendsSms(core)))
  return writePlanned(core, person, row, message)
}

/** @throws Refused for a message to others than this person may write to */
export const dropPlanned = (core: Core, person: Person, { id }: { readonly id: number }): void => {
  const { store } = core
  const row = requirePlanned(store, id)
  refuseAudience(core, person, messageOf(row).whom)
  store.act(person, 'sendings.drop', `Message abandonné\u00a0: ${row.subject}`, (write) => {
    requirePlanned(store, id)
    write.update(sending, id, { state: 'dropped', previewed: [] })
  })
}

/** Plans for an hour before this instant are late: the desk was closed at their hour, or an obstacle kept them. */
const lateSince = (now: Instant): Instant => addMinutes(now, -planToleranceMinutes)

/** A plan of an older copy of the file counts as late too: it may have been sent or dropped after the copy was made. */
const isLatePlan = (now: Instant, { state, plannedFor, isHeld }: SendingSqlRow): boolean =>
  state === 'planned' && plannedFor !== null && (plannedFor < lateSince(now) || isHeld === 1)

/**
 * The late plans that a person must decide on, each with what would stop it now; `obstacle` is null when nothing would.
 */
export const latePlans = async (core: Core, person: Person) => {
  const { store, clock } = core
  const now = clock()
  const rows = plannedBetween(store, addMinutes(now, -maxPlannedDays * 2880), addMinutes(now, maxPlannedDays * 1440))
  return Promise.all(
    rows
      .filter((row) => isLatePlan(now, row))
      .flatMap((row) => {
        const { id, plannedFor } = row
        const subject = isHidden(person, row) ? unnamedPaper : row.subject
        return plannedFor === null
          ? []
          : [obstacleOf(core, row).then((obstacle) => ({ id, subject, plannedFor, obstacle }))]
      }),
  )
}

/**
 * The person who planned the message, with their present rights, and the desk limited to their present sites. @throws
 * Refused when they may no longer send it
 */
const plannerOf = (core: Core, { staffId }: SendingSqlRow): { readonly own: Core; readonly person: Person } => {
  const person = staffId === null ? null : personOf(core.store, staffId)
  if (staffId === null || !person || !may(person.roles, 'sendings'))
    throw new Refused('Qui l’a prévu n’a plus le droit de l’envoyer.')
  if (!person.sites) return { own: core, person }
  const store = limitedTo(core.store, { staffId, sites: person.sites })
  return { own: Object.create(core, { store: { value: store } }) as Core, person }
}

const obstacleOf = async (core: Core, row: SendingSqlRow): Promise<string | null> => {
  try {
    const { own, person } = plannerOf(core, row)
    await checkedPlan(own, person, row, messageOf(row))
    return null
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return error.sentence
  }
}

/** Whom a planned message would reach now, and at what cost; null when it may not leave. */
const reachedNow = async (core: Core, row: SendingSqlRow) => {
  try {
    const { own, person } = plannerOf(core, row)
    const { whom, withSms, text } = messageOf(row)
    const { people } = await recipientsOf(own, person, whom, withSms && sendsSms(core))
    const { smsParts } = composed(text, people)
    return { people: people.length, smsParts, costThousandths: smsParts * smsPrice(core) }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return null
  }
}

/**
 * Sends the messages planned for this moment, as the person who planned them. One that cannot leave becomes late and
 * waits for a person.
 * @param since the last run, or the moment when the desk was opened: messages planned for an earlier hour are not sent
 */
export const sendPlansDue = async (core: Core, since: Instant): Promise<void> => {
  const now = core.clock()
  for (const row of plannedBetween(core.store, since > lateSince(now) ? since : lateSince(now), now)) {
    if (isLatePlan(now, row)) continue
    try {
      const { own, person } = plannerOf(core, row)
      await writePlanned(own, person, row, messageOf(row))
    } catch (error) {
      core.log(`envoi prévu ${row.id}\u00a0: ${error instanceof Refused ? error.sentence : errorTrace(error)}`)
    }
  }
}

const minute = 60_000

/** Runs `sendPlansDue` every minute. @returns a function that stops it */
export const sendPlansEachMinute = (
  core: Core,
  { after }: { readonly after: (milliseconds: number, work: () => void) => () => void },
): (() => void) => {
  let since = core.clock()
  let isStopped = false
  const look = async () => {
    const now = core.clock()
    try {
      await sendPlansDue(core, since)
    } catch (error) {
      core.log(`envois prévus\u00a0: ${errorTrace(error)}`)
    }
    since = now
    if (!isStopped) cancel = after(minute, () => void look())
  }
  let cancel = after(minute, () => void look())
  return () => {
    isStopped = true
    cancel()
  }
}

// ---- What became of them --------------------------------------------------------------------------------------------

/** Hides messages to homes without a paper from people who may not read dossiers. */
const isHidden = ({ roles }: Person, row: Pick<SendingSqlRow, 'audience'>): boolean =>
  tellsOfDossiers(JSON.parse(row.audience) as Audience) && !may(roles, 'dossiers')

const sendingsShown = (core: Core, person: Person, rows: readonly SendingSqlRow[]): SendingRow[] => {
  const { store, clock } = core
  const now = clock()
  const ids = rows.map(({ id }) => id)
  const fates = fatesOf(store, ids, lateBefore(now))
  const files = fileNamesOf(store, ids)
  return rows.map((row) => {
    const { id, state, plannedFor, sentAt, by, difference, smsParts, priceThousandths } = row
    const hidden = isHidden(person, row)
    const own = (fates.get(id) ?? []).map(({ shown: fate, count }) => ({ fate, count }))
    return {
      id,
      subject: hidden ? unnamedPaper : row.subject,
      text: hidden ? '' : row.text,
      state,
      isLate: isLatePlan(now, row),
      plannedFor,
      sentAt,
      by,
      audience: audienceText(core, person, JSON.parse(row.audience) as Whom),
      difference,
      smsParts,
      costThousandths: smsParts * priceThousandths,
      files: hidden ? [] : (files.get(id) ?? []).map(({ name }) => name),
      people: state === 'planned' ? messageOf(row).seen.length : own.reduce((sum, { count }) => sum + count, 0),
      fates: own,
    }
  })
}

export const listSendings = (
  core: Core,
  person: Person,
  { from, count }: { readonly from: number; readonly count: number },
) => ({
  total: countSendings(core.store),
  rows: sendingsShown(core, person, sendingPage(core.store, from, count)),
})

/**
 * @throws Refused when the list of recipients would tell which dossiers lack a paper to a person who may not read
 * dossiers
 */
export const readSending = async (core: Core, person: Person, { id }: { readonly id: number }) => {
  const row = sendingRow(core.store, id)
  const [shown] = row ? sendingsShown(core, person, [row]) : []
  if (!row || !shown) throw new Refused('Cet envoi n’existe plus.')
  const { whom, withSms } = messageOf(row)
  if (isHidden(person, row))
    throw new Refused('Cet envoi dit à qui il manque une pièce\u00a0: il demande la direction ou l’accueil.')
  const shownNotice = noticeOf(core.store, id)
  return {
    ...shown,
    notice: shownNotice
      ? { untilDay: shownNotice.untilDay, isPublished: isNoticePublished(core.store, shownNotice.id) }
      : null,
    obstacle: shown.isLate ? await obstacleOf(core, row) : null,
    planned: row.state === 'planned' ? await reachedNow(core, row) : null,
    whom,
    withSms,
    recipients: mailsShown(core, person, mailIdsOf(core.store, id)).map(
      ({ id: mailId, familyId, name, channel, email: address, fate, reply, mayResend, mayWithdraw }) => ({
        id: mailId,
        familyId,
        name,
        channel,
        address,
        fate,
        reply,
        mayResend,
        mayWithdraw,
      }),
    ),
  }
}

/**
 * @throws Refused for an audience that this person may not write to, and when the portal no longer shows the message
 */
export const removeNotice = (core: Core, person: Person, { id }: { readonly id: number }): void => {
  const { store } = core
  const row = sendingRow(store, id)
  if (!row) throw new Refused('Cet envoi n’existe plus.')
  refuseAudience(core, person, messageOf(row).whom)
  store.act(person, 'messages.notice', `Avis retiré du portail\u00a0: ${row.subject}`, (write) => {
    const shown = noticeOf(store, id)
    if (!shown) throw new Refused('Le portail ne montre déjà plus ce message.')
    write.remove(notice, shown.id)
  })
}

export const listSendingsOfFamily = (core: Core, person: Person, { familyId }: { readonly familyId: number }) =>
  mailsShown(core, person, lastMailIdsOf(core.store, familyId))
    .toReversed()
    .map(({ id, subject, name, channel, fate, queuedAt }) => ({ id, subject, name, channel, fate, queuedAt }))

export const readBalance = readSmsBalance

// ---- Urgent closing -------------------------------------------------------------------------------------------------

type UrgentClosing = ClosingPlace & { readonly from: Day; readonly to: Day }

export const previewUrgentClosing = (core: Core, { from, to, ...place }: UrgentClosing) =>
  place.schoolId === null
    ? previewClosingOf(core, { from, to, periodIds: periodsClosing(core.store, place) })
    : previewSchoolClosing(core, { schoolId: place.schoolId, from, to })

/** The periods of what closes. @throws Refused when nothing was chosen */
const periodsClosing = (store: Store, { siteId, facilityId, activityId }: ClosingPlace): number[] => {
  if (siteId === null && facilityId === null && activityId === null)
    throw new Refused('Choisissez ce qui ferme.', 'activityId')
  return periodsToClose(store, { siteId, facilityId, activityIds: activityIdsOf(store, activityId) })
}

/**
 * Closes days and tells the families of the children expected on them. Either both acts are done or neither. An
 * exchange then takes the closing to the portal, without waiting for the night.
 */
export const closeUrgently = async (
  core: Core,
  person: Person,
  {
    siteId,
    facilityId,
    schoolId,
    activityId,
    from,
    to,
    reason,
    ...message
  }: Omit<Message, 'whom'> & UrgentClosing & { readonly reason: string },
): Promise<{ id: number | null; people: number; bookings: number; isExchanging: boolean }> => {
  const { store, clock } = core
  const place = { siteId, facilityId, schoolId, activityId }
  if (from < today(clock)) throw new Refused('Ces jours sont passés.', 'from')
  if (!may(person.roles, 'sendings')) throw new Refused('Prévenir les familles demande la direction ou l’accueil.')
  const periodIds = schoolId === null ? periodsClosing(store, place) : []
  const close = () =>
    schoolId === null
      ? closeDaysOf(core, person, { from, to, periodIds, reason, charged: false })
      : closeSchool(core, person, { schoolId, from, to, reason })
  const whom: Whom = expectedWhere(place, from, to)
  // When nobody is expected there is nobody to tell, but the days are closed all the same.
  if (message.seen.length === 0 && (await recipientsOf(core, person, whom, message.withSms)).people.length === 0)
    return { id: null, people: 0, bookings: close().bookings, isExchanging: startExchange(core) }
  let bookings = 0
  const { id, people } = await sendNow(core, person, { ...message, whom }, [], () => {
    ;({ bookings } = close())
  })
  return { id, people, bookings, isExchanging: startExchange(core) }
}

/** Starts an exchange, if a portal is paired. The history of exchanges says whether the portal answered. */
const startExchange = ({ exchange }: Core): boolean => {
  if (exchange.nextAt === null) return false
  void exchange.now()
  return true
}

// ---- The channel that each guardian chose ---------------------------------------------------------------------------

export const choicesOfFamily = ({ store }: Core, { familyId }: { readonly familyId: number }) =>
  messageReadersOf(store, [familyId]).map(({ guardianId, fullName: name, choice, mobile, isMobileStopped }) => ({
    guardianId,
    name,
    choice,
    chosenAt: choiceOf(store, guardianId)?.chosenAt ?? null,
    mobile,
    isMobileStopped,
  }))

/** A null choice removes the one that was made. */
export const saveChoice = (
  { store }: Core,
  person: Person,
  { guardianId, choice }: { readonly guardianId: number; readonly choice: ChannelChoice | null },
): void => {
  const name = store
    .statement(`select first_name || ' ' || last_name from guardian where id = ?`)
    .pluck()
    .get(guardianId) as string | undefined
  if (name === undefined) throw new Refused('Ce responsable n’existe plus.')
  store.act(person, 'sendings.choice', `Messages à ${name}`, (write) =>
    writeChoice(store, write, { guardianId, choice, chosenAt: write.at }),
  )
}

type Chosen = { readonly guardianId: number; readonly choice: ChannelChoice | null; readonly chosenAt: Instant }

const writeChoice = (store: Store, write: Write, { guardianId, choice, chosenAt }: Chosen): void => {
  const former = choiceOf(store, guardianId)
  if (choice === null) {
    if (former) write.remove(messageChoice, former.id)
  } else if (former) write.update(messageChoice, former.id, { choice, chosenAt })
  else write.insert(messageChoice, { guardianId, choice, chosenAt })
}

/** Records the channel that a guardian chose on the portal, unless staff recorded another choice since. */
export const writePortalChoice = (store: Store, write: Write, chosen: Chosen): void => {
  const former = choiceOf(store, chosen.guardianId)
  if (former && former.chosenAt > chosen.chosenAt) return
  writeChoice(store, write, chosen)
}
