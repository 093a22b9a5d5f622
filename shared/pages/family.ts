import { ofName } from '../rules/text/french.ts'
import type { PageHead } from './page.ts'
import { portalPages } from './portal-pages.ts'

/** « Ma famille », « Mes coordonnées », and the forms that they lead to. */

type Named = { readonly firstName: string }

export const familyHead: PageHead = {
  title: portalPages.family.name,
  intro: 'Vos enfants, et ce que nous savons d’eux.',
}

export const changeChildHead = (child: Named | undefined): PageHead => ({
  title: 'Modifier mes informations',
  parents: [portalPages.family],
  intro: child && `Pour ${child.firstName}.`,
})

export const healthHead = (child: Named | undefined): PageHead => ({
  title: child ? `Santé ${ofName(child.firstName)}` : 'Santé',
  parents: [portalPages.family],
  intro: 'Ce que le service doit savoir pour accueillir votre enfant.',
})

export const addPickupHead: PageHead = {
  title: 'Ajouter une personne',
  parents: [portalPages.family],
  intro: 'Elle pourra venir chercher vos enfants quand la mairie l’aura acceptée.',
}

export const noSuchChild = 'Cet enfant n’est pas dans votre dossier.'

export const detailsHead: PageHead = { title: portalPages.details.name }

export const changeDetailsHead: PageHead = { title: 'Modifier mes coordonnées', parents: [portalPages.details] }
