import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'

export const PayersLink = () => {
  const navigate = useNavigate()
  return (
    <Button variant="default" onClick={() => void navigate({ to: '/facturation/tiers' })}>
      Aides et tiers payeurs
    </Button>
  )
}
