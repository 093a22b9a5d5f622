import { Textarea, type TextareaProps } from '@mantine/core'
import { PlainAct } from '../buttons.tsx'

/** A field for a written reason. @param usual sentences to propose, for a refusal that the family reads */
export const WrittenReason = ({
  usual,
  onWrite,
  ...field
}: TextareaProps & { usual: readonly string[] | undefined; onWrite: (reason: string) => void }) => (
  <>
    {usual ? (
      <ul className="usual-reasons" aria-label="Phrases habituelles">
        {usual.map((reason) => (
          <li key={reason}>
            <PlainAct label={reason} onAct={() => onWrite(reason)} />
          </li>
        ))}
      </ul>
    ) : null}
    <Textarea
      label="Motif"
      description={usual && 'La famille le lit avec la réponse.'}
      autosize
      minRows={2}
      data-autofocus
      {...field}
    />
  </>
)
