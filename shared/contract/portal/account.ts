import * as z from 'zod'
import { accents } from '../../portal/accent.ts'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import { mailKinds } from '../../rules/requests/mails.ts'
import { Id, Line, procedure } from '../procedure.ts'

const InstantOut = z.custom<Instant>((value) => typeof value === 'string')

/** The rule is `shared/rules/access/password.ts`. */
const Password = z.string().max(200, 'Mot de passe trop long\u00a0: 200 caractères au plus.')

export const PortalSession = z.object({
  /** Null when nobody is logged in: « Vous avez été déconnecté ». */
  login: z
    .object({
      name: z.string(),
      email: z.string(),
      /** The home on screen. */
      family: Id,
      /** Several for a guardian of two homes. */
      families: z.array(z.object({ id: Id, title: z.string() })),
      /** Kinds of mails that reach this parent: neither stopped, nor refused by the mailbox. */
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
  /** Null until an agenda has read it. */
  readOn: z.custom<Day>((value) => typeof value === 'string').nullable(),
})
type FeedShown = z.infer<typeof FeedShown>

export const account = {
  session: procedure('anyone').output(PortalSession),
  login: procedure('anyone')
    .input(z.object({ email: Line, password: Password }))
    .output(PortalSession),
  logout: procedure('anyone').output(PortalSession),
  /** « Mot de passe oublié ? »: the same answer for every address. */
  forgot: procedure('anyone').input(z.object({ email: Line })),
  /** By the secret of a mail's link, once. */
  choosePassword: procedure('anyone')
    .input(z.object({ secret: z.string().max(200), password: Password }))
    .output(PortalSession),
  /** By the code of a printed letter, once. */
  activateByLetter: procedure('anyone')
    .input(z.object({ email: Line, code: Line, password: Password }))
    .output(PortalSession),
  changePassword: procedure('loggedIn').input(z.object({ current: Password, next: Password })),
  chooseHome: procedure('loggedIn')
    .input(z.object({ family: Id }))
    .output(PortalSession),
  /** Connected devices, the last used first. */
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
  /** The confirmed days in the agenda of a phone: since when, and when it was last read. Null: no address. */
  feed: procedure('loggedIn').output(FeedShown.nullable()),
  /** The address is told here once; one made before it ends. */
  openFeed: procedure('loggedIn').output(z.object({ address: z.string() })),
  closeFeed: procedure('loggedIn'),
}
