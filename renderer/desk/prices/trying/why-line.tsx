import { formatEuros } from '../../../../shared/rules/money/money.ts'
import type { PriceLine } from '../../../../shared/rules/price/price-terms.ts'
import { counted } from '../../../../shared/rules/text/french.ts'

/** A line of « Pourquoi ce prix ». */
export const WhyLine = ({
  label,
  quantity,
  unit,
  totalCents,
  explanation,
  where,
}: Pick<PriceLine, 'label' | 'quantity' | 'unit' | 'totalCents' | 'explanation'> & {
  /** The activity and the days, if they differ from line to line. */
  where?: string
}) => (
  <li>
    <div className="row between">
      <span>
        {label}, {counted(quantity, unit.one, unit.many)}
      </span>
      <b>{formatEuros(totalCents)}</b>
    </div>
    <span>{explanation}</span>
    {where === undefined ? null : <span>{where}</span>}
  </li>
)
