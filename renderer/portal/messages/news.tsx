import type { DashboardShown } from '../../../shared/contract/portal/home.ts'
import { Notice } from '../parts/notice.tsx'
import './messages.css'

/** Notices that the service currently shows to this home. */
export const ServiceNotices = ({ notices }: DashboardShown['news']) =>
  notices.map(({ id, title, text }) => (
    <Notice key={id}>
      <p>
        <b>{title}</b>
      </p>
      <p className="message-text">{text}</p>
    </Notice>
  ))
