import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { SmsServer } from '../../../shared/contract/desk/messages/mails.ts'
import { addMinutes } from '../../../shared/rules/calendar/day.ts'
import { lateBefore, minutesBeforeRetry } from '../../../shared/rules/mails/fate.ts'
import { troubleText } from '../../../shared/rules/mails/trouble.ts'
import { toSmsText } from '../../../shared/rules/messages/gsm.ts'
import { mobileOf } from '../../../shared/rules/messages/mobile.ts'
import { reportOf, type SmsValues, whyNotProvider } from '../../../shared/rules/messages/sms-provider.ts'
import { askSmsBalance, askSmsStatus, type SmsCall, SmsFailed, sendSms } from '../../sms/sms.ts'
import { smsSettings } from '../../store/schema/index.ts'
import { writeSealed } from '../../store/secrets.ts'
import { type Store, systemActor } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { networkOf, proxyAgentFor } from '../portal/portal.ts'
import { nextMail, saveReport, smsOfSendings, smsToAskAbout } from './mails-store.ts'
import { DispatchFailed, type Outlet } from './sender.ts'
import { writeStop } from './stop-list.ts'

/*
 * The provider of SMS. Its key is sealed by this computer's keyring in a file of its own, bound to the address that it
 * opens, as the password of the mail server is.
 */

const pathIn = ({ dataDir }: Store): string => join(dataDir, 'prestataire-sms')

const Sealed = z.object({ sendAddress: z.string(), key: z.string() })

const settingsOf = ({ db }: Store): SmsServer | null => {
  const row = db.select().from(smsSettings).get()
  if (!row) return null
  const { id: _, actId: __, ...settings } = row
  return settings
}

/** The key typed for this address on this computer; null when there is none, or when the keyring cannot open it. */
const keyFor = ({ store, exchange }: Core, { provider }: SmsServer): string | null => {
  try {
    const sealed = Sealed.parse(JSON.parse(exchange.secrets.open(readFileSync(pathIn(store)))))
    return sealed.sendAddress === provider.sendAddress ? sealed.key : null
  } catch {
    return null
  }
}

type Ready = { readonly settings: SmsServer; readonly call: SmsCall; readonly name: string }

const readyServer = (core: Core): Ready | null => {
  const settings = settingsOf(core.store)
  const key = settings && keyFor(core, settings)
  if (settings === null || key === null) return null
  const network = networkOf(core.store)
  const { provider } = settings
  return {
    settings,
    call: { provider, key, agentFor: (target) => proxyAgentFor(network, target) },
    name: new URL(provider.sendAddress).hostname,
  }
}

/** Whether the service has a provider of SMS; the portal only then offers SMS to parents. */
export const hasSmsProvider = (store: Store): boolean => settingsOf(store) !== null

/** Whether SMS can leave from this computer. The example town sends none, but shows what they would cost. */
export const sendsSms = (core: Core): boolean => core.isDemo || readyServer(core) !== null

const exampleThousandths = 59
/** How many SMS the example town had paid for before it sent any. */
const examplePrepaid = 412

/** The price of one SMS, in thousandths of a euro. */
export const smsPrice = (core: Core): number =>
  settingsOf(core.store)?.priceThousandths ?? (core.isDemo ? exampleThousandths : 0)

export const readSmsServer = (core: Core): { server: SmsServer | null; hasKey: boolean; problem: string | null } => ({
  server: settingsOf(core.store),
  hasKey: readyServer(core) !== null,
  problem: core.mails.smsProblem,
})

/** @throws Refused for a provider that cannot be called, and when a new address comes without its key */
export const saveSmsServer = (
  core: Core,
  person: Person,
  { key, ...typed }: SmsServer & { readonly key: string },
): void => {
  const { store } = core
  const wrong = whyNotProvider(typed.provider)
  if (wrong !== null) throw new Refused(wrong.sentence, `provider.${wrong.field}`)
  store.act(person, 'mails.smsServer', 'Prestataire de SMS', (write) => {
    const before = settingsOf(store)
    const isKept = key === '' && before !== null && keyFor(core, typed) !== null
    if (key === '' && !isKept) throw new Refused('Collez la clé que ce prestataire vous a donnée.', 'key')
    if (before) write.update(smsSettings, 1, typed)
    else write.insert(smsSettings, { id: 1, ...typed })
    if (isKept) return
    // The audit says that a key was given, never the key.
    write.trace('sms_settings', 1, { password: true })
    const sealed: z.infer<typeof Sealed> = { sendAddress: typed.provider.sendAddress, key: key.trim() }
    writeSealed(pathIn(store), core.exchange.secrets, sealed)
  })
  core.mails.retry()
}

const valuesOf = (number: string, text: string, sender: string, reference: string): SmsValues => ({
  numéro: number,
  'numéro sans +': number.replace('+', ''),
  texte: text,
  expéditeur: sender,
  référence: reference,
})

