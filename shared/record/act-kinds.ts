import type { Right } from '../rules/access/roles.ts'

/** The screens that list their latest acts, by the names used in the navigation and in addresses. */
export const actScreens = [
  'accueil',
  'familles',
  'demandes',
  'messages',
  'inscriptions',
  'calendrier',
  'pointage',
  'facturation',
  'reglements',
  'chiffres',
  'portail',
  'reglages',
] as const
export type ActScreen = (typeof actScreens)[number]

type ActRules = {
  /** The screens that list acts of this kind among their latest; Accueil lists all kinds. */
  readonly screens: readonly Exclude<ActScreen, 'accueil'>[]
  /** The label names people and amounts: staff with one of these rights may read the label of another person's act. */
  readonly labelReadableBy: readonly Right[]
  /**
   * Why acts of this kind are never undone, and what to do instead: accounting corrects, it does not erase. Null: the
   * tables written decide.
   */
  readonly neverUndone: string | null
  /** The one right needed to undo the whole act, whatever tables it wrote. */
  readonly undoneBy?: Right
  /**
   * The act can be undone at any age: an import of September is undone in November, a merge when somebody notices it.
   */
  readonly hasNoUndoLimit?: true
}

const atFamilies: ActRules = { screens: ['familles'], labelReadableBy: ['families.read'], neverUndone: null }
const atDoubles: ActRules = { ...atFamilies, hasNoUndoLimit: true }
const atNotes: ActRules = { screens: ['familles'], labelReadableBy: ['families.read'], neverUndone: null }
const atRequestsOfFamilies: ActRules = {
  screens: ['demandes', 'familles'],
  labelReadableBy: ['families.read'],
  neverUndone: null,
}
const atImports: ActRules = {
  screens: ['familles', 'inscriptions'],
  labelReadableBy: ['families.read'],
  neverUndone: null,
  hasNoUndoLimit: true,
}
const atRegistrations: ActRules = {
  screens: ['inscriptions', 'familles'],
  labelReadableBy: ['families.read'],
  neverUndone: null,
}
const atCalendar: ActRules = {
  screens: ['calendrier', 'familles'],
  labelReadableBy: ['families.read'],
  neverUndone: null,
}
const atCustody: ActRules = {
  screens: ['familles', 'calendrier'],
  labelReadableBy: ['families.read'],
  neverUndone: null,
}
const atAttendance: ActRules = {
  screens: ['pointage'],
  labelReadableBy: ['attendance', 'families.read'],
  neverUndone: null,
}
const atInvoicing: ActRules = { screens: ['facturation'], labelReadableBy: ['invoices.read'], neverUndone: null }
const atAids: ActRules = { screens: ['facturation'], labelReadableBy: ['aids'], neverUndone: null }
const atFreeLines: ActRules = {
  screens: ['facturation', 'familles'],
  labelReadableBy: ['invoices.read'],
  neverUndone: null,
}
const atPayments: ActRules = { screens: ['reglements'], labelReadableBy: ['invoices.read'], neverUndone: null }
const atDebits: ActRules = {
  screens: ['reglements', 'familles'],
  labelReadableBy: ['mandates'],
  neverUndone: null,
}
const atBank: ActRules = { screens: ['reglements'], labelReadableBy: ['bank'], neverUndone: null }
const ofPapers: ActRules = { screens: [], labelReadableBy: ['families.read'], neverUndone: null }
const atMessages: ActRules = {
  screens: ['messages', 'familles'],
  labelReadableBy: ['families.read'],
  neverUndone: null,
}
const atMails: ActRules = {
  screens: ['messages'],
  labelReadableBy: ['mails'],
  neverUndone: 'Un courriel parti ne revient pas\u00a0: retirez ceux qui attendent encore.',
}
const atSendings: ActRules = {
  screens: ['messages'],
  labelReadableBy: ['sendings'],
  neverUndone: 'Ce qui est parti ne revient pas\u00a0: écrivez un autre message.',
}
const atPortal: ActRules = { screens: ['portail'], labelReadableBy: ['portal'], neverUndone: null }
const ofExchange: ActRules = {
  ...atPortal,
  neverUndone: 'Ce que le service et le portail se sont dit ne s’annule pas.',
}
const atPrices: ActRules = { screens: ['reglages'], labelReadableBy: ['tariffs.read'], neverUndone: null }
const atActivities: ActRules = { screens: ['reglages'], labelReadableBy: ['activities.read'], neverUndone: null }
const atFigures: ActRules = { screens: ['chiffres'], labelReadableBy: ['figures'], neverUndone: null }
const atSettings: ActRules = { screens: ['reglages'], labelReadableBy: ['organisation'], neverUndone: null }
const atStaff: ActRules = { screens: ['reglages'], labelReadableBy: ['staff'], neverUndone: null }
const onlyInJournal: ActRules = { screens: [], labelReadableBy: ['audit'], neverUndone: null }

