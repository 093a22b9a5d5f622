import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Caf, CafControl, CafDetail } from '../../../shared/contract/desk/figures/figures.ts'
import { ageGroupNames } from '../../../shared/rules/figures/child-group.ts'
import { hoursText } from '../../../shared/rules/figures/hours-rule.ts'
import { ruleLines } from '../../../shared/rules/figures/used-rule.ts'
import { briefDay, capitalised, counted, listed } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Panel } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import type { ChosenFigure } from './chosen-figure.ts'
import { Declarations } from './declarations.tsx'

/** The controls, then the chosen figure explained step by step, then the declarations. */
export const CafPanel = ({
  caf,
  siteId,
  figure,
  seesRows,
  onSeeRows,
}: {
  caf: Caf
  siteId: number | null
  figure: ChosenFigure | null
  seesRows: boolean
  onSeeRows: (sees: boolean) => void
}) => (
  <Panel label="Le chiffre choisi">
    <section aria-label="Ce qui peut être faux">
      <h2>
        Ce qui peut être faux <span className="soft small">à voir avant d’envoyer</span>
      </h2>
      {caf.controls.length === 0 ? <p className="soft small">Rien n’a été trouvé.</p> : null}
      <ul className="figures-controls">
        {caf.controls.map((control) => (
          <Control key={JSON.stringify(control)} control={control} />
        ))}
      </ul>
    </section>
    {figure ? <Figure figure={figure} siteId={siteId} seesRows={seesRows} onSeeRows={onSeeRows} /> : null}
    <Declarations months={caf.months} />
  </Panel>
)

const Control = ({ control }: { control: CafControl }) => {
  const may = useMay()
  const { count, title, about, link } = controlTexts(control, may('attendance'))
  return (
    <li>
      <b className="figures-count">{count}</b>
      <span>
        {title}
        <br />
        <span className="soft small">{about}</span>
        {'named' in control ? <Named some={control.named} total={control.children} /> : null}
      </span>
      {link}
    </li>
  )
}

/** The children concerned by a control, each with a link to its home. */
const Named = ({
  some,
  total,
}: {
  some: readonly { readonly childId: number; readonly familyId: number | null; readonly name: string }[]
  total: number
}) => (
  <details className="small">
    <summary>{total > 1 ? 'Lesquels' : 'Lequel'}</summary>
    <ul>
      {some.map(({ childId, familyId, name }) => (
        <li key={childId}>
          {familyId === null ? (
            name
          ) : (
            <Link to="/familles/$familyId" params={{ familyId: String(familyId) }}>
              {name}
            </Link>
          )}
        </li>
      ))}
      {total > some.length ? <li className="soft">et {counted(total - some.length, 'autre')}</li> : null}
    </ul>
  </details>
)

const controlTexts = (
  control: CafControl,
  mayMark: boolean,
): { readonly count: number; readonly title: string; readonly about: string; readonly link: ReactNode } => {
  switch (control.kind) {
    case 'unmarked':
      return {
        count: control.childDays,
        title: control.childDays > 1 ? 'journées d’enfant sans pointage' : 'journée d’enfant sans pointage',
        about: `${control.accueil}, ${hoursText(control.minutes)} à 0`,
        link: mayMark ? (
          <Link
            className="small"
            to="/pointage"
            search={{ jour: control.firstDay, activite: control.activityId }}
            aria-label={`Pointer ${control.accueil}, ${briefDay(control.firstDay)}`}
          >
            Pointer
          </Link>
        ) : null,
      }
    case 'withoutScheme':
      return {
        count: control.children,
        title: control.children > 1 ? 'enfants sans régime' : 'enfant sans régime',
        about: `${hoursText(control.minutes)} hors «\u00a0régime général\u00a0»`,
        link: null,
      }
    case 'otherAges':
      return {
        count: control.children,
        title: control.children > 1 ? 'enfants hors des âges déclarés' : 'enfant hors des âges déclarés',
        about: `${hoursText(control.minutes)} comptées nulle part`,
        link: null,
      }
    case 'namesakes':
      return {
        count: control.childIds.length,
        title: `fiches pour ${control.name}`,
        about: 'même nom et même naissance\u00a0: heures comptées deux fois\u00a0?',
        link: (
          <Link className="small" to="/doublons" aria-label={`Voir les doublons de ${control.name}`}>
            Voir
          </Link>
        ),
      }
    case 'usualRule':
      return {
        count: control.accueils.length,
        title: control.accueils.length > 1 ? 'accueils sans règle à eux' : 'accueil sans règle à lui',
        about: `${listed(control.accueils)}\u00a0: la règle usuelle compte, à vérifier dans votre convention`,
        link: null,
      }
  }
}

