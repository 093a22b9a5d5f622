import IconSettings from '@tabler/icons-react/icons/IconSettings'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { orpc } from '../../connection/client.ts'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { RegieControl, useChosenRegie } from '../regies/regie-choice.tsx'
import { CollectionView } from './collection-view.tsx'
import { DebitsPage } from './debits-page.tsx'
import { PreviewView } from './preview-view.tsx'

/** « Prélèvements »: a collection being prepared, or one that was frozen. */
export const DebitsScreen = () => {
  const { prelevement } = useSearch({ from: '/desk/reglements/prelevements' })
  const { regies, regie, chooseRegie } = useChosenRegie()
  const {
    data: settings,
    error,
    refetch,
  } = useQuery(orpc.debits.settings.queryOptions({ input: { regieId: regie.id } }))
  const navigate = useNavigate()
  const choose = (id: number) => {
    chooseRegie(id)
    void navigate({ to: '/reglements/prelevements', search: {} })
  }
  const control = <RegieControl regies={regies} regie={regie} onChoose={choose} />
  if (settings === undefined)
    return (
      <DebitsPage step={null} controls={control}>
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}
      </DebitsPage>
    )
  if (settings === null)
    return (
      <DebitsPage step={null} controls={control}>
        <EmptyState icon={IconSettings} title={`${regie.name} ne prélève pas encore`}>
          Un administrateur saisit l’identifiant de créancier (ICS) et le compte dans Réglages, Régies,
          «&nbsp;Prélèvement&nbsp;».
        </EmptyState>
      </DebitsPage>
    )
  return prelevement === undefined ? (
    <PreviewView key={regie.id} regie={regie} controls={control} />
  ) : (
    <CollectionView key={prelevement} id={prelevement} controls={control} />
  )
}
