import { Button } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { ReceivedPaper } from '../../../shared/contract/desk/papers.ts'
import type { HealthRecord } from '../../../shared/contract/desk/people/families.ts'
import type { HealthDeclaration } from '../../../shared/contract/exchange/paper-parts.ts'
import {
  type DeclarableField,
  declaredFields,
  fieldsErasedBy,
  healthNames,
  healthText,
  proposedHealth,
} from '../../../shared/rules/dossier/health.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { fieldPropsOf } from '../families/fields.tsx'
import { HealthFields, HealthLacking, toHealthInput, toHealthValues } from '../families/health-fields.tsx'
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
  const erased = data.record.isLost ? [] : fieldsErasedBy(data.record, data.told)
  return (
    <div className="paper-dialog">
      <dl className="health-told">
        {declaredFields(data.told).map((field) => (
          <div key={field}>
            <dt>{healthNames[field]}</dt>
            <dd>{healthText(field, data.told[field]) || 'rien'}</dd>
            <dd className="soft">Au dossier&nbsp;: {inRecord(data.record, field)}</dd>
            {erased.includes(field) && (
              <dd className="health-erased">{data.told.shown === undefined ? keptText : erasedText}</dd>
            )}
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

const erasedText = 'Ce parent voyait la fiche\u00a0: l’enregistrer retire ce qui est au dossier.'
const keptText =
  'Ce parent ne voyait pas la fiche\u00a0: ce qui est au dossier reste, sauf si vous le retirez ci-contre.'

type Record = Omit<HealthRecord, 'admittedOn' | 'confirmedOn' | 'confirmedBy'>

const inRecord = (record: Record, field: DeclarableField): string =>
  record.isLost ? 'illisible' : healthText(field, record[field]) || 'rien'

const Acceptance = ({
  paper,
  told,
  record,
  onDone,
}: {
  paper: ReceivedPaper
  told: HealthDeclaration
  record: Record
  onDone: () => void
}) => {
  const { isLost: _isLost, ...known } = record
  const form = useForm({ initialValues: toHealthValues(proposedHealth(known, told)) })
  return (
    <FormFields
      form={form}
      submit="Enregistrer sur la fiche"
      onSubmit={async (client, values) => {
        await client.papers.acceptHealth({ id: paper.id, ...toHealthInput(values) })
        onDone()
      }}
    >
      <HealthFields field={fieldPropsOf(form)} />
      <HealthLacking values={form.values} />
    </FormFields>
  )
}
