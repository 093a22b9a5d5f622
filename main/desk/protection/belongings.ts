import type { RecordedTable } from '../../../shared/record/tables.ts'
import { mobileOf } from '../../../shared/rules/messages/mobile.ts'
import type { Store } from '../../store/store.ts'

/** The people whose data is erased. */
export type ErasedPeople = {
  readonly familyId: number | null
  readonly guardianIds: readonly number[]
  readonly childIds: readonly number[]
}

const ofFamily = 'family_id = :family'
const ofChildren = 'child_id in (select value from json_each(:children))'
const ofGuardians = 'guardian_id in (select value from json_each(:guardians))'
const ofRegistrations = `registration_id in (select id from registration where ${ofFamily} or ${ofChildren})`
const ofContacts = `pickup_contact_id in (select id from pickup_contact where ${ofChildren})`
const askIds = `select id from portal_ask where ${ofFamily} or ${ofRegistrations}`
const conversationIds = `select id from conversation where ${ofFamily} or ${ofChildren}`

/** A letter that names one of these children among others. */
export const namesChildren = `exists (select 1 from json_each(letter.paper, '$.childIds') named
  where named.value in (select value from json_each(:children)))`

/**
 * The rows that are erased whole with these people, table by table in the order in which they are erased: how the plan
 * of an erasure calls them, and which they are.
 */
const belongings = {
  proposal: {
    title: 'Changements proposés sur le portail',
    where: `${ofFamily} or ask_id in (${askIds}) or (subject = 'child' and subject_id in (select value from json_each(:children)))
      or (subject = 'guardian' and subject_id in (select value from json_each(:guardians)))`,
  },
  paper_fact: { title: 'Pièces du dossier vues', where: `${ofFamily} or ${ofChildren}` },
  confirmation: { title: 'Étapes confirmées du dossier', where: `${ofFamily} or ${ofChildren}` },
  received_paper: { title: 'Pièces reçues', where: `${ofFamily} or ${ofChildren}` },
  asked_paper: { title: 'Pièces demandées', where: `${ofFamily} or ${ofChildren}` },
  sign_up: { title: 'Inscriptions au portail', where: `${ofFamily} or ask_id in (${askIds})` },
  portal_ask: { title: 'Demandes du portail', where: `id in (${askIds})` },
  message: { title: 'Messages', where: `conversation_id in (${conversationIds})` },
  conversation: { title: 'Conversations', where: `id in (${conversationIds})` },
  portal_account: { title: 'Comptes du portail', where: ofGuardians },
  mail: { title: 'Courriels et SMS', where: `${ofFamily} or ${ofGuardians}` },
  letter: { title: 'Courriers', where: `${ofFamily} or ${ofChildren} or ${namesChildren} or ${ofGuardians}` },
  message_choice: { title: 'Choix d’un canal', where: ofGuardians },
  stopped_address: {
    title: 'Adresses et numéros arrêtés',
    where: `email in (select lower(trim(email)) from guardian where id in (select value from json_each(:guardians)))
        and email not in (select lower(trim(email)) from guardian where id not in (select value from json_each(:guardians)))
      or email in (select value from json_each(:mobiles))`,
  },
  dismissed_double: {
    title: 'Doublons écartés',
    where: `(kind = 'family' and :family in (one_id, other_id))
      or (kind = 'child' and exists (select 1 from json_each(:children) where value in (one_id, other_id)))`,
  },
  custody_rule: { title: 'Règles de garde', where: `${ofChildren} or :family in (home_id, other_home_id)` },
  custody_day: { title: 'Jours de garde', where: `${ofChildren} or ${ofFamily}` },
  guardian_bond: { title: 'Liens d’un responsable et d’un enfant', where: `${ofChildren} or ${ofGuardians}` },
  consent_answer: { title: 'Réponses à des autorisations', where: `${ofChildren} or ${ofGuardians}` },
  photo: { title: 'Photos', where: `${ofChildren} or ${ofGuardians} or ${ofContacts}` },
  pickup_contact: { title: 'Personnes autorisées ou interdites', where: ofChildren },
  custom_value: {
    title: 'Champs de la commune remplis',
    where: `${ofFamily} or ${ofChildren} or ${ofGuardians} or ${ofRegistrations}`,
  },
  note: { title: 'Notes, alertes et tâches', where: `${ofFamily} or ${ofChildren}` },
  registration_group: { title: 'Groupes d’accueil choisis à la main', where: ofRegistrations },
  registration_sublist: { title: 'Places sur des listes', where: ofRegistrations },
  schooling: { title: 'Classes', where: ofChildren },
  family_address: { title: 'Adresses', where: ofFamily },
  family_quotient: { title: 'Quotients familiaux', where: ofFamily },
  quotient_consent: { title: 'Accords pour l’API Particulier', where: `${ofFamily} or ${ofGuardians}` },
  site_opening: { title: 'Ouvertures du dossier d’un autre site', where: ofFamily },
  price_category: { title: 'Catégories tarifaires', where: `${ofFamily} or ${ofChildren}` },
  recovery_note: { title: 'Notes de recouvrement', where: ofFamily },
  payment_plan: { title: 'Échéanciers', where: ofFamily },
  account_request: { title: 'Demandes d’IBAN', where: ofFamily },
  family_guardian: { title: 'Rattachements de responsables', where: `${ofFamily} or ${ofGuardians}` },
  family_child: { title: 'Rattachements d’enfants', where: `${ofFamily} or ${ofChildren}` },
} as const satisfies Partial<Record<RecordedTable, { readonly title: string; readonly where: string }>>

type Belonging = keyof typeof belongings
export const belongingTables = Object.keys(belongings) as Belonging[]
export const belongingTitle = (table: Belonging): string => belongings[table].title

/** Finds the ids of the rows of one table that belong to these people, at the time of each call. */
export const belongingIds = (store: Store, { familyId, guardianIds, childIds }: ErasedPeople) => {
  const values = {
    family: familyId,
    guardians: JSON.stringify(guardianIds),
    children: JSON.stringify(childIds),
    mobiles: JSON.stringify(ownMobiles(store, guardianIds)),
  }
  return (table: Belonging): number[] =>
    store.statement(`select id from ${table} where ${belongings[table].where}`).pluck().all(values) as number[]
}

/** The mobile numbers of these guardians that nobody else has, as the stop list knows them. */
const ownMobiles = (store: Store, guardianIds: readonly number[]): string[] => {
  const rows = store
    .statement(
      `select id, mobile_phone phone from guardian where mobile_phone in (
        select mobile_phone from guardian where mobile_phone <> '' and id in (select value from json_each(?)))`,
    )
    .all(JSON.stringify(guardianIds)) as { id: number; phone: string }[]
  const others = new Set(rows.filter(({ id }) => !guardianIds.includes(id)).map(({ phone }) => phone))
  return rows.flatMap(({ phone }) => (others.has(phone) ? [] : (mobileOf(phone) ?? [])))
}
