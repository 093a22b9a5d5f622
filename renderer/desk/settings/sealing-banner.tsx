import { Button } from '@mantine/core'
import IconKey from '@tabler/icons-react/icons/IconKey'
import IconShieldLock from '@tabler/icons-react/icons/IconShieldLock'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { NewKeyDialog, OpenByPhraseDialog } from '../first-start/recovery-phrase.tsx'
import { useMay } from '../staff/may.ts'

/**
 * A banner on every screen when health records cannot be opened here; on Accueil, also when no recovery phrase exists.
 */
export const SealingBanner = ({ isOpen, isDemo }: { isOpen: boolean; isDemo: boolean }) => {
  const { data: sealing } = useQuery(orpc.settings.sealing.queryOptions({ enabled: isOpen }))
  const [isTyping, setIsTyping] = useState(false)
  const [isStartingOver, setIsStartingOver] = useState(false)
  const isHome = useRouterState({ select: (state) => state.location.pathname === '/' })
  const navigate = useNavigate()
  const may = useMay()
  return (
    <div role="status">
      {sealing?.closed ? (
        <p className="app-banner">
          <IconShieldLock size={16} aria-hidden="true" />
          <span>{sealing.closed}</span>
          {sealing.canOpen ? <Button onClick={() => setIsTyping(true)}>Taper la phrase…</Button> : null}
          {sealing.canStartOver && may('backups') ? (
            <Button onClick={() => setIsStartingOver(true)}>Repartir avec une nouvelle clé…</Button>
          ) : null}
        </p>
      ) : null}
      {sealing && !sealing.closed && sealing.unreadable > 0 && isHome ? (
        <p className="app-banner">
          <IconShieldLock size={16} aria-hidden="true" />
          <span>
            {counted(sealing.unreadable, 'fiche sanitaire illisible', 'fiches sanitaires illisibles')}&nbsp;: leur clé
            est perdue, retapez-les avec les familles.
          </span>
          {sealing.canOpen ? <Button onClick={() => setIsTyping(true)}>J’ai retrouvé l’ancienne phrase…</Button> : null}
        </p>
      ) : null}
      {sealing && !sealing.closed && !sealing.phrase && !isDemo && isHome && may('backups') ? (
        <p className="app-banner">
          <IconKey size={16} aria-hidden="true" />
          <span>
            Aucune phrase de secours n’est gardée&nbsp;: si cet ordinateur est perdu, ses sauvegardes ne s’ouvriront pas
            ailleurs.
          </span>
          <Button onClick={() => void navigate({ to: '/reglages', search: { onglet: 'sauvegardes' } })}>
            Créer la phrase…
          </Button>
        </p>
      ) : null}
      {sealing && isStartingOver ? <NewKeyDialog sealing={sealing} onClose={() => setIsStartingOver(false)} /> : null}
      <OpenByPhraseDialog opened={isTyping} onClose={() => setIsTyping(false)} />
    </div>
  )
}
