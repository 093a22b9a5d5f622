import { describe, expect, it } from 'vitest'
import { mayReadLabel } from '../../../shared/record/hearing.ts'
import type { Role } from '../../../shared/rules/access/roles.ts'

describe('that an act was done is heard by whoever may read what it wrote', () => {
  it.each<[kind: string, heardBy: Role[]]>([
    ['payments.record', ['director', 'receptionist', 'cashier']],
    ['invoicing.issue', ['director', 'receptionist', 'cashier']],
    ['health.read', ['administrator', 'director', 'receptionist', 'cashier']],
    ['consents.answer', ['director', 'receptionist']],
    ['dossiers.see', ['director', 'receptionist']],
    ['families.change', ['administrator', 'director', 'receptionist', 'cashier']],
    ['attendance.mark', ['administrator', 'director', 'receptionist', 'cashier', 'animator']],
    ['year.close', ['administrator', 'director', 'receptionist', 'cashier', 'animator']],
    ['year.passUp', ['administrator', 'director', 'receptionist', 'cashier']],
    ['staff.password', ['administrator']],
    ['settings.organisation', ['administrator']],
    ['a kind that nobody named', ['administrator']],
  ])('%s', (kind, heardBy) => {
    const roles: Role[] = ['administrator', 'director', 'receptionist', 'cashier', 'animator']
    expect(roles.filter((role) => mayReadLabel({ roles: [role] }, kind))).toEqual(heardBy)
  })
})
