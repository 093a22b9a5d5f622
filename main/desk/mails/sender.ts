import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'
import {
  afterSending,
  fateAfterCrash,
  fateInOlderCopy,
  lateBefore,
  type MailFate,
  mailFates,
  minutesBeforeRetry,
  pauseMilliseconds,
  type SendOutcome,
} from '../../../shared/rules/mails/fate.ts'
import type { MailPaper } from '../../../shared/rules/mails/letter.ts'
import { comparedAddress } from '../../../shared/rules/mails/stop-list.ts'
import { mostRefusedInARow, passesByItself, type Trouble, troubleText } from '../../../shared/rules/mails/trouble.ts'
import { errorTrace } from '../../store/failures.ts'
import { type Store, systemActor } from '../../store/store.ts'
import type { Core } from '../core.ts'
import {
  beginDelivery,
  changeFates,
  countBegun,
  endDelivery,
  type NextMail,
  nextMail,
  type SentChannel,
  saveBegun,
  stopOf,
} from './mails-store.ts'
import { writeStop } from './stop-list.ts'
import { readWitness, writeWitness } from './witness.ts'

/** What goes with a mail: attached files, and the HTML version of its text. */
type Enclosed<OneFile> = { readonly files: readonly OneFile[]; readonly html?: string }

/**
 * Makes what goes with a mail, by kind of paper. Passed in, because the domains that make papers lie above this one.
 */
export type MailPapers = Readonly<Record<MailPaper['kind'], (core: Core, id: number) => Promise<Enclosed<File>>>>

export type SentFile = { readonly name: string; readonly type: string; readonly bytes: Uint8Array }

/** The way out of one channel: the mail server, or the SMS provider. */
export type Outlet = {
  readonly channel: SentChannel
  /** Null when nothing can leave from this computer. */
  office(core: Core): Office | null
  perMinute(store: Store): number
  /** Runs once the queue is empty, for instance to fetch reports of SMS that left. */
  afterQueue?(core: Core, signal: AbortSignal): Promise<void>
}

export type Office = {
  /** The name by which staff know it: « smtp.exemple.fr:587 » */
  readonly name: string
  /** @throws DispatchFailed */
  open(): Promise<OfficeSession>
}

export type OfficeSession = {
  /** Whether the other side has closed the connection, as it does when nothing was sent for a while. */
  readonly isOver: boolean
  /** Resolves once the other side has confirmed that it has the mail. @throws DispatchFailed */
  send(mail: NextMail, enclosed: Enclosed<SentFile>): Promise<{ readonly reference: string }>
  /** Closes the connection; a mail that is being sent fails. */
  close(): void
}

/** A call of the mail server or of the provider failed. */
export class DispatchFailed extends Error {
  readonly outcome: SendOutcome
  readonly trouble: Trouble | null
  /** The codes for the log and the queue: « RCPT TO 550 5.1.1 » */
  readonly codes: string
  constructor(
    { outcome, trouble }: { readonly outcome: SendOutcome; readonly trouble: Trouble | null },
    codes: string,
    cause?: unknown,
  ) {
    super(codes, { cause })
    this.outcome = outcome
    this.trouble = trouble
    this.codes = codes
  }
}

/** The sender of one channel. */
type Sender = {
  /** Why nothing leaves at present, as a sentence; null while mails leave. */
  readonly problem: string | null
  /** To be called after something was queued. */
  wake(): void
  /** Tries again at once: for after staff have changed the settings that made sending fail. */
  retry(): void
  stop(): Promise<void>
}

const nothingToCancel = (): void => undefined

export type Timers = { readonly after: (milliseconds: number, work: () => void) => () => void }

/** Delay before the first look at the queue, so that it does not slow the start of the desk. */
const startMilliseconds = 10_000
/** Interval between two looks at an empty queue; an act that queues mails wakes the sender at once. */
const lookMilliseconds = 60_000
/** While the queue is sent, screens are told to read it again at most this often. */
const notifyMilliseconds = 1000
/** How long a closing desk waits for the server, and for the last fates to be written. */
const closingMilliseconds = 5000
const endMilliseconds = 500

/**
 * Sends the queue of one channel, from whichever file the core has open, one mail at a time. A mail is marked before
 * the server is called, so that none is sent twice: one that was interrupted by a crash or a broken connection waits
 * for a person.
 */