const Figure = ({
  figure,
  siteId,
  seesRows,
  onSeeRows,
}: {
  figure: ChosenFigure
  siteId: number | null
  seesRows: boolean
  onSeeRows: (sees: boolean) => void
}) => {
  const { data, error, refetch } = useQuery(orpc.figures.cafDetail.queryOptions({ input: { ...figure, siteId } }))
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <>
      <section aria-label="Pas à pas">
        <h2 className="row">
          {hoursText(data.minutes)}, pas à pas
          <span className="grow" />
          <PlainAction
            label={counted(data.childDays, 'présence')}
            aria={`${counted(data.childDays, 'présence')}, ${seesRows ? 'revenir au pas à pas' : 'voir les enfants'}`}
            isExpanded={seesRows}
            onAction={() => onSeeRows(!seesRows)}
          />
        </h2>
        <p className="soft small">
          {figure.accueil}, {ageGroupNames[figure.ageGroup]}
        </p>
        <ul className="soft small" aria-label="Règles de compte">
          {ruleLines(data.rules).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        {seesRows ? <ChildrenBehind detail={data} /> : <Days detail={data} />}
      </section>
      {data.example && !seesRows ? <Example example={data.example} /> : null}
    </>
  )
}

const maxDays = 12

const Days = ({ detail: { days, minutes } }: { detail: CafDetail }) => {
  const shown = days.slice(0, maxDays)
  const sumOf = (key: 'wholeDays' | 'halfDays') => days.reduce((sum, one) => sum + one[key], 0)
  return (
    <table className="table table-flush figures-days">
      <thead>
        <tr>
          <th scope="col">Jour</th>
          <th scope="col" className="num">
            Journées
          </th>
          <th scope="col" className="num">
            Demi-j.
          </th>
          <th scope="col" className="num">
            Heures
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map((one) => (
          <tr key={one.day}>
            <th scope="row">{briefDay(one.day)}</th>
            <td className="num">{one.wholeDays}</td>
            <td className="num">{one.halfDays}</td>
            <td className="num">{hoursText(one.minutes)}</td>
          </tr>
        ))}
        {days.length > maxDays ? (
          <tr>
            <td colSpan={4} className="soft">
              et {counted(days.length - maxDays, 'autre jour', 'autres jours')}
            </td>
          </tr>
        ) : null}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">En tout</th>
          <td className="num">{sumOf('wholeDays')}</td>
          <td className="num">{sumOf('halfDays')}</td>
          <td className="num">{hoursText(minutes)}</td>
        </tr>
      </tfoot>
    </table>
  )
}

const ChildrenBehind = ({ detail: { children, totalChildren } }: { detail: CafDetail }) => {
  const list = useRef<HTMLTableElement>(null)
  useEffect(() => list.current?.querySelector('a')?.focus(), [])
  return (
    <table ref={list} className="table table-flush figures-days" aria-label="Enfants derrière le chiffre">
      <thead>
        <tr>
          <th scope="col">Enfant</th>
          <th scope="col" className="num">
            Jours
          </th>
          <th scope="col" className="num">
            Heures
          </th>
        </tr>
      </thead>
      <tbody>
        {children.map((one) => (
          <tr key={one.childId}>
            <th scope="row">
              <Link
                to="/familles/$familyId"
                params={{ familyId: String(one.familyId) }}
                search={{ onglet: 'reservations' }}
              >
                {one.name}
              </Link>{' '}
              <span className="soft small">{one.age}</span>
            </th>
            <td className="num">{one.days}</td>
            <td className="num">{hoursText(one.minutes)}</td>
          </tr>
        ))}
        {totalChildren > children.length ? (
          <tr>
            <td colSpan={3} className="soft">
              et {counted(totalChildren - children.length, 'autre enfant', 'autres enfants')}
            </td>
          </tr>
        ) : null}
      </tbody>
    </table>
  )
}

const Example = ({ example }: { example: NonNullable<CafDetail['example']> }) => (
  <section aria-label="Un enfant, un jour">
    <h2>Un enfant, {briefDay(example.day)}</h2>
    <p className="soft small">
      {example.name}, {example.age}&nbsp;: {listed(example.slots.map(({ name }) => name.toLocaleLowerCase('fr')))}
    </p>
    <dl className="figures-example">
      <dt>{example.slots.map(({ minutes }) => hoursText(minutes)).join(' + ')}</dt>
      <dd>{hoursText(example.sum)}</dd>
      <dt>
        <b>{example.how}</b>
      </dt>
      <dd>
        <b>{hoursText(example.minutes)}</b>
      </dd>
    </dl>
    <p className="soft small">
      {capitalised(example.rule)}
      {example.source === '' ? '' : ` (${example.source})`}.
    </p>
  </section>
)
