import { day } from '../../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { password } from '../../../support/desk.ts'
import { picture } from '../../../support/picture.ts'
import { collecting, ibanNumbered, owe } from '../../../support/towns/debits.ts'
import { type BothFaces, type Cast, emailOf, serveBothFaces, staffAt, test } from '../../both-faces.ts'
import { expect, faultsInThemes } from '../../town.ts'
import { faultsOnPortal } from '../portal-town.ts'

/** A mandate is signed on a phone, debited, its debit comes back, and it is stopped. */

const cast = {
  family: 'Tessier',
  parent: 'Nadia',
  child: 'Lina',
  other: { family: 'Picot', parent: 'Maud', child: 'Ulysse' },
  days: { today: '2026-11-25', full: '2026-12-09', free: '2026-12-16', billed: '2026-12-21' },
} as const satisfies Cast
const email = emailOf(cast.parent, cast.family)
const iban = ibanNumbered(4471)

let faces: BothFaces
test.beforeAll(async () => {
  faces = await serveBothFaces([cast], { more: [collecting({ onPortal: true })] })
  owe(faces.town, cast.family, 5000)
})
test.afterAll(() => faces.close())

test('is signed with the mailed code, collected, returned, shown as returned, and stopped', async ({ readerWith }) => {
  test.slow()
  faces.town.clock.set(cast.days.today, '10:42')
  const desk = (await readerWith('mouse')).page
  const { page, press } = await readerWith('finger')
  const staff = staffAt(desk, faces)
  const found: string[] = []
  const account = async (name: RegExp | string) => {
    await page.goto(`${faces.portal.address}/mon-compte`)
    await press(page.getByRole('link', { name }))
    await expect(page.getByRole('heading', { level: 1, name: 'Payer par prélèvement' })).toBeVisible()
  }
  const logIn = async () => {
    await page.goto(faces.portal.address)
    await page.getByLabel('Votre identifiant').fill(email)
    await page.getByLabel('Votre mot de passe').fill(password)
    await press(page.getByRole('button', { name: 'Connexion' }))
    await expect(page.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
  }
  let reference = ''

  await test.step('a parent reads what she signs, with her account checked as she types', async () => {
    await staff.arrive()
    await staff.pair()
    await staff.invite(`${cast.parent} ${cast.family}`)
    await staff.exchange()
    const mail = await faces.lastMail(email, 'jeton=')
    await page.goto(/http:\S+/.exec(mail.text)?.[0] ?? '')
    await page.getByLabel('Votre nouveau mot de passe').fill(password)
    await press(page.getByRole('button', { name: 'Enregistrer' }))
    await expect(page.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
    await account('Payer par prélèvement')
    await expect(page.getByLabel('Titulaire du compte')).toHaveValue(`${cast.parent} ${cast.family}`)
    await page.getByLabel('IBAN').fill('FR76 3000 6000 0112 3456 7890 188')
    await expect(page.getByText('sa clé ne correspond pas')).toBeVisible()
    found.push(...(await faultsOnPortal(page, 'wrong account')))
    await picture(page, 'mandat-1-compte')
    await page.getByLabel('IBAN').fill(iban)
    await expect(page.getByText('La clé de cet IBAN est juste.')).toBeVisible()
    await press(page.getByRole('button', { name: 'Relire le mandat' }))
    await expect(page.getByRole('heading', { name: 'Ce que vous signez' })).toBeVisible()
    await expect(page.getByText('Identifiant (ICS) : FR72ZZZ123456')).toBeVisible()
    await expect(page.getByText(iban.slice(-3))).toBeVisible()
    reference = (await page.getByText(/^EJ-P-/).textContent()) ?? ''
    found.push(...(await faultsOnPortal(page, 'mandate')))
    await picture(page, 'mandat-2-signer')
  })

  await test.step('and signs with the code of her mail, not with another', async () => {
    const code = /:\s(\d{3} \d{3})/.exec((await faces.lastMail(email, 'Votre code pour signer')).text)?.[1] ?? ''
    await page.getByLabel('Le code à 6 chiffres').fill(code)
    await press(page.getByRole('button', { name: 'Signer le mandat' }))
    await expect(page.getByText('Cochez la case si vous êtes d’accord.')).toBeVisible()
    await press(page.getByText('J’ai relu'))
    // The phone closed the page meanwhile: the mandate is shown again, with the last four signs of the account.
    await page.reload()
    await expect(page.getByText(`… ${iban.slice(-4)}`)).toBeVisible()
    await press(page.getByText('J’ai relu'))
    await page.getByLabel('Le code à 6 chiffres').fill(code)
    await press(page.getByRole('button', { name: 'Signer le mandat' }))
    await expect(page.getByText('C’est signé')).toBeVisible()
    await expect(page.getByText(reference)).toBeVisible()
    found.push(...(await faultsOnPortal(page, 'receipt')))
    await picture(page, 'mandat-3-recu')
    expect((await faces.lastMail(email, 'signé')).text).toContain(reference)
  })

  await test.step('at the desk it is collected from the next exchange on', async () => {
    await staff.exchange()
    await staff.openFamily(cast.family)
    await desk.getByRole('link', { name: /^Factures et règlements/ }).click()
    await expect(desk.getByRole('table', { name: 'Mandats de prélèvement' })).toContainText('sur le portail')
    await staff.open('Règlements')
    await desk.getByRole('link', { name: 'Prélèvements' }).click()
    await expect(desk.getByRole('table', { name: /sur le portail/ })).toContainText(reference)
    found.push(...(await faultsInThemes(desk, 'preview')))
    await picture(desk, 'mandat-4-prelevements')
    await desk.getByRole('button', { name: /^Geler et prévenir 1/ }).click()
    await desk.getByRole('dialog').getByRole('button', { name: 'Geler' }).click()
    await desk.getByRole('button', { name: /^Faire le fichier/ }).click()
    await desk.getByRole('dialog').getByRole('button', { name: 'Faire le fichier' }).click()
    await expect(desk.getByText('EJ-2026-12-09.xml')).toBeVisible()
    await staff.exchange()
  })

  await test.step('the service and she agree on equal parts of the year, which she reads', async () => {
    await staff.openFamily(cast.family)
    await desk.getByRole('link', { name: /^Factures et règlements/ }).click()
    await desk.getByRole('button', { name: 'Mensualiser…' }).click()
    const dialog = desk.getByRole('dialog', { name: /^Mensualiser/ })
    await expect(dialog.getByLabel('Somme des mensualités')).toBeFocused()
    await dialog.getByLabel('Somme des mensualités').fill('320')
    const parts = dialog.getByRole('table', { name: 'Ce qui sera prélevé' })
    await expect(parts.getByRole('row')).toHaveCount(8)
    await expect(parts).toContainText('45,74')
    found.push(...(await faultsInThemes(desk, 'mensualiser')))
    await picture(desk, 'mandat-4-mensualiser')
    await desk.keyboard.press('Enter')
    await expect(dialog).toBeHidden()
    await expect(desk.getByRole('table', { name: 'Mensualités' }).getByRole('row')).toHaveCount(7)
    found.push(...(await faultsInThemes(desk, 'mensualités')))
    await picture(desk, 'mandat-4-mensualites')
    await staff.exchange()
    await page.goto(`${faces.portal.address}/mon-compte`)
    const card = page.locator('section', { has: page.getByRole('heading', { name: 'Échéancier annuel' }) })
    await expect(card).toContainText('45,74')
    await expect(card).toContainText('Le solde se règle le')
    found.push(...(await faultsOnPortal(page, 'échéancier annuel')))
    await picture(page, 'mandat-4-echeancier')
  })

  await test.step('she stops it, and reads what still goes', async () => {
    await account('Changer de compte ou arrêter')
    await expect(page.getByText(`Mandat ${reference}`)).toBeVisible()
    const [mandate] = await Promise.all([
      page.waitForEvent('download'),
      press(page.getByRole('button', { name: /^Mandat signé \(PDF\)/ })),
    ])
    expect(mandate.suggestedFilename()).toBe(`mandat-${reference}.pdf`)
    await press(page.getByRole('button', { name: 'Changer de compte' }))
    await expect(page.getByText(/50,00\s€ sont déjà annoncés .* ils partent encore de celui-là/)).toBeVisible()
    await press(page.getByRole('button', { name: 'Arrêter ce mandat' }))
    await expect(
      page.getByText(/50,00\s€ sont déjà annoncés pour le mer\.\s9\sdéc\.\s2026\s: ils partent encore\./),
    ).toBeVisible()
    found.push(...(await faultsOnPortal(page, 'stopping')))
    await picture(page, 'mandat-5-arreter')
    await press(page.getByRole('button', { name: 'Oui, arrêter' }))
    await expect(page.getByText('Vous l’avez arrêté')).toBeVisible()
    await staff.exchange()
    await staff.openFamily(cast.family)
    await desk.getByRole('link', { name: /^Factures et règlements/ }).click()
    const mandates = desk.getByRole('table', { name: 'Mandats de prélèvement' })
    await expect(mandates).toContainText('s’arrête le jeu. 10 déc. 2026')
    await picture(desk, 'mandat-6-famille')
  })

  await test.step('the debit comes back, which she reads with what she owes', async () => {
    const { client, clock } = faces.town
    // Sixteen days later the workstation would be locked, and its page would say so.
    await desk.goto('about:blank')
    const [collection] = await client.debits.collections({ regieId: firstRegieId })
    clock.set('2026-12-10', '10:00')
    await client.staff.login({ login: 'sandrine', password })
    const { debits } = await client.debits.collect({ id: collection?.id ?? 0 })
    await client.debits.recordReturns({
      returned: [{ debitId: debits[0]?.id ?? 0, cameBack: 'returned', on: day('2026-12-10'), code: 'AM04' }],
    })
    await client.exchange.now()
    await logIn()
    await page.goto(`${faces.portal.address}/mon-compte`)
    await expect(page.getByText(/Prélèvement du mer\.\s9\sdéc\.\s2026 refusé par la banque/)).toBeVisible()
    await expect(page.getByText('Provision insuffisante.')).toBeVisible()
    found.push(...(await faultsOnPortal(page, 'returned')))
    await picture(page, 'mandat-7-compte')
  })
  expect(found).toEqual([])
})
