import { activities } from './activities.ts'
import { attendance } from './attendance.ts'
import { campaign } from './campaign.ts'
import { exchange } from './exchange.ts'
import { figures } from './figures/figures.ts'
import { freeLists } from './figures/free-lists.ts'
import { history } from './history.ts'
import { home } from './home.ts'
import { imports } from './imports.ts'
import { letters } from './messages/letters.ts'
import { mails } from './messages/mails.ts'
import { messages } from './messages/messages.ts'
import { sendings } from './messages/sendings.ts'
import { templates } from './messages/templates.ts'
import { bank } from './money/bank.ts'
import { closings } from './money/closings.ts'
import { debits } from './money/debits.ts'
import { debtDecisionCalls } from './money/debt-decisions.ts'
import { freeLines } from './money/free-lines.ts'
import { invoicing } from './money/invoicing.ts'
import { outstandingCalls } from './money/outstanding.ts'
import { payers } from './money/payers.ts'
import { payments } from './money/payments.ts'
import { prices } from './money/prices.ts'
import { quotients } from './money/quotients.ts'
import { recovery } from './money/recovery.ts'
import { refundCalls } from './money/refunds.ts'
import { regies } from './money/regies.ts'
import { statements } from './money/statements.ts'
import { treasuryCalls } from './money/treasury.ts'
import { yearPlanCalls } from './money/year-plans.ts'
import { papers } from './papers.ts'
import { consents } from './people/consents.ts'
import { dossiers } from './people/dossiers.ts'
import { doubles } from './people/doubles.ts'
import { emergency } from './people/emergency.ts'
import { families } from './people/families.ts'
import { fields } from './people/fields.ts'
import { notes } from './people/notes.ts'
import { photos } from './people/photos.ts'
import { portal } from './portal.ts'
import { protection } from './protection.ts'
import { registrations } from './registrations.ts'
import { requests } from './requests.ts'
import { reservations } from './reservations/reservations.ts'
import { settings } from './settings.ts'
import { staff } from './staff.ts'
import { year } from './year.ts'

/** All calls of the desk, by domain. */
export const contract = {
  staff,
  settings,
  regies,
  families,
  consents,
  activities,
  registrations,
  dossiers,
  campaign,
  reservations,
  attendance,
  emergency,
  photos,
  prices,
  invoicing,
  freeLines,
  papers,
  payments: { ...payments, ...refundCalls },
  recovery: { ...recovery, ...debtDecisionCalls, ...outstandingCalls, ...treasuryCalls },
  payers,
  debits: { ...debits, ...yearPlanCalls },
  bank,
  statements,
  closings,
  portal,
  mails,
  messages,
  sendings,
  quotients,
  exchange,
  requests,
  fields,
  notes,
  home,
  imports,
  doubles,
  history,
  protection,
  figures,
  freeLists,
  templates,
  letters,
  year,
}
export type DeskContract = typeof contract