/** For this many days the provider is asked for reports on an SMS. */
const reportDays = 3
const reportsAtOnce = 50
/**
 * Rate of SMS per minute: messages about a closed school must all leave within minutes. A provider that allows fewer
 * says so in its answers.
 */
const perMinute = 600

/** The outlet of SMS. */
export const smsOutlet: Outlet = {
  channel: 'sms',
  perMinute: () => perMinute,
  office(core) {
    if (core.isDemo) return exampleOffice
    const ready = readyServer(core)
    if (!ready) return null
    const { settings, call, name } = ready
    return {
      name,
      open: () =>
        Promise.resolve({
          isOver: false,
          close: () => undefined,
          async send({ id, queuedAt, email, body }) {
            const reference = `${id}-${queuedAt.replaceAll(/\D/g, '')}`
            try {
              return { reference: await sendSms(call, valuesOf(email, body, settings.sender, reference)) }
            } catch (error) {
              throw error instanceof SmsFailed ? new DispatchFailed(error, error.codes, error) : error
            }
          },
        }),
    }
  },
  async afterQueue(core, signal) {
    const ready = readyServer(core)
    if (!ready || ready.call.provider.statusAddress === '' || core.isDemo) return
    const { store } = core
    const asked = smsToAskAbout(store, core.clock(), addMinutes(core.clock(), -reportDays * 1440), reportsAtOnce)
    for (const { id, email, reference, tries, fate: before } of asked) {
      // Reports wait while there is something to send.
      if (signal.aborted || nextMail(store, 'sms', core.clock(), lateBefore(core.clock()))) return
      const values = { ...valuesOf(email, '', ready.settings.sender, ''), id: reference }
      let statuses: readonly string[]
      try {
        statuses = await askSmsStatus({ ...ready.call, signal }, values)
      } catch {
        // No answer: the report is asked for again at the next look.
        return
      }
      const report = reportOf(ready.call.provider, statuses)
      if (report !== 'stopped') {
        const nextTryAt = addMinutes(core.clock(), minutesBeforeRetry(tries))
        saveReport(store, id, { fate: report ?? before, tries: tries + 1, nextTryAt })
        continue
      }
      // The report is not asked for again: read a second time, STOP would stop the number again after staff lifted it.
      const nextTryAt = addMinutes(core.clock(), reportDays * 1440)
      store.act(systemActor, 'mails.stopped', 'Numéro qui ne veut plus de SMS', (write) => {
        writeStop(store, write, { email, cause: 'asked', reason: 'STOP' })
        saveReport(store, id, { fate: 'delivered', tries: tries + 1, nextTryAt })
      })
    }
  },
}

/** The example town sends nothing to anybody. */
const exampleOffice = {
  name: 'exemple',
  open: () =>
    Promise.resolve({
      isOver: false,
      close: () => undefined,
      send: () => Promise.resolve({ reference: '' }),
    }),
}

/**
 * « Envoyer un essai »: sends an SMS at once, without the queue; the example town sends none. @throws Refused with what
 * the provider said
 */
export const trySms = async (core: Core, { phone }: { readonly phone: string }): Promise<void> => {
  const number = mobileOf(phone)
  if (number === null) throw new Refused('Ce n’est pas un numéro de mobile.', 'phone')
  if (core.isDemo) return
  const ready = readyServer(core)
  if (!ready) throw new Refused('Enregistrez d’abord le prestataire et sa clé sur ce poste.')
  const text = toSmsText('Cet SMS montre que l’Espace Jeunesse peut écrire aux familles.')
  try {
    await sendSms(
      ready.call,
      valuesOf(number, text, ready.settings.sender, `essai-${core.clock().replaceAll(/\D/g, '')}`),
    )
  } catch (error) {
    if (!(error instanceof SmsFailed)) throw error
    core.log(`essai de SMS\u00a0: ${error.codes}`)
    throw new Refused(
      error.trouble === null
        ? error.outcome === 'cut'
          ? 'La connexion s’est coupée pendant l’envoi\u00a0: regardez si l’essai est arrivé.'
          : `Le prestataire n’a pas pris ce SMS (${error.codes}).`
        : troubleText(error.trouble, ready.name),
    )
  }
}

/** The credit left on the account; null when the provider does not tell. */
export const readSmsBalance = async (core: Core): Promise<{ left: string | null }> => {
  if (core.isDemo) return { left: String(Math.max(0, examplePrepaid - smsOfSendings(core.store))) }
  const ready = readyServer(core)
  if (!ready || ready.call.provider.balanceAddress === '') return { left: null }
  try {
    return { left: await askSmsBalance(ready.call) }
  } catch (error) {
    core.log(`solde de SMS\u00a0: ${error instanceof Error ? error.message : ''}`)
    return { left: null }
  }
}
