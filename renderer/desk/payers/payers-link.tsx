import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'

/** From invoicing to those who pay a part of it. */
export const PayersLink = () => {
  const navigate = useNavigate()
  return (
    <Button variant="default" onClick={() => void navigate({ to: '/facturation/tiers' })}>
      Aides et tiers payeurs
    </Button>
  )
}
