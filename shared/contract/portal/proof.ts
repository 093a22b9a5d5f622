import type { Receipt } from './demandes.ts'

/** What a receipt is proved by: the desk's « Saisir un reçu » reads this file, the very text that was signed with it. */
export const proofFile = ({ number, text, signature }: Pick<Receipt, 'number' | 'text' | 'signature'>) => ({
  name: `preuve-${number}.json`,
  text: JSON.stringify({ text, signature }),
})
