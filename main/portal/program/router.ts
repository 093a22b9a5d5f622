import type { PortalSession } from '../../../shared/contract/portal/account.ts'
import { accentNamed } from '../../../shared/portal/accent.ts'
import * as account from '../account/account.ts'
import { chooseMails, mailChoices, mailKindsReaching } from '../account/account.ts'
import { anotherCode, begin as beginMandate, giveUp, mandatePaper, sign, stop } from '../debits/debits.ts'
import { answerForChildren, confirm, dossierShownTo } from '../dossier/dossier.ts'
import { lossNotices } from '../exchange/lost-intervals.ts'
import {
  answerConsent,
  changePickups,
  chooseChannel,
  consentsShown,
  details,
  propose,
  sayConsent,
  withdrawProposal,
} from '../family/family.ts'
import { messagesShown, readMessages, writeMessage } from '../messages/messages.ts'
import * as pages from '../pages/pages.ts'
import { healthShown, keepHealth, papersShown, sendHealth, yearPaper, yearPapers } from '../papers/papers.ts'
import { beginPayment, followAttempt } from '../payment/payment.ts'
import type { Portal } from '../portal.ts'
import { documentOf, documentsOf, publishedAt } from '../published/documents.ts'
import { register, weekCost } from '../registrations/registrations.ts'
import * as reservations from '../reservations/reservations.ts'
import {
  closeFeed,
  createFeed,
  demandesReceiptPdf,
  feedOf,
  listReceipts,
  readReceipt,
} from '../reservations/reservations.ts'
import { type Context, os } from './procedures.ts'

export const readPortalSession = async (portal: Portal, login: account.Login | null): Promise<PortalSession> => {
  const { db } = portal.store
  const town = await documentOf(db, 'town')
  const homes = await documentsOf(db, 'family', login?.families ?? [])
  return {
    login: login && {
      name: login.name,
      email: login.email,
      family: login.familyId,
      families: login.families.map((id) => ({ id, title: homes.get(`${id}`)?.title ?? '' })),
      mails: await mailKindsReaching(portal, login),
    },
    service: {
      name: town?.name ?? '',
      town: town?.town ?? '',
      address: town ? `${town.address}, ${town.postcode} ${town.town}` : '',
      phone: town?.phone ?? '',
      email: town?.email ?? '',
      openingHours: town?.openingHours ?? '',
      answerWorkingDays: town?.answerWorkingDays ?? 2,
      accent: accentNamed(town?.accent),
    },
    publishedAt: await publishedAt(db),
    now: portal.clock(),
  }
}

/** Sets the cookie of a session that just began, and returns the session. */
const beginSession = async (
  { portal, setSession }: Context,
  { secret }: account.SessionSecret,
): Promise<PortalSession> => {
  setSession(secret)
  return readPortalSession(portal, await account.loginOf(portal, secret))
}

