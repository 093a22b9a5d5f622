import { Button, Checkbox } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { PortalSettings } from '../../../shared/contract/desk/portal.ts'
import type { Overwritten } from '../../../shared/contract/procedure.ts'
import { roleNeeded } from '../../../shared/rules/access/roles.ts'
import { parentsLabel } from '../../../shared/rules/people/fields.ts'
import { proposableFields } from '../../../shared/rules/people/proposal.ts'
import { orpc } from '../../connection/client.ts'
import { beginForm } from '../../connection/form.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { EditConflict } from '../parts/forms/edit-conflict.tsx'
import { TimeField } from '../parts/forms/time-field.tsx'
import { Section } from '../parts/screen.tsx'
import { notifyRefusal } from '../queries.ts'
import { useMay } from '../staff/may.ts'

/** When the desk and the portal exchange, and what is accepted without staff. */
export const RulesTab = () => {
  const { data, error, refetch } = useQuery(orpc.portal.settings.queryOptions())
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="portal-form stack stack-wide">
      <Schedule settings={data} />
      <Automatic settings={data} />
      <HealthShown settings={data} />
    </div>
  )
}

/**
 * Shared by both forms of this tab: when somebody else changed the same setting, shows it and asks which value to keep.
 */
const useConflictAwareForm = () => {
  const queries = useQueryClient()
  const [openForm] = useState(() => beginForm(queries))
  const [overwritten, setOverwritten] = useState<Overwritten>()
  return {
    overwritten,
    client: openForm.client,
    forget: () => setOverwritten(undefined),
    tell: (error: unknown) => {
      const { overwritten: found } = refusalOf(error)
      if (!found) return notifyRefusal(error)
      openForm.readUpTo(found.revision)
      setOverwritten(found)
    },
  }
}

const Schedule = ({ settings }: { settings: PortalSettings }) => {
  const queries = useQueryClient()
  const [nightAt, setNightAt] = useState<string>(settings.nightAt)
  const [continuous, setContinuous] = useState(settings.continuous)
  const typed = useConflictAwareForm()
  const save = useMutation({
    meta: { isErrorShownInline: true },
    mutationFn: (schedule: { nightAt: string; continuous: boolean }) => typed.client.exchange.schedule(schedule),
    onError: (error) => {
      if (refusalOf(error).overwritten) typed.tell(error)
    },
    onSuccess: () => {
      typed.forget()
      void queries.invalidateQueries({ queryKey: orpc.portal.settings.key() })
      void queries.invalidateQueries({ queryKey: orpc.exchange.state.key() })
      notifications.show({ message: 'L’horaire est enregistré.' })
    },
  })
  return (
    <Section title="Horaire des échanges">
      <p className="soft small">
        L’ordinateur doit être allumé, l’application ouverte et internet là. Sinon l’échange se fait au retour de la
        connexion.
      </p>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate({ nightAt, continuous })
        }}
      >
        {typed.overwritten ? (
          <EditConflict
            overwritten={typed.overwritten}
            canFill={() => true}
            isBusy={save.isPending}
            onChosen={(theirs) => {
              const kept = { nightAt, continuous, ...Object.fromEntries(theirs.map((one) => [one.field, one.theirs])) }
              setNightAt(kept.nightAt)
              setContinuous(kept.continuous)
              save.mutate(kept)
            }}
          />
        ) : null}
        <TimeField
          label="Chaque nuit à"
          value={nightAt}
          onChange={setNightAt}
          error={save.error && !typed.overwritten ? refusalOf(save.error).sentence : undefined}
        />
        <Checkbox
          label="Et dès qu’un parent enregistre, tant que la connexion est là"
          checked={continuous}
          onChange={({ currentTarget }) => setContinuous(currentTarget.checked)}
        />
        <div className="row">
          <Button type="submit" loading={save.isPending}>
            Enregistrer l’horaire
          </Button>
        </div>
      </form>
    </Section>
  )
}

