import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconMailOff from '@tabler/icons-react/icons/IconMailOff'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fragment, useState } from 'react'
import type { StopRow } from '../../../shared/contract/desk/messages/mails.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { stopCauseNames } from '../../../shared/rules/mails/stop-list.ts'
import { addressText } from '../../../shared/rules/messages/mobile.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { ConfirmDialog, FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import './mails.css'

/** « Adresses arrêtées »: the one stop list of desk and portal. */
export const StopsTab = () => {
  const { data, error, refetch } = useQuery(orpc.mails.stops.queryOptions())
  const [isAdding, setIsAdding] = useState(false)
  const [lifted, setLifted] = useState<StopRow>()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <Section
      title="Adresses arrêtées"
      subtitle="ni le service ni le portail ne leur écrivent, sauf pour l’accès au compte"
      action={
        <ActionButton
          main
          combo="n"
          label="Arrêter une adresse"
          icon={<IconPlus size={14} />}
          onAction={() => setIsAdding(true)}
        />
      }
    >
      {data.length === 0 ? (
        <EmptyState icon={IconMailOff} title="Aucune adresse arrêtée">
          Une adresse que son serveur refuse vient ici d’elle-même.
        </EmptyState>
      ) : (
        <ul className="mails-stops">
          {data.map((stop) => (
            <li key={stop.id}>
              <div className="row">
                <b className="grow">{addressText(stop.email)}</b>
                <Button onClick={() => setLifted(stop)}>Lever l’arrêt</Button>
              </div>
              <p className="soft small">
                {stopCauseNames[stop.cause]} le {shortDay(dayAt(stop.stoppedAt))}
                {stop.reason === '' ? '' : `\u00a0: ${stop.reason}`}
                {stop.guardians.map(({ name, familyId }, place) => (
                  <Fragment key={`${name} ${familyId}`}>
                    {place === 0 ? ' · ' : ', '}
                    {familyId === null ? (
                      name
                    ) : (
                      <Link to="/familles/$familyId" params={{ familyId: String(familyId) }}>
                        {name}
                      </Link>
                    )}
                  </Fragment>
                ))}
              </p>
            </li>
          ))}
        </ul>
      )}
      {isAdding ? <StopDialog onClose={() => setIsAdding(false)} /> : null}
      <ConfirmDialog
        opened={lifted !== undefined}
        title="Écrire de nouveau à cette adresse&nbsp;?"
        confirm="Lever l’arrêt"
        onConfirm={(client) => client.mails.lift({ id: lifted?.id ?? 0 })}
        onClose={() => setLifted(undefined)}
      >
        {lifted?.cause === 'refused'
          ? 'Son serveur l’avait refusée\u00a0: s’il la refuse encore, elle revient ici au premier courriel.'
          : `Motif de l’arrêt\u00a0: ${lifted?.reason ?? ''}`}
      </ConfirmDialog>
    </Section>
  )
}

const StopDialog = ({ onClose }: { onClose: () => void }) => {
  const form = useForm({ initialValues: { email: '', reason: '' } })
  return (
    <FormDialog
      opened
      title="Arrêter une adresse"
      form={form}
      submit="Arrêter cette adresse"
      onClose={onClose}
      onSubmit={(client, values) => client.mails.stop(values)}
    >
      <TextInput
        label="Adresse mail ou numéro de mobile"
        required
        key={form.key('email')}
        {...form.getInputProps('email')}
      />
      <TextInput label="Motif" required key={form.key('reason')} {...form.getInputProps('reason')} />
    </FormDialog>
  )
}