export const router = os.router({
  account: {
    session: os.account.session.handler(({ context: { portal, login } }) =>
      readPortalSession(portal, login.guardianId === 0 ? null : login),
    ),
    login: os.account.login.handler(async ({ context, input }) =>
      beginSession(context, await account.logIn(context.portal, context.caller, input)),
    ),
    logout: os.account.logout.handler(async ({ context: { portal, login, setSession } }) => {
      await account.logOut(portal, login)
      setSession(null)
      return readPortalSession(portal, null)
    }),
    forgot: os.account.forgot.handler(({ context: { portal, caller }, input }) =>
      account.forgotPassword(portal, caller, input.email),
    ),
    choosePassword: os.account.choosePassword.handler(async ({ context, input }) =>
      beginSession(context, await account.choosePassword(context.portal, context.caller, input)),
    ),
    activateByLetter: os.account.activateByLetter.handler(async ({ context, input }) =>
      beginSession(context, await account.chooseFirstPassword(context.portal, context.caller, input)),
    ),
    changePassword: os.account.changePassword.handler(
      async ({ context: { portal, caller, login, setSession }, input }) => {
        const { secret } = await account.changePassword(portal, caller, login, input)
        setSession(secret)
      },
    ),
    chooseHome: os.account.chooseHome.handler(async ({ context: { portal, login }, input }) =>
      readPortalSession(portal, await account.chooseHome(portal, login, input.family)),
    ),
    sessions: os.account.sessions.handler(({ context: { portal, login } }) => account.sessionsOf(portal, login)),
    revoke: os.account.revoke.handler(({ context: { portal, login }, input }) =>
      account.revokeSession(portal, login, input.id),
    ),
    feed: os.account.feed.handler(({ context: { portal, login } }) => feedOf(portal, login)),
    openFeed: os.account.openFeed.handler(({ context: { portal, login } }) => createFeed(portal, login)),
    closeFeed: os.account.closeFeed.handler(({ context: { portal, login } }) => closeFeed(portal, login)),
  },
  home: {
    dashboard: os.home.dashboard.handler(({ context: { portal, login } }) => pages.dashboard(portal, login)),
    family: os.home.family.handler(({ context: { portal, login } }) => pages.family(portal, login)),
    details: os.home.details.handler(({ context: { portal, login } }) => details(portal, login)),
    registrations: os.home.registrations.handler(({ context: { portal, login } }) =>
      pages.registrations(portal, login),
    ),
    calendar: os.home.calendar.handler(({ context: { portal, login }, input }) => pages.calendar(portal, login, input)),
    offered: os.home.offered.handler(({ context: { portal, login }, input }) =>
      pages.offeredPeriods(portal, login, input.child),
    ),
    weekCost: os.home.weekCost.handler(({ context: { portal, login }, input }) => weekCost(portal, login, input)),
    account: os.home.account.handler(({ context: { portal, login } }) => pages.account(portal, login)),
    notices: os.home.notices.handler(({ context: { portal, login } }) => lossNotices(portal, login)),
    paper: os.home.paper.handler(({ context: { portal, login }, input }) => pages.paper(portal, login, input.invoice)),
    yearPapers: os.home.yearPapers.handler(({ context: { portal, login } }) => yearPapers(portal, login)),
    yearPaper: os.home.yearPaper.handler(({ context: { portal, login }, input }) => yearPaper(portal, login, input)),
    propose: os.home.propose.handler(({ context: { portal, login }, input }) => propose(portal, login, input.changes)),
    changePickups: os.home.changePickups.handler(({ context: { portal, login }, input }) =>
      changePickups(portal, login, input),
    ),
    withdrawProposal: os.home.withdrawProposal.handler(({ context: { portal, login }, input }) =>
      withdrawProposal(portal, login, input.id),
    ),
    consents: os.home.consents.handler(({ context: { portal, login }, input }) =>
      consentsShown(portal, login, input.child),
    ),
    answerConsent: os.home.answerConsent.handler(({ context: { portal, login }, input }) =>
      answerConsent(portal, login, input),
    ),
    chooseChannel: os.home.chooseChannel.handler(async ({ context: { portal, login }, input }) => {
      await chooseChannel(portal, login, input)
      return details(portal, login)
    }),
    sayConsent: os.home.sayConsent.handler(({ context: { portal, login }, input }) =>
      sayConsent(portal, login, input.civilStatus),
    ),
  },
  messages: {
    list: os.messages.list.handler(({ context: { portal, login } }) => messagesShown(portal, login)),
    write: os.messages.write.handler(({ context: { portal, login }, input }) => writeMessage(portal, login, input)),
    read: os.messages.read.handler(({ context: { portal, login }, input }) =>
      readMessages(portal, login, input.conversation),
    ),
    mails: os.messages.mails.handler(({ context: { portal, login } }) => mailChoices(portal, login)),
    chooseMails: os.messages.chooseMails.handler(({ context: { portal, login }, input }) =>
      chooseMails(portal, login, input),
    ),
  },
  papers: {
    shown: os.papers.shown.handler(({ context: { portal, login } }) => papersShown(portal, login)),
    health: os.papers.health.handler(({ context: { portal, login, sessionSecret }, input: { child } }) =>
      healthShown(portal, login, sessionSecret ?? '', child),
    ),
    keepHealth: os.papers.keepHealth.handler(({ context: { portal, login, sessionSecret }, input }) =>
      keepHealth(portal, login, sessionSecret ?? '', input),
    ),
    tellHealth: os.papers.tellHealth.handler(({ context: { portal, login }, input }) =>
      sendHealth(portal, login, input),
    ),
  },
  dossier: {
    shown: os.dossier.shown.handler(({ context: { portal, login } }) => dossierShownTo(portal, login)),
    confirm: os.dossier.confirm.handler(({ context: { portal, login }, input }) => confirm(portal, login, input)),
    answer: os.dossier.answer.handler(({ context: { portal, login }, input }) =>
      answerForChildren(portal, login, input),
    ),
  },
  payments: {
    begin: os.payments.begin.handler(({ context: { portal, login }, input }) => beginPayment(portal, login, input)),
    attempt: os.payments.attempt.handler(({ context: { portal, login }, input }) =>
      followAttempt(portal, login, input.id),
    ),
  },
  debits: {
    begin: os.debits.begin.handler(({ context: { portal, login }, input }) => beginMandate(portal, login, input)),
    anotherCode: os.debits.anotherCode.handler(({ context: { portal, login }, input }) =>
      anotherCode(portal, login, input.id),
    ),
    sign: os.debits.sign.handler(({ context: { portal, login }, input }) => sign(portal, login, input.id, input.code)),
    giveUp: os.debits.giveUp.handler(({ context: { portal, login } }) => giveUp(portal, login)),
    stop: os.debits.stop.handler(({ context: { portal, login }, input }) => stop(portal, login, input.reference)),
    paper: os.debits.paper.handler(({ context: { portal, login }, input }) =>
      mandatePaper(portal, login, input.reference),
    ),
  },
  demandes: {
    drafts: os.demandes.drafts.handler(({ context: { portal, login } }) => reservations.drafts(portal, login)),
    draft: os.demandes.draft.handler(({ context: { portal, login }, input }) =>
      reservations.saveDrafts(portal, login, input.cells),
    ),
    draftWeek: os.demandes.draftWeek.handler(({ context: { portal, login }, input }) =>
      reservations.draftWeek(portal, login, input),
    ),
    clearDrafts: os.demandes.clearDrafts.handler(({ context: { portal, login } }) =>
      reservations.clearDrafts(portal, login),
    ),
    record: os.demandes.record.handler(({ context: { portal, login }, input }) =>
      reservations.record(portal, login, input),
    ),
    leave: os.demandes.leave.handler(({ context: { portal, login }, input }) =>
      reservations.leave(portal, login, input),
    ),
    takeOffer: os.demandes.takeOffer.handler(({ context: { portal, login }, input }) =>
      reservations.takeOffer(portal, login, input),
    ),
    withdraw: os.demandes.withdraw.handler(({ context: { portal, login }, input }) =>
      reservations.withdraw(portal, login, input.demande),
    ),
    takeBack: os.demandes.takeBack.handler(({ context: { portal, login }, input }) =>
      reservations.takeBack(portal, login, input.demande),
    ),
    register: os.demandes.register.handler(({ context: { portal, login }, input }) => register(portal, login, input)),
    list: os.demandes.list.handler(({ context: { portal, login } }) => reservations.latestDemandes(portal, login)),
    receipt: os.demandes.receipt.handler(({ context: { portal, login }, input }) =>
      readReceipt(portal, login, input.id),
    ),
    receiptPdf: os.demandes.receiptPdf.handler(async ({ context: { portal, login }, input }) => {
      const receipt = await readReceipt(portal, login, input.id)
      const bytes = await demandesReceiptPdf(receipt, await documentOf(portal.store.db, 'town'))
      return new File([bytes], `recu-${receipt.number}.pdf`, { type: 'application/pdf' })
    }),
    receipts: os.demandes.receipts.handler(({ context: { portal, login } }) => listReceipts(portal, login)),
  },
})
