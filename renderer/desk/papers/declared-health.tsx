import { Button } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { HealthRecord } from '../../../shared/contract/desk/families.ts'
import type { ReceivedPaper } from '../../../shared/contract/desk/papers.ts'
import {
  type DeclaredHealth,
  declaredFields,
  dietName,
  healthNames,
  withDeclaredHealth,
} from '../../../shared/rules/people/health.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { fieldPropsOf, HealthFields } from '../families/fields.tsx'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { FormFields } from '../parts/forms/dialogs.tsx'

/** What a parent declared about a child's health next to the current record, with a form for the new record. */
export const DeclaredHealthPanel = ({
  paper,
  isOpen,
  onRefuse,
  onDone,
  about,
}: {
  paper: ReceivedPaper
  /** Whether this person can answer now. */
  isOpen: boolean
  onRefuse: () => void
  onDone: () => void
  about: ReactNode
}) => {
  // Never refetched: the audit trail records each reading.
  const { data, error } = useQuery({
    queryKey: ['health told', paper.id],
    queryFn: () => clientOutsideForms.papers.healthTold({ id: paper.id }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
  if (error) return <Failure error={error} />
  if (!data) return <Loading />
  return (
    <div className="paper-dialog">
      <dl className="health-told">
        {declaredFields(data.told).map((field) => (
          <div key={field}>
            <dt>{healthNames[field]}</dt>
            <dd>{field === 'diet' ? dietName(data.told.diet ?? '') : data.told[field]}</dd>
            <dd className="soft">Au dossier&nbsp;: {inRecord(data.record, field)}</dd>
          </div>
        ))}
      </dl>
      <div className="paper-said">
        {about}
        {isOpen ? (
          <>
            <Acceptance paper={paper} told={data.told} record={data.record} onDone={onDone} />
            <Button color="red" onClick={onRefuse}>
              Refuser…
            </Button>
          </>
        ) : null}
        <Note>Cette consultation est inscrite au journal.</Note>
      </div>
    </div>
  )
}

const inRecord = (record: HealthRecord, field: keyof DeclaredHealth): string => {
  if (record.isLost) return 'illisible'
  return field === 'diet' ? dietName(record.diet) : record[field] || 'rien'
}

const Acceptance = ({
  paper,
  told,
  record,
  onDone,
}: {
  paper: ReceivedPaper
  told: DeclaredHealth
  record: HealthRecord
  onDone: () => void
}) => {
  const form = useForm({ initialValues: withDeclaredHealth(record, told) })
  return (
    <FormFields
      form={form}
      submit="Enregistrer sur la fiche"
      onSubmit={async (client, values) => {
        await client.papers.acceptHealth({ id: paper.id, ...values })
        onDone()
      }}
    >
      <HealthFields field={fieldPropsOf(form)} />
    </FormFields>
  )
}
