import { Button, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { ErasurePlan, ErasureSubject } from '../../../shared/contract/desk/protection.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { type Client, clientOutsideForms, orpc } from '../../connection/client.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { Failure, Loading, Note, Progress } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'

type Steps = Awaited<ReturnType<Client['protection']['erase']>>

/** Shows what will be erased and what remains, then asks for the name as confirmation. */
export const EraseDialog = ({
  subject,
  id,
  onErased,
  onClose,
}: ErasureSubject & { onErased?: () => void; onClose: () => void }) => {
  const [isBegun, setIsBegun] = useState(false)
  const {
    data: plan,
    error,
    refetch,
  } = useQuery({
    ...orpc.protection.plan.queryOptions({ input: { subject, id } }),
    gcTime: 0,
    // Stops reading the plan once erasing has begun.
    enabled: !isBegun,
  })
  return (
    <Dialog opened title={plan ? `Effacer les données\u00a0: ${plan.name}` : 'Effacer les données'} onClose={onClose}>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {plan ? (
        <div className="dialog-form">
          {plan.obstacles.length > 0 ? (
            <Note tone="warn">
              <b>Pas pour l’instant.</b>
              <ul>
                {plan.obstacles.map((obstacle) => (
                  <li key={obstacle}>{obstacle}</li>
                ))}
              </ul>
              {plan.familyId === null ? null : (
                <Link
                  to="/familles/$familyId"
                  params={{ familyId: String(plan.familyId) }}
                  search={{ onglet: 'inscriptions' }}
                  onClick={onClose}
                >
                  Ouvrir la page de la famille
                </Link>
              )}
            </Note>
          ) : null}
          <PlanDetail plan={plan} />
          {plan.obstacles.length > 0 ? null : (
            <TypedConfirmation
              label={`Tapez «\u00a0${plan.name}\u00a0» pour confirmer`}
              erase={(confirmation) => {
                setIsBegun(true)
                return clientOutsideForms.protection.erase({ subject, id, confirmation })
              }}
              onRefused={() => setIsBegun(false)}
              onErased={onErased}
              onClose={onClose}
            />
          )}
        </div>
      ) : error ? null : (
        <Loading />
      )}
    </Dialog>
  )
}

const PlanDetail = ({ plan: { touched, people, kept } }: { plan: ErasurePlan }) => (
  <div className="erase-plan">
    <section aria-label="Ce qui s’efface">
      <h3>Ce qui s’efface</h3>
      <p>{people.join(', ')}</p>
      <ul>
        {touched.map(({ title, count }) => (
          <li key={title}>
            {title} <b className="num">{count}</b>
          </li>
        ))}
      </ul>
      <p className="soft small">
        Et leurs traces&nbsp;: recherche, journal, listes et choix de destinataires qui les nomment, copie du portail au
        prochain échange.
      </p>
    </section>
    <section aria-label="Ce qui reste">
      <h3>Ce qui reste</h3>
      {kept.length === 0 ? <p>Rien.</p> : null}
      <ul>
        {kept.map(({ title, why }) => (
          <li key={title}>
            {title}
            <span className="soft small"> {why}</span>
          </li>
        ))}
      </ul>
    </section>
  </div>
)

/** Confirms an irreversible erasure by a typed word, then shows its progress. */
export const TypedConfirmation = ({
  label,
  erase,
  onErased,
  onRefused,
  onClose,
  children,
}: {
  label: string
  erase: (confirmation: string) => Promise<Steps>
  onErased?: (() => void) | undefined
  onRefused?: () => void
  onClose: () => void
  children?: ReactNode
}) => {
  const queries = useQueryClient()
  const [typed, setTyped] = useState('')
  const [refusal, setRefusal] = useState<unknown>()
  const [progress, setProgress] = useState<{ done: number; total: number }>()
  const isField = refusal !== undefined && refusalOf(refusal).field === 'confirmation'
  const act = async () => {
    setRefusal(undefined)
    setProgress({ done: 0, total: 1 })
    try {
      for await (const step of await erase(typed)) {
        if (step.step === 'working') setProgress(step)
        else showErased(step.result.erased, step.result.isRewritten)
      }
      await queries.invalidateQueries({ queryKey: orpc.protection.key() })
      onClose()
      onErased?.()
    } catch (failure) {
      setRefusal(failure)
      onRefused?.()
    } finally {
      setProgress(undefined)
    }
  }
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void act()
      }}
    >
      <Note tone="danger">
        <b>C’est définitif.</b> Rien ne s’annule. Les sauvegardes faites avant aujourd’hui gardent encore ces données
        jusqu’à leur remplacement&nbsp;; si l’une est reprise, l’effacement se refait de lui-même.
      </Note>
      {children}
      {refusal !== undefined && !isField ? <Failure error={refusal} /> : null}
      {progress ? (
        <Progress label="Effacement en cours, le bureau reste utilisable" done={progress.done} total={progress.total} />
      ) : null}
      <TextInput
        label={label}
        autoComplete="off"
        value={typed}
        disabled={progress !== undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={isField ? refusalOf(refusal).sentence : undefined}
      />
      <div className="dialog-foot">
        <Button onClick={onClose}>Ne rien effacer</Button>
        <Button
          type="submit"
          variant="filled"
          color="red"
          loading={progress !== undefined}
          disabled={typed.trim() === ''}
        >
          Effacer pour de bon
        </Button>
      </div>
    </form>
  )
}

const showErased = (erased: number, isRewritten: boolean): void => {
  const what = counted(erased, 'effacement fait', 'effacements faits')
  notifications.show({
    message: isRewritten
      ? `${what}. Il n’en reste rien dans le fichier.`
      : `${what}. Le fichier sera récrit à la prochaine ouverture du bureau.`,
  })
}
