import { answerBatches } from '../../../store/reading-thread.ts'
import { proposalsReader } from './proposals.ts'

answerBatches(proposalsReader.read)
