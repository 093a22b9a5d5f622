import { answerBatches } from '../../../store/reading-thread.ts'
import { incomeReader } from './income-reading.ts'

answerBatches(incomeReader.read)
