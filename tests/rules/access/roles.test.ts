import { describe, expect, it } from 'vitest'
import { may, type Right, type Role, rights, roleNeeded, roles } from '../../../shared/rules/access/roles.ts'

const holders = (act: Right) => roles.filter((role) => may([role], act)).join(' ')

const table: readonly (readonly [Right, string])[] = [
  ['organisation', 'administrator'],
  ['staff', 'administrator'],
  ['backups', 'administrator'],
  ['audit', 'administrator dataProtectionOfficer'],
  ['protection.read', 'administrator dataProtectionOfficer'],
  ['activities', 'administrator director'],
  ['activities.read', 'administrator director receptionist cashier animator'],
  ['families.read', 'administrator director receptionist cashier'],
  ['families.write', 'administrator director receptionist'],
  ['dossiers', 'director receptionist'],
  ['consents', 'director receptionist'],
  ['consentTexts', 'administrator director'],
  ['messages', 'director receptionist cashier'],
  ['decisions', 'administrator director receptionist'],
  ['imports', 'administrator director receptionist'],
  ['portal', 'administrator director receptionist'],
  ['mailServer', 'administrator director'],
  ['mails', 'director receptionist cashier'],
  ['sendings', 'director receptionist cashier'],
  ['sendings.audience', 'director receptionist'],
  ['override', 'director'],
  ['tariffs.read', 'director cashier'],
  ['tariffs.write', 'director'],
  ['invoicing', 'director cashier'],
  ['invoices.read', 'director receptionist cashier'],
  ['payments', 'receptionist cashier'],
  ['payments.cancel', 'cashier'],
  ['refunds', 'cashier'],
  ['debtDecisions', 'cashier'],
  ['attendance', 'director receptionist animator'],
  ['health.read', 'director'],
  ['health.write', 'director'],
  ['health.daySheet', 'director animator'],
  ['health.emergency', 'receptionist animator'],
  ['health.delegates', 'director'],
  ['figures', 'administrator director receptionist cashier'],
  ['sharedLists', 'administrator director'],
  ['templates', 'administrator director'],
  ['regies.read', 'administrator director cashier'],
  ['aids', 'director cashier'],
  ['freeLines', 'director cashier'],
  ['freeLines.negative', 'cashier'],
  ['reminders', 'director cashier'],
  ['mandates', 'receptionist cashier'],
  ['debits', 'cashier'],
  ['bank', 'cashier'],
  ['closing', 'cashier'],
  ['customFields', 'administrator director'],
  ['notes', 'administrator director receptionist cashier animator'],
  ['photos', 'director receptionist'],
  ['photos.day', 'director receptionist animator'],
]

describe('roles at the desk', () => {
  it.each(table)('%s is for %s', (act, expected) => {
    expect(holders(act)).toBe(expected)
  })

  it('every right is in the table', () => {
    expect(rights.filter((act) => !table.some(([right]) => right === act))).toEqual([])
  })

  it('several roles add up, none takes away', () => {
    const held: Role[] = ['animator', 'cashier']
    for (const act of rights) expect(may(held, act)).toBe(may(['animator'], act) || may(['cashier'], act))
  })

  it('nobody may do anything without a role', () => {
    expect(rights.filter((act) => may([], act))).toEqual([])
  })

  it('a refusal names who may', () => {
    expect(roleNeeded('payments.cancel')).toBe('Cette action demande le rôle Régisseur.')
    expect(roleNeeded('activities.read')).toBe(
      'Cette action demande le rôle Administrateur, Directeur, Agent d’accueil, Régisseur ou Animateur.',
    )
  })
})
