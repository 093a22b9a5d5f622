import type { Page } from 'playwright/test'
import { paymentAttempt } from '../../../main/portal/store/schema/index.ts'
import { now } from '../../portal/town.ts'
import { expect, test } from '../town.ts'
import { child, registrationOf } from './dossiers/portal-documents.ts'
import { parentPages } from './portal-pages.ts'
import { aReceipt, claire, type PortalTown, servePortalTown, show } from './portal-town.ts'

/**
 * A page as the server writes it says nothing that the application does not: `shared/pages` gives both their words. The
 * application shows more: forms, calendars, buttons.
 */

let town: PortalTown
test.beforeAll(async () => {
  town = await servePortalTown()
})
test.afterAll(() => town.close())

/** What one part of a page says, as texts to compare: each list holds one kind of statement. */
type Statements = {
  /** All words, but for what is hidden from screen readers. */
  readonly text: string
  readonly texts: readonly string[]
  readonly headings: readonly string[]
  readonly links: readonly (readonly [address: string, text: string])[]
  /** « Pages du portail › Mon compte, page » for each `aria-current`. */
  readonly marks: readonly string[]
  readonly names: readonly string[]
  readonly entries: readonly string[]
  readonly ticked: readonly string[]
}

const regions = ['a.skip', 'header', 'main', 'footer', '.dock']

const statementsIn = (page: Page, region: string): Promise<Statements> =>
  page.locator(region).evaluate((root) => {
    const [spaces, unsaid] = [/\s+/g, 'noscript, script, style, svg, .opening, [aria-hidden=true]']
    const textNodesIn = (element: Element): string[] => {
      const found: string[] = []
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node; node = walker.nextNode())
        if (!node.parentElement?.closest(unsaid)) found.push((node.textContent ?? '').replace(spaces, ' '))
      return found
    }
    const textOf = (element: Element | null) =>
      element ? textNodesIn(element).join('').replace(spaces, ' ').trim() : ''
    // Spaces between the parts of a heading or of a value are a matter of style.
    const lettersOf = (element: Element | null) => textOf(element).replace(spaces, '')
    const all = (selector: string) => [
      ...(root.matches(selector) ? [root] : []),
      ...[...root.querySelectorAll(selector)].filter((one) => !one.closest('noscript')),
    ]
    return {
      text: textOf(root),
      texts: textNodesIn(root)
        .map((text) => text.trim())
        .filter((text) => /[\p{L}\p{N}]/u.test(text)),
      headings: all('h1, h2, h3, h4').map((one) => `${one.tagName} ${lettersOf(one)}`),
      links: all('a[href]').map((one) => [one.getAttribute('href') ?? '', textOf(one)] as const),
      marks: all('[aria-current]').map(
        (one) =>
          `${one.closest('[aria-label]')?.getAttribute('aria-label')} › ${lettersOf(one)}, ${one.getAttribute('aria-current')}`,
      ),
      names: all('nav[aria-label], section[aria-label]').map((one) => one.getAttribute('aria-label') ?? ''),
      entries: all('dt').map((one) => `${lettersOf(one)} = ${lettersOf(one.nextElementSibling)}`),
      ticked: all('input[type=checkbox]').map((one) => `${one.matches(':checked')} ${textOf(one.parentElement)}`),
    }
  })

/** Sentences of the server's page alone: in the application, the calendar shows it. */
const drawn = ['Rien n’est réservé ces jours-là.']

/** What a part of the server's page says otherwise than the application, or alone. */
const differences = (plain: Statements, full: Statements): string[] => {
  const isOnlyPlain = (kind: 'headings' | 'marks' | 'names' | 'ticked') =>
    plain[kind].filter((one) => !full[kind].includes(one))
  return [
    ...isOnlyPlain('headings').map((one) => `heading ${one}`),
    ...isOnlyPlain('names').map((one) => `name ${one}`),
    ...isOnlyPlain('marks').map((one) => `mark ${one}`),
    ...full.marks.filter((one) => one.endsWith(', page') && !plain.marks.includes(one)).map((one) => `no mark ${one}`),
    ...isOnlyPlain('ticked').map((one) => `box ${one}`),
    ...plain.entries.filter((one) => !full.entries.some((entry) => entry.startsWith(one))).map((one) => `entry ${one}`),
    ...plain.links
      .filter(([address, text]) => !full.links.some(([to, words]) => to === address && words.includes(text)))
      .map(([address, text]) => `link ${text} → ${address}`),
    ...plain.texts.filter((one) => !full.text.includes(one) && !drawn.includes(one)).map((one) => `text ${one}`),
  ]
}

test('a page says without scripts what it says with them, with the same links and marks', async ({ page, browser }) => {
  test.slow()
  const calls = await town.callsOf(claire)
  const { conversation } = await calls.messages.write({
    requestId: crypto.randomUUID(),
    to: { subject: 'Veste oubliée', child: child.noa, invoice: null },
    text: 'Bonjour, Noa a oublié sa veste. Mon numéro : 06 39 98 41 99.',
  })
  await town.portal.store.db.insert(paymentAttempt).values({
    id: 'refused',
    requestId: 'refused',
    guardianId: 11,
    familyId: 1,
    invoiceId: 1284,
    number: '2026-001284',
    label: 'Octobre 2026',
    amountCents: 11_818,
    client: '000000',
    refdet: '2026001284',
    saisie: 'T',
    address: '',
    recordedAt: now,
    sentAt: now,
    heardAt: now,
    settledAt: now,
    result: 'R',
  })
  const paths = [
    ...parentPages(await aReceipt(calls))
      .map(({ path }) => path)
      .filter((path) => !path.startsWith('/mes-reservations') && path !== `/ma-famille/${child.tao}`),
    '/mes-pieces',
    '/mes-messages',
    `/mes-messages?sujet=${conversation}`,
    '/nouveau-message',
    // A month that both read whole: without it, the application opens the first that can still be booked.
    ...[registrationOf.evenings, registrationOf.winter, registrationOf.taoWednesdays].map(
      (registration) => `/mes-reservations/${registration}?mois=2026-12`,
    ),
    '/mes-reservations?mois=2026-12',
    '/mes-reservations/999',
    '/ma-famille/999/sante',
    '/mon-compte/facture/1',
    '/mon-compte/paiement/refused',
  ]
  const bare = await browser.newContext({ javaScriptEnabled: false, locale: 'fr-FR' })
  const plain = await bare.newPage()
  await town.letIn(plain)
  await town.letIn(page)
  const found: string[] = []
  for (const path of paths) {
    await Promise.all([plain.goto(town.address + path), show(page, town, { path })])
    expect(await plain.title()).toBe(await page.title())
    for (const region of regions) {
      const [server, application] = await Promise.all([statementsIn(plain, region), statementsIn(page, region)])
      // A page that the server left empty would differ in nothing.
      expect(server.texts, `${path}, ${region}`).not.toEqual([])
      found.push(...differences(server, application).map((one) => `${path}: ${one}`))
    }
  }
  await bare.close()
  expect(found).toEqual([])
})
