import { useLocation } from 'wouter'
import { instantText } from '../../../shared/rules/text/french.ts'
import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { queries } from '../queries.ts'
import { useCachedPages } from './offline-cache.ts'

/** « Hors connexion »: shown while the page displays cached data because the portal does not answer. */
export const OfflineNotice = () => {
  const [location] = useLocation()
  const at = useCachedPages((seen) => seen[location])
  return (
    <div role="status">
      {at !== undefined && (
        <Notice kind="warn">
          <p>
            <b>Hors connexion.</b> Vu le {instantText(at)}&nbsp;: cela a pu changer depuis. Les cases que vous cochez
            sont gardées sur cet appareil.
          </p>
          <Button kind="second" onClick={() => void queries.invalidateQueries()}>
            Réessayer
          </Button>
        </Notice>
      )}
    </div>
  )
}
