import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { roleNeeded } from '../../../shared/rules/access/roles.ts'
import { numbersUnknownText } from '../../../shared/rules/money/invoice.ts'
import { Note } from '../parts/feedback.tsx'
import { useMay } from '../staff/may.ts'
import { ConfirmNumbersDialog } from './confirm-numbers-dialog.tsx'
import { useExchangeState } from './exchange-queries.ts'

/**
 * Whether the desk currently refuses to number papers: screens then disable what gives a number and show
 * `NumbersUnknown`.
 */
export const useNumbersUnknown = (): boolean => useExchangeState().data?.knowsNumbers === false

/**
 * Says why the desk does not number papers, or that a copy without a portal may give numbers a second time; renders
 * nothing while they are known.
 */
export const NumbersUnknown = () => {
  const may = useMay()
  const { data } = useExchangeState()
  const [confirms, setConfirms] = useState(false)
  if (data?.knowsNumbers === false)
    return (
      <Note tone="danger">
        {numbersUnknownText} {may('portal') ? <Link to="/portail">Portail</Link> : null}
      </Note>
    )
  if (!data?.mayConfirmNumbers) return null
  return (
    <Note tone="warn">
      Cette base vient d’une sauvegarde, et aucun portail n’est relié pour dire les derniers numéros. Si des papiers
      sont sortis après elle, un directeur atteste leurs numéros avant d’en faire d’autres.
      <div className="row">
        {may('override') ? (
          <Button onClick={() => setConfirms(true)}>Attester les numéros…</Button>
        ) : (
          <span className="soft small">Attester&nbsp;: {roleNeeded('override')}</span>
        )}
      </div>
      {confirms ? <ConfirmNumbersDialog onClose={() => setConfirms(false)} /> : null}
    </Note>
  )
}
