import { type BrowserContext, type BrowserContextOptions, expect, type Locator, type Page } from 'playwright/test'
import { aMailbox } from '../portal/accounts/mailbox.ts'
import { aClock } from '../support/desk.ts'
import { aTariff, period } from '../support/towns/billing.ts'
import { aGuardian, aHome, anAddress } from '../support/towns/families.ts'
import { anActivity, aPeriod, aRegistration, aTown, aWednesday, type Part, type Town } from '../support/towns/town.ts'
import { serveAPortal } from './portal/paired-portal.ts'
import { logInByKeyboard, onKeptPage, serveTown } from './town.ts'

/**
 * The people of a story: a child who requests days, and another who holds the only place of the first of these days.
 */
export type Cast = {
  readonly family: string
  readonly parent: string
  readonly child: string
  readonly other: { readonly family: string; readonly parent: string; readonly child: string }
  /** The day of the story, then two Wednesdays of the billed month, then the day of the invoice. */
  readonly days: { readonly today: string; readonly full: string; readonly free: string; readonly billed: string }
}

export const emailOf = (parent: string, family: string): string => `${parent}.${family}@exemple.fr`.toLowerCase()

const aHomeOn =
  (name: string, parent: string, firstName: string, familyQuotient: number) =>
  async ({ client, known }: Town): Promise<void> => {
    const from = '2026-09-01'
    const { id } = await client.families.create({
      home: aHome(name),
      guardians: [{ ...aGuardian(parent, name), email: emailOf(parent, name), mobilePhone: '06 39 98 41 10' }],
      move: { fromDay: from, address: anAddress('8 rue des Tilleuls'), resident: null },
      quotient: { fromDay: from, value: familyQuotient, source: 'CAF', updatedOn: from },
      children: [
        {
          lastName: name,
          firstName,
          birthDay: '2020-03-14',
          sex: '',
          notes: '',
          schooling: { fromDay: from, schoolId: null, level: 'CP', className: '' },
        },
      ],
    })
    const { children } = await client.families.one({ id })
    known.set(`family ${name}`, id)
    known.set(`child ${firstName}`, children[0]?.id ?? 0)
  }

/** Registers a child who holds the only place of that day. */
const holdsTheDay =
  ({ full, other }: { readonly full: string; readonly other: Cast['other'] }) =>
  async (town: Town): Promise<void> => {
    await aRegistration(other.family, other.child, period)(town)
    const registrationId = town.registration(other.child, period)
    const cells = [{ registrationId, day: full, slotId: town.slot('CLSH MERCREDI', 'Matin') }]
    const { refused } = await town.client.reservations.move({ act: 'book', cells })
    if (refused.length > 0) throw new Error(refused[0]?.sentence)
  }

/**
 * A desk and a portal that are not paired yet, a mailbox, and the families of each cast at the desk; of newcomers, the
 * desk only has the others.
 */
export const serveBothFaces = async (
  casts: readonly Cast[],
  {
    areNewcomers = false,
    more = [],
    clock = aClock(),
  }: {
    readonly areNewcomers?: boolean
    /** Further parts of the town. */
    readonly more?: readonly Part[]
    readonly clock?: ReturnType<typeof aClock>
  } = {},
) => {
  const parts = casts.flatMap(({ family, parent, child, other, days }) => [
    ...(areNewcomers ? [] : [aHomeOn(family, parent, child, 727)]),
    aHomeOn(other.family, other.parent, other.child, 310),
    holdsTheDay({ full: days.full, other }),
  ])
  const town = await serveTown(
    aTown([
      aWednesday({ capacity: 1 }),
      aTariff('CLSH MERCREDI'),
      anActivity('ACCUEIL DU SOIR', {
        facility: 'ÉCOLE DES MARRONNIERS',
        type: 'PÉRISCOLAIRE',
        slots: { Soir: ['16:30', '18:30'] },
      }),
      aPeriod('Soirs 2026/2027', 'ACCUEIL DU SOIR', { weekdays: [1, 2, 4, 5] }),
      ...more,
      ...parts,
    ]),
    clock,
  )
  const mailbox = await aMailbox()
  const portal = await serveAPortal(town.clock, { url: mailbox.url, from: 'Espace Jeunesse <ej@exemple.fr>' })
  return {
    town,
    portal,
    /**
     * The last mail to this parent whose subject or text contains the words. The portal sends mails in the background,
     * after its answers.
     */
    async lastMail(email: string, words = '') {
      const last = () => mailbox.received.findLast(({ to }) => to === email)
      await expect
        .poll(async () => {
          await portal.mails.sendWaiting()
          const mail = last()
          return mail ? `${mail.subject}\n${mail.text}` : 'nothing'
        })
        .toContain(words)
      const mail = last()
      if (!mail) throw new Error(`no mail for ${email}`)
      return mail
    },
    async close() {
      await town.close()
      await portal.close()
      await mailbox.close()
    },
  }
}

