// What pdfkit 0.20 takes and @types/pdfkit 0.17 does not say yet.
import type { Font } from 'fontkit'

declare global {
  namespace PDFKit {
    interface StructureElementOptions {
      scope?: 'Column' | 'Row'
    }
    namespace Mixins {
      interface PDFFont {
        registerFont(name: string, src: Font): this
      }
    }
  }
}
