import { Title } from '@mantine/core'
import { Empty } from '../parts/telling.tsx'

export const FirstStartScreen = () => (
  <main className="alone">
    <div className="stack">
      <Title order={1}>Bienvenue</Title>
      <Empty title="Cet écran n’est pas encore construit">
        Il proposera la ville d’exemple, un service vide ou la reprise d’une sauvegarde.
      </Empty>
    </div>
  </main>
)
