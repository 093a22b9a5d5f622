import { answerBatches } from '../../store/reading-thread.ts'
import { comparisonReader } from './comparison.ts'

answerBatches(comparisonReader.read)
