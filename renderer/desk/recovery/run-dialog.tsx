import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { Unpaid, UnpaidPayer } from '../../../shared/contract/desk/money/recovery.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { lettersPerFile } from '../../../shared/rules/money/recovery/reminder.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { ConfirmDialog } from '../parts/forms/dialogs.tsx'

/** What a run of reminders will do, shown before it is done. */
export const RunDialog = ({
  payers,
  levels,
  regieId,
  onDone,
  onClose,
}: {
  payers: readonly UnpaidPayer[]
  levels: Unpaid['levels']
  regieId: number
  onDone: () => void
  onClose: () => void
}) => {
  const by = (wanted: UnpaidPayer['channel']) => payers.filter(({ channel }) => channel === wanted).length
  const letters = by('letter')
  const elsewhere = [
    by('mail') > 0 ? counted(by('mail'), 'relance par courriel', 'relances par courriel') : '',
    by('portal') > 0 ? counted(by('portal'), 'relance sur le portail', 'relances sur le portail') : '',
  ].filter((text) => text !== '')
  const byLevel = [...Map.groupBy(payers, levelOf)].toSorted(([one], [other]) => one - other)
  const run = {
    regieId,
    payers: payers.map((payer) => ({
      familyId: payer.familyId,
      thirdPartyId: payer.thirdPartyId,
      level: levelOf(payer),
      dueCents: payer.dueCents,
    })),
  }
  // Read once: what changes while the question is open is refused.
  const [seen] = useState(() => {
    const prepared = clientOutsideForms.recovery.prepareRun(run)
    prepared.catch(() => undefined)
    return prepared
  })
  return (
    <ConfirmDialog
      opened
      title={`Lancer ${counted(payers.length, 'relance')}\u00a0?`}
      confirm={letters > 0 ? 'Lancer et imprimer' : 'Lancer'}
      onClose={onClose}
      onConfirm={async (client) => {
        const made = await client.recovery.remind({ ...run, digest: (await seen).digest })
        onDone()
        notifications.show({
          color: 'green',
          message: `${counted(made.reminders, 'relance')} pour ${formatEuros(made.cents)}${
            made.letters > 0 ? `, ${counted(made.letters, 'lettre')} à poster` : ''
          }.`,
        })
        if (made.letters > 0) await printLetters(made)
      }}
    >
      <ul className="unpaid-run">
        {byLevel.map(([level, own]) => (
          <li key={level}>
            Niveau&nbsp;{level}&nbsp;: {counted(own.length, 'relance')}, {formatEuros(sumOf(own))}
            {feesText(own, levels[level - 1]?.feeCents ?? 0)}
          </li>
        ))}
      </ul>
      <p>
        {[counted(letters, 'lettre à imprimer', 'lettres à imprimer'), ...elsewhere].join(', ')}. Chaque relance prend
        un numéro&nbsp;: elle ne s’annule pas.
      </p>
    </ConfirmDialog>
  )
}

/** « , et 3,00 € de frais à 12 familles » */
const feesText = (payers: readonly UnpaidPayer[], feeCents: number): string => {
  const homes = payers.filter(({ familyId }) => familyId !== null).length
  return feeCents === 0 || homes === 0 ? '' : `, et ${formatEuros(feeCents)} de frais à ${counted(homes, 'famille')}`
}

/** Prints the letters of a run, one file after the other. */
export const printLetters = async ({ actId, letters }: { actId: number; letters: number }): Promise<void> => {
  for (let part = 1; (part - 1) * lettersPerFile < letters; part += 1)
    await printPaper(await clientOutsideForms.recovery.letters({ actId, part }))
}

const levelOf = ({ step }: UnpaidPayer): number => (step.kind === 'remind' ? step.level : 0)

const sumOf = (payers: readonly UnpaidPayer[]): number => payers.reduce((sum, { dueCents }) => sum + dueCents, 0)
