import { Textarea, type TextareaProps } from '@mantine/core'
import { PlainAction } from '../buttons.tsx'

/** A field for a written reason. @param suggestions usual sentences, for a refusal that the family reads */
export const ReasonField = ({
  suggestions,
  onWrite,
  ...field
}: TextareaProps & { suggestions: readonly string[] | undefined; onWrite: (reason: string) => void }) => (
  <>
    {suggestions ? (
      <ul className="usual-reasons" aria-label="Phrases habituelles">
        {suggestions.map((reason) => (
          <li key={reason}>
            <PlainAction label={reason} onAction={() => onWrite(reason)} />
          </li>
        ))}
      </ul>
    ) : null}
    <Textarea
      label="Motif"
      description={suggestions && 'La famille le lit avec la réponse.'}
      autosize
      minRows={2}
      data-autofocus
      {...field}
    />
  </>
)
