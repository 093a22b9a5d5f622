import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconCircleCheck from '@tabler/icons-react/icons/IconCircleCheck'
import { create } from 'zustand'
import { WithPhones } from './phone.tsx'

type Kind = 'good' | 'danger'

const useToast = create<{ readonly sentence: string; readonly kind: Kind }>()(() => ({ sentence: '', kind: 'good' }))

/** How long a success stays on screen: enough to be read twice. A failure stays until it is closed. */
const shownMilliseconds = 7_000
let closing: ReturnType<typeof setTimeout> | undefined

/** Shows a short message (« C’est enregistré. ») above the navigation, which screen readers announce. */
export const showToast = (sentence: string, kind: Kind = 'good'): void => {
  clearTimeout(closing)
  useToast.setState({ sentence, kind })
  if (kind === 'good') closing = setTimeout(close, shownMilliseconds)
}

const close = () => useToast.setState({ sentence: '' })

export const Toast = () => {
  const { sentence, kind } = useToast()
  const Icon = kind === 'good' ? IconCircleCheck : IconAlertTriangle
  return (
    <div className="told" aria-live={kind === 'good' ? 'polite' : 'assertive'}>
      {sentence !== '' && (
        <div className="told-in" data-kind={kind}>
          <Icon className="icon" aria-hidden />
          <p>
            <WithPhones text={sentence} />
          </p>
          <button type="button" className="link" onClick={close}>
            Fermer
          </button>
        </div>
      )}
    </div>
  )
}
