import { Button, Select } from '@mantine/core'
import { useState } from 'react'
import { type BankColumns, bankFieldNames, bankFields } from '../../../shared/rules/money/bank/columns.ts'
import { Failure } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'

/** Asks which column of the bank's list holds what, once for each account. */
export const ColumnsDialog = ({
  heads,
  rows,
  guess,
  error,
  isReading,
  onRead,
  onClose,
}: {
  heads: readonly string[]
  rows: readonly (readonly string[])[]
  guess: BankColumns
  error: unknown
  isReading: boolean
  onRead: (columns: BankColumns) => void
  onClose: () => void
}) => {
  const [columns, setColumns] = useState<BankColumns>(guess)
  const headOf = (field: string) => columns.find((one) => one.field === field)?.head ?? null
  return (
    <Dialog opened title="Les colonnes de ce relevé" width="wide" onClose={onClose}>
      <div className="dialog-form">
        <p>
          Dites une fois quelle colonne est laquelle&nbsp;: c’est retenu pour ce compte. Le montant est dans une colonne
          avec son signe, ou dans deux, crédit et débit.
        </p>
        <div className="table-scroll">
          <table className="table table-flush" aria-label="Premières lignes du fichier">
            <thead>
              <tr>
                {heads.map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={`${index} ${row.join(' ')}`}>
                  {row.map((cell, at) => (
                    <td key={heads[at]}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <div className="bank-fields">
          {bankFieldNames.map((field) => (
            <Select
              key={field}
              label={bankFields[field].title}
              clearable
              placeholder="aucune"
              data={[...new Set(heads)]}
              value={headOf(field)}
              onChange={(head) =>
                setColumns([...columns.filter((one) => one.field !== field), ...(head ? [{ field, head }] : [])])
              }
            />
          ))}
        </div>
        {error ? <Failure error={error} /> : null}
        <div className="dialog-foot">
          <Button variant="filled" loading={isReading} onClick={() => onRead(columns)}>
            Lire le relevé
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
