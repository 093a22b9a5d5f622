import { expect, type Page, test } from 'playwright/test'
import type { Reader } from '../../both-faces.ts'

type NewHome = {
  readonly family: string
  readonly parent: string
  readonly child: string
  readonly email: string
  /** Opens the link of the mail that checks the address. */
  readonly follow: () => Promise<void>
  /** Checks what is on screen. */
  readonly looked: (name: string) => Promise<void>
}

export const heading = (page: Page, name: string | RegExp, level = 1): Promise<void> =>
  expect(page.getByRole('heading', { level, name })).toBeVisible()

/** « M’inscrire », from the first page to the recorded request, including an answer that must be corrected. */
export const signUp = async (
  { page, press }: Reader,
  portal: string,
  { family, parent, child, email, follow, looked }: NewHome,
): Promise<void> => {
  await test.step('a parent who is not known signs up: a mail that is checked', async () => {
    await page.goto(portal)
    await press(page.getByRole('link', { name: 'M’inscrire' }))
    await heading(page, /Inscrivez-vous au portail/)
    await looked('1, mail')
    await page.getByLabel('Votre adresse mail').fill(email)
    await press(page.getByRole('button', { name: 'Recevoir le lien' }))
    await heading(page, 'Regardez vos mails')
    await follow()
    await press(page.getByRole('button', { name: 'Continuer mon inscription' }))
  })

  await test.step('the parent and the home', async () => {
    await heading(page, /Vous et votre foyer/, 2)
    await press(page.getByRole('button', { name: 'Continuer' }))
    await expect(page.getByRole('alert')).toContainText('réponses à corriger')
    await looked('2, errors')
    await press(page.getByRole('group', { name: 'Votre civilité' }).getByText('Madame'))
    await page.getByLabel('Votre prénom').fill(parent)
    await page.getByLabel('Votre nom').fill(family)
    await page.getByLabel('Portable Parent 1').fill('06 39 98 20 64')
    await page.getByLabel('Adresse', { exact: true }).fill('21 rue du Stade')
    await page.getByLabel('Code postal').fill('14550')
    await page.getByLabel('Commune').fill('Blainville-sur-Orne')
    await press(page.getByRole('button', { name: 'Continuer' }))
  })

  await test.step('the children, the règlement, and the request is recorded', async () => {
    await heading(page, /Vos enfants/, 2)
    await page.getByLabel('Prénom').fill(child)
    await page.getByLabel('Nom', { exact: true }).fill(family)
    await page.getByLabel('Date de naissance').fill('31/06/2020')
    await press(page.getByRole('button', { name: 'Continuer' }))
    await expect(page.getByLabel('Date de naissance')).toHaveAccessibleDescription(/Juin n’a que 30\sjours/)
    await looked('3, error')
    await page.getByLabel('Date de naissance').fill('30/06/2020')
    await press(page.getByRole('button', { name: 'Continuer' }))
    await heading(page, /Relire et enregistrer/, 2)
    await looked('4, read again')
    await press(page.getByLabel('J’ai lu le règlement et je l’accepte'))
    await press(page.getByRole('button', { name: 'Enregistrer la demande' }))
    await heading(page, 'Votre demande est enregistrée')
    await looked('recorded')
  })
}
