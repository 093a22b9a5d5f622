import { Button } from '@mantine/core'
import IconVersions from '@tabler/icons-react/icons/IconVersions'
import { version } from '../../../package.json'
import { isElsewhere } from '../../connection/client.ts'
import type { Session } from './session.ts'
import { versionMismatchText } from './versions.ts'

/** Shown when the screens and the core have different versions, with the way to correct it. */
export const VersionBanner = ({ session }: { session: Session }) => {
  const sentence = versionMismatchText({ screens: version, core: session.version, isElsewhere })
  return sentence === null ? null : (
    <p className="app-banner" role="alert">
      <IconVersions size={16} aria-hidden="true" />
      <span>{sentence}</span>
      {isElsewhere ? null : <Button onClick={() => window.location.reload()}>Recharger la page</Button>}
    </p>
  )
}
