import type { Locator, Page } from 'playwright/test'
import { day, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { aBillingTown, billing } from '../support/towns/billing.ts'
import { expect, goTo, type ServedTown, serveTown } from './town.ts'

/** A town in which all screens have something to show: booked, waiting, marked, billed and paid days. */
export const serveShownTown = async (): Promise<ServedTown> => {
  const town = await serveTown(aBillingTown())
  const { client } = town
  const { book, run, issue, drafts } = billing(town)
  await book('Louison', ['2026-12-09', '2026-12-16'], 'Matin', 'Repas')
  await book('Basile', ['2026-12-09'], 'Matin')
  await book('Noé', ['2026-12-16'], 'Après-midi')
  await client.reservations.move({
    act: 'waitList',
    cells: [
      {
        registrationId: town.registration('Noé', 'ALSH mercredi 2026/2027'),
        day: '2026-12-09',
        slotId: town.slot('CLSH MERCREDI', 'Matin'),
      },
    ],
  })
  await client.reservations.move({
    act: 'book',
    reason: { kind: 'listed', code: 'toldInTime' },
    cells: ['Louison', 'Basile'].map((child) => ({
      registrationId: town.registration(child, 'ALSH mercredi 2026/2027'),
      day: '2026-11-25',
      slotId: town.slot('CLSH MERCREDI', 'Matin'),
    })),
  })
  await client.reservations.move({
    act: 'enterDemand',
    recordedAt: instantOf(day('2026-11-24'), timeOfDay('18:30')),
    cells: [
      {
        registrationId: town.registration('Noé', 'ALSH mercredi 2026/2027'),
        day: '2026-12-16',
        slotId: town.slot('CLSH MERCREDI', 'Matin'),
      },
    ],
  })
  const made = await run('2026-12')
  const [first] = (await drafts(made.id)).filter(({ family, month }) => family === 'Marchand' && month === '2026-12')
  await issue(made.id, first ? [first.id] : null)
  await client.payments.record({
    familyId: town.family('Marchand'),
    means: 'cheque',
    amountCents: 500,
    receivedOn: '2026-11-25',
    payer: '',
    reference: '0001234',
    chosen: null,
  })
  return town
}

type Shown = {
  readonly name: string
  readonly path: string
  /** An element that is there once the screen is drawn. */
  readonly sign: (page: Page) => Locator
}

/** All screens, and all tabs of those that have some. */
export const shownScreens = (town: ServedTown): readonly Shown[] => {
  const family = `/familles/${town.family('Marchand')}`
  return [
    { name: 'Accueil', path: '/', sign: (page) => page.getByText('CLSH MERCREDI').first() },
    { name: 'Familles', path: '/familles', sign: (page) => page.getByRole('row', { name: /Marchand/ }) },
    { name: 'Famille, foyer', path: family, sign: (page) => page.getByText('4 rue des Saules').first() },
    { name: 'Famille, enfants', path: `${family}?onglet=enfants`, sign: (page) => page.getByRole('article').first() },
    {
      name: 'Famille, inscriptions',
      path: `${family}?onglet=inscriptions`,
      sign: (page) => page.getByRole('row', { name: /ALSH mercredi/ }).first(),
    },
    {
      name: 'Famille, réservations',
      path: `${family}?onglet=reservations`,
      sign: (page) => page.getByRole('gridcell').first(),
    },
    {
      name: 'Famille, factures et règlements',
      path: `${family}?onglet=argent`,
      sign: (page) => page.getByRole('table', { name: 'Compte de la famille' }),
    },
    {
      name: 'Famille, pièces',
      path: `${family}?onglet=pieces`,
      sign: (page) => page.getByText('Aucune pièce n’est demandée'),
    },
    {
      name: 'Famille, messages',
      path: `${family}?onglet=messages`,
      sign: (page) => page.getByText('Aucun message').first(),
    },
    {
      name: 'Famille, données',
      path: `${family}?onglet=donnees`,
      sign: (page) => page.getByRole('button', { name: 'Préparer la copie' }),
    },
    {
      name: 'Famille, historique',
      path: `${family}?onglet=historique`,
      sign: (page) => page.getByText(/^Famille créée/).last(),
    },
    { name: 'Demandes', path: '/demandes', sign: (page) => page.locator('main').getByText(/Noé/).first() },
    { name: 'Pièces reçues', path: '/demandes/pieces', sign: (page) => page.getByText('Aucune pièce à lire') },
    { name: 'Messages', path: '/messages', sign: (page) => page.getByText('Aucun message ici') },
    { name: 'Messages, envois', path: '/messages?onglet=envois', sign: (page) => page.getByText('Aucun envoi') },
    { name: 'Message', path: '/messages/ecrire', sign: (page) => page.getByText(/responsables?\./) },
    {
      name: 'Courrier à des familles',
      path: '/messages/courrier',
      sign: (page) => page.getByText('Les lettres se font toutes, ou aucune'),
    },
    {
      name: 'Inscriptions',
      path: `/inscriptions?inscription=${town.registration('Louison', 'ALSH mercredi 2026/2027')}`,
      sign: (page) => page.getByRole('complementary', { name: 'Inscription' }).getByText('Louison').first(),
    },
    { name: 'Import', path: '/import', sign: (page) => page.getByRole('button', { name: /Choisir un fichier/ }) },
    { name: 'Doublons', path: '/doublons', sign: (page) => page.getByText(/Aucun doublon|paires? possibles?/).first() },
    {
      name: 'Liste d’attente',
      path: '/calendrier/attente',
      sign: (page) => page.locator('main').getByText(/Noé/).first(),
    },
    { name: 'Calendrier', path: '/calendrier', sign: (page) => page.getByRole('gridcell').first() },
    { name: 'Pointage', path: '/pointage', sign: (page) => page.getByRole('grid', { name: 'Feuille de jour' }) },
    { name: 'Facturation', path: '/facturation', sign: (page) => page.getByRole('row', { name: /Fouquet/ }).first() },
    {
      name: 'Chiffres',
      path: '/chiffres',
      sign: (page) => page.getByRole('heading', { name: 'Ce qui peut être faux' }),
    },
    ...(
      [
        ['frequentation', 'Tableau et graphique'],
        ['familles', 'Tableau et graphique'],
        ['recettes', 'Tableau et graphique'],
        ['impayes', 'Tableau et graphique'],
        ['prevision', 'Prévision'],
        ['maire', 'Page du maire'],
      ] as const
    ).map(([tab, region]) => ({
      name: `Chiffres, ${tab}`,
      path: `/chiffres?onglet=${tab}`,
      sign: (page: Page) => page.getByRole('region', { name: region, exact: true }),
    })),
    {
      name: 'Liste libre',
      path: '/chiffres/liste',
      sign: (page) => page.getByRole('grid', { name: 'Liste des enfants' }),
    },
    {
      name: 'Règlements',
      path: `/reglements?famille=${town.family('Marchand')}`,
      sign: (page) => page.getByLabel('Montant reçu'),
    },
    ...(
      [
        ['echanges', 'Aucun portail n’est encore relié'],
        ['comptes', 'Fouquet'],
        ['textes', 'Mentions légales'],
        ['regles', 'Horaire des échanges'],
        ['paiement', 'Qui peut payer en ligne'],
        ['liaison', 'Relier le portail'],
      ] as const
    ).map(([tab, words]) => ({
      name: `Portail, ${tab}`,
      path: `/portail?onglet=${tab}`,
      sign: (page: Page) => page.locator('main').getByText(words).first(),
    })),
    ...(
      [
        ['activites', 'CLSH MERCREDI'],
        ['lieux', 'CENTRE DE LOISIRS'],
        ['structure', 'Fiche de la structure'],
        ['modeles', 'Convocation'],
        ['agents', 'Sandrine Tostain'],
        ['postes', 'Postes connectés'],
        ['sauvegardes', 'auvegarde'],
        ['controle', 'ontrôle'],
        ['protection', 'Ce qui est à effacer'],
        ['journal', 'Sandrine Tostain'],
      ] as const
    ).map(([tab, words]) => ({
      name: `Réglages, ${tab}`,
      path: `/reglages?onglet=${tab}`,
      sign: (page: Page) =>
        tab === 'postes'
          ? page.getByRole('table', { name: words })
          : tab === 'structure'
            ? page.locator('main form').first()
            : page.locator('main').getByText(words).last(),
    })),
    {
      name: 'Modèle',
      path: '/reglages/modeles/convocation',
      sign: (page) => page.getByRole('textbox', { name: 'Texte du modèle' }),
    },
    {
      name: 'Tarifs',
      path: '/reglages/tarifs',
      sign: (page) => page.getByRole('heading', { name: 'Essayer un prix' }),
    },
    ...(
      [
        ['', 'Où en est l’année'],
        ['calendrier', 'Calendrier du ministère'],
        ['periodes', 'Aucune période l’année précédente'],
        ['classes', /Personne ici|En classe supérieure/],
        ['reinscriptions', /Pas encore de période où réinscrire|Réinscrire à/],
        ['fermetures', 'Fermer pour tous'],
      ] as const
    ).map(([step, words]) => ({
      name: `Année scolaire, ${step}`,
      path: `/reglages/annee${step === '' ? '' : `?etape=${step}`}`,
      sign: (page: Page) => page.locator('main').getByText(words).first(),
    })),
    {
      name: 'Réglages, une période',
      path: `/reglages?periode=${town.period('ALSH mercredi 2026/2027')}`,
      sign: (page) => page.getByText('Mercredi').or(page.getByText('mercredi')).first(),
    },
  ]
}

export const show = async (page: Page, { path, sign }: Shown): Promise<void> => {
  await goTo(page, path)
  await expect(sign(page)).toBeVisible()
}

/** Elements that extend beyond the page, or that no scrolling can reach. */
export const outOfReach = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const root = document.documentElement
    const found = root.scrollWidth > window.innerWidth ? [`the page is ${root.scrollWidth} wide`] : []
    for (const one of document.querySelectorAll<HTMLElement>('button, a[href], input, [tabindex="0"]')) {
      if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('.unseen, .skip')) continue
      if (one.matches('button:disabled, [aria-hidden="true"] *, input[type="hidden"], input[type="file"]')) continue
      one.scrollIntoView({ block: 'center', inline: 'center' })
      // `overflow: hidden` can still be scrolled by a script, but not by a person.
      for (let holder = one.parentElement; holder; holder = holder.parentElement) {
        const { overflowX } = getComputedStyle(holder)
        if (holder.scrollLeft === 0 || (overflowX !== 'hidden' && overflowX !== 'clip')) continue
        found.push(
          `${one.tagName} « ${one.textContent || one.getAttribute('aria-label')} » is cut off by ${holder.className}`,
        )
        holder.scrollLeft = 0
      }
      const { left, right, top, bottom } = one.getBoundingClientRect()
      const [x, y] = [(left + right) / 2, (top + bottom) / 2]
      if (x < 0 || y < 0 || x > window.innerWidth || y > window.innerHeight)
        found.push(`${one.tagName} « ${one.textContent || one.getAttribute('aria-label')} » at ${x}, ${y}`)
      // A box may be covered by its own tick, and a list by its own arrow, but nothing by another element.
      const hit = document.elementFromPoint(x, y)
      const own = one.parentElement?.parentElement ?? one
      if (hit && !own.contains(hit) && !hit.contains(one))
        found.push(
          `${one.tagName} « ${one.textContent || one.getAttribute('aria-label')} » under ${hit.outerHTML.slice(0, 80)}`,
        )
    }
    return found
  })
