import { receive } from '../../../shared/exchange/receive.ts'
import { type Core, realCore } from './two-sides.ts'

/** Cores with a deliberate fault, to show that the histories detect it. */
export const brokenCores: Record<string, Core> = {
  'without idempotence: whatever arrives is acted upon, however old, however often': {
    repliesFirst: false,
    take: (side, message, found, now, asked) => {
      const fresh = { ...side, turn: message.turn - 1, answered: message.answered }
      const taken = receive(
        side.name === 'portal' ? fresh : side,
        message,
        { ...found, appliedIds: new Set() },
        now,
        asked,
      )
      if (message.talk.kind !== 'exchange' || taken.outcome === 'comparing') return taken
      return { ...taken, apply: message.talk.entries.filter(({ kind }) => now.speech.kinds.includes(kind)) }
    },
  },
  'without the ids: only places in the log are trusted': {
    repliesFirst: false,
    take: (side, message, found, now, asked) => receive(side, message, { ...found, appliedIds: new Set() }, now, asked),
  },
  'acknowledging before the commit': { ...realCore, repliesFirst: true },
  'reporting what is lost from the restore on, not from the copy': {
    repliesFirst: false,
    take: (side, message, found, now, asked) => {
      const taken = receive(side, message, found, now, asked)
      return { ...taken, side: { ...taken.side, lost: taken.side.lost.map((told) => ({ ...told, from: told.to })) } }
    },
  },
  'taking a restored side at its word: no comparing': {
    repliesFirst: false,
    take: (side, message, found, now, asked) => {
      const taken = receive(side, message, found, now, asked)
      if (taken.outcome !== 'comparing' || message.talk.kind !== 'exchange') return taken
      const received = message.talk.entries
      return {
        ...taken,
        side: {
          ...side,
          turn: message.turn,
          answered: message.answered,
          acknowledged: message.received,
          mirror: { ...side.mirror, end: received.at(-1) ?? side.mirror.end },
        },
        next: { kind: 'exchange', list: null, fetch: [] },
        received,
        apply: received.filter(({ id, kind }) => now.speech.kinds.includes(kind) && !found.appliedIds.has(id)),
        outcome: 'taken',
      }
    },
  },
}
