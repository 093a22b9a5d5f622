import type { QuotientConsent } from '../../../shared/contract/desk/money/quotients.ts'
import { valueText } from '../../../shared/record/record-words.ts'
import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { type Day, dayAt, type Instant, today } from '../../../shared/rules/calendar/day.ts'
import { attendanceMarkNames } from '../../../shared/rules/cell/attendance.ts'
import { classText } from '../../../shared/rules/cell/day-list.ts'
import { confirmationText } from '../../../shared/rules/dossier/campaign.ts'
import { consentAnswerText } from '../../../shared/rules/dossier/consent.ts'
import { healthRecordText } from '../../../shared/rules/dossier/health.ts'
import { fateNames, type MailFate } from '../../../shared/rules/mails/fate.ts'
import { aidText } from '../../../shared/rules/money/aid.ts'
import { hiddenIban } from '../../../shared/rules/money/debit/identifiers.ts'
import { mandateStateNames } from '../../../shared/rules/money/debit/mandate.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import {
  fieldNames,
  fieldValueText,
  guardianDetails,
  guardianFields,
  homeFields,
} from '../../../shared/rules/people/fields.ts'
import { authorityNames, bondNames, powerNames, powers } from '../../../shared/rules/people/guardian-bond.ts'
import { phoneText } from '../../../shared/rules/people/names.ts'
import { pickupsText } from '../../../shared/rules/people/pickup.ts'
import { proposalName } from '../../../shared/rules/people/proposal.ts'
import { type MailKind, stoppedMailsText } from '../../../shared/rules/requests/mails.ts'
import { documentText } from '../../../shared/rules/templates/document-text.ts'
import { instantText, numericDay } from '../../../shared/rules/text/french.ts'
import { type FamilySummary, type SummarySection, summaryPage } from '../../documents/family-export.ts'
import { type ZipEntry, zip } from '../../documents/zip.ts'
import { committedSql } from '../../store/acts/committed.ts'
import type { Store } from '../../store/store.ts'
import { shownNameSql } from '../activities/activities.ts'
import { namedAnswers } from '../consents/consents.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { listMandates } from '../debits/debits.ts'
import { confirmationsOf, familyDossier } from '../dossiers/dossiers.ts'
import { readFamily } from '../families/families.ts'
import { readHealth } from '../families/health.ts'
import { typedOfHome } from '../fields/fields.ts'
import { issuedPdfs } from '../invoicing/invoicing.ts'
import { lettersOfFamily } from '../letters/letters.ts'
import { paperAsSent, papersOfFamily } from '../papers/papers.ts'
import { aidsOfFamily } from '../payers/payers.ts'
import { accountOf, receiptFile } from '../payments/payments.ts'
import { photoFilesOf } from '../photos/photos.ts'
import { readConsents } from '../quotients/quotients.ts'
import { organisationOf } from '../settings/settings.ts'

/**
 * Exports all data on a family (RGPD, articles 15 and 20): a page to read, the same as JSON, its papers. Leaves out
 * what this staff member may not read, and says so on the page. The export is audited before it is handed out.
 */
