import type { ShownFate } from '../../../shared/rules/mails/fate.ts'
import type { Tone } from '../parts/feedback.tsx'

export const fateTones: Readonly<Record<ShownFate, Tone>> = {
  waiting: 'neutral',
  sending: 'accent',
  sent: 'good',
  refused: 'danger',
  rejected: 'danger',
  unknown: 'warn',
  late: 'warn',
  stopped: 'warn',
  withdrawn: 'neutral',
  delivered: 'good',
  undelivered: 'danger',
  toCall: 'warn',
  called: 'neutral',
}