/** Saved at once when it is switched, since there is nothing else to type. */
const HealthShown = ({ settings: { showsHealth } }: { settings: PortalSettings }) => {
  const may = useMay()
  const queries = useQueryClient()
  const typed = useConflictAwareForm()
  const save = useMutation({
    mutationFn: (shown: boolean) => typed.client.portal.saveHealthShown({ showsHealth: shown }),
    onError: (error) => typed.tell(error),
    onSuccess: ({ showsHealth: isShown }) => {
      void queries.invalidateQueries({ queryKey: orpc.portal.settings.key() })
      notifications.show({
        message: isShown
          ? 'Les fiches sanitaires seront montrées aux parents après le prochain échange.'
          : 'Les copies des fiches sanitaires seront effacées du portail au prochain échange.',
      })
    },
  })
  return (
    <Section title="Fiche sanitaire sur le portail">
      <p className="soft small">
        Un responsable dont l’autorité parentale est confirmée relit ce que le service sait de son enfant, et le
        confirme ou le corrige. La copie est scellée à la clé de son seul compte&nbsp;: le portail ne peut pas la lire.
      </p>
      <Checkbox
        label="Montrer aux parents la fiche sanitaire de leur enfant"
        description="Décoché, ils voient seulement « transmis le… » et un formulaire vide."
        checked={save.variables ?? showsHealth}
        disabled={save.isPending || !may('organisation')}
        onChange={({ currentTarget }) => save.mutate(currentTarget.checked)}
      />
      {may('organisation') ? null : <Note>{roleNeeded('organisation')}</Note>}
    </Section>
  )
}

const groupNames = { family: 'Le foyer', guardian: 'Les responsables', child: 'Les enfants' } as const

/** The fields that parents may propose to change, in the portal's words. */
const proposable = (['family', 'guardian', 'child'] as const).map(
  (subject) =>
    [
      groupNames[subject],
      Object.entries(proposableFields[subject]).map(
        ([name, field]) => [`${subject}.${name}`, parentsLabel(field)] as const,
      ),
    ] as const,
)

const asks = [
  ['bookings', 'Réservations', 'quand il reste une place et que toutes les règles le permettent'],
  ['cancellations', 'Annulations', 'quand elles sont demandées dans les délais'],
  ['registrations', 'Inscriptions', 'quand l’âge, la classe et la commune conviennent'],
] as const

const Automatic = ({ settings: { automatic } }: { settings: PortalSettings }) => {
  const may = useMay()
  const mayDecide = may('decisions')
  const [values, setValues] = useState(automatic)
  const queries = useQueryClient()
  const typed = useConflictAwareForm()
  const save = useMutation({
    meta: { isErrorShownInline: true },
    mutationFn: (rules: typeof automatic) => typed.client.portal.saveAutomatic(rules),
    onError: typed.tell,
    onSuccess: () => {
      typed.forget()
      void queries.invalidateQueries({ queryKey: orpc.portal.settings.key() })
      notifications.show({ message: 'Les règles sont enregistrées.' })
    },
  })
  const toggle = (field: string) =>
    setValues(({ fields, ...rest }) => ({
      ...rest,
      fields: fields.includes(field) ? fields.filter((one) => one !== field) : [...fields, field],
    }))
  return (
    <Section title="Ce qui passe sans attendre une décision">
      <p className="soft small">
        Tout le reste attend dans «&nbsp;Demandes&nbsp;». Ce qui passe ainsi est noté au journal, au nom de la règle.
      </p>
      {mayDecide ? null : <Note>{roleNeeded('decisions')}</Note>}
      <form
        className="stack stack-wide"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate({ ...values, fields: [...values.fields] })
        }}
      >
        <fieldset className="portal-checks" disabled={!mayDecide}>
          <legend>Demandes des parents</legend>
          {asks.map(([ask, words, when]) => (
            <Checkbox
              key={ask}
              label={words}
              description={when}
              checked={values[ask]}
              onChange={({ currentTarget: { checked } }) => setValues((before) => ({ ...before, [ask]: checked }))}
            />
          ))}
        </fieldset>
        {proposable.map(([group, fields]) => (
          <fieldset key={group} className="portal-checks portal-checks-wide" disabled={!mayDecide}>
            <legend>Changements proposés&nbsp;: {group.toLocaleLowerCase('fr')}</legend>
            {fields.map(([field, words]) => (
              <Checkbox
                key={field}
                label={words}
                checked={values.fields.includes(field)}
                onChange={() => toggle(field)}
              />
            ))}
          </fieldset>
        ))}
        {typed.overwritten ? (
          <EditConflict
            overwritten={typed.overwritten}
            canFill={() => true}
            isBusy={save.isPending}
            onChosen={([theirs]) => {
              const kept = theirs ? (theirs.theirs as typeof values) : values
              setValues(kept)
              save.mutate(kept)
            }}
          />
        ) : null}
        <div className="row">
          <Button type="submit" disabled={!mayDecide} loading={save.isPending}>
            Enregistrer les règles
          </Button>
        </div>
      </form>
    </Section>
  )
}
