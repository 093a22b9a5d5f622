import * as z from 'zod'
import { accents } from '../../portal/accent.ts'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import { mailKinds } from '../../rules/requests/mails.ts'
import { Id, Line, procedure } from '../procedure.ts'

const InstantOut = z.custom<Instant>((value) => typeof value === 'string')

/** `shared/rules/access/password.ts` checks the password's strength. */
const Password = z.string().max(200, 'Mot de passe trop long\u00a0: 200 caractères au plus.')

export const PortalSession = z.object({
  /** Null when nobody is logged in: « Vous avez été déconnecté ». */
  login: z
    .object({
      name: z.string(),
      email: z.string(),
      /** The home shown on screen. */
      family: Id,
      /** All homes of the guardian: several if the guardian belongs to several. */
      families: z.array(z.object({ id: Id, title: z.string() })),
      /**
       * The kinds of mail that this parent receives: without those they unsubscribed from, and empty when their mailbox
       * refuses mail.
       */
      mails: z.array(z.enum(mailKinds)),
    })
    .nullable(),
  service: z.object({
    name: z.string(),
    town: z.string(),
    address: z.string(),
    phone: z.string(),
    email: z.string(),
    openingHours: z.string(),
    answerWorkingDays: z.int(),
    /** A palette of `shared/portal/accent.ts`. */
    accent: z.enum(accents),
  }),
  /** « Date de dernière mise à jour »; null before the first publication. */
  publishedAt: InstantOut.nullable(),
  now: InstantOut,
})
export type PortalSession = z.infer<typeof PortalSession>

const FeedShown = z.object({
  createdAt: InstantOut,
  /** The last day on which a calendar app fetched the feed; null if none did. */
  readOn: z.custom<Day>((value) => typeof value === 'string').nullable(),
})
type FeedShown = z.infer<typeof FeedShown>

export const account = {
  session: procedure('anyone').output(PortalSession),
  login: procedure('anyone')
    .input(z.object({ email: Line, password: Password }))
    .output(PortalSession),
  logout: procedure('anyone').output(PortalSession),
  /** « Mot de passe oublié ? »: the answer does not reveal whether the address has an account. */
  forgot: procedure('anyone').input(z.object({ email: Line })),
  /** With the secret of a link sent by mail, valid once. */
  choosePassword: procedure('anyone')
    .input(z.object({ secret: z.string().max(200), password: Password }))
    .output(PortalSession),
  /** With the code of a printed letter, valid once. */
  activateByLetter: procedure('anyone')
    .input(z.object({ email: Line, code: Line, password: Password }))
    .output(PortalSession),
  changePassword: procedure('loggedIn').input(z.object({ current: Password, next: Password })),
  chooseHome: procedure('loggedIn')
    .input(z.object({ family: Id }))
    .output(PortalSession),
  /** Connected devices, the most recently used first. */
  sessions: procedure('loggedIn').output(
    z.array(
      z.object({
        id: z.string(),
        device: z.string(),
        createdAt: InstantOut,
        seenAt: InstantOut,
        current: z.boolean(),
      }),
    ),
  ),
  revoke: procedure('loggedIn').input(z.object({ id: z.string() })),
  /** The calendar feed of confirmed days: when it was created, and when it was last fetched. Null without a feed. */
  feed: procedure('loggedIn').output(FeedShown.nullable()),
  /** Creates the feed. Its address is returned only here; a previous address stops working. */
  openFeed: procedure('loggedIn').output(z.object({ address: z.string() })),
  closeFeed: procedure('loggedIn'),
}
