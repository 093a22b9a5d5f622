import { answerBatches } from '../../store/reading-thread.ts'
import { hoursReader } from './hours.ts'

answerBatches(hoursReader.read)
