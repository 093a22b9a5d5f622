/**
 * The content of the parents' pages, written only once: the server renders it as HTML that is readable without scripts
 * (`main/portal/pages`), and the application renders the same words, links and marks in its own way
 * (`renderer/portal`).
 */

export type PageLink = { readonly path: string; readonly name: string }

/** The top of a page: its title, the pages above it in the breadcrumb after « Accueil », and a sentence. */
export type PageHead = {
  readonly title: string
  readonly parents?: readonly PageLink[]
  readonly intro?: string | undefined
}

/** A sentence. Some of its parts stand out, or lead to another page. Telephone numbers in its texts can be called. */
export type Sentence = readonly (string | { readonly strong: string } | PageLink)[]

/** The sentence as plain text, for a paper or a mail. */
export const plainSentence = (sentence: Sentence): string =>
  sentence.map((part) => (typeof part === 'string' ? part : 'strong' in part ? part.strong : part.name)).join('')

/** A label and its value; empty when the value is not known. */
export type Entry = readonly [label: string, value: string]

/** Shown in place of an empty value. */
export const unknownValue = '–'

/** The title of the browser's tab. */
export const documentTitle = (title: string): string => `${title} – Portail Famille`

export const unknownPageHead: PageHead = {
  title: 'Page introuvable',
  intro: 'Cette page n’existe pas, ou plus.',
}

export const noChildText = 'Aucun enfant n’est dans votre dossier. L’Espace Jeunesse peut l’ajouter.'
