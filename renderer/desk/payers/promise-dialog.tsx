import { Button, Checkbox } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { FamilySearch } from '../payments/payer-search.tsx'
import { useNow } from '../staff/now.ts'
import { AidFields, aidInput, typedAid } from './aid-fields.tsx'

type Beneficiary = { readonly familyId: number; readonly childId: number | null; readonly name: string }

/** Promises an aid to one or several children. @param familyId the home whose children are proposed first */
export const PromiseDialog = ({
  thirdPartyId,
  familyId = null,
  onClose,
}: {
  thirdPartyId: number | null
  familyId?: number | null
  onClose: () => void
}) => {
  const { today } = useNow()
  const form = useForm({ mode: 'controlled', initialValues: typedAid(null, thirdPartyId, today) })
  const [chosen, setChosen] = useState<readonly Beneficiary[]>([])
  return (
    <FormDialog
      opened
      title="Promettre une aide"
      width="wide"
      form={form}
      submit={chosen.length > 1 ? `Promettre à ${counted(chosen.length, 'bénéficiaire')}` : 'Promettre'}
      onClose={onClose}
      onSubmit={(client, values) =>
        client.payers.promise({
          aid: aidInput(values),
          beneficiaries: chosen.map(({ familyId: home, childId }) => ({ familyId: home, childId })),
        })
      }
    >
      <div className="settings-form">
        <fieldset data-core="beneficiaries">
          <legend>Pour qui</legend>
          <Beneficiaries familyId={familyId} chosen={chosen} onChange={setChosen} />
        </fieldset>
        <AidFields form={form} />
      </div>
    </FormDialog>
  )
}

const Beneficiaries = ({
  familyId,
  chosen,
  onChange,
}: {
  familyId: number | null
  chosen: readonly Beneficiary[]
  onChange: (chosen: readonly Beneficiary[]) => void
}) => {
  const box = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [home, setHome] = useState(familyId)
  const { data: family } = useQuery(
    orpc.families.one.queryOptions({ input: { id: home ?? 0 }, enabled: home !== null }),
  )
  const toggle = (one: Beneficiary, isChosen: boolean) =>
    onChange(isChosen ? [...chosen, one] : chosen.filter((other) => !isSame(one, other)))
  return (
    <div className="stack">
      {familyId === null ? (
        <FamilySearch
          box={box}
          text={text}
          onText={setText}
          isOpen={home === null}
          onChoose={setHome}
          onReset={() => {
            setText('')
            setHome(null)
          }}
        />
      ) : null}
      {family && home !== null ? (
        <div className="row row-wide" style={{ flexWrap: 'wrap' }} role="group" aria-label={`Famille ${family.name}`}>
          {family.children.map(({ id, firstName, lastName }) => {
            const one = { familyId: home, childId: id, name: `${firstName} ${lastName}` }
            return (
              <Checkbox
                key={id}
                label={one.name}
                checked={chosen.some((other) => isSame(one, other))}
                onChange={({ currentTarget }) => toggle(one, currentTarget.checked)}
              />
            )
          })}
          <Checkbox
            label="Toute la famille"
            checked={chosen.some((other) => other.familyId === home && other.childId === null)}
            onChange={({ currentTarget }) =>
              toggle({ familyId: home, childId: null, name: `famille ${family.name}` }, currentTarget.checked)
            }
          />
          {familyId === null ? (
            <Button
              variant="subtle"
              onClick={() => {
                setText('')
                setHome(null)
                box.current?.focus()
              }}
            >
              Une autre famille
            </Button>
          ) : null}
        </div>
      ) : null}
      {chosen.length > 0 ? <p className="small">{chosen.map(({ name }) => name).join(', ')}</p> : null}
    </div>
  )
}

const isSame = (one: Beneficiary, other: Beneficiary): boolean =>
  one.familyId === other.familyId && one.childId === other.childId
