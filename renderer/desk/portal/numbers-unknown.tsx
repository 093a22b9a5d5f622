import { Link } from '@tanstack/react-router'
import { numbersUnknownText } from '../../../shared/rules/money/invoice.ts'
import { Note } from '../parts/feedback.tsx'
import { useMay } from '../staff/may.ts'
import { useExchangeState } from './exchange-queries.ts'

/**
 * Whether the desk currently refuses to number papers: screens then disable what gives a number and show
 * `NumbersUnknown`.
 */
export const useNumbersUnknown = (): boolean => useExchangeState().data?.knowsNumbers === false

/** Says why the desk does not number papers; renders nothing while it does. */
export const NumbersUnknown = () => {
  const may = useMay()
  return useNumbersUnknown() ? (
    <Note tone="danger">
      {numbersUnknownText} {may('portal') ? <Link to="/portail">Portail</Link> : null}
    </Note>
  ) : null
}
