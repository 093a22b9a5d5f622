import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import * as z from 'zod'
import type { Network } from '../../../shared/contract/desk/exchange.ts'
import {
  accessStates,
  type InvitationResult,
  type PayfipSettings,
  type PortalAccess,
  type PortalSettings,
  type PortalTerms,
  type PortalTexts,
} from '../../../shared/contract/desk/portal.ts'
import type { AccountKeyEntry } from '../../../shared/contract/portal/entries.ts'
import { accentNamed } from '../../../shared/portal/accent.ts'
import { letterCode, letterCodeBytes, typedLetterCode } from '../../../shared/rules/access/letter-code.ts'
import { addDays, type Day, type Instant, instantOf, timeOfDay, today } from '../../../shared/rules/calendar/day.ts'
import type { PayfipMode } from '../../../shared/rules/money/payment/payfip.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import { isProposable, type ProposalSubject } from '../../../shared/rules/people/proposal.ts'
import { mayBeAutomatic } from '../../../shared/rules/requests/automatic.ts'
import type { MailKind } from '../../../shared/rules/requests/mails.ts'
import { addressLines, counted, ofName, shortDay } from '../../../shared/rules/text/french.ts'
import { isAccountKey } from '../../crypto/account-key.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import { createPayfip, PayfipRefused, PayfipSilent } from '../../payfip/service.ts'
import type { Write } from '../../store/acts/acts.ts'
import { guardian, portalAccount, portalSettings, regie } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { endAccepted } from '../dossiers/dossiers.ts'
import { homeHistories, homeOn } from '../families/families.ts'
import { letterheadOf } from '../invoicing/invoicing.ts'
import { regieOf } from '../regies/regies.ts'
import { logoOf, portalAddress } from '../settings/settings.ts'
import { proxyAgentFor, validateNetwork } from './network.ts'
import {
  type AccessFilter,
  type AccessRow,
  accessCounts,
  accessOf,
  accessPage,
  accountOf,
  guardianIdsOf,
  guardiansNotYetSent,
  loginOwners,
  ownAddresses,
  presentHomesOf,
  settingsRow,
} from './portal-store.ts'

// ---- Accounts

type AccountQuery = { filter: string; state: AccessFilter; from: number; count: number }

export const listAccounts = ({ store, clock }: Core, query: AccountQuery) => {
  const byState = accessCounts(store, clock, query.filter)
  const counts = Object.fromEntries([...accessStates, 'stopped' as const].map((one) => [one, byState.get(one) ?? 0]))
  const everyone = accessStates.reduce((sum, one) => sum + (byState.get(one) ?? 0), 0)
  const total = query.state === 'all' ? everyone : (counts[query.state] ?? 0)
  return { total, counts, rows: accessShown(store, clock, accessPage(store, clock, query)) }
}

export const accountsOfFamily = ({ store, clock }: Core, familyId: number): PortalAccess[] => {
  const ids = guardianIdsOf(store, familyId)
  const rows = new Map(accessOf(store, clock, ids).map((row) => [row.guardianId, row]))
  return accessShown(
    store,
    clock,
    ids.flatMap((id) => rows.get(id) ?? []),
  )
}

const accessShown = (store: Store, clock: Core['clock'], rows: readonly AccessRow[]): PortalAccess[] => {
  const ids = rows.map(({ guardianId }) => guardianId)
  const homes = Map.groupBy(presentHomesOf(store, ids, today(clock)), ({ guardianId }) => guardianId)
  const waiting = guardiansNotYetSent(store, ids)
  return rows.map((row) => ({
    guardianId: row.guardianId,
    name: nameOf(row),
    email: row.email,
    families: (homes.get(row.guardianId) ?? []).map(({ id, name }) => ({ id, name })),
    state: row.state,
    invitedBy: row.invitedBy,
    invitedAt: row.invitedAt,
    openedAt: row.openedAt,
    stop: row.stoppedAt && row.stoppedBy ? { at: row.stoppedAt, cause: row.stoppedBy } : null,
    unwantedMails: JSON.parse(row.unwantedMails ?? '[]') as MailKind[],
    toSend: row.email !== '' && waiting.has(row.guardianId),
  }))
}

const nameOf = ({ civility, firstName, lastName }: AccessRow): string => `${civility} ${firstName} ${lastName}`.trim()