export const startSender = (core: Core, timers: Timers, papers: MailPapers, outlet: Outlet): Sender => {
  const { channel } = outlet
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  let isWanted = false
  let session: OfficeSession | null = null
  let followed: number | null = null
  let refusedInARow = 0
  let failures = 0
  let trouble: { readonly sentence: string; readonly until: Instant } | null = null
  let cancelLook = nothingToCancel

  /**
   * Runs once for each data file that is opened. A mail that a crash interrupted becomes « sort inconnu »; in an older
   * copy of the file all waiting mails do, since they may have left after the copy was made.
   */
  const follow = (store: Store): void => {
    if (followed === core.fileNumber) return
    closeSession()
    trouble = null
    const witness = readWitness(store, channel)
    inTransaction(store, () => {
      const begun = countBegun(store, channel)
      // A file that has sent mails, but without a witness beside it, comes from another computer: it may be an old
      // backup.
      const isOlderCopy = witness === null ? begun > 0 : begun < witness
      changeFates(store, channel, changedFates(isOlderCopy ? fateInOlderCopy : fateAfterCrash))
      if (witness !== null && isOlderCopy) saveBegun(store, channel, witness)
    })
    if (witness === null) beginWitness(store)
    followed = core.fileNumber
  }

  /** Writes the witness, so that the next start on this computer does not look like another computer. */
  const beginWitness = (store: Store): void => {
    try {
      writeWitness(store, channel, countBegun(store, channel))
    } catch (error) {
      core.log(`file des mails\u00a0: ${errorTrace(error)}`)
    }
  }

  const closeSession = (): void => {
    session?.close()
    session = null
  }

  /**
   * The next mail to send. The data file and the witness record that its sending begins before the server is called.
   */
  const takeNext = (store: Store): NextMail | undefined => {
    const now = core.clock()
    const next = inTransaction(store, () => {
      // Only one mail is sent at a time, so one already marked was interrupted by a failure of this computer, such as a
      // full disk.
      changeFates(store, channel, changedFates(fateAfterCrash))
      const isStoppedSince = ({ email }: NextMail) => stopOf(store, comparedAddress(email)) !== undefined
      let found = nextMail(store, channel, now, lateBefore(now))
      for (; found && isStoppedSince(found); found = nextMail(store, channel, now, lateBefore(now)))
        endDelivery(store, found.id, { ...found, fate: 'stopped' }, { reply: '' }, now)
      if (!found) return undefined
      beginDelivery(store, found.id, now)
      saveBegun(store, channel, countBegun(store, channel) + 1)
      return found
    })
    if (!next) return undefined
    try {
      writeWitness(store, channel, countBegun(store, channel))
    } catch (error) {
      endDelivery(store, next.id, { ...next, fate: 'waiting' }, { reply: '' }, now)
      throw error
    }
    return next
  }

  type Sent = {
    readonly outcome: SendOutcome
    readonly trouble: Trouble | null
    readonly reply: string
    readonly reference?: string
  }

  const send = async (office: Office, next: NextMail): Promise<Sent> => {
    const enclosed = await enclosedOf(next).catch((error: unknown) => {
      core.log(`mail ${next.id}\u00a0: ${errorTrace(error)}`)
      return null
    })
    if (enclosed === null) return { outcome: 'rejected', trouble: null, reply: 'pièce jointe' }
    // The server may have closed the connection since the last mail: a new one is then tried.
    for (;;) {
      const isKept: boolean = session !== null && !session.isOver
      try {
        session = isKept && session ? session : await office.open()
        const { reference } = await session.send(next, enclosed)
        return { outcome: 'sent', trouble: null, reply: '', reference }
      } catch (error) {
        if (!(error instanceof DispatchFailed)) throw error
        const { outcome, trouble: found, codes } = error
        if (outcome === 'notBegun' || outcome === 'cut') closeSession()
        if (isKept && outcome === 'notBegun' && found === 'unreachable' && !stopping.signal.aborted) continue
        core.log(`${channel} ${next.id}\u00a0: ${codes}`)
        return { outcome, trouble: found, reply: codes }
      }
    }
  }

  const enclosedOf = async ({ paper }: NextMail): Promise<Enclosed<SentFile>> => {
    if (paper === null) return { files: [] }
    const { files, ...more } = await papers[paper.kind](core, paper.id)
    const read = await Promise.all(
      files.map(async (file) => ({
        name: file.name,
        type: file.type,
        bytes: new Uint8Array(await file.arrayBuffer()),
      })),
    )
    return { files: read, ...more }
  }

  const settle = (store: Store, next: NextMail, { outcome, reply, reference = '' }: Sent): void => {
    const at = core.clock()
    const after = afterSending({ ...next, fate: 'sending' }, outcome, at)
    if (outcome !== 'refused') {
      endDelivery(store, next.id, after, { reply, reference }, at)
      return
    }
    store.act(systemActor, 'mails.refused', 'Adresse mail refusée par le serveur', (write) => {
      writeStop(store, write, { email: next.email, cause: 'refused', reason: reply })
      endDelivery(store, next.id, after, { reply }, at)
    })
  }

  const noteTrouble = (office: Office, found: Trouble | null): void => {
    if (found === null) {
      failures = 0
      return
    }
    const minutes = passesByItself(found) ? minutesBeforeRetry(failures) : 60
    failures += 1
    trouble = { sentence: troubleText(found, office.name), until: addMinutes(core.clock(), minutes) }
  }

  const sendQueue = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const { store } = core
      follow(store)
      if (trouble && trouble.until > core.clock()) {
        closeSession()
        return
      }
      const office = outlet.office(core)
      const next = office && takeNext(store)
      if (!office || !next) {
        closeSession()
        if (office && !stopping.signal.aborted) await outlet.afterQueue?.(core, stopping.signal)
        notify()
        return
      }
      const begun = performance.now()
      const sent = await send(office, next)
      settle(store, next, sent)
      refusedInARow = sent.outcome === 'refused' || sent.outcome === 'rejected' ? refusedInARow + 1 : 0
      const isRejecting = refusedInARow >= mostRefusedInARow
      if (isRejecting) refusedInARow = 0
      trouble = null
      noteTrouble(office, isRejecting ? 'rejecting' : sent.trouble)
      if (trouble || performance.now() - notifiedAt > notifyMilliseconds) notify()
      if (stopping.signal.aborted) return
      await pause(pauseMilliseconds(outlet.perMinute(store)) - (performance.now() - begun))
    }
  }

  let endPause = nothingToCancel
  const pause = (milliseconds: number): Promise<void> =>
    new Promise((done) => {
      const cancel = timers.after(Math.max(0, milliseconds), done)
      endPause = () => {
        cancel()
        done()
      }
    })

  let notifiedAt = 0
  const notify = (): void => {
    notifiedAt = performance.now()
    core.changes.publish('changed', { domains: ['mails', 'sendings'] })
  }

  const wake = (): void => {
    isWanted = true
    if (stopping.signal.aborted || running) return
    cancelLook()
    running = sendWhileWanted().finally(() => {
      running = null
      if (!stopping.signal.aborted) cancelLook = timers.after(lookMilliseconds, wake)
    })
  }

  /** If the sender is woken while it is finishing, it looks at the queue once more. */
  const sendWhileWanted = async (): Promise<void> => {
    while (isWanted && !stopping.signal.aborted) {
      isWanted = false
      try {
        // Lets the act that woke the sender close first.
        await Promise.resolve()
        await sendQueue()
      } catch (error) {
        core.log(`file ${channel}\u00a0: ${errorTrace(error)}`)
      }
    }
  }

  follow(core.store)
  cancelLook = timers.after(startMilliseconds, wake)
  return {
    get problem() {
      return trouble?.sentence ?? null
    },
    wake,
    retry() {
      trouble = null
      failures = 0
      if (!running) closeSession()
      wake()
    },
    async stop() {
      stopping.abort()
      cancelLook()
      endPause()
      // A server that does not answer must not prevent the desk from closing: the mail being sent is left to a person.
      const { promise: tooLong, resolve } = Promise.withResolvers<void>()
      const cancel = timers.after(closingMilliseconds, resolve)
      await Promise.race([running, tooLong])
      cancel()
      closeSession()
      await Promise.race([running, new Promise<void>((done) => timers.after(endMilliseconds, done))])
    },
  }
}

/** The fates that a crash or an older copy changes, each with its new fate. */
const changedFates = (judge: (fate: MailFate) => MailFate) =>
  mailFates.map((fate) => [fate, judge(fate)] as const).filter(([from, to]) => from !== to)

const inTransaction = <Result>(store: Store, work: () => Result): Result => store.sqlite.transaction(work).immediate()
