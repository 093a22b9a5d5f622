import { MultiSelect, Select } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { Closing } from '../../../shared/contract/desk/money/closings.ts'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import {
  type BookColumn,
  type BookExport,
  type BookSeparator,
  bookColumnNames,
  bookColumns,
  bookEntries,
  bookLine,
  bookSeparatorNames,
  bookSeparators,
  type DecimalSign,
  decimalSignNames,
  decimalSigns,
} from '../../../shared/rules/money/book-export.ts'
import { closedPeriodText } from '../../../shared/rules/money/closing.ts'
import { ofName } from '../../../shared/rules/text/french.ts'
import { savePaper } from '../../connection/paper.ts'
import { FormDialog } from '../parts/forms/dialogs.tsx'

/** Chooses how the entries of a closed period are written for the finance software, then saves them as a file. */
export const BookDialog = ({
  regie,
  closing,
  bookExport,
  onClose,
}: {
  regie: RegieChoice
  closing: Closing
  bookExport: BookExport
  onClose: () => void
}) => {
  const form = useForm<{ columns: BookColumn[]; separator: BookSeparator; decimal: DecimalSign }>({
    mode: 'controlled',
    initialValues: { ...bookExport, columns: [...bookExport.columns] },
  })
  const [entry] = bookEntries(closing.statement, closing.natureLabels)
  const { columns, separator } = form.values
  const sample = entry ? bookLine(entry, { ...closing, regie: regie.name }, form.values) : []
  return (
    <FormDialog
      opened
      title={`Écritures ${ofName(closedPeriodText(closing))}`}
      form={form}
      submit="Enregistrer le fichier"
      onClose={onClose}
      onSubmit={async (client, values) => {
        const asked = { regieId: regie.id, kind: closing.kind, from: closing.from }
        await client.closings.saveBookExport({ regieId: regie.id, ...values })
        await savePaper(await client.closings.bookFile(asked))
      }}
    >
      <MultiSelect
        label="Colonnes"
        description="Celles que le logiciel de finances attend, dans l’ordre où vous les choisissez."
        data={bookColumns.map((column) => ({ value: column, label: bookColumnNames[column] }))}
        data-autofocus
        {...form.getInputProps('columns')}
      />
      <div className="row row-wide">
        <Select
          className="grow"
          label="Séparateur"
          allowDeselect={false}
          data={bookSeparators.map((value) => ({ value, label: bookSeparatorNames[value] }))}
          {...form.getInputProps('separator')}
        />
        <Select
          className="grow"
          label="Signe décimal"
          allowDeselect={false}
          data={decimalSigns.map((value) => ({ value, label: decimalSignNames[value] }))}
          {...form.getInputProps('decimal')}
        />
      </div>
      <div>
        <p className="soft small">Le début du fichier&nbsp;:</p>
        <pre className="closings-sample" aria-label="Le début du fichier">
          {[columns.map((column) => bookColumnNames[column]), ...(entry ? [sample] : [])]
            .map((cells) => cells.join(separator))
            .join('\n')}
        </pre>
      </div>
    </FormDialog>
  )
}