const noOldHealth = 'L’ancien contenu d’une fiche sanitaire n’est gardé nulle part\u00a0: corrigez la fiche.'
const noOldPhoto = 'Une photo retirée n’est gardée nulle part\u00a0: reprenez-la, ou retirez celle qui est là.'
const isUndoing = 'Une annulation ne s’annule pas\u00a0: refaites le geste.'
const noRecalculation = 'Un recalcul ne s’annule pas\u00a0: corrigez ce qui a changé, puis recalculez.'
const keepsReceipt = 'Un règlement garde sa quittance\u00a0: annulez le règlement, avec son motif.'

/** The rules of every kind of act. The kinds are stored in the file's history: they never change. */
const actRules = {
  'families.create': atFamilies,
  'families.change': atFamilies,
  'families.leave': atFamilies,
  'families.guardian': atFamilies,
  'families.bond': atFamilies,
  'consents.answer': { ...atFamilies, labelReadableBy: ['consents'] },
  'consents.text': atActivities,
  'families.child': atFamilies,
  'families.pickup': atFamilies,
  'families.address': atFamilies,
  'families.quotient': atFamilies,
  'families.category': atFamilies,
  'families.schooling': atFamilies,
  'families.openElsewhere': {
    ...atFamilies,
    neverUndone: 'Un dossier d’un autre site a été lu\u00a0: cela reste au journal.',
  },
  'fields.define': atActivities,
  'fields.family': atFamilies,
  'fields.guardian': atFamilies,
  'fields.child': atFamilies,
  'fields.registration': atRegistrations,
  'notes.add': atNotes,
  'notes.change': atNotes,
  'notes.tick': atNotes,
  'notes.remove': atNotes,
  'photos.save': { ...atFamilies, neverUndone: noOldPhoto },
  'photos.remove': { ...atFamilies, neverUndone: noOldPhoto },
  'photos.print': {
    ...atFamilies,
    neverUndone: 'Un trombinoscope imprimé reste au journal\u00a0: rien n’a été changé.',
  },
  'quotients.ask': atFamilies,
  'quotients.consent': atFamilies,
  'quotients.revoke': { ...atFamilies, neverUndone: 'Un accord retiré le reste\u00a0: notez un nouvel accord.' },
  'quotients.consult': {
    ...atFamilies,
    neverUndone: 'Une question posée à la CAF ou à la MSA reste au journal\u00a0: rien n’a été enregistré.',
  },
  'quotients.accept': atFamilies,
  'health.read': atFamilies,
  'emergency.open': { ...atFamilies, screens: ['familles', 'pointage'] },
  'emergency.delegate': { ...atSettings, labelReadableBy: ['health.delegates'] },
  'health.change': { ...atFamilies, neverUndone: noOldHealth },
  'health.accept': { ...atRequestsOfFamilies, neverUndone: noOldHealth },
  'doubles.dismiss': atDoubles,
  'doubles.merge': { ...atDoubles, undoneBy: 'imports' },
  'doubles.try': atDoubles,
  'import.families': atImports,
  'import.guardians': atImports,
  'import.quotients': atImports,
  'import.registrations': atImports,
  'import.openings': atImports,
  'import.balances': atImports,
  'import.invoices': atImports,
  'import.bookings': atImports,
  'import.history': atImports,
  'import.profile': atImports,
  'registrations.ask': atRegistrations,
  'registrations.accept': atRegistrations,
  'registrations.refuse': atRegistrations,
  'registrations.withdraw': atRegistrations,
  'registrations.change': atRegistrations,
  'registrations.end': atRegistrations,
  'registrations.priority': atRegistrations,
  'registrations.group': atRegistrations,
  'registrations.sublist': atRegistrations,
  'figures.rule': atFigures,
  'figures.declare': {
    ...atFigures,
    neverUndone: 'Une déclaration gardée ne s’annule pas\u00a0: gardez-en une autre pour les mêmes mois.',
  },
  'lists.save': { ...atFigures, labelReadableBy: ['sharedLists'] },
  'lists.export': {
    ...atFigures,
    neverUndone: 'Une liste sortie ne revient pas\u00a0: cela reste au journal.',
  },
  'templates.save': { ...atSettings, labelReadableBy: ['templates'] },
  'letters.make': {
    ...atFamilies,
    labelReadableBy: ['messages'],
    neverUndone: 'Un courrier fait reste au dossier\u00a0: faites-en un autre.',
  },
  'dossiers.require': atActivities,
  'campaign.save': atActivities,
  'campaign.confirm': { ...atFamilies, labelReadableBy: ['dossiers'], undoneBy: 'dossiers' },
  'campaign.remind': { ...atMails, screens: ['messages', 'familles'] },
  'dossiers.see': { ...atFamilies, labelReadableBy: ['dossiers'], undoneBy: 'dossiers' },
  'reservations.record': atCalendar,
  'reservations.withdraw': atCalendar,
  'reservations.collect': atCalendar,
  'reservations.accept': atCalendar,
  'reservations.waitList': atCalendar,
  'reservations.refuse': atCalendar,
  'reservations.takeBack': atCalendar,
  'reservations.expire': atCalendar,
  'reservations.offer': atCalendar,
  'reservations.promote': atCalendar,
  'reservations.lapse': atCalendar,
  'reservations.leave': atCalendar,
  'reservations.removeFromList': atCalendar,
  'reservations.askCancel': atCalendar,
  'reservations.acceptCancel': atCalendar,
  'reservations.refuseCancel': atCalendar,
  'reservations.book': atCalendar,
  'reservations.free': atCalendar,
  'reservations.enterDemand': atCalendar,
  'reservations.week': atCalendar,
  'reservations.weeks': atCalendar,
  'reservations.reschedule': atCalendar,
  'reservations.openPlaces': atCalendar,
  'reservations.custody': atCustody,
  'reservations.close': {
    screens: ['calendrier', 'reglages'],
    labelReadableBy: ['activities.read'],
    neverUndone: null,
    undoneBy: 'activities',
  },
  'reservations.decide': { screens: ['demandes', 'calendrier'], labelReadableBy: ['families.read'], neverUndone: null },
  'reservations.undo': { ...atCalendar, neverUndone: isUndoing },
  'requests.signUp': atRequestsOfFamilies,
  'attendance.mark': { ...atAttendance, undoneBy: 'attendance' },
  'attendance.departure': atAttendance,
  'attendance.arrival': atAttendance,
  'invoicing.run': {
    ...atInvoicing,
    neverUndone: 'Des brouillons ne s’annulent pas\u00a0: supprimez la série de factures.',
  },
  'invoicing.recalculate': { ...atInvoicing, neverUndone: noRecalculation },
  'invoicing.replay': { ...atInvoicing, neverUndone: noRecalculation },
  'invoicing.setAside': atInvoicing,
  'invoicing.discard': {
    ...atInvoicing,
    neverUndone: 'Des brouillons supprimés ne reviennent pas\u00a0: préparez-les de nouveau.',
  },
  'invoicing.issue': { ...atInvoicing, neverUndone: 'Une facture émise ne s’annule pas\u00a0: faites un avoir.' },
  'invoicing.creditNote': {
    ...atInvoicing,
    neverUndone: 'Un avoir émis ne s’annule pas\u00a0: les jours se facturent de nouveau.',
  },
  'invoicing.takeBack': {
    ...atInvoicing,
    neverUndone: 'Des avoirs ont été émis\u00a0: refaites la facturation.',
  },
  'invoicing.reprice': {
    ...atInvoicing,
    neverUndone:
      'Des comptes refaits ne s’annulent pas\u00a0: corrigez le quotient, l’adresse ou le tarif, puis refaites-les.',
  },
  'payers.thirdParty': atAids,
  'payers.promise': atAids,
  'payers.aid': atAids,
  'payers.refuse': atAids,
  'payers.remove': atAids,
  'payers.bill': {
    ...atAids,
    neverUndone: 'Une facture émise ne s’annule pas\u00a0: corrigez l’aide, la prochaine facture rendra la différence.',
  },
  'freeLines.kind': atFreeLines,
  'freeLines.write': atFreeLines,
  'freeLines.remove': atFreeLines,
  'freeLines.reduce': { ...atFreeLines, undoneBy: 'freeLines.negative' },
  'payments.record': { ...atPayments, neverUndone: keepsReceipt },
  'payments.together': { ...atPayments, neverUndone: keepsReceipt },
  'payments.pile': { ...atPayments, neverUndone: keepsReceipt },
  'payments.credit': { ...atPayments, neverUndone: keepsReceipt },
  'payments.seen': atPayments,
  'payments.cancel': { ...atPayments, neverUndone: 'Un règlement annulé le reste\u00a0: enregistrez-le de nouveau.' },
  'payments.refund': {
    ...atPayments,
    neverUndone: 'Un remboursement payé le reste\u00a0; à mandater, il s’annule avec un motif.',
  },
  'payments.refundPaid': { ...atPayments, neverUndone: 'Un remboursement payé le reste.' },
  'payments.cancelRefund': {
    ...atPayments,
    neverUndone: 'Un remboursement annulé le reste\u00a0: demandez-le de nouveau.',
  },
  'payments.handOver': {
    ...atPayments,
    neverUndone: 'Un bordereau garde son numéro\u00a0: annulez-le, avec son motif.',
  },
  'payments.cancelSlip': { ...atPayments, neverUndone: 'Un bordereau annulé le reste\u00a0: faites-en un autre.' },
  'closings.remit': {
    ...atPayments,
    neverUndone: 'Un relevé de versement le reste\u00a0: le suivant corrige ce qui a changé.',
  },
  'closings.close': {
    ...atPayments,
    neverUndone: 'Une clôture ne se rouvre pas\u00a0: une correction se date d’après.',
  },
  'closings.bookExport': atSettings,
  'payments.closeTill': { ...atPayments, neverUndone: 'Une caisse close se rouvre, avec un motif.' },
  'payments.reopenTill': { ...atPayments, neverUndone: 'Une caisse rouverte se clôt de nouveau.' },
  'debits.settings': atSettings,
  'debits.mandate': atDebits,
  'debits.stopMandate': atDebits,
  'debits.resumeMandate': atDebits,
  'debits.readAccount': { ...atDebits, neverUndone: 'Une consultation reste au journal.' },
  'debits.readFile': { ...atDebits, neverUndone: 'Une consultation reste au journal.' },
  'debits.yearPlan': atDebits,
  'debits.endYearPlan': atDebits,
  'debits.accountRequest': atDebits,
  'debits.dismiss': atDebits,
  'debits.freeze': {
    ...atDebits,
    neverUndone: 'Un prélèvement gelé ne se rouvre pas\u00a0: retirez des lignes, ou abandonnez-le.',
  },
  'debits.remove': { ...atDebits, neverUndone: 'Une ligne retirée le reste\u00a0: prélevez-la la prochaine fois.' },
  'debits.file': { ...atDebits, neverUndone: 'Un fichier de prélèvement est fait pour de bon.' },
  'debits.collect': { ...atDebits, neverUndone: keepsReceipt },
  'debits.return': { ...atDebits, neverUndone: 'Un rejet reste enregistré\u00a0: prélevez de nouveau.' },
  'bank.read': atBank,
  'bank.record': {
    ...atBank,
    neverUndone: 'Un règlement garde sa quittance\u00a0: dans le relevé, reprenez la ligne avec son motif.',
  },
  'bank.mark': atBank,
  'bank.takeBack': { ...atBank, neverUndone: 'Une ligne reprise attend de nouveau\u00a0: rapprochez-la.' },
  'recovery.remind': {
    ...atPayments,
    neverUndone: 'Une relance garde son numéro\u00a0: notez un appel, ou mettez la famille de côté.',
  },
  'recovery.note': atPayments,
  'recovery.handOver': {
    ...atPayments,
    neverUndone: 'Un état transmis ne se reprend pas\u00a0: une dette revient avec l’accord de la Trésorerie.',
  },
  'recovery.tellPaid': {
    ...atPayments,
    neverUndone: 'Ce que dit la Trésorerie reste noté\u00a0: annulez-le, avec son motif.',
  },
  'recovery.askReduction': {
    ...atPayments,
    neverUndone: 'Une réduction demandée reste notée\u00a0: annulez-la, avec son motif.',
  },
  'recovery.tellReduced': {
    ...atPayments,
    neverUndone: 'Une réduction faite reste notée\u00a0: annulez-la, avec son motif.',
  },
  'recovery.keepMoney': {
    ...atPayments,
    neverUndone: 'L’argent gardé pour la Trésorerie le reste\u00a0: annulez-le dans l’état des restes, avec son motif.',
  },
  'recovery.forwardMoney': { ...atPayments, neverUndone: 'Ce qui est reversé à la Trésorerie y reste.' },
  'recovery.cancelTold': { ...atPayments, neverUndone: 'Une annulation le reste\u00a0: notez de nouveau le paiement.' },
  'recovery.takeBackDebt': {
    ...atPayments,
    neverUndone: 'Une dette reprise le reste\u00a0: transmettez-la par un autre état.',
  },
  'recovery.outstandingRules': atSettings,
  'recovery.decide': {
    ...atPayments,
    neverUndone: 'Une décision reste dans les comptes\u00a0: annulez-la, avec son motif.',
  },
  'recovery.cancelDecision': {
    ...atPayments,
    neverUndone: 'Une décision annulée le reste\u00a0: enregistrez-la de nouveau.',
  },
  'recovery.plan': atPayments,
  'recovery.endPlan': atPayments,
  'papers.ask': ofPapers,
  'papers.close': ofPapers,
  'papers.read': ofPapers,
  'papers.receive': ofPapers,
  'papers.backedUp': ofPapers,
  'papers.accept': ofPapers,
  'papers.refuse': ofPapers,
  'messages.read': { ...atMessages, neverUndone: 'Rouvrez la conversation pour la marquer non lue.' },
  'messages.answer': atMessages,
  'messages.begin': atMessages,
  'messages.close': atMessages,
  'messages.notice': atMessages,
  'mails.server': { ...atSettings, neverUndone: 'Un serveur se règle de nouveau, avec son mot de passe.' },
  'mails.smsServer': { ...atSettings, neverUndone: 'Un prestataire se règle de nouveau, avec sa clé.' },
  'mails.stopped': { ...atMails, neverUndone: 'Un numéro arrêté se lève dans Messages, Adresses arrêtées.' },
  'sendings.send': atSendings,
  'sendings.plan': { ...atSendings, neverUndone: 'Un envoi prévu s’abandonne dans Messages, Envois.' },
  'sendings.drop': { ...atSendings, neverUndone: 'Un envoi abandonné ne part plus\u00a0: écrivez-le de nouveau.' },
  'sendings.audience': { ...atSendings, neverUndone: null },
  'sendings.choice': { ...atSendings, screens: ['familles'], neverUndone: null, labelReadableBy: ['families.read'] },
  'mails.resend': atMails,
  'mails.withdraw': { ...atMails, neverUndone: 'Un courriel retiré ne repart pas\u00a0: écrivez-le de nouveau.' },
  'mails.refused': { ...atMails, neverUndone: 'Une adresse refusée se lève dans Courriels, Adresses arrêtées.' },
  'mails.stop': { ...atMails, neverUndone: 'Un arrêt se lève dans Courriels, Adresses arrêtées.' },
  'mails.lift': { ...atMails, neverUndone: 'Une adresse s’arrête de nouveau dans Courriels, Adresses arrêtées.' },
  'portal.invite': { ...atPortal, neverUndone: 'Un accès envoyé ne se reprend pas\u00a0: bloquez le compte.' },
  'portal.block': atPortal,
  'portal.texts': atPortal,
  'portal.terms': atPortal,
  'portal.payfip': { ...atPortal, undoneBy: 'organisation' },
  'portal.automatic': { ...atPortal, undoneBy: 'decisions' },
  'portal.healthShown': { ...atPortal, undoneBy: 'organisation' },
  'portal.reminders': atPortal,
  'exchange.pair': ofExchange,
  'exchange.rotateKey': ofExchange,
  'exchange.revokeKey': ofExchange,
  'exchange.export': ofExchange,
  'exchange.schedule': ofExchange,
  'exchange.confirmNumbers': ofExchange,
  'exchange.network': ofExchange,
  'exchange.receipt': ofExchange,
  'exchange.tell': ofExchange,
  'exchange.collect': ofExchange,
  'exchange.understand': ofExchange,
  'exchange.run': ofExchange,
  'exchange.forget': ofExchange,
  'exchange.copyNoticed': ofExchange,
  'prices.tariff': atPrices,
  'prices.version': atPrices,
  'prices.attach': atPrices,
  'activities.type': atActivities,
  'activities.activity': atActivities,
  'activities.join': atActivities,
  'activities.endSlot': atActivities,
  'activities.period': atActivities,
  'activities.capacity': atActivities,
  'activities.openDay': atActivities,
  'activities.adults': atActivities,
  'activities.waiting': atActivities,
  'year.calendar': atActivities,
  'year.copy': atActivities,
  'year.passUp': { screens: ['reglages', 'familles'], labelReadableBy: ['families.read'], neverUndone: null },
  'year.reenrol': { screens: ['reglages', 'inscriptions'], labelReadableBy: ['families.read'], neverUndone: null },
  'year.close': { screens: ['reglages', 'calendrier'], labelReadableBy: ['activities.read'], neverUndone: null },
  'year.reopen': atActivities,
  'settings.organisation': atSettings,
  'settings.quotientRule': atSettings,
  'regies.save': atSettings,
  'regies.holder': atSettings,
  'settings.apiAccess': {
    ...atSettings,
    neverUndone: 'Un jeton ne revient pas par une annulation\u00a0: collez-le de nouveau.',
  },
  'settings.logo': {
    ...atSettings,
    neverUndone: 'Un logo remplacé ne revient pas d’ici\u00a0: choisissez-le de nouveau.',
  },
  'settings.facility': atActivities,
  'settings.site': atActivities,
  'settings.school': atActivities,
  'settings.phrase': atSettings,
  'settings.newKey': {
    ...atSettings,
    neverUndone:
      'Une clé perdue ne revient pas par une annulation\u00a0: si sa phrase de secours est retrouvée, tapez-la.',
  },
  'settings.restore': {
    ...atSettings,
    neverUndone: 'Une sauvegarde reprise ne s’annule pas d’ici\u00a0: reprenez celle qui a été gardée avant elle.',
  },
  'staff.start': { ...atStaff, neverUndone: 'La première ouverture ne s’annule pas.' },
  'staff.add': { ...atStaff, neverUndone: 'Un agent ajouté ne s’efface pas\u00a0: mettez-le hors service.' },
  'staff.change': { ...atStaff, neverUndone: 'Les droits d’un agent se changent sur sa fiche.' },
  'staff.password': { ...atStaff, neverUndone: 'Un mot de passe ne revient pas\u00a0: changez-le.' },
  'staff.recovery': atStaff,
  'protection.retention': atSettings,
  'protection.export': { screens: ['reglages'], labelReadableBy: ['families.write'], neverUndone: null },
  'protection.erase': {
    ...atSettings,
    neverUndone: 'Un effacement est définitif\u00a0: rien de ce qu’il a effacé n’est gardé.',
  },
  'history.undo': { ...onlyInJournal, neverUndone: isUndoing },
  'history.try': onlyInJournal,
} satisfies Record<string, ActRules>

export type ActKind = keyof typeof actRules

/** A later version of the program may have written kinds that this version does not know. */
const unknownKindRules: ActRules = onlyInJournal

export const rulesOf = (kind: string): ActRules => {
  const rules: Readonly<Record<string, ActRules>> = actRules
  return rules[kind] ?? unknownKindRules
}

/** Whether a screen lists acts of this kind among its latest. */
export const isListedOnScreen = (screen: ActScreen, kind: string): boolean =>
  screen === 'accueil' || rulesOf(kind).screens.includes(screen)
