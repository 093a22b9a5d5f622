import { eq, inArray } from 'drizzle-orm'
import { afterEach, describe, expect, it } from 'vitest'
import {
  changePassword,
  chooseFirstPassword,
  chooseHome,
  choosePassword,
  forgotPassword,
  isLinkUsable,
  logIn,
  loginOf,
  logOut,
  revokeSession,
  sessionsOf,
} from '../../../main/portal/account/accounts.ts'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { mailServerOptions } from '../../../main/portal/mails/mail.ts'
import { openPortal } from '../../../main/portal/portal.ts'
import { prunePortal } from '../../../main/portal/program/prune.ts'
import { account, attempt, document, logEntry, mail, session, token } from '../../../main/portal/store/schema/index.ts'
import { sha256 } from '../../../main/portal/store/store.ts'
import { letterCode, typedLetterCode } from '../../../shared/rules/access/letter-code.ts'
import { instant } from '../../../shared/rules/calendar/day.ts'
import { aPortal, password } from '../portal.ts'
import { stores } from '../stores.ts'
import { accounts, published } from '../town.ts'

const phone = { address: '203.0.113.7', device: 'Téléphone Android' }
const computer = { address: '203.0.113.7', device: 'Ordinateur Windows' }
const email = 'claire.aubry@exemple.fr'

