/** The part of an oRPC root interceptor's options that this file uses. */
type Call<Result> = { next(): Promise<Result> }
type Answer = { readonly headers: Record<string, string | string[] | undefined>; readonly body?: unknown }
type Result<Response extends Answer> = { readonly response: Response } | { readonly response: undefined }

/**
 * Buffers multipart answers before sending them: undici keeps writing to a form's stream after its reader is gone, so a
 * browser closed in the middle of a PDF would end the desk (Node 24).
 */
export const bufferFormData = async <Kind extends Result<Answer>>(call: Call<Kind>): Promise<Kind> => {
  const result = await call.next()
  if (!(result.response?.body instanceof FormData)) return result
  const form = new Response(result.response.body)
  const bytes = new Uint8Array(await form.arrayBuffer())
  const headers = { ...result.response.headers, 'content-type': form.headers.get('content-type') ?? '' }
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
  return { ...result, response: { ...result.response, headers, body } }
}
