import type { Page } from 'playwright/test'
import { savePayfip } from '../../../main/desk/portal/portal.ts'
import { type PayfipSimulator, startPayfipSimulator } from '../../../main/payfip/simulator.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { longDay, shortDay } from '../../../shared/rules/text/french.ts'
import { aClock, password } from '../../support/desk.ts'
import { picture } from '../../support/picture.ts'
import { period } from '../../support/towns/billing.ts'
import { secondRegie } from '../../support/towns/regies.ts'
import {
  type BothFaces,
  type Cast,
  emailOf,
  type Reader,
  saveTerms,
  serveBothFaces,
  staffAt,
  test,
} from '../both-faces.ts'
import { expect, faultsInThemes, goTo, readPaper } from '../town.ts'
import { heading, signUp } from './dossiers/signing-up.ts'
import { faultsOnPortal, listenTo } from './portal-town.ts'
import { aSchoolYear, culture, yearParts } from './whole-year.ts'

/**
 * The whole line, across both faces: from « M’inscrire » to a balance of zero on both sides, then a school year of two
 * régies, an aid and a child of the département to another zero.
 */

const cast = {
  family: 'Tessier',
  parent: 'Nadia',
  child: 'Lina',
  other: { family: 'Picot', parent: 'Maud', child: 'Ulysse' },
  days: { today: '2026-09-02', full: '2026-09-16', free: '2026-09-23', billed: '2026-10-01' },
} as const satisfies Cast

const payfipNumber = '012345'
let faces: BothFaces
let payfip: PayfipSimulator
// A town lives one story.
test.beforeEach(async () => {
  const clock = aClock(cast.days.today)
  faces = await serveBothFaces([cast], { areNewcomers: true, more: yearParts, clock })
  const { town } = faces
  await saveTerms(faces)
  payfip = await startPayfipSimulator({ clock, clients: [payfipNumber, culture.payfipNumber] })
  const { settings } = town.client
  await settings.changeOrganisation({ ...(await settings.organisation()), regie: 'Régie jeunesse', payfipNumber })
  const production = { mode: 'production', tryEmail: '' } as const
  savePayfip(town.desk.core, town.person, { ...production, address: payfip.address })
  savePayfip(town.desk.core, town.person, { ...production, regieId: secondRegie(town) })
})
test.afterEach(async () => {
  await payfip.close()
  await faces.close()
})

for (const device of ['finger', 'mouse'] as const) {
  test(`from the sign-up to the end of a school year, the parent with a ${device}`, async ({ readerWith }) => {
    test.setTimeout(600_000)
    const desk = await readerWith('mouse')
    await story({ desk, parent: await readerWith(device), other: await readerWith(device) })
  })
}

type People = { readonly desk: Reader; readonly parent: Reader; readonly other: Reader }