describe.each(stores)('a parent’s account on %s', (_, open) => {
  let place: Awaited<ReturnType<typeof aPortal>>
  const begin = async () => {
    place = await aPortal(open)
    await place.portal.mails.sendWaiting()
    return place
  }
  /** Claire has followed the link of her mail. */
  const activated = async () => {
    const { portal, mailbox } = await begin()
    return choosePassword(portal, phone, { secret: mailbox.linkTo(email), password })
  }
  const loggedIn = async () => {
    const { secret } = await activated()
    const login = await loginOf(place.portal, secret)
    if (!login) throw new Error('nobody is logged in')
    return login
  }
  afterEach(() => place.close())

  it('opens by a link that works once, within 48 hours', async () => {
    const { portal, mailbox, clock } = await begin()
    const secret = mailbox.linkTo(email)
    expect(mailbox.received.find(({ to }) => to === email)?.subject).toBe('Votre compte sur le Portail de la Famille')
    expect(await isLinkUsable(portal, secret)).toBe(true)
    const opened = await choosePassword(portal, phone, { secret, password })
    expect(await loginOf(portal, opened.secret)).toMatchObject({ guardianId: 11, familyId: 1, families: [1] })
    await expect(choosePassword(portal, phone, { secret, password })).rejects.toThrow('déjà servi')
    const late = mailbox.linkTo('marc.aubry@exemple.fr')
    clock.later(48 * 60)
    await expect(choosePassword(portal, phone, { secret: late, password })).rejects.toThrow('plus valable')
  })

  it('reports to the desk once that it was opened, never that its password changed', async () => {
    const { portal, mailbox } = await begin()
    await choosePassword(portal, phone, { secret: mailbox.linkTo(email), password })
    await forgotPassword(portal, phone, email)
    await expect.poll(() => mailbox.received.at(-1)?.subject).toBe('Nouveau mot de passe')
    await choosePassword(portal, phone, { secret: mailbox.linkTo(email), password: 'Tilleul-2027' })
    const said = await portal.store.db.select().from(logEntry)
    expect(said.map(({ kind, body }) => [kind, JSON.parse(body)])).toEqual([
      ['activated', { guardian: 11, at: portal.clock() }],
    ])
  })

  it('opens nothing by a password that was changed while it was being checked', async () => {
    const login = await loggedIn()
    const { portal } = place
    const { db } = portal.store
    /** What happens once the password was checked: failures are forgotten then. */
    const meanwhile = (work: () => Promise<unknown>) => {
      const between: typeof db = new Proxy(db, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name)
          if (name === 'delete') return () => ({ where: work })
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
      return { ...portal, store: { ...portal.store, db: between } }
    }
    const change = (current: string, next: string) => () => changePassword(portal, phone, login, { current, next })
    await expect(logIn(meanwhile(change(password, 'Tilleul-2027')), computer, { email, password })).rejects.toThrow(
      'incorrect',
    )
    const late = meanwhile(change('Tilleul-2027', 'Platane-2028'))
    await expect(
      changePassword(late, computer, login, { current: 'Tilleul-2027', next: 'Voleur-2029' }),
    ).rejects.toThrow('actuel')
    expect((await sessionsOf(portal, login)).map(({ current }) => current)).toEqual([true])
    expect(await logIn(portal, phone, { email, password: 'Platane-2028' })).toHaveProperty('secret')
  })

  it('keeps no secret: tokens and sessions by their hash, mails emptied once sent', async () => {
    const { secret } = await activated()
    const { db } = place.portal.store
    const kept = JSON.stringify([
      await db.select().from(account),
      await db.select().from(session),
      await db.select().from(token),
      await db.select().from(mail),
    ])
    expect(kept).not.toContain(secret)
    expect(kept).not.toContain(place.mailbox.linkTo(email))
    expect(kept).not.toContain(password)
    expect(kept).toContain('$argon2id$v=19$m=8,t=1,p=1$')
  })

  it('spends on a password what OWASP asks for at least, where nothing else is said', async () => {
    const { store, clock, log, address } = (await begin()).portal
    const { passwordCost } = await openPortal({ store, clock, log, address, mail: null })
    expect(passwordCost).toEqual({ kibibytes: 19_456, passes: 2 })
  })

  it('refuses a weak password and keeps the link usable', async () => {
    const { portal, mailbox } = await begin()
    const secret = mailbox.linkTo(email)
    for (const weak of ['marronnier', email])
      await expect(choosePassword(portal, phone, { secret, password: weak })).rejects.toThrow('trop simple')
    expect(await isLinkUsable(portal, secret)).toBe(true)
  })

  it('gives one session for one link, even asked for twice at once', async () => {
    const { portal, mailbox } = await begin()
    const secret = mailbox.linkTo(email)
    const both = await Promise.allSettled([1, 2].map(() => choosePassword(portal, phone, { secret, password })))
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it('opens by the code of a printed letter, typed in any manner, with the right login only', async () => {
    const { portal } = await begin()
    const code = letterCode(crypto.getRandomValues(new Uint8Array(12)))
    const codeHash = sha256(typedLetterCode(code))
    const invitation = { id: 'letter-1', by: 'letter', codeHash, expiresAt: instant('2026-12-25T09:00:00.000Z') }
    const documents = [published('account/11', { ...accounts.claire, invitation })]
    await publish(portal, { documents, withdrawn: [] })
    const typed = code.toLowerCase().replaceAll('-', ' ')
    const other = { email: 'marc.aubry@exemple.fr', code, password }
    await expect(chooseFirstPassword(portal, phone, other)).rejects.toThrow('ne vont pas ensemble')
    // As the secret of a link it would need no login, and nobody would count the tries.
    const secret = typedLetterCode(code)
    expect(await isLinkUsable(portal, secret)).toBe(false)
    await expect(choosePassword(portal, phone, { secret, password })).rejects.toThrow('n’est plus valable')
    await chooseFirstPassword(portal, phone, { email, code: typed, password })
    await expect(chooseFirstPassword(portal, phone, { email, code, password })).rejects.toThrow('déjà servi')
    expect(await logIn(portal, phone, { email, password })).toHaveProperty('secret')
  })

  it('mails an invitation once, however often it is published', async () => {
    const { portal, mailbox } = await begin()
    const before = mailbox.received.length
    await publish(portal, { documents: [published('account/11', accounts.claire)], withdrawn: [] })
    await portal.mails.sendWaiting()
    expect(mailbox.received).toHaveLength(before)
    expect(await isLinkUsable(portal, mailbox.linkTo(email))).toBe(true)
  })

  it('does not reveal whether an account exists: same sentence for none, no password yet, wrong, blocked', async () => {
    await activated()
    const { portal } = place
    const said = async (typed: { email: string; password: string }) =>
      logIn(portal, phone, typed).catch((error: Error) => error.message)
    const blocked = { ...accounts.other, blocked: true }
    await publish(portal, { documents: [published('account/21', blocked)], withdrawn: [] })
    const answers = [
      await said({ email: 'nobody@exemple.fr', password }),
      await said({ email: 'marc.aubry@exemple.fr', password }),
      await said({ email, password: 'Marronnier-15' }),
      await said({ email: accounts.other.email, password }),
    ]
    expect(new Set(answers)).toEqual(
      new Set(['Adresse mail ou mot de passe incorrect. Vérifiez les deux. Il reste 4\u00a0essais.']),
    )
  })

  it('waits after five failures, for an account that exists or not, even tried all at once', async () => {
    await activated()
    const { portal, clock } = place
    for (const name of [email, 'nobody@exemple.fr']) {
      const guesses = Array.from({ length: 12 }, () => logIn(portal, phone, { email: name, password: 'Wrong-guess-1' }))
      const answers = (await Promise.allSettled(guesses)).map((answer) =>
        answer.status === 'rejected' ? String(answer.reason) : 'in',
      )
      expect(answers.filter((answer) => answer.includes('incorrect'))).toHaveLength(5)
      expect(answers.filter((answer) => answer.includes('Attendez 1\u00a0minute'))).toHaveLength(7)
    }
    await expect(logIn(portal, phone, { email, password })).rejects.toThrow('Trop d’essais')
    clock.later(1)
    await expect(logIn(portal, phone, { email, password })).resolves.toHaveProperty('secret')
  })

  it('stops at 25 failures in a day, until the owner of the mailbox asks for a link', async () => {
    await activated()
    const { portal, clock, mailbox } = place
    for (let guess = 0; guess < 25; guess += 1) {
      await logIn(portal, phone, { email, password: 'Wrong-guess-1' }).catch(() => undefined)
      if (guess % 5 === 4) clock.later(20)
    }
    await expect(logIn(portal, phone, { email, password })).rejects.toThrow('heures')
    await forgotPassword(portal, phone, email)
    await expect.poll(() => mailbox.received.at(-1)?.subject).toBe('Nouveau mot de passe')
    await choosePassword(portal, phone, { secret: mailbox.linkTo(email), password: 'Tilleul-2027' })
    expect(await logIn(portal, phone, { email, password: 'Tilleul-2027' })).toHaveProperty('secret')
  })

  it('resets by a link that works once, within the hour, and closes what was open', async () => {
    const { secret: old } = await activated()
    const { portal, mailbox, clock } = place
    await forgotPassword(portal, phone, ` ${email.toUpperCase()} `)
    await expect.poll(() => mailbox.received.at(-1)?.subject).toBe('Nouveau mot de passe')
    const secret = mailbox.linkTo(email)
    const opened = await choosePassword(portal, computer, { secret, password: 'Tilleul-2027' })
    expect(await loginOf(portal, old)).toBeNull()
    expect(await loginOf(portal, opened.secret)).not.toBeNull()
    await expect(choosePassword(portal, computer, { secret, password })).rejects.toThrow('déjà servi')
    await portal.mails.sendWaiting()
    expect(mailbox.received.at(-1)?.subject).toBe('Votre mot de passe a changé')
    await forgotPassword(portal, phone, email)
    await expect.poll(() => mailbox.received.at(-1)?.subject).toBe('Nouveau mot de passe')
    clock.later(60)
    expect(await isLinkUsable(portal, mailbox.linkTo(email))).toBe(false)
  })

  it('writes nothing to an address that is no account, and says the same', async () => {
    const { portal, mailbox } = await begin()
    const before = mailbox.received.length
    await expect(forgotPassword(portal, phone, 'nobody@exemple.fr')).resolves.toBeUndefined()
    await portal.mails.sendWaiting()
    expect(mailbox.received).toHaveLength(before)
  })

  it('lists its sessions, closes another, and none of anybody else', async () => {
    const login = await loggedIn()
    const { portal } = place
    const second = await logIn(portal, computer, { email, password })
    const sessions = await sessionsOf(portal, login)
    expect(sessions.map(({ device, current }) => [device, current])).toEqual(
      expect.arrayContaining([
        ['Téléphone Android', true],
        ['Ordinateur Windows', false],
      ]),
    )
    const stranger = { ...login, guardianId: 21 }
    for (const { id } of sessions) await expect(revokeSession(portal, stranger, id)).rejects.toThrow('plus connecté')
    const other = sessions.find(({ current }) => !current)
    await revokeSession(portal, login, other?.id ?? '')
    expect(await loginOf(portal, second.secret)).toBeNull()
  })

  it('ends a session by itself after 30 minutes without a call, 12 hours at most, and at the parent’s word', async () => {
    const { secret } = await activated()
    const { portal, clock } = place
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      clock.later(20)
      expect(await loginOf(portal, secret)).not.toBeNull()
    }
    clock.later(20)
    expect(await loginOf(portal, secret)).toBeNull()
    const second = await logIn(portal, phone, { email, password })
    clock.later(30)
    expect(await loginOf(portal, second.secret)).toBeNull()
    const third = await logIn(portal, phone, { email, password })
    const login = await loginOf(portal, third.secret)
    if (login) await logOut(portal, login)
    expect(await loginOf(portal, third.secret)).toBeNull()
  })

  it('changes its password knowing the present one; the other devices are closed, this one stays by another cookie', async () => {
    const { secret } = await activated()
    const { portal } = place
    const login = await loginOf(portal, secret)
    if (!login) throw new Error('nobody is logged in')
    const second = await logIn(portal, computer, { email, password })
    const wrong = { current: 'Wrong-guess-1', next: 'Tilleul-2027' }
    await expect(changePassword(portal, phone, login, wrong)).rejects.toThrow('actuel')
    const renewed = await changePassword(portal, phone, login, { current: password, next: 'Tilleul-2027' })
    expect(await loginOf(portal, renewed.secret)).toMatchObject({ sessionId: login.sessionId })
    // Whoever had noted the cookie of before is out too.
    expect(await loginOf(portal, secret)).toBeNull()
    expect(await loginOf(portal, second.secret)).toBeNull()
  })

  it('lets a guardian of two homes choose, and nobody reach a third', async () => {
    const { portal, mailbox } = await begin()
    const { secret } = await choosePassword(portal, phone, {
      secret: mailbox.linkTo('marc.aubry@exemple.fr'),
      password,
    })
    const login = await loginOf(portal, secret)
    if (!login) throw new Error('nobody is logged in')
    expect(login.families).toEqual([1, 2])
    await chooseHome(portal, login, 2)
    expect((await loginOf(portal, secret))?.familyId).toBe(2)
    await expect(chooseHome(portal, login, 3)).rejects.toThrow('n’existe pas')
  })

  it('is closed at once when the desk blocks it, takes it away, changes its mail or takes a home from it', async () => {
    const { secret } = await activated()
    const { portal, mailbox } = place
    const change = (content: unknown) =>
      publish(portal, { documents: [published('account/11', content)], withdrawn: [] })
    await change({ ...accounts.claire, blocked: true })
    expect(await loginOf(portal, secret)).toBeNull()
    await change(accounts.claire)
    const again = await logIn(portal, phone, { email, password })
    await change({ ...accounts.claire, email: 'claire@exemple.fr' })
    expect(await loginOf(portal, again.secret)).toBeNull()
    const third = await logIn(portal, phone, { email: 'claire@exemple.fr', password })
    await change({ ...accounts.claire, email: 'claire@exemple.fr', families: [2] })
    expect(await loginOf(portal, third.secret)).toBeNull()
    const fourth = await logIn(portal, phone, { email: 'claire@exemple.fr', password })
    await publish(portal, { documents: [], withdrawn: ['account/11'] })
    expect(await loginOf(portal, fourth.secret)).toBeNull()
    expect(mailbox.received.filter(({ to }) => to === email)).toHaveLength(1)
  })

  it('two guardians may swap their mails, in two messages as in one', async () => {
    const claire = await activated()
    const { portal } = place
    const say = (...told: { guardian: number; email: string }[]) =>
      publish(portal, { documents: told.map((one) => published(`account/${one.guardian}`, one)), withdrawn: [] })
    const [hers, his] = [accounts.claire.email.toLowerCase(), accounts.marc.email]
    const mails = async () =>
      (
        await portal.store.db
          .select()
          .from(account)
          .where(inArray(account.guardianId, [11, 12]))
      )
        .toSorted((one, other) => one.guardianId - other.guardianId)
        .map((one) => one.email)
    await say({ ...accounts.marc, email: hers })
    expect(await loginOf(portal, claire.secret)).toBeNull()
    await say({ ...accounts.claire, email: his })
    expect(await mails()).toEqual([his, hers])
    await say({ ...accounts.claire, email: hers }, { ...accounts.marc, email: his })
    expect(await mails()).toEqual([hers, his])
  })

  it('erases what nobody needs any more, and nothing that still serves', async () => {
    const { secret } = await activated()
    const { portal, clock } = place
    await logIn(portal, phone, { email: 'nobody@exemple.fr', password }).catch(() => undefined)
    const { db } = portal.store
    const left = async () => [
      await db.$count(session),
      await db.$count(attempt),
      await db.$count(token),
      await db.$count(mail),
    ]
    const before = await left()
    await prunePortal(portal)
    expect(await left()).toEqual(before)
    expect(await loginOf(portal, secret)).not.toBeNull()
    clock.later(31 * 24 * 60)
    await prunePortal(portal)
    expect(await left()).toEqual([0, 0, 0, 0])
  })

  it('keeps a mail that the mail server refused, and sends it later', async () => {
    place = await aPortal(open)
    const { portal, mailbox, clock } = place
    mailbox.refuse(true)
    expect(await portal.mails.sendWaiting()).toBe(0)
    mailbox.refuse(false)
    expect(await portal.mails.sendWaiting()).toBe(0)
    clock.later(6)
    expect(await portal.mails.sendWaiting()).toBe(3)
    expect(mailbox.received).toHaveLength(3)
  })

  it('sends no mail whose link expired while it waited', async () => {
    place = await aPortal(open)
    const { portal, mailbox, clock, lines } = place
    mailbox.refuse(true)
    await portal.mails.sendWaiting()
    clock.later(48 * 60)
    mailbox.refuse(false)
    expect(await portal.mails.sendWaiting()).toBe(0)
    expect(await portal.store.db.$count(mail)).toBe(0)
    expect(lines.filter((line) => line.includes('son lien a expiré'))).toHaveLength(3)
  })

  it('sends mails in the name of the town, which no computer is to answer', async () => {
    const { mailbox } = await begin()
    const [letter] = mailbox.received
    expect(letter?.greeting).toBe('portail.exemple.fr')
    expect(letter?.headers.get('message-id')).toMatch(/^<[\w-]+@portail\.exemple\.fr>$/)
    expect(letter?.headers.get('auto-submitted')).toBe('auto-generated')
    expect(letter?.headers.get('from')).toContain('<ne-pas-repondre@exemple.fr>')
    expect(letter?.headers.get('from')).toMatch(/Espace_Jeunesse.*Blainville-sur/)
  })

  it('sends none before the desk has published the town, without which they would come from nobody’s name', async () => {
    place = await aPortal(open)
    const { mails, store } = place.portal
    const town = await store.db.delete(document).where(eq(document.kind, 'town')).returning()
    expect(await mails.sendWaiting()).toBe(0)
    await store.db.insert(document).values(town)
    expect(await mails.sendWaiting()).toBeGreaterThan(0)
  })

  it('sends a mail once, though the mail server takes minutes over each and another worker comes meanwhile', async () => {
    place = await aPortal(open)
    const { portal, mailbox, clock } = place
    let isFirst = true
    mailbox.slowDown(async () => {
      clock.later(3)
      if (!isFirst && mailbox.received.length === 2) await portal.mails.sendWaiting()
      isFirst = false
    })
    await portal.mails.sendWaiting()
    expect(mailbox.received).toHaveLength(3)
    expect(new Set(mailbox.received.map(({ to }) => to)).size).toBe(3)
  })
})

describe('a mail server', () => {
  it.each([
    ['smtp://portail:secret@mail.exemple.fr:587', true],
    ['smtp://mail.exemple.fr:25', false],
    ['smtp://portail:secret@127.0.0.1:25', false],
    ['smtp://portail:secret@127.0.0.1.exemple.fr:25', true],
    ['smtps://portail:secret@mail.exemple.fr:465', false],
  ])('%s is given a password under TLS only', (url, isRequired) => {
    expect(mailServerOptions({ url, from: '' }, 'portail.exemple.fr').requireTLS).toBe(isRequired)
  })
})