export type BothFaces = Awaited<ReturnType<typeof serveBothFaces>>

type Device = 'mouse' | 'finger'

/** A person at a screen of their own. */
export type Reader = { readonly page: Page; readonly press: (what: Locator) => Promise<void> }

const devices = {
  mouse: { viewport: { width: 1280, height: 800 }, hasTouch: false, isMobile: false },
  finger: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
} as const satisfies Record<Device, BrowserContextOptions>

/**
 * People with one device each; a complaint of the browser fails the test. Of one kind with the tests of the desk, so
 * that Playwright runs both in the same processes.
 */
export const test = onKeptPage.extend<{ readerWith: (device: Device) => Promise<Reader> }>({
  readerWith: async ({ browser }, use) => {
    const complaints: string[] = []
    const contexts: BrowserContext[] = []
    await use(async (device) => {
      const context = await browser.newContext(devices[device])
      contexts.push(context)
      const page = await context.newPage()
      page.on('console', (message) => {
        // When a form of a public page is refused, the answer is a page with status 422, which the browser reports.
        const isForm = message.text().includes('status of 422') && !message.location().url.includes('/rpc/')
        // So does it of a call after the session of its page has ended.
        const isEnded = message.text().includes('status of 401')
        if (message.type() === 'error' && !isForm && !isEnded)
          complaints.push(`${message.text()} ${message.location().url}`)
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      return { page, press: (what) => (device === 'finger' ? what.tap() : what.click()) }
    })
    for (const context of contexts) await context.close()
    expect(complaints).toEqual([])
  },
})

/** The text that a parent reads before sending a sign-up. */
export const saveTerms = async ({ town }: BothFaces): Promise<void> => {
  await town.client.portal.saveTerms({
    version: 'septembre 2026',
    text: 'Les enfants sont accueillis dès 3 ans.\n\nToute absence se signale avant 9 h.',
  })
}

/** What staff do on the desk's screens. */
export const staffAt = (page: Page, { town, portal }: BothFaces) => {
  const open = async (screen: string, heading: string | RegExp = screen) => {
    await page
      .getByRole('navigation', { name: /^(Écrans|Application)$/ })
      .getByRole('link', { name: screen })
      .click()
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
  }
  return {
    open,
    arrive: () => logInByKeyboard(page, town),
    async leave() {
      await page.getByRole('button', { name: 'Sandrine Tostain' }).click()
      await page.getByRole('menuitem', { name: 'Se déconnecter' }).click()
      await expect(page.getByLabel('Identifiant')).toBeVisible()
    },
    async pair() {
      await open('Portail')
      await page.getByRole('button', { name: 'Relier le portail…' }).click()
      await page.getByLabel('Adresse du portail').fill(portal.address)
      await page.getByLabel('Code de liaison').fill(await portal.code())
      await page.getByRole('button', { name: 'Relier', exact: true }).click()
      await expect(page.getByRole('heading', { name: 'Portail relié' })).toBeVisible()
    },
    async invite(name: string) {
      await open('Portail')
      await page.getByRole('button', { name: 'Comptes', exact: true }).click()
      await page.getByRole('row', { name }).click()
      await page.getByRole('button', { name: /^Inviter par mail/ }).click()
      await expect(page.getByRole('row', { name })).toContainText('invité')
    },
    async exchange() {
      await open('Portail')
      const answered = page.waitForResponse('**/rpc/exchange/now')
      await page.getByRole('button', { name: /^Échanger maintenant/ }).click()
      expect((await answered).ok()).toBe(true)
      await expect(page.getByRole('banner').getByText(/^Échangé/)).toBeVisible()
      await expect(page.getByRole('banner').getByText('interrompu')).toHaveCount(0)
    },
    /** Chooses what is asked for them, in « Demandes ». */
    async choose(name: RegExp) {
      await open('Demandes')
      await page.getByRole('option', { name }).click()
    },
    async followProposal() {
      await page.getByRole('button', { name: 'Suivre la proposition' }).click()
      await expect(page.getByText('Aucune demande n’attend')).toBeVisible()
    },
    async openFamily(name: string) {
      await open('Familles')
      await page.getByRole('row', { name: new RegExp(name) }).dblclick()
      await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    },
  }
}
