import type { TownDocument } from '../../../shared/contract/portal/documents.ts'
import { alphabetically } from '../../../shared/rules/people/names.ts'
import { withUnbrokenNumbers } from '../../../shared/rules/text/french.ts'
import { sealingKey } from '../../crypto/sealed-for-desk.ts'
import { campaignsIn } from '../../desk/campaign/campaign.ts'
import { questionsForParents } from '../../desk/consents/consents.ts'
import { portalCreditors } from '../../desk/debits/debits.ts'
import { hasSmsProvider } from '../../desk/mails/mails.ts'
import { readPayfip } from '../../desk/portal/portal.ts'
import { hasApiAccess } from '../../desk/quotients/quotients.ts'
import { regieName, regiesOf } from '../../desk/regies/regies.ts'
import { organisation, portalSettings, school } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

/** The town's texts and settings for parents; null before the desk's first start has named the service. */
export const townDocument = (store: Store): TownDocument | null => {
  const { db, key } = store
  const service = db.select().from(organisation).get()
  if (!service) return null
  const texts = db.select().from(portalSettings).get()
  return {
    name: service.name,
    authority: service.authority,
    address: service.address,
    postcode: service.postcode,
    town: service.town,
    phone: withUnbrokenNumbers(service.phone),
    email: service.email,
    openingHours: texts?.openingHours ?? '',
    information: texts?.information ?? '',
    answerWorkingDays: service.answerWorkingDays,
    legal: {
      publisher: texts?.publisher || service.authority,
      director: texts?.director ?? '',
      host: texts?.host ?? '',
      dataProtectionOfficer: texts?.dataProtectionOfficer ?? '',
    },
    accessibility: {
      conformity: texts?.conformity ?? 'non',
      audit: texts?.audit ?? '',
      contact: texts?.accessibilityContact || service.email,
    },
    ...(texts && { accent: texts.accent }),
    ...(key.key && { papersKey: sealingKey(key.key), wholeHealth: true as const }),
    ...(key.key && (texts?.showsHealth ?? true) && { showsHealth: true as const }),
    ...(texts && texts.terms.text !== '' ? { signUp: { terms: texts.terms, schools: schoolNames(db) } } : {}),
    ...(texts && (texts.reminders.before !== null || texts.reminders.after !== null)
      ? { reminders: texts.reminders }
      : {}),
    ...onlinePayment(store),
    ...directDebits(store),
    ...consentsAsked(store),
    ...campaignsAsked(store),
    ...(hasApiAccess(store) && { quotientApi: true as const }),
    ...(hasSmsProvider(store) && { sms: true as const }),
  }
}

const consentsAsked = (store: Store): Pick<TownDocument, 'consents'> => {
  const consents = questionsForParents(store)
  return consents ? { consents } : {}
}

const campaignsAsked = (store: Store): Pick<TownDocument, 'campaigns'> => {
  const campaigns = campaignsIn(store).map(({ id, year, opensOn: from, dueOn: due, asks, closedOn }) => ({
    id,
    year,
    from,
    due,
    asks: [...asks],
    ...(closedOn && { closedOn }),
  }))
  return campaigns.length === 0 ? {} : { campaigns }
}

/** Where parents may sign mandates: only while the portal can seal their bank accounts for this desk. */
const directDebits = (store: Store): Pick<TownDocument, 'debits'> => {
  const creditors = store.key.key === null ? [] : portalCreditors(store)
  if (creditors.length === 0) return {}
  return {
    debits: creditors.map(({ regie, creditor, creditorId, referencePrefix, noticeDays }) => ({
      regie,
      creditor,
      creditorId,
      referencePrefix,
      noticeDays,
    })),
  }
}

/** How parents pay online: one setting for the only régie, or one for each of several. */
const onlinePayment = (store: Store): Pick<TownDocument, 'payfip' | 'regies'> => {
  const regies = regiesOf(store).map((regie) => ({
    id: regie.id,
    name: regieName(regie),
    ...payfipOf(store, regie.id),
  }))
  const [only] = regies
  return regies.length > 1 || !only ? { regies } : only.payfip ? { payfip: only.payfip } : {}
}

const payfipOf = (store: Store, regieId: number): Pick<TownDocument, 'payfip'> => {
  const { mode, client, tryEmail, address } = readPayfip({ store }, regieId)
  return mode === 'off' || client === '' ? {} : { payfip: { mode, client, tryEmail, address } }
}

const schoolNames = (db: Store['db']): string[] =>
  db
    .select({ name: school.name })
    .from(school)
    .all()
    .map(({ name }) => name)
    .toSorted(alphabetically)
