import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import { Link } from '@tanstack/react-router'

export const TariffTitle = () => (
  <>
    <span className="tariff-crumb">
      <Link to="/reglages">Réglages</Link>
      <IconChevronRight size={14} aria-hidden="true" />
    </span>{' '}
    Tarifs
  </>
)
