import { expect, type Page } from 'playwright/test'
import { aSignUpPortal, lea } from '../../portal/sign-up.ts'
import { quickStore } from '../../support/machine/quick-store.ts'
import { onKeptPage as test } from '../town.ts'

/** « Précédent » after a refused form shows its page again, never the browser's « ERR_CACHE_MISS ». */

test.use({ javaScriptEnabled: false })

let place: Awaited<ReturnType<typeof aSignUpPortal>>
test.beforeEach(async () => {
  place = await aSignUpPortal(quickStore)
})
test.afterEach(() => place.close())

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name })

test('a login that was wrong, without scripts', async ({ page }) => {
  await page.goto(place.origin)
  await page.getByLabel('Votre identifiant').fill(lea)
  await page.getByLabel('Votre mot de passe').fill('Grenouille-bleue-1')
  await page.getByRole('button', { name: 'Connexion' }).click()
  await expect(page.getByRole('alert')).toContainText('incorrect')
  await page.getByRole('link', { name: 'Mot de passe oublié ?' }).click()
  await page.getByLabel('Votre identifiant').fill(lea)
  await page.getByRole('button', { name: 'Recevoir le lien' }).click()
  await expect(heading(page, 'Regardez vos mails')).toBeVisible()
  await page.getByRole('link', { name: 'Retour à la connexion' }).click()
  await page.goBack()
  await expect(heading(page, 'Regardez vos mails')).toBeVisible()
  await page.goBack()
  await page.goBack()
  await expect(page.getByRole('alert')).toContainText('incorrect')
  await expect(page.getByLabel('Votre identifiant')).toHaveValue(lea)
  await expect(page.getByLabel('Votre mot de passe')).toHaveValue('')
})

test('a step of the sign-up that was corrected, without scripts', async ({ page }) => {
  await place.ask('/inscription', { fields: { email: lea } })
  await expect.poll(() => place.mailbox.linkTo(lea)).not.toBe('')
  await page.goto(`${place.origin}/inscription/lien?jeton=${place.mailbox.linkTo(lea)}`)
  await page.getByRole('button', { name: 'Continuer mon inscription' }).click()
  await page.getByLabel('Votre prénom').fill('Léa')
  await page.getByLabel('Votre nom').fill('Garnier')
  await page.getByLabel('Portable Parent 1').fill('0639982064')
  await page.getByLabel('Adresse', { exact: true }).fill('21 rue du Stade')
  await page.getByLabel('Commune').fill('Blainville-sur-Orne')
  await page.getByLabel('Code postal').fill('145')
  // Pressed by mistake, then corrected.
  const second = page.getByRole('group', { name: /Civilité du parent 2/ })
  await second.getByLabel('Monsieur').check()
  await second.getByLabel('Pas d’autre parent').check()
  await page.getByRole('button', { name: 'Continuer', exact: true }).click()
  await expect(heading(page, '1 réponse à corriger')).toBeVisible()
  await page.getByLabel('Code postal').fill('14550')
  await page.getByRole('button', { name: 'Continuer', exact: true }).click()
  await expect(heading(page, 'Votre enfant')).toBeVisible()
  await page.goBack()
  await expect(page.getByLabel('Code postal')).toHaveValue('14550')
  await expect(second.getByLabel('Pas d’autre parent')).toBeChecked()
})
