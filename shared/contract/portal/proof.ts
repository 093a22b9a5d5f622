import type { Receipt } from './demandes.ts'

/**
 * The file that proves a receipt: exactly the signed text, with the signature. The desk reads it in « Saisir un reçu ».
 */
export const proofFile = ({ number, text, signature }: Pick<Receipt, 'number' | 'text' | 'signature'>) => ({
  name: `preuve-${number}.json`,
  text: JSON.stringify({ text, signature }),
})
