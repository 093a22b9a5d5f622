import { activitiesRoutes } from '../desk/activities/activities-routes.ts'
import { attendanceRoutes } from '../desk/attendance/attendance-routes.ts'
import { bankRoutes } from '../desk/bank/bank-routes.ts'
import { campaignRoutes } from '../desk/campaign/campaign-routes.ts'
import { closingsRoutes } from '../desk/closings/closings-routes.ts'
import { consentsRoutes } from '../desk/consents/consents-routes.ts'
import { debitsRoutes } from '../desk/debits/debits-routes.ts'
import { dossiersRoutes } from '../desk/dossiers/dossiers-routes.ts'
import { doublesRoutes } from '../desk/doubles/doubles-routes.ts'
import { emergencyRoutes } from '../desk/emergency/emergency-routes.ts'
import { familiesRoutes } from '../desk/families/families-routes.ts'
import { fieldsRoutes } from '../desk/fields/fields-routes.ts'
import { figuresRoutes } from '../desk/figures/figures-routes.ts'
import { freeLinesRoutes } from '../desk/free-lines/free-lines-routes.ts'
import { freeListsRoutes } from '../desk/free-lists/free-lists-routes.ts'
import { historyRoutes } from '../desk/history/history-routes.ts'
import { homeRoutes } from '../desk/home/home-routes.ts'
import { importsRoutes } from '../desk/imports/imports-routes.ts'
import { adoptMonthsOfDays } from '../desk/invoicing/invoicing.ts'
import { invoicingRoutes } from '../desk/invoicing/invoicing-routes.ts'
import { lettersRoutes } from '../desk/letters/letters-routes.ts'
import { mailsRoutes } from '../desk/mails/mails-routes.ts'
import { messagesRoutes } from '../desk/messages/messages-routes.ts'
import { alertsOfChildren } from '../desk/notes/notes.ts'
import { notesRoutes } from '../desk/notes/notes-routes.ts'
import { papersRoutes } from '../desk/papers/papers-routes.ts'
import { payersRoutes } from '../desk/payers/payers-routes.ts'
import { paymentsRoutes } from '../desk/payments/payments-routes.ts'
import { photosRoutes } from '../desk/photos/photos-routes.ts'
import { portalRoutes } from '../desk/portal/portal-routes.ts'
import { pricesRoutes } from '../desk/prices/prices-routes.ts'
import { protectionRoutes } from '../desk/protection/protection-routes.ts'
import { quotientsRoutes } from '../desk/quotients/quotients-routes.ts'
import { recoveryRoutes } from '../desk/recovery/recovery-routes.ts'
import { regiesRoutes } from '../desk/regies/regies-routes.ts'
import { registrationsRoutes } from '../desk/registrations/registrations-routes.ts'
import { requestsRoutes } from '../desk/requests/requests-routes.ts'
import { reservationsRoutes } from '../desk/reservations/reservations-routes.ts'
import { sendingsRoutes } from '../desk/sendings/sendings-routes.ts'
import { settingsRoutes } from '../desk/settings/settings-routes.ts'
import { os } from '../desk/staff/procedures.ts'
import { staffRoutes } from '../desk/staff/staff-routes.ts'
import { statementsRoutes } from '../desk/statements/statements-routes.ts'
import { templatesRoutes } from '../desk/templates/templates-routes.ts'
import { yearRoutes } from '../desk/year/year-routes.ts'
import { exchangeRoutes } from '../exchange/exchange-routes.ts'

export const router = os.router({
  staff: staffRoutes,
  settings: settingsRoutes,
  regies: regiesRoutes,
  families: familiesRoutes,
  consents: consentsRoutes,
  activities: activitiesRoutes,
  registrations: registrationsRoutes,
  reservations: reservationsRoutes,
  attendance: attendanceRoutes({ beforeBilledDayChange: adoptMonthsOfDays, alertsOfChildren }),
  emergency: emergencyRoutes,
  photos: photosRoutes,
  prices: pricesRoutes,
  invoicing: invoicingRoutes,
  fields: fieldsRoutes,
  notes: notesRoutes,
  freeLines: freeLinesRoutes,
  dossiers: dossiersRoutes,
  campaign: campaignRoutes,
  papers: papersRoutes,
  payments: paymentsRoutes,
  recovery: recoveryRoutes,
  payers: payersRoutes,
  debits: debitsRoutes,
  bank: bankRoutes,
  statements: statementsRoutes,
  closings: closingsRoutes,
  portal: portalRoutes,
  mails: mailsRoutes,
  messages: messagesRoutes,
  sendings: sendingsRoutes,
  quotients: quotientsRoutes,
  exchange: exchangeRoutes,
  requests: requestsRoutes,
  home: homeRoutes,
  imports: importsRoutes,
  doubles: doublesRoutes,
  history: historyRoutes,
  protection: protectionRoutes,
  figures: figuresRoutes,
  freeLists: freeListsRoutes,
  templates: templatesRoutes,
  letters: lettersRoutes,
  year: yearRoutes,
})
