import type { NoticeShown } from '../../../shared/contract/portal/messages.ts'
import { Notice } from '../parts/notice.tsx'
import './messages.css'

/** Notices that the service currently shows to this home. */
export const ServiceNotices = ({ notices }: { notices: readonly NoticeShown[] }) =>
  notices.map(({ id, title, text }) => (
    <Notice key={id}>
      <p>
        <b>{title}</b>
      </p>
      <p className="message-text">{text}</p>
    </Notice>
  ))
