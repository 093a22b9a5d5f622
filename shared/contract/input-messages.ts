import type * as z from 'zod'
import { counted } from '../rules/text/french.ts'

/**
 * French messages for zod issues that the contract does not word itself, in everyday language: zod's own French speaks
 * of « tableau » and « chaîne de caractères ».
 */
export const inputMessages: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_value') return 'Ce choix n’existe pas.'
  if (issue.code === 'invalid_format' && issue.format === 'email') return 'Cette adresse e-mail n’est pas valable.'
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined || issue.input === null) return 'À remplir.'
    if (issue.expected === 'int') return 'Il faut un nombre entier.'
    return issue.expected === 'number' ? 'Il faut un nombre.' : shapeless
  }
  if (issue.code === 'too_small') {
    const least = issue.minimum.toLocaleString('fr-FR')
    if (issue.origin === 'string')
      return `Texte trop court\u00a0: ${counted(Number(issue.minimum), 'caractère')} au moins.`
    if (issue.origin === 'array') return `Il en faut ${least} au moins.`
    return issue.inclusive
      ? `Nombre trop petit\u00a0: ${least} au moins.`
      : `Nombre trop petit\u00a0: plus de ${least}.`
  }
  if (issue.code === 'too_big') {
    const most = issue.maximum.toLocaleString('fr-FR')
    if (issue.origin === 'string')
      return `Texte trop long\u00a0: ${counted(Number(issue.maximum), 'caractère')} au plus.`
    if (issue.origin === 'array') return `Il y en a trop\u00a0: ${most} au plus.`
    return `Nombre trop grand\u00a0: ${most} au plus.`
  }
  return shapeless
}

const shapeless = 'Cette saisie n’a pas la forme attendue.'