/** Sends links by mail at the next exchange: to open the account, or to choose another password. */
export const inviteByMail = (core: Core, person: Person, guardianIds: readonly number[]): InvitationResult =>
  core.store.act(person, 'portal.invite', 'Accès au portail envoyés par mail', (write) => {
    const { invited, refused } = splitInvitable(core, guardianIds)
    // All guardians of the act share one invitation id: the portal sends an id at most once to each account.
    const way = { ...newInvitation(write, 'mail'), codeHash: null, codeExpiresAt: null }
    write.insertMany(
      portalAccount,
      invited.filter(({ accountId }) => accountId === null).map(({ guardianId }) => ({ guardianId, ...way })),
    )
    write.updateMany(
      portalAccount,
      invited.flatMap(({ accountId }) => accountId ?? []),
      { ...way, actId: write.actId },
    )
    return { invited: invited.length, refused }
  })

/** Days for which a letter's code works, not counting the day of printing. */
const letterDays = 30
/** At most this many letters at once: a longer PDF is hard to print in one go. */
const maxLetters = 1000

/** Prints invitation letters. Each code appears only on its letter: the desk stores its hash. */
export const inviteByLetter = async (core: Core, person: Person, guardianIds: readonly number[]) => {
  const { store, clock } = core
  const address = portalAddress(store)
  if (address === undefined) {
    throw new Refused('La lettre donne l’adresse du portail\u00a0: reliez d’abord le portail, dans « Liaison ».')
  }
  if (guardianIds.length > maxLetters) {
    throw new Refused(`Imprimez au plus ${counted(maxLetters, 'lettre')} à la fois.`)
  }
  const on = today(clock)
  const validUntil = addDays(on, letterDays)
  const { invited, refused, codes } = store.act(person, 'portal.invite', 'Lettres d’accès au portail', (write) => {
    const found = splitInvitable(core, guardianIds)
    const way = {
      ...newInvitation(write, 'letter'),
      codeExpiresAt: instantOf(addDays(validUntil, 1), timeOfDay('00:00')),
    }
    const given = found.invited.map(({ guardianId, accountId }) => {
      const code = letterCode(randomBytes(letterCodeBytes))
      const codeHash = createHash('sha256').update(typedLetterCode(code)).digest('hex')
      if (accountId === null) write.insert(portalAccount, { guardianId, ...way, codeHash })
      else write.update(portalAccount, accountId, { ...way, codeHash, actId: write.actId })
      return [guardianId, code] as const
    })
    return { ...found, codes: new Map(given) }
  })
  if (invited.length === 0) return { invited: 0, refused, letters: null }
  const addresses = addressesOf(core, invited)
  const { logoId: _, ...from } = letterheadOf(store).organisation
  const logo = logoOf(store)?.bytes
  const organisation = { ...from, ...(logo && { logo: new Uint8Array(logo) }) }
  const [bytes] = await renderPapers(
    [
      {
        portalLetters: invited.map((row) => ({
          organisation,
          on,
          to: { name: nameOf(row), addressLines: addresses.get(row.guardianId) ?? [] },
          address,
          identifier: row.email,
          code: codes.get(row.guardianId) ?? '',
          validUntil,
          isOpen: row.openedAt !== null,
        })),
      },
    ],
    { createdAt: clock() },
  )
  if (!bytes) throw new RangeError('no letter was printed')
  const [only] = invited
  const name =
    only && invited.length === 1
      ? `Accès au portail ${only.firstName} ${only.lastName}.pdf`
      : `Accès au portail, ${invited.length} lettres du ${shortDay(on)}.pdf`
  const letters = new File([new Uint8Array(bytes)], name.replace(/[\\/:*?"<>|]/g, '-'), { type: 'application/pdf' })
  return { invited: invited.length, refused, letters }
}

const newInvitation = (write: Write, by: 'mail' | 'letter') => ({
  invitationId: randomUUID(),
  invitationBy: by,
  invitedAt: write.at,
})

/** Splits guardians into those who may be invited and those refused. An e-mail is one guardian's login only. */
const splitInvitable = ({ store, clock }: Core, guardianIds: readonly number[]) => {
  const ids = [...new Set(guardianIds)]
  const rows = new Map(accessOf(store, clock, ids).map((row) => [row.guardianId, row]))
  const housed = new Set(presentHomesOf(store, ids, today(clock)).map(({ guardianId }) => guardianId))
  const taken = loginOwners(store)
  const invited: AccessRow[] = []
  const refused: InvitationResult['refused'] = []
  for (const guardianId of ids) {
    const row = rows.get(guardianId)
    const owner = row && taken.get(row.email)
    const sentence = !row
      ? 'Cette personne n’est plus dans une famille présente.'
      : whyNotInvited(row, housed.has(guardianId), owner && owner.guardianId !== guardianId ? owner.name : null)
    if (sentence !== null) refused.push({ guardianId, name: row ? nameOf(row) : '', sentence })
    else if (row) {
      invited.push(row)
      taken.set(row.email, { guardianId, name: `${row.firstName} ${row.lastName}` })
    }
  }
  return { invited, refused }
}

const whyNotInvited = (
  row: Pick<AccessRow, 'email' | 'state'>,
  isHoused: boolean,
  otherOwner: string | null,
): string | null => {
  if (!isHoused) return 'Sa famille est partie\u00a0: plus d’accès au portail.'
  if (row.email === '') return 'Pas d’adresse mail\u00a0: c’est l’identifiant du portail, ajoutez-la à sa fiche.'
  if (row.state === 'blocked') return 'Son compte est bloqué\u00a0: débloquez-le d’abord.'
  if (!z.email().safeParse(row.email).success) {
    return `L’adresse mail ${row.email} n’est pas acceptée par le portail\u00a0: corrigez-la sur sa fiche.`
  }
  return otherOwner === null
    ? null
    : `L’adresse mail ${row.email} est déjà l’identifiant ${ofName(otherOwner)}\u00a0: il en faut une à chacun.`
}

/**
 * Part of an act, which may have just added the guardian: sends a link at the next exchange.
 * @throws Refused when this guardian may have no account
 */
export const writeInvitationByMail = (store: Store, write: Write, guardianId: number): void => {
  const person = store.db.select().from(guardian).where(eq(guardian.id, guardianId)).get()
  if (!person) throw new RangeError(`no guardian ${guardianId}`)
  const account = accountOf(store, guardianId)
  const owner = loginOwners(store).get(person.email)
  const sentence = whyNotInvited(
    { ...person, state: account?.blocked === true ? 'blocked' : 'none' },
    true,
    owner && owner.guardianId !== guardianId ? owner.name : null,
  )
  if (sentence !== null) throw new Refused(sentence)
  const way = { ...newInvitation(write, 'mail'), codeHash: null, codeExpiresAt: null }
  if (account) write.update(portalAccount, account.id, { ...way, actId: write.actId })
  else write.insert(portalAccount, { guardianId, ...way })
}

const addressesOf = ({ store, clock }: Core, people: readonly AccessRow[]): ReadonlyMap<number, readonly string[]> => {
  const on = today(clock)
  const ids = people.map(({ guardianId }) => guardianId)
  const own = ownAddresses(store, ids)
  const homes = Map.groupBy(presentHomesOf(store, ids, on), ({ guardianId }) => guardianId)
  const histories = homeHistories(store, [...new Set([...homes.values()].flatMap((all) => all.map(({ id }) => id)))])
  return new Map(
    ids.map((id) => {
      const history = histories.get(homes.get(id)?.[0]?.id ?? 0)
      const address = own.get(id) ?? (history && homeOn(history, on).address)
      return [id, address ? addressLines(address) : []]
    }),
  )
}

/** Blocks or unblocks an account. From the next exchange on, the portal ends its sessions and refuses logins. */
export const setBlocked = (
  { store, clock }: Core,
  person: Person,
  { guardianId, blocked }: { guardianId: number; blocked: boolean },
): void => {
  const [row] = accessOf(store, clock, [guardianId])
  const label = `Compte du portail ${blocked ? 'bloqué' : 'débloqué'}\u00a0: ${row ? nameOf(row) : ''}`
  store.act(person, 'portal.block', label, (write) => {
    const account = accountOf(store, guardianId)
    if (!account) throw new Refused('Cette personne n’a pas de compte sur le portail.')
    if (account.blocked !== blocked) write.update(portalAccount, account.id, { blocked, actId: write.actId })
  })
}

/** Part of the exchange's act: a guardian has chosen a first password on the portal. */
export const markActivated = ({ store }: Core, write: Write, guardianId: number, at: Instant): void => {
  const account = accountOf(store, guardianId)
  if (account?.activatedAt === null) write.update(portalAccount, account.id, { activatedAt: at })
}

/** Part of the exchange's act: the portal made the account's own key, while the account had this mail address. */
export const writeSealingKey = (
  { store }: Core,
  write: Write,
  { guardian: guardianId, publicKey, email }: AccountKeyEntry,
): void => {
  const account = accountOf(store, guardianId)
  if (!account || !isAccountKey(publicKey)) return
  write.update(portalAccount, account.id, { sealingKey: publicKey, sealingKeyEmail: email, actId: write.actId })
}

// ---- Settings

const defaultSettings: PortalSettings = {
  openingHours: '',
  information: '',
  publisher: '',
  director: '',
  host: '',
  dataProtectionOfficer: '',
  conformity: 'non',
  audit: '',
  accessibilityContact: '',
  accent: 'marine',
  nightAt: timeOfDay('02:00'),
  continuous: false,
  showsHealth: true,
  terms: { version: '', text: '' },
  payfip: { mode: 'off', tryEmail: '', address: '' },
  automatic: { bookings: false, cancellations: false, registrations: false, fields: [] },
}

/** The portal's settings, or the defaults until the town saves its own. */
export const portalSettingsOf = (store: Store): PortalSettings => {
  const row = settingsRow(store)
  if (!row) return defaultSettings
  const { id: _, accent, automatic, ...rest } = row
  return {
    ...rest,
    accent: accentNamed(accent),
    automatic: { ...automatic, fields: [...automatic.fields] },
  }
}

export { proxyAgentFor }

/** The proxy and the certificate authority through which the desk reaches the portal and PayFiP; empty for none. */
export const networkOf = (store: Store): Network => {
  const { proxy = '', certificateAuthority = '' } = settingsRow(store) ?? {}
  return { proxy, certificateAuthority }
}

/** @throws Refused for a proxy or a certificate that cannot be used */
export const saveNetwork = ({ store, exchange, clock }: Core, person: Person, typed: Network): Network => {
  const network = validateNetwork(typed, clock())
  store.act(person, 'exchange.network', 'Réseau de la mairie', (write) => writePortalSettings(store, write, network))
  exchange.reschedule()
  return networkOf(store)
}

export const readSettings = ({ store }: Core): PortalSettings => portalSettingsOf(store)

/** Part of an act. Inserts the defaults first if there is no row yet, so that the audit shows only what differs. */
export const writePortalSettings = (
  store: Store,
  write: Write,
  changes: Partial<typeof portalSettings.$inferInsert>,
): PortalSettings => {
  if (!settingsRow(store)) write.insert(portalSettings, { id: 1, ...defaultSettings })
  write.update(portalSettings, 1, changes)
  return portalSettingsOf(store)
}

export const saveTexts = ({ store }: Core, person: Person, texts: PortalTexts): PortalSettings =>
  store.act(person, 'portal.texts', 'Textes et couleur du portail', (write) => {
    if (texts.conformity === 'totale' && texts.audit === '') {
      throw new Refused(
        '« Totalement conforme » demande un audit\u00a0: écrivez par qui et quand il a été fait.',
        'audit',
      )
    }
    return writePortalSettings(store, write, texts)
  })

/**
 * Saves another text of the règlement, which every family must accept again: acceptances of the former text count until
 * a day. @throws Refused for a text without a new version, and for a past day
 */
export const saveTerms = (
  { store, clock }: Core,
  person: Person,
  { formerUntil = null, ...terms }: PortalTerms & { readonly formerUntil?: Day | null },
): PortalSettings =>
  store.act(person, 'portal.terms', 'Règlement du portail', (write) => {
    const before = portalSettingsOf(store).terms
    if (terms.text !== '' && terms.version === '') {
      throw new Refused('Nommez cette version, par exemple «\u00a0septembre 2026\u00a0».', 'version')
    }
    const isOther = terms.text !== '' && before.text !== '' && terms.text !== before.text
    if (isOther && sameLabel(terms.version, before.version)) {
      throw new Refused(
        'Le texte a changé\u00a0: donnez un autre nom à sa version, les familles ont accepté l’ancienne.',
        'version',
      )
    }
    if (isOther) {
      const lastDay = formerUntil ?? today(clock)
      if (lastDay < today(clock))
        throw new Refused('Cette date est passée\u00a0: choisissez aujourd’hui ou un jour à venir.', 'formerUntil')
      endAccepted(store, write, lastDay)
    }
    return writePortalSettings(store, write, { terms })
  })

/** How invoices of a régie are paid online. The first one's settings stay those of the portal. */
export const readPayfip = ({ store }: Pick<Core, 'store'>, regieId: number = firstRegieId): PayfipSettings => {
  const { payfip, payfipNumber } = regieOf(store, regieId)
  const ofPortal = portalSettingsOf(store).payfip
  return { ...ofPortal, ...(regieId !== firstRegieId && payfip), client: payfipNumber }
}

const modeNames: Readonly<Record<PayfipMode, string>> = {
  off: 'fermé',
  test: 'en essai',
  activation: 'en activation',
  production: 'ouvert à tous',
}

/** @param address of a PayFiP simulator, which runs beside both desk and portal; absent, the stored address remains */
export const savePayfip = (
  core: Core,
  person: Person,
  {
    regieId = firstRegieId,
    mode,
    tryEmail,
    address,
  }: { regieId?: number; mode: PayfipMode; tryEmail: string; address?: string },
): PayfipSettings =>
  core.store.act(person, 'portal.payfip', `Paiement en ligne\u00a0: ${modeNames[mode]}`, (write) => {
    const before = readPayfip(core, regieId)
    if (mode !== 'off' && !/^\d{6}$/.test(before.client)) {
      throw new Refused(
        regieId === firstRegieId
          ? 'Il manque le numéro client PayFiP de la régie\u00a0: écrivez-le dans Réglages, « Structure ».'
          : 'Il manque le numéro client PayFiP de la régie\u00a0: écrivez-le dans Réglages, « Régies ».',
        'mode',
      )
    }
    if ((mode === 'test' || mode === 'activation') && !z.email().safeParse(tryEmail).success) {
      throw new Refused(
        'Écrivez l’adresse mail du compte qui fera l’essai\u00a0: lui seul verra le bouton.',
        'tryEmail',
      )
    }
    const payfip = { mode, tryEmail: tryEmail.toLowerCase() }
    const settings = { ...payfip, address: address ?? before.address }
    if (regieId === firstRegieId) writePortalSettings(core.store, write, { payfip: settings })
    else write.update(regie, regieId, { payfip })
    return { ...settings, client: before.client }
  })

/** Asks PayFiP for the régie's name, to check the number. Pays nothing. */
export const tryPayfip = async (core: Core, regieId: number = firstRegieId): Promise<{ sentence: string }> => {
  const { client, address } = readPayfip(core, regieId)
  if (client === '') throw new Refused('Il n’y a pas de numéro client PayFiP à essayer.')
  try {
    const network = networkOf(core.store)
    const { name } = await createPayfip(address, (target) => proxyAgentFor(network, target)).client(client)
    return { sentence: `PayFiP connaît la régie ${client}${name === '' ? '' : `\u00a0: ${name}`}.` }
  } catch (error) {
    if (error instanceof PayfipRefused) {
      throw new Refused(`PayFiP ne connaît pas la régie ${client} (code ${error.code}). Vérifiez le numéro.`)
    }
    if (!(error instanceof PayfipSilent)) throw error
    core.log(`PayFiP ne répond pas\u00a0: ${error.message}`)
    throw new Refused('PayFiP ne répond pas. Vérifiez la connexion à internet, puis réessayez.')
  }
}

export const saveHealthShown = ({ store }: Core, person: Person, showsHealth: boolean): PortalSettings =>
  store.act(person, 'portal.healthShown', 'Fiche sanitaire sur le portail', (write) =>
    writePortalSettings(store, write, { showsHealth }),
  )

export const saveAutomatic = (
  { store }: Core,
  person: Person,
  automatic: PortalSettings['automatic'],
): PortalSettings =>
  store.act(person, 'portal.automatic', 'Demandes du portail acceptées d’elles-mêmes', (write) => {
    if (!automatic.fields.every(isProposableField)) throw new Refused('Cette information n’existe pas.', 'fields')
    if (!automatic.fields.every(mayBeAutomatic)) {
      throw new Refused('Qui peut venir chercher un enfant se décide toujours par une personne.', 'fields')
    }
    return writePortalSettings(store, write, { automatic })
  })

const subjects: readonly ProposalSubject[] = ['family', 'guardian', 'child']
const isProposableField = (field: string): boolean =>
  subjects.some((subject) => field.startsWith(`${subject}.`) && isProposable(subject, field.slice(subject.length + 1)))
