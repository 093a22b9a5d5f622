import { Button, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Definition, Tariff } from '../../../shared/contract/desk/money/prices.ts'
import { type Day, dayOf } from '../../../shared/rules/calendar/day.ts'
import { changeText, formatEuros, percentText } from '../../../shared/rules/money/money.ts'
import { bracketText } from '../../../shared/rules/price/bracket.ts'
import { yearStart } from '../../../shared/rules/price/tariff.ts'
import { extremesText } from '../../../shared/rules/price/tariff-comparison.ts'
import { counted, longDate } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'

/**
 * Compares the tariff on screen with another version over the days actually attended in a year: effect on the town and
 * on families.
 */
export const ComparisonDialog = ({
  tariff,
  versionId,
  definition,
  onClose,
}: {
  tariff: Tariff
  /** Id of the version on screen; undefined when it is not recorded yet. */
  versionId: number | undefined
  definition: Definition
  onClose: () => void
}) => {
  const { today } = useNow()
  const others = tariff.versions.toReversed()
  const [beforeId, setBeforeId] = useState((others.find(({ id }) => id !== versionId) ?? others[0])?.id ?? 0)
  const thisYear = Number(yearStart('school', today).slice(0, 4))
  const [year, setYear] = useState(thisYear - 1)
  const { data, error, refetch } = useQuery(
    orpc.prices.compare.queryOptions({
      input: { tariffId: tariff.id, versionId: beforeId, after: definition, ...schoolYear(year) },
      meta: { isErrorShownInline: true },
      retry: false,
    }),
  )
  const said = (label: string): string => {
    const bracket = definition.brackets.find((one) => one.label === label)
    return bracket ? bracketText(bracket) : label
  }
  return (
    <Dialog opened title="Comparer sur une année de présences" width="wide" onClose={onClose}>
      <div className="dialog-form">
        <div className="row row-wide">
          <Select
            label="Avant"
            data-autofocus
            data={others.map(({ id, from }) => ({ value: String(id), label: `Depuis le ${longDate(from)}` }))}
            value={String(beforeId)}
            onChange={(value) => setBeforeId(Number(value))}
          />
          <Select
            label="Présences de l’année"
            data={[0, 1, 2, 3].map((back) => ({
              value: String(thisYear - back),
              label: `${thisYear - back}-${thisYear - back + 1}${back === 0 ? ', jusqu’ici' : ''}`,
            }))}
            value={String(year)}
            onChange={(value) => setYear(Number(value))}
          />
        </div>
        <p className="soft small">
          Après&nbsp;: la grille à l’écran, enregistrée ou non. Chaque famille est comptée avec ses quotients, son
          adresse et son pointage de l’année.
        </p>
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
        {!data && !error ? <Loading>Les prix d’une année se calculent…</Loading> : null}
        {data && data.families === 0 ? <Note>Aucune réservation à ce tarif cette année-là.</Note> : null}
        {data && data.families > 0 ? (
          <>
            <p className="tariff-verdict" aria-live="polite">
              <b>{changeText(data.afterCents - data.beforeCents)}</b>
              <span>
                sur l’année, soit {percentText(data.beforeCents, data.afterCents)}&nbsp;: {counted(data.up, 'famille')}{' '}
                en hausse, {counted(data.down, 'famille')} en baisse, {data.same} sans changement.
              </span>
            </p>
            <div className="table-scroll">
              <table className="table table-flush tariff-compared" aria-label="Comparaison par tranche">
                <thead>
                  <tr>
                    <th scope="col">Tranche</th>
                    <th scope="col" className="num">
                      Familles
                    </th>
                    <th scope="col" className="num">
                      Avant
                    </th>
                    <th scope="col" className="num">
                      Après
                    </th>
                    <th scope="col" className="num">
                      Écart
                    </th>
                    <th scope="col" className="num">
                      %
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {data.brackets.map(({ label, families, beforeCents, afterCents }) => (
                    <tr key={label ?? 'none'}>
                      <th scope="row">{label === null ? 'Sans quotient connu' : said(label)}</th>
                      <td className="num">{families}</td>
                      <td className="num">{formatEuros(beforeCents)}</td>
                      <td className="num">{formatEuros(afterCents)}</td>
                      <td className="num">{changeText(afterCents - beforeCents)}</td>
                      <td className="num">{percentText(beforeCents, afterCents)}</td>
                    </tr>
                  ))}
                </tbody>
                <tfoot>
                  <tr>
                    <th scope="row">Total</th>
                    <td className="num">{data.families}</td>
                    <td className="num">{formatEuros(data.beforeCents)}</td>
                    <td className="num">{formatEuros(data.afterCents)}</td>
                    <td className="num">{changeText(data.afterCents - data.beforeCents)}</td>
                    <td className="num">{percentText(data.beforeCents, data.afterCents)}</td>
                  </tr>
                </tfoot>
              </table>
            </div>
            <p className="soft small">
              {extremesText(data)} Une famille dont le quotient a changé est dans plusieurs tranches.
            </p>
            {data.unpricedDays > 0 ? (
              <Note tone="warn">
                {counted(data.unpricedDays, 'journée')} sans prix dans l’une des deux grilles&nbsp;: laissées de côté.
              </Note>
            ) : null}
          </>
        ) : null}
        <div className="dialog-foot">
          <Button onClick={onClose}>Fermer</Button>
        </div>
      </div>
    </Dialog>
  )
}

const schoolYear = (year: number): { from: Day; to: Day } => ({ from: dayOf(year, 9, 1), to: dayOf(year + 1, 8, 31) })
