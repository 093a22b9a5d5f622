import { Button, Radio, TextInput } from '@mantine/core'
import { useState } from 'react'
import { templateLimits } from '../../../shared/rules/templates/template-document.ts'

type Way = 'holds' | 'words' | 'nothing'

/** Sets what a letter says when a field is empty. */
export const FieldPanel = ({
  name,
  empty,
  onEmpty,
  onRemove,
}: {
  name: string
  /** As in the document: words, '' for nothing, null to leave out recipients without a value. */
  empty: string | null
  onEmpty: (empty: string | null) => void
  onRemove: () => void
}) => {
  const [way, setWay] = useState<Way>(empty === null ? 'holds' : empty === '' ? 'nothing' : 'words')
  const [words, setWords] = useState(empty ?? '')
  const [isTried, setIsTried] = useState(false)
  const isLacking = way === 'words' && words.trim() === ''
  return (
    <div role="dialog" aria-label={`Champ ${name}`}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          setIsTried(true)
          if (isLacking) return
          onEmpty(way === 'holds' ? null : way === 'words' ? words.trim() : '')
        }}
      >
        <b>{name}</b>
        <Radio.Group label="Si ce champ est vide" value={way} onChange={(chosen) => setWay(chosen)}>
          <div className="stack">
            <Radio
              value="holds"
              label="Retenir ce destinataire"
              description="Rien ne part pour lui&nbsp;: son nom est montré avant l’envoi."
              data-autofocus={way === 'holds' ? true : undefined}
            />
            <Radio value="words" label="Écrire ces mots" data-autofocus={way === 'words' ? true : undefined} />
            {way === 'words' ? (
              <TextInput
                aria-label="Mots à écrire"
                error={isTried && isLacking ? 'À remplir.' : undefined}
                placeholder="votre enfant"
                maxLength={templateLimits.emptyWords}
                value={words}
                onChange={({ currentTarget }) => setWords(currentTarget.value)}
              />
            ) : null}
            <Radio value="nothing" label="Ne rien écrire" data-autofocus={way === 'nothing' ? true : undefined} />
          </div>
        </Radio.Group>
        <div className="row between">
          <Button color="red" onClick={onRemove}>
            Retirer le champ
          </Button>
          <Button type="submit" variant="filled">
            Valider
          </Button>
        </div>
      </form>
    </div>
  )
}