const story = async ({ desk, parent, other }: People): Promise<void> => {
  const { town, portal } = faces
  const { family, child, days } = cast
  const staff = staffAt(desk.page, faces)
  const { page, press } = parent
  const email = emailOf(cast.parent, family)
  const otherEmail = emailOf(cast.other.parent, cast.other.family)
  const found: string[] = []
  // Every page as it opens is for the specs of accessibility: here, what only this story brings on them.
  const looked = async (name: string) => {
    found.push(...(await faultsOnPortal(page, name)))
    if ((await sideways(page)) > 0) found.push(`${name}: wider than the screen`)
  }
  const deskLooked = async (name: string) => void found.push(...(await faultsInThemes(desk.page, name)))
  const cellAt = (on: string, slot: string) => `[data-cell="${on} ${town.slot('CLSH MERCREDI', slot)}"]`
  const cell = (on: string, slot = 'Matin') => page.locator(cellAt(on, slot))
  const follow = async (reader: Reader, recipient: string, link: string) => {
    const { text } = await faces.lastMail(recipient, link)
    await reader.page.goto(/https?:\S+/.exec(text)?.[0] ?? '')
  }
  const openAccount = async (reader: Reader, recipient: string) => {
    await follow(reader, recipient, '/activation?jeton=')
    await choosePassword(reader)
  }

  await test.step('staff invite a parent who is known, by mail', async () => {
    await staff.arrive()
    await staff.pair()
    await staff.invite(`${cast.other.parent} ${cast.other.family}`)
    await staff.exchange()
    await openAccount(other, otherEmail)
    await expect(other.page.getByText('Rien à faire pour le moment.')).toBeVisible()
  })

  await signUp(parent, portal.address, { ...cast, email, follow: () => follow(parent, email, '/lien?jeton='), looked })

  await test.step('staff accept it as a new family', async () => {
    await staff.exchange()
    await staff.open('Demandes')
    await expect(desk.page.getByRole('option', { name: new RegExp(family) })).toContainText('Inscription au portail')
    await expect(desk.page.getByText('Aucune famille connue ne lui ressemble.')).toBeVisible()
    await deskLooked('Demandes, sign-up')
    await desk.page.getByRole('button', { name: /Accepter comme nouvelle famille/ }).click()
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Créer la famille' }).click()
    await noneWaits(desk)
    await staff.exchange()
  })

  await test.step('the mail leads to the account', async () => {
    await openAccount(parent, email)
    await expect(page.getByRole('link', { name: /demander une inscription/ })).toBeVisible()
  })

  await test.step('a registration is asked for', async () => {
    await press(page.getByRole('link', { name: 'Mes inscriptions' }).filter({ visible: true }).first())
    await press(page.getByRole('link', { name: `Nouvelle inscription pour ${child}` }))
    await page.getByLabel('Choix de l’équipement').selectOption('CENTRE DE LOISIRS')
    await press(page.getByRole('button', { name: 'Enregistrer la demande' }))
    await heading(page, 'C’est enregistré')
    await press(page.getByRole('link', { name: 'Mes inscriptions' }).filter({ visible: true }).first())
    await expect(page.getByText('Demande enregistrée, envoyée à la mairie au plus tard cette nuit.')).toBeVisible()
  })

  await test.step('staff accept it', async () => {
    town.clock.set(days.today, '10:47')
    await staff.exchange()
    await staff.choose(new RegExp(child))
    await expect(desk.page.getByText('Accord proposé')).toBeVisible()
    await desk.page.keyboard.press('a')
    await noneWaits(desk)
    await staff.exchange()
    await faces.lastMail(email, 'inscription acceptée')
  })

  await test.step('days are ticked, their price read, and recorded', async () => {
    await page.reload()
    await press(page.getByRole('link', { name: /^Mes réservations/ }))
    await press(cell(days.full))
    await press(cell(days.free))
    await press(cell(days.free, 'Repas'))
    const draft = page.getByRole('region', { name: 'Brouillon' })
    await expect(draft).toContainText(/3\sdemandes à enregistrer, environ\s10,75\s€/)
    await expect(draft).toContainText('dont 1 pour la liste d’attente')
    await press(draft.getByRole('button').first())
    const detail = page.getByRole('dialog', { name: 'Mon brouillon' })
    await expect(detail).toContainText('Complet')
    await looked('Mon brouillon')
    await press(detail.getByRole('button', { name: 'Enregistrer mes demandes' }))
    await heading(page, 'C’est enregistré')
    await expect(page.getByText(/3\sdemandes de réservation/)).toBeVisible()
    await faces.lastMail(email, 'Reçu')
  })

  await test.step('the full day goes to the waiting list, the others are accepted', async () => {
    town.clock.set(days.today, '10:52')
    await staff.exchange()
    await staff.choose(new RegExp(child))
    await expect(desk.page.getByText('Liste d’attente proposée')).toBeVisible()
    await deskLooked('Demandes, days')
    await staff.followProposal()
    await staff.exchange()
    const { text } = await faces.lastMail(email, 'plus de place, en liste d’attente')
    expect(text).toContain('réservation validée')
    await page.reload()
    await expect(page.getByText('la place de').first()).toBeVisible()
    await looked('Reçu, decided')
    await press(page.getByRole('link', { name: 'Retour au calendrier' }))
    await expect(cell(days.free)).toHaveAttribute('data-state', 'confirmed')
    await expect(cell(days.free, 'Repas')).toHaveAttribute('data-state', 'confirmed')
    await expect(cell(days.full)).toHaveAttribute('data-state', 'waitlisted')
  })

  await test.step('another family cancels that day', async () => {
    await other.page.goto(`${portal.address}/mes-reservations`)
    await other.press(other.page.locator(cellAt(days.full, 'Matin')))
    await other.press(other.page.getByRole('button', { name: 'Enregistrer mes demandes' }))
    await heading(other.page, 'C’est enregistré')
    town.clock.set(days.today, '10:57')
    await staff.exchange()
    await staff.choose(new RegExp(cast.other.child))
    await staff.followProposal()
  })

  await test.step('the place goes to the child who waits', async () => {
    await staff.open('Accueil', /\d{4}$/)
    await expect(desk.page.getByRole('table', { name: /^Listes d’attente/ })).toContainText(child)
    await deskLooked('Accueil, a place is free')
    await staff.open('Calendrier', 'Calendrier')
    await desk.page.getByRole('combobox', { name: 'Période' }).click()
    await desk.page.getByRole('option', { name: period }).click()
    const waiting = desk.page.getByRole('gridcell', {
      name: new RegExp(`^${family} ${child}, ${longDay(day(days.full))}, Matin`),
    })
    await expect(waiting).toHaveAccessibleName(/en attente.*rang 1/)
    await waiting.click()
    await desk.page.getByRole('button', { name: /^Donner la place/ }).click()
    await expect(waiting).toHaveAccessibleName(/Réservation validée/)
    await staff.exchange()
    await staff.leave()
    await faces.lastMail(email, 'une place s’est libérée, réservation validée')
    await faces.lastMail(otherEmail, 'annulation validée')
    await page.reload()
    await expect(cell(days.full)).toHaveAttribute('data-state', 'confirmed')
    const atRest = listenTo(page)
    await page.goto(`${portal.address}/mon-tableau-de-bord`)
    // Weeks pass next: whatever is still asked then would find nobody logged in.
    await atRest()
    // True on the day of the publication, although nothing was ever owed.
    await expect(page.getByText(`rien à payer, au ${shortDay(day(days.today))}`)).toBeVisible()
  })

  for (const [on, slots] of [
    [days.full, ['Matin']],
    [days.free, ['Matin', 'Repas']],
  ] as const) {
    await test.step(`staff mark who came on ${on}`, async () => {
      town.clock.set(on, '18:12')
      await staff.arrive()
      await staff.open('Pointage')
      for (const slot of slots) {
        await desk.page.getByRole('button', { name: new RegExp(`^${slot} : tous présents`) }).click()
        await expect(desk.page.getByRole('gridcell', { name: `${slot} : Présent` })).toBeVisible()
      }
      await staff.leave()
    })
  }

  await test.step('staff issue the invoices of the month', async () => {
    town.clock.set(days.billed, '09:05')
    await staff.arrive()
    await staff.open('Facturation')
    await desk.page.getByRole('button', { name: /Préparer les brouillons/ }).click()
    // No quotient is known of a home that signed up: somebody says that this price is right.
    const isToIssue = desk.page.getByRole('checkbox', { name: `Émettre ${family}` })
    await isToIssue.click()
    await expect(isToIssue).toBeChecked()
    await desk.page.getByRole('button', { name: /^Émettre 1 facture/ }).click()
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Émettre' }).click()
    await expect(desk.page.getByRole('button', { name: /^Émises 1/ })).toBeVisible()
    await staff.exchange()
  })

  const logIn = async (reader: Reader, login: string) => {
    await reader.page.goto(portal.address)
    await reader.page.getByLabel('Votre identifiant').fill(login)
    await reader.page.getByLabel('Votre mot de passe').fill(password)
    await reader.press(reader.page.getByRole('button', { name: 'Connexion' }))
    await heading(reader.page, 'Mon tableau de bord')
  }
  const payFirst = async (amount: RegExp) => {
    await press(page.getByRole('button', { name: 'Payer cette facture' }).first())
    await expect(page.getByRole('heading', { name: amount })).toBeVisible()
    await press(page.getByRole('button', { name: 'Payer par carte' }))
    await heading(page, 'C’est payé')
  }
  const owed = desk.page.getByRole('term').filter({ hasText: 'Solde à régler' }).locator('+ dd')
  const balance = page.getByRole('region', { name: /^Solde des factures/ })

  await test.step('the parent reads the invoice, owes what the desk says, keeps the PDF', async () => {
    await staff.openFamily(family)
    await expect(owed).toHaveText(/^17,00/)
    // The digits alone: a page and a paper have other spaces before the sign.
    const sum = /^[\d\s]+,\d\d/.exec(await owed.innerText())?.[0] ?? 'nothing'
    await logIn(parent, email)
    await expect(page.getByRole('link', { name: /1\sfacture à payer/ })).toContainText(sum)
    await press(page.getByRole('link', { name: 'Voir mes factures' }))
    await expect(balance).toContainText(sum)
    await press(page.getByRole('link', { name: /^Voir le détail/ }))
    const title = page.getByText(/^N°\s\d{4}-\d{6}/)
    const number = /\d{4}-\d{6}/.exec(await title.innerText())?.[0] ?? ''
    const saved = page.waitForEvent('download')
    await press(page.getByRole('button', { name: /^Télécharger/ }))
    const paper = await readPaper(await (await saved).path())
    expect(paper.isPdf).toBe(true)
    if (paper.text !== null) {
      for (const words of [number, `${child} ${family}`, sum]) expect(paper.text).toContain(words)
    }
  })

  await test.step('it is paid through PayFiP, and « en cours » until the desk counts it', async () => {
    await payFirst(/^Payer 17,00/)
    await press(page.getByRole('link', { name: 'Revenir à mon compte' }))
    await expect(balance).toContainText('Paiement en cours')
    await expect(page.getByRole('button', { name: 'Payer cette facture' })).toHaveCount(0)
  })

  await test.step('the balance is zero on both sides', async () => {
    await staff.exchange()
    await staff.openFamily(family)
    await expect(owed).toHaveText(/^0,00/)
    await page.reload()
    await expect(balance).toContainText('0,00')
    await expect(balance).toContainText('Tout est payé.')
    await expect(balance).not.toContainText('Paiement en cours')
  })

  const year =
    await test.step('a school year begins: a workshop, evenings, an aid, a child of the département', async () => {
      await staff.exchange()
      await staff.leave()
      await closePages(desk, parent, other)
      return aSchoolYear(town, cast, cast.other)
    })
  const exchange = async () => expect((await town.client.exchange.now()).failure).toBeNull()

  await test.step('the parent reads the invoices of two régies, less the aid, and pays each', async () => {
    await year.month(0)
    await exchange()
    expect(await year.balances()).toEqual([720, 2500, 400, 0])
    await logIn(parent, email)
    await page.goto(`${portal.address}/mon-compte`)
    await expect(balance).toContainText('32,20')
    await expect(balance).toContainText(/Régie jeunesse\s:\s7,20/)
    await expect(balance).toContainText(/Régie culture\s:\s25,00/)
    await looked('Mon compte, two régies')
    await picture(page, 'two-regies')
    for (let paid = 0; paid < 2; paid += 1) {
      await payFirst(/^Payer (7,20|25,00)/)
      await press(page.getByRole('link', { name: 'Revenir à mon compte' }))
    }
    await expect(page.getByRole('button', { name: 'Payer cette facture' })).toHaveCount(0)
    await closePages(parent)
    await exchange()
    expect(await year.balances()).toEqual([0, 0, 400, 0])
  })

  await test.step('the year goes on: an excused day, an evening given up, each month billed and paid', async () => {
    await year.pay()
    for (const month of [1, 2, 3, 4, 5, 6, 7, 8]) {
      await year.month(month)
      await year.pay()
      if (month === 3) await year.excuse(month)
      if (month === 4) await year.giveUpLastEvening()
    }
    // September 17,00 €, then 8 Wednesdays at 10,00 € and 8 evenings at 1,20 €, less what the council gives; 9 months
    // at 25,00 €; two Wednesdays at 9,25 €.
    expect(await year.billed()).toEqual({ service: 86.6, culture: 225, worksCouncil: 20, departement: 18.5 })
  })

  await test.step('staff read what third parties were asked', async () => {
    await staff.arrive()
    await goTo(desk.page, `/facturation/tiers/${year.departement}`, /Département du Calvados/)
    await expect(desk.page.getByRole('table', { name: 'Factures' }).getByRole('row')).toHaveCount(3)
    await deskLooked('the département')
    await picture(desk.page, 'third-party')
  })

  await test.step('nothing is asked of the home of a child whom the département takes over', async () => {
    await exchange()
    await logIn(other, otherEmail)
    await expect(other.page.getByText(/rien à payer/)).toBeVisible()
  })

  await test.step('the year ends at a balance of zero, on both sides', async () => {
    expect(await year.balances()).toEqual([0, 0, 0, 0])
    await staff.openFamily(family)
    await expect(owed).toHaveText(/^0,00/)
    await logIn(parent, email)
    await page.goto(`${portal.address}/mon-compte`)
    await expect(balance).toContainText('0,00')
    await looked('Mon compte, the end of the year')
    await picture(page, 'end-of-year')
  })

  // The town closes next: an open page would complain of the stream that ends.
  await closePages(desk, parent, other)
  expect(found).toEqual([])
  expect(checkFile(town.store.sqlite)).toEqual([])
}

/** Months pass next: what an open page still asked then would find nobody logged in. */
const closePages = async (...readers: readonly Reader[]): Promise<void> => {
  for (const { page } of readers) await page.goto('about:blank')
}
const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
const noneWaits = ({ page }: Reader): Promise<void> => expect(page.getByText('Aucune demande n’attend')).toBeVisible()

const choosePassword = async ({ page, press }: Reader): Promise<void> => {
  await heading(page, 'Choisir mon mot de passe')
  await page.getByLabel('Votre nouveau mot de passe').fill(password)
  await press(page.getByRole('button', { name: 'Enregistrer' }))
  await heading(page, 'Mon tableau de bord')
}
