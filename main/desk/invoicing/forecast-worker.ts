import { answerBatches } from '../../store/reading-thread.ts'
import { forecastReader } from './forecast.ts'

answerBatches(forecastReader.read)
