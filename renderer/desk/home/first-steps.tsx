import IconCheck from '@tabler/icons-react/icons/IconCheck'
import { Link, type NavigateOptions } from '@tanstack/react-router'
import { type BeginningStep, beginningSteps, type Today } from '../../../shared/contract/desk/home.ts'
import { type Right, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import '../help/help.css'
import { Section } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'

type Step = {
  readonly title: string
  readonly how: string
  readonly needs: Right
  readonly ways: (activityId: number | null) => readonly (readonly [words: string, way: NavigateOptions])[]
}

/** The text of each step, and the screen where it is done. */
const steps: Readonly<Record<BeginningStep, Step>> = {
  facility: {
    title: 'Un équipement',
    how: 'Le lieu où l’on accueille\u00a0: centre de loisirs, restaurant scolaire…',
    needs: 'activities',
    ways: () => [['Créer un équipement', { to: '/reglages', search: { onglet: 'lieux', nouveau: true } }]],
  },
  activity: {
    title: 'Une activité et ses plages',
    how: 'Son nom, ses âges, ses heures\u00a0: matin, repas, après-midi. Les types usuels sont proposés.',
    needs: 'activities',
    ways: () => [['Créer une activité', { to: '/reglages', search: { onglet: 'activites', nouveau: true } }]],
  },
  period: {
    title: 'Une période',
    how: 'Ses dates, ses jours et ses places\u00a0: les jours d’ouverture se calculent seuls, vacances et jours fériés compris.',
    needs: 'activities',
    ways: (activityId) => [
      [
        'Créer une période',
        {
          to: '/reglages',
          search: { onglet: 'activites', ...(activityId !== null && { periode: 0, activite: activityId }) },
        },
      ],
    ],
  },
  tariff: {
    title: 'Un tarif',
    how: 'Partez d’un exemple ou d’une grille vide, mettez vos prix, puis choisissez les activités qu’il concerne.',
    needs: 'tariffs.write',
    ways: () => [['Créer un tarif', { to: '/reglages/tarifs', search: { nouveau: true } }]],
  },
  family: {
    title: 'Les familles',
    how: 'Une par une au guichet, ou toutes ensemble d’un fichier (ONDE, tableur, autre logiciel).',
    needs: 'families.write',
    ways: () => [
      ['Saisir une famille', { to: '/familles', search: { nouvelle: true } }],
      ['Importer un fichier', { to: '/import' }],
    ],
  },
}

/** « Pour commencer »: the steps of a new service up to its first invoice, each ticked once it is done. */
export const FirstSteps = ({ beginning: { done, activityId } }: { beginning: NonNullable<Today['beginning']> }) => {
  const may = useMay()
  const next = beginningSteps.find((step) => !done.includes(step))
  return (
    <Section
      title="Pour commencer"
      subtitle={`${counted(done.length, 'étape faite', 'étapes faites')} sur ${beginningSteps.length}`}
    >
      <ol className="first-day-steps">
        {beginningSteps.map((step, at) => {
          const isDone = done.includes(step)
          const { title, how, needs, ways } = steps[step]
          return (
            <li key={step} data-done={isDone || undefined} aria-current={step === next ? 'step' : undefined}>
              <span className="first-day-sign">
                {isDone ? <IconCheck size={14} aria-label="Fait" /> : <span aria-hidden="true">{at + 1}</span>}
              </span>
              <div>
                <h3>{title}</h3>
                {isDone ? null : <p className="small">{how}</p>}
                {isDone ? null : may(needs) ? (
                  <p className="row small">
                    {ways(activityId).map(([words, way]) => (
                      <Link key={words} to={way.to} search={way.search}>
                        {words}
                      </Link>
                    ))}
                  </p>
                ) : (
                  <p className="soft small">{roleNeeded(needs)}</p>
                )}
              </div>
            </li>
          )
        })}
      </ol>
    </Section>
  )
}