export const exportFamily = async (core: Core, person: Person, familyId: number): Promise<File> => {
  const { store, clock } = core
  const family = readFamily(core, person, familyId)
  const seesHealth = may(person.roles, 'health.read')
  const seesMoney = may(person.roles, 'invoices.read')
  store.act(person, 'protection.export', `Données remises\u00a0: famille ${family.name}`, (write) =>
    write.trace('family_export', familyId, { health: seesHealth, accounts: seesMoney }),
  )
  const health = seesHealth
    ? family.children.map(({ id, firstName }) => ({ firstName, ...readHealth(core, person, id) }))
    : null
  const account = seesMoney ? accountOf(store, familyId) : null
  const data = {
    familyId,
    madeAt: clock(),
    family,
    health,
    customValues: typedOfHome(store, person, familyId),
    notes: notesOf(store, person, familyId),
    registrations: registrationsOf(store, familyId),
    placings: placingsOf(store, familyId),
    days: daysOf(store, familyId),
    account,
    giveUps: seesMoney ? giveUpsOf(store, familyId) : [],
    freeLines: seesMoney ? freeLinesOf(store, familyId) : [],
    mandates: may(person.roles, 'mandates') ? listMandates(core, { familyId, thirdPartyId: null }) : null,
    aids: may(person.roles, 'aids') ? aidsOfFamily(core, familyId) : null,
    portal: {
      accounts: accountsOf(store, familyId),
      requests: requestsOf(store, familyId),
      messages: messagesOf(store, familyId),
    },
    mails: seesMoney ? mailsOf(store, familyId) : [],
    letters: seesMoney ? lettersOfFamily(store, familyId) : [],
    papers: papersOfFamily(core, person, familyId),
    dossier: familyDossier(core, person, familyId),
    consents: readConsents(core, familyId),
    answers: namedAnswers(store, familyId),
    confirmations: confirmationsOf(store, [familyId]),
    siteOpenings: siteOpeningsOf(store, familyId),
    history: historyOf(store, familyId),
  }
  const at = clock()
  const entries: ZipEntry[] = [
    { name: 'Lisez-moi.html', content: Buffer.from(summaryPage(summaryOf(core, data))) },
    { name: 'donnees.json', content: Buffer.from(`${JSON.stringify(data, null, 2)}\n`) },
    ...(account ? await issuedPaperEntries(core, account) : []),
    ...(await receivedPaperEntries(core, person, data.papers.received)),
    ...photoEntries(core, person, familyId),
  ]
  const name = `Données famille ${family.name} ${today(clock)}.zip`.replace(/[\\/:*?"<>|]/g, '-')
  return new File([await zip(entries, at)], name, { type: 'application/zip' })
}

/** The files are numbered, so that two people of the same name have different ones. */
const photoEntries = (core: Core, person: Person, familyId: number): ZipEntry[] =>
  may(person.roles, 'photos')
    ? photoFilesOf(core, familyId).map(({ name, jpeg }, at) => ({
        name: `Photos/${at + 1} ${name}.jpg`,
        content: jpeg,
      }))
    : []

/** The family's papers as received, except those that this staff member may not read. */
const receivedPaperEntries = async (
  core: Core,
  person: Person,
  received: ReturnType<typeof papersOfFamily>['received'],
): Promise<ZipEntry[]> => {
  const entries: ZipEntry[] = []
  for (const { id, name, content, isForOthers } of received) {
    if (content !== 'here' || isForOthers || core.store.key.closed !== null) continue
    try {
      const file = paperAsSent(core, person, id)
      entries.push({ name: `Pièces envoyées/${id} ${file.name}`, content: Buffer.from(await file.arrayBuffer()) })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      entries.push({ name: `Pièces envoyées/${id} ${name} (illisible).txt`, content: Buffer.from(error.message) })
    }
  }
  return entries
}

type FamilyData = {
  readonly family: ReturnType<typeof readFamily>
  readonly consents: readonly QuotientConsent[]
  readonly answers: ReturnType<typeof namedAnswers>
  readonly confirmations: ReturnType<typeof confirmationsOf>
  readonly health: readonly (ReturnType<typeof readHealth> & { readonly firstName: string })[] | null
  readonly customValues: ReturnType<typeof typedOfHome>
  readonly notes: ReturnType<typeof notesOf>
  readonly registrations: ReturnType<typeof registrationsOf>
  readonly placings: ReturnType<typeof placingsOf>
  readonly days: ReturnType<typeof daysOf>
  readonly account: ReturnType<typeof accountOf> | null
  readonly giveUps: ReturnType<typeof giveUpsOf>
  readonly freeLines: ReturnType<typeof freeLinesOf>
  readonly mandates: ReturnType<typeof listMandates> | null
  readonly aids: ReturnType<typeof aidsOfFamily> | null
  readonly portal: {
    readonly accounts: ReturnType<typeof accountsOf>
    readonly requests: ReturnType<typeof requestsOf>
    readonly messages: ReturnType<typeof messagesOf>
  }
  readonly mails: ReturnType<typeof mailsOf>
  readonly letters: ReturnType<typeof lettersOfFamily>
  readonly dossier: ReturnType<typeof familyDossier>
  readonly siteOpenings: ReturnType<typeof siteOpeningsOf>
  readonly history: ReturnType<typeof historyOf>
}

const issuedPaperEntries = async (core: Core, { lines }: ReturnType<typeof accountOf>): Promise<ZipEntry[]> => {
  const papers = lines.filter(({ kind }) => kind === 'invoice' || kind === 'creditNote')
  const pdfs = await issuedPdfs(
    core.store,
    papers.map(({ id }) => id),
  )
  const printed = papers.flatMap(({ id, kind, piece }): ZipEntry[] => {
    const content = pdfs.get(id)
    return content ? [{ name: `factures/${kind === 'invoice' ? 'Facture' : 'Avoir'} ${piece}.pdf`, content }] : []
  })
  const receipts: ZipEntry[] = []
  for (const { id, piece, kind } of lines) {
    if (kind !== 'payment') continue
    const file = await receiptFile(core, id)
    receipts.push({ name: `quittances/Quittance ${piece}.pdf`, content: new Uint8Array(await file.arrayBuffer()) })
  }
  return [...printed, ...receipts]
}

// ---- Data read from the store for the export only -------------------------------------------------------------------

const registrationsOf = (store: Store, familyId: number) =>
  store
    .statement(
      `select child.first_name child, ${shownNameSql('activity')} activity, period.name period, registration.state,
        registration.start_day startDay, registration.end_day endDay, asked_at askedAt, decided_at decidedAt, reason
      from registration join child on child.id = registration.child_id join period on period.id = registration.period_id
      join activity on activity.id = period.activity_id where registration.family_id = ? order by registration.start_day, registration.id`,
    )
    .all(familyId) as {
    child: string
    activity: string
    period: string
    state: 'asked' | 'accepted' | 'refused' | 'withdrawn' | 'ended'
    startDay: Day
    endDay: Day
    askedAt: Instant
    decidedAt: Instant | null
    reason: string
  }[]

/** The groups in which staff put the children of the home, and the lists that they are on. */
const placingsOf = (store: Store, familyId: number) =>
  store
    .statement(
      `select child.first_name child, period.name period, placed.* from (
        select registration_id, coalesce(activity_group.name, 'selon son âge et sa classe') name, from_day fromDay,
          null untilDay, reason
        from registration_group left join activity_group on activity_group.id = group_id
        union all
        select registration_id, sublist.name, from_day, until_day, '' from registration_sublist
          join sublist on sublist.id = sublist_id
      ) placed
      join registration on registration.id = placed.registration_id join child on child.id = registration.child_id
      join period on period.id = registration.period_id where registration.family_id = ? order by placed.fromDay`,
    )
    .all(familyId) as {
    child: string
    period: string
    name: string
    fromDay: Day
    untilDay: Day | null
    reason: string
  }[]

/** The notes about the home and its children that these roles may see. */
const notesOf = (store: Store, { roles }: Person, familyId: number) =>
  store
    .statement(
      `select coalesce(child.first_name || ' ' || child.last_name, 'la famille') about, text, alert_until alertUntil, due_on dueOn
      from note left join child on child.id = note.child_id
      where (note.family_id = :family or child_id in (select child_id from family_child where family_id = :family))
        and exists (select 1 from json_each(seen_by) where value in (select value from json_each(:roles)))
      order by note.id`,
    )
    .all({ family: familyId, roles: JSON.stringify(roles) }) as {
    about: string
    text: string
    alertUntil: Day | null
    dueOn: Day | null
  }[]

const daysOf = (store: Store, familyId: number) =>
  store
    .statement(
      `select child.first_name child, reservation.day, period.name period, slot.name slot, held, ask, mark,
        attendance.reason, billed_by is not null isBilled
      from registration join reservation on reservation.registration_id = registration.id
      join child on child.id = registration.child_id join period on period.id = registration.period_id
      join slot on slot.id = reservation.slot_id left join attendance on attendance.reservation_id = reservation.id
      where registration.family_id = ? order by reservation.day, child.id, slot.position`,
    )
    .all(familyId) as {
    child: string
    day: Day
    period: string
    slot: string
    held: 'none' | 'waitlisted' | 'confirmed'
    ask: string | null
    mark: keyof typeof attendanceMarkNames | null
    reason: string | null
    isBilled: 0 | 1
  }[]

/** Free lines, billed or not. Why staff took something off is exported too: it is information about the family. */
const freeLinesOf = (store: Store, familyId: number) =>
  store
    .statement(
      `select child.first_name child, ${shownNameSql('activity')} activity, day, label, quantity, free_line.unit_cents unitCents, fiscal, reason
      from free_line left join activity on activity.id = free_line.activity_id
      left join child on child.id = free_line.child_id where family_id = ? order by free_line.id`,
    )
    .all(familyId) as {
    child: string | null
    activity: string | null
    day: Day
    label: string
    quantity: number
    unitCents: number
    fiscal: string
    reason: string
  }[]

/** « Définitif »: prices that credit notes gave up for good. */
const giveUpsOf = (store: Store, familyId: number) =>
  (
    store
      .statement(
        `select child.first_name child, ${shownNameSql('activity')} activity, product, give_up.days, unit_cents unitCents, reason
        from give_up join activity on activity.id = give_up.activity_id left join child on child.id = give_up.child_id
        where give_up.family_id = ? order by give_up.id`,
      )
      .all(familyId) as {
      child: string | null
      activity: string
      product: string
      days: string
      unitCents: number
      reason: string
    }[]
  ).map((row) => ({ ...row, days: JSON.parse(row.days) as Day[] }))

const accountsOf = (store: Store, familyId: number) =>
  (
    store
      .statement(
        `select first_name firstName, last_name lastName, email, invited_at invitedAt, activated_at activatedAt, blocked,
          unwanted_mails unwantedMails
        from family_guardian link join guardian on guardian.id = link.guardian_id
        join portal_account account on account.guardian_id = guardian.id where link.family_id = ? order by rank`,
      )
      .all(familyId) as {
      firstName: string
      lastName: string
      email: string
      invitedAt: Instant
      activatedAt: Instant | null
      blocked: 0 | 1
      unwantedMails: string
    }[]
  ).map((account) => ({ ...account, unwantedMails: JSON.parse(account.unwantedMails) as MailKind[] }))

const requestsOf = (store: Store, familyId: number) =>
  store
    .statement(
      `select ask.kind, ask.receipt, ask.recorded_at recordedAt, child.first_name child, period.name period, ask.day,
        slot.name slot, ask.wish, ask.answer, ask.answer_reason answerReason, field, before, after,
        sign_up.body ->> '$.terms.version' terms
      from portal_ask ask left join proposal on proposal.ask_id = ask.id left join sign_up on sign_up.ask_id = ask.id
      left join registration on registration.id = ask.registration_id
      left join child on child.id = iif(proposal.subject = 'child', proposal.subject_id, registration.child_id)
      left join period on period.id = registration.period_id left join slot on slot.id = ask.slot_id
      where ask.family_id = ? order by ask.recorded_at, ask.id`,
    )
    .all(familyId) as {
    kind: 'demande' | 'registration' | 'proposal' | 'undoing' | 'payment' | 'signUp'
    receipt: string
    recordedAt: Instant
    child: string | null
    period: string | null
    day: Day | null
    slot: string | null
    wish: string | null
    answer: string | null
    answerReason: string | null
    field: string | null
    before: string | null
    after: string | null
    /** Version of the terms that the family accepted when signing up. */
    terms: string | null
  }[]

/** Messages with the family. Staff's names are replaced by the service's: staff have rights of their own. */
const messagesOf = (store: Store, familyId: number) =>
  store
    .statement(
      `select subject, iif(by = 'family', author, 'Espace Jeunesse') author, written_at at, text
      from message join conversation on conversation.id = conversation_id
      where message.family_id = ? order by conversation.id, written_at, message.id`,
    )
    .all(familyId) as { subject: string; author: string; at: Instant; text: string }[]

/** Mails that the desk sent, or tried to. */
const mailsOf = (store: Store, familyId: number) =>
  store
    .statement(
      `select name, email, subject, body, fate, queued_at queuedAt from mail join mail_delivery using (id)
      where family_id = ? and ${committedSql('mail.act_id')} order by id`,
    )
    .all(familyId) as {
    name: string
    email: string
    subject: string
    body: string
    fate: MailFate
    queuedAt: Instant
  }[]

/** When staff of another site opened the family's record, and why. */
const siteOpeningsOf = (store: Store, familyId: number) =>
  store
    .statement(
      `select act.started_at at, reason, until_day untilDay from site_opening join act on act.id = site_opening.act_id
      where family_id = ? and ${committedSql('site_opening.act_id')} order by site_opening.id`,
    )
    .all(familyId) as { at: Instant; reason: string; untilDay: Day }[]

/** Acts on the family's records, without the names of staff, who have rights of their own. */
const historyOf = (store: Store, familyId: number) =>
  store
    .statement(
      `select distinct act.id, act.started_at at, act.label from audit indexed by audit_entity
      join act on act.id = audit.act_id and act.state = 'closed'
      where (audit.entity = 'family' and audit.entity_id = :family)
        or (audit.entity = 'child' and audit.entity_id in (select child_id from family_child where family_id = :family))
        or (audit.entity = 'guardian' and audit.entity_id in (
          select guardian_id from family_guardian where family_id = :family))
        or (audit.entity in ('health_consultation', 'health_record') and audit.entity_id in (
          select child_id from family_child where family_id = :family))
        or (audit.entity in ('family_export', 'quotient_consultation') and audit.entity_id = :family)
        or (audit.entity = 'site_opening' and audit.entity_id in (select id from site_opening where family_id = :family))
      order by act.id`,
    )
    .all({ family: familyId })
    .map((row) => {
      const { at, label } = row as { at: Instant; label: string }
      return { at, label }
    })

// ---- The page --------------------------------------------------------------------------------------------------------

const summaryOf = (core: Core, data: FamilyData): FamilySummary => {
  const { name, town, email, phone } = organisationOf(core.store)
  const {
    family,
    consents,
    answers,
    confirmations,
    health,
    customValues,
    notes,
    registrations,
    placings,
    days,
    account,
    giveUps,
    freeLines,
    mails,
    letters,
    mandates,
    aids,
    portal,
    siteOpenings,
    history,
  } = data
  const ask = [name, email, phone && phoneText(phone)].filter((word) => word !== '').join(', ')
  const officer = core.store.statement('select data_protection_officer from portal_settings').pluck().get() as
    | string
    | undefined
  return {
    title: `Données de la famille ${family.name}`,
    lead: `Copie remise par ${name} (${town}) le ${instantText(core.clock())}. Les mêmes données sont dans « donnees.json », pour un autre logiciel\u00a0; les factures et quittances sont dans leurs dossiers.`,
    rights: `Vous pouvez faire corriger ces données, ou les faire effacer quand la loi le permet\u00a0: ${ask}.${
      officer ? ` Délégué à la protection des données\u00a0: ${officer}.` : ''
    } En cas de désaccord\u00a0: CNIL, www.cnil.fr.`,
    sections: [
      homeSection(family),
      {
        title: 'Responsables',
        head: ['Nom', ...guardianColumns.map((name) => guardianFields[name].label)],
        rows: family.guardians.map((one) => [
          `${one.civility} ${one.firstName} ${one.lastName}`.trim(),
          ...guardianColumns.map((name) => one[name]),
        ]),
        emptyText: 'Aucun.',
      },
      {
        title: 'Autorité parentale',
        head: ['Responsable', 'Enfant', 'Lien', 'Autorité', 'Ce qu’il peut faire'],
        rows: family.bonds.map((bond) => bondRow(family, bond)),
        emptyText: 'Rien.',
      },
      {
        title: 'Enfants',
        head: ['Nom', 'Né(e) le', 'Classe', 'Peuvent venir le chercher', 'Notes'],
        rows: family.children.map(({ firstName, lastName, birthDay, schoolings, pickups, notes }) => [
          `${firstName} ${lastName}`,
          numericDay(birthDay),
          schoolings.map((one) => `${classText(one)}, depuis le ${numericDay(one.fromDay)}`).join('\n'),
          pickups
            .map((one) =>
              [
                `${pickupsText([one])}${one.allowed ? '' : ' (interdit)'}`,
                ...(one.decidedOn === null ? [] : [`${one.decidedBy}, ${numericDay(one.decidedOn)}`]),
                ...(one.decidedUntil === null ? [] : [`jusqu’au ${numericDay(one.decidedUntil)}`]),
              ].join(', '),
            )
            .join('\n'),
          notes,
        ]),
        emptyText: 'Aucun.',
      },
      {
        title: 'Champs de la commune',
        head: ['Fiche', 'Champ', 'Valeur'],
        rows: customValues.map(({ record, label, value }) => [record, label, value]),
        emptyText: 'Rien.',
      },
      {
        title: 'Notes du service',
        head: ['Sur', 'Note', 'Alerte jusqu’au', 'À faire le'],
        rows: notes.map(({ about, text, alertUntil, dueOn }) => [
          about,
          text,
          alertUntil === null ? '' : numericDay(alertUntil),
          dueOn === null ? '' : numericDay(dueOn),
        ]),
        emptyText: 'Aucune.',
      },
      consentSection(consents),
      answerSection(answers),
      confirmationSection(confirmations),
      healthSection(health),
      {
        title: 'Inscriptions',
        head: ['Enfant', 'Activité', 'Période', 'Du', 'Au', 'État'],
        rows: registrations.map((one) => [
          one.child,
          one.activity,
          one.period,
          numericDay(one.startDay),
          numericDay(one.endDay),
          [states[one.state], one.reason].filter((word) => word !== '').join('\u00a0: '),
        ]),
        emptyText: 'Aucune.',
      },
      {
        title: 'Groupes et listes décidés par le service',
        head: ['Enfant', 'Période', 'Groupe ou liste', 'À partir du', 'Jusqu’au', 'Motif'],
        rows: placings.map((one) => [
          one.child,
          one.period,
          one.name,
          numericDay(one.fromDay),
          one.untilDay === null ? '' : numericDay(one.untilDay),
          one.reason,
        ]),
        emptyText: 'Aucun.',
      },
      {
        title: 'Jours réservés et présences',
        head: ['Jour', 'Enfant', 'Période', 'Plage', 'Réservation', 'Pointage'],
        rows: days.map((one) => [
          numericDay(one.day),
          one.child,
          one.period,
          one.slot,
          held[one.held],
          one.mark === null
            ? ''
            : [attendanceMarkNames[one.mark], one.reason ?? ''].filter((word) => word !== '').join('\u00a0: '),
        ]),
        emptyText: 'Aucun.',
      },
      {
        title: 'Factures et règlements',
        head: ['Date', 'Pièce', 'Détail', 'Dû', 'Payé', 'Solde'],
        rows: (account?.lines ?? []).map((line) => [
          numericDay(line.on),
          line.piece,
          line.detail,
          line.chargedCents === 0 ? '' : formatEuros(line.chargedCents),
          line.settledCents === 0 ? '' : formatEuros(line.settledCents),
          formatEuros(line.balanceCents),
        ]),
        emptyText: account ? 'Aucun.' : `Non remis avec cette copie. ${roleNeeded('invoices.read')}`,
      },
      {
        title: 'Aides',
        head: ['Pour', 'Aide', 'Payée par', 'Du', 'Au', 'Déjà donné'],
        rows: (aids ?? []).map((aid) => [
          aid.child ?? 'toute la famille',
          `${aidText(aid)}${aid.state === 'refused' ? ', refusée' : ''}`,
          aid.thirdParty ?? 'personne\u00a0: le prix baisse',
          numericDay(aid.from),
          aid.to === null ? '' : numericDay(aid.to),
          formatEuros(aid.givenCents),
        ]),
        emptyText: aids ? 'Aucune.' : `Non remis avec cette copie. ${roleNeeded('aids')}`,
      },
      {
        title: 'Mandats de prélèvement',
        head: ['Référence (RUM)', 'Signé le', 'Titulaire', 'Compte', 'Régie', 'État'],
        rows: (mandates ?? []).map(({ reference, signedOn, debtor, accountStart, lastFour, regie, state }) => [
          reference,
          numericDay(signedOn),
          debtor,
          hiddenIban(accountStart, lastFour),
          regie,
          mandateStateNames[state],
        ]),
        emptyText: mandates ? 'Aucun.' : `Non remis avec cette copie. ${roleNeeded('mandates')}`,
      },
      {
        title: 'Prix abandonnés',
        head: ['Jours', 'Enfant', 'Activité', 'Prestation', 'Montant', 'Motif'],
        rows: giveUps.map(({ days: on, child, activity, product, unitCents, reason }) => [
          on.map(numericDay).join(', '),
          child ?? '',
          activity,
          product,
          formatEuros(on.length * unitCents),
          reason,
        ]),
        emptyText: account ? 'Aucun.' : `Non remis avec cette copie. ${roleNeeded('invoices.read')}`,
      },
      {
        title: 'Lignes libres',
        head: ['Jour', 'Enfant', 'Activité', 'Ligne', 'Montant', 'Motif'],
        rows: freeLines.map(({ day: on, child, activity, label, quantity, unitCents, reason }) => [
          numericDay(on),
          child ?? '',
          activity ?? '',
          label,
          formatEuros(quantity * unitCents),
          reason,
        ]),
        emptyText: account ? 'Aucune.' : `Non remis avec cette copie. ${roleNeeded('invoices.read')}`,
      },
      {
        title: 'Portail Famille',
        head: ['Personne', 'E-mail', 'Invitée le', 'Ouvert le', 'Mails'],
        rows: portal.accounts.map(({ firstName, lastName, email: mail, invitedAt, activatedAt, unwantedMails }) => [
          `${firstName} ${lastName}`,
          mail,
          numericDay(dayAt(invitedAt)),
          activatedAt === null ? '' : numericDay(dayAt(activatedAt)),
          stoppedMailsText(unwantedMails) ?? '',
        ]),
        emptyText: 'Aucun compte.',
      },
      {
        title: 'Demandes et changements proposés sur le portail',
        head: ['Enregistré le', 'Reçu', 'Demande', 'Réponse'],
        rows: portal.requests.map((one) => [
          instantText(one.recordedAt),
          one.receipt,
          askText(one),
          one.answerReason ?? '',
        ]),
        emptyText: 'Aucune.',
      },
      {
        title: 'Messages échangés sur le portail',
        head: ['Quand', 'Sujet', 'De', 'Message'],
        rows: portal.messages.map(({ at, subject, author, text }) => [instantText(at), subject, author, text]),
        emptyText: 'Aucun.',
      },
      {
        title: 'Courriels du service',
        head: ['Quand', 'À', 'Objet', 'Envoi', 'Texte'],
        rows: mails.map(({ queuedAt, email, subject, fate, body }) => [
          instantText(queuedAt),
          email,
          subject,
          fateNames[fate],
          body,
        ]),
        emptyText: account ? 'Aucun.' : `Non remis avec cette copie. ${roleNeeded('invoices.read')}`,
      },
      {
        title: 'Courriers du service',
        head: ['Quand', 'À', 'Objet', 'Texte'],
        rows: letters.map(({ madeOn, subject, paper: { to, body } }) => [
          numericDay(madeOn),
          to.name,
          subject,
          documentText(body),
        ]),
        emptyText: account ? 'Aucun.' : `Non remis avec cette copie. ${roleNeeded('invoices.read')}`,
      },
      {
        title: 'Dossier ouvert depuis un autre site',
        head: ['Quand', 'Pourquoi', 'Jusqu’au'],
        rows: siteOpenings.map(({ at, reason, untilDay }) => [instantText(at), reason, numericDay(untilDay)]),
        emptyText: 'Jamais.',
      },
      {
        title: 'Ce qui a été fait sur ces fiches',
        head: ['Quand', 'Quoi'],
        rows: history.map(({ at, label }) => [instantText(at), label]),
        emptyText: 'Rien.',
      },
    ],
  }
}

type FamilyRequest = FamilyData['portal']['requests'][number]

const askText = (one: FamilyRequest): string => {
  const { kind, child, period, day, slot, wish, terms } = one
  if (kind === 'proposal') return changeText(one)
  if (kind === 'signUp') return `Inscription au portail, règlement «\u00a0${terms ?? ''}\u00a0» accepté`
  if (kind === 'payment') return 'Paiement en ligne'
  if (kind === 'undoing') return 'Retrait d’une demande'
  const what = kind === 'registration' || day === null ? 'inscription' : `${valueText(wish)} le ${numericDay(day)}`
  return joinWords(child, what, slot, period)
}

const joinWords = (...words: readonly (string | null)[]): string => words.filter(Boolean).join(', ')

/** A changed field; pick-up people are listed one per line. */
const changeText = ({ field, child, before, after }: FamilyRequest): string => {
  const what = joinWords(proposalName(field ?? ''), child)
  const [was, becomes] = [before || 'vide', after || 'vide']
  return field === 'pickups'
    ? [`${what}, avant\u00a0:`, was, 'après\u00a0:', becomes].join('\n')
    : `${what}\u00a0: ${was} → ${becomes}`
}

const states = {
  asked: 'demandée',
  accepted: 'acceptée',
  refused: 'refusée',
  withdrawn: 'retirée',
  ended: 'terminée',
} as const
const held = { none: '', waitlisted: 'en attente', confirmed: 'validée' } as const

/** Without the civility, which stands before the name. */
const guardianColumns = guardianDetails.filter((name) => name !== 'civility')

const bondRow = (
  { guardians, children }: FamilyData['family'],
  bond: FamilyData['family']['bonds'][number],
): string[] => {
  const guardian = guardians.find(({ id }) => id === bond.guardianId)
  const judged = bond.decidedOn === null ? [] : [bond.decidedBy, numericDay(bond.decidedOn)]
  return [
    `${guardian?.firstName ?? ''} ${guardian?.lastName ?? ''}`,
    children.find(({ id }) => id === bond.childId)?.firstName ?? '',
    [bondNames[bond.kind], bond.referent].filter((word) => word !== '').join(', '),
    [authorityNames[bond.authority], ...judged].join(', '),
    [...powers.filter((power) => bond.powers[power]).map((power) => powerNames[power]), bond.overrideReason]
      .filter((word) => word !== '')
      .join('\n'),
  ]
}

const homeSection = (family: FamilyData['family']): SummarySection => ({
  title: 'Foyer',
  head: ['Donnée', 'Valeur'],
  rows: [
    ...fieldNames(homeFields).map((name) => [homeFields[name].label, fieldValueText(homeFields[name], family[name])]),
    ...family.addresses.map(({ fromDay, line1, line2, postcode, town }) => [
      `Adresse depuis le ${numericDay(fromDay)}`,
      [line1, line2, `${postcode} ${town}`].filter((word) => word !== '').join(', '),
    ]),
    ...family.quotients.map(({ fromDay, toDay, value, source }) => [
      `Quotient familial ${fromTo(fromDay, toDay)}`,
      [value === null ? 'inconnu' : String(value), source].filter((word) => word !== '').join(', '),
    ]),
    ...family.categories.map(({ childId, category, fromDay, toDay }) => [
      `Catégorie tarifaire ${fromTo(fromDay, toDay)}`,
      [category, family.children.find(({ id }) => id === childId)?.firstName ?? '']
        .filter((word) => word !== '')
        .join(', '),
    ]),
    ['Partie le', family.leftOn === null ? '' : numericDay(family.leftOn)],
  ].filter(([, value]) => value !== ''),
  emptyText: '',
})

/** « depuis le 01/09/2026 », « du 01/09/2026 au 31/12/2026 » */
const fromTo = (from: Day, to: Day | null): string =>
  to === null ? `depuis le ${numericDay(from)}` : `du ${numericDay(from)} au ${numericDay(to)}`

const answerSection = (answers: FamilyData['answers']): SummarySection => ({
  title: 'Autorisations',
  head: ['Enfant', 'Question', 'Texte', 'Responsable', 'Réponse'],
  rows: answers.map(({ child, kind, title, version, text, guardian, answer, on, isFromPortal }) => [
    child,
    `${title}, version ${version}`,
    text,
    guardian,
    `${consentAnswerText(kind, answer)}, le ${numericDay(on)}${isFromPortal ? ', sur le portail' : ''}`,
  ]),
  emptyText: 'Aucune réponse.',
})

const confirmationSection = (confirmations: FamilyData['confirmations']): SummarySection => ({
  title: 'Étapes confirmées du dossier',
  head: ['Étape', 'Le', 'Par'],
  rows: confirmations.map(({ kind, at, by }) => [confirmationText(kind), numericDay(dayAt(at)), by]),
  emptyText: 'Aucune.',
})

const consentSection = (consents: FamilyData['consents']): SummarySection => ({
  title: 'Accords pour demander le quotient à la CAF ou à la MSA',
  head: ['Donné par', 'Le', 'Retiré le', 'État civil noté pour la demande'],
  rows: consents.map(({ guardian, givenOn, revokedOn, birthName, firstNames, bornOn, birthCountry, birthTown }) => [
    guardian,
    numericDay(givenOn),
    revokedOn === null ? '' : numericDay(revokedOn),
    revokedOn === null
      ? [birthName, firstNames, bornOn === null ? '' : numericDay(bornOn), birthCountry, birthTown]
          .filter((word) => word !== '')
          .join(', ')
      : 'effacé au retrait',
  ]),
  emptyText: 'Aucun accord.',
})

const healthSection = (health: FamilyData['health']): SummarySection => ({
  title: 'Santé',
  head: ['Enfant', 'Ce que dit sa fiche sanitaire'],
  rows: (health ?? []).map(({ firstName, ...record }) => [
    firstName,
    record.isLost ? 'Fiche illisible\u00a0: sa clé est perdue.' : healthRecordText(record),
  ]),
  emptyText: health ? 'Aucune fiche.' : `Non remise avec cette copie. ${roleNeeded('health.read')}`,
})
