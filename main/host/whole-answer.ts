/** A root interceptor of an oRPC handler, as far as it is used here. */
type Call<Result> = { next(): Promise<Result> }
type Answer = { readonly headers: Record<string, string | string[] | undefined>; readonly body?: unknown }
type Result<Response extends Answer> = { readonly response: Response } | { readonly response: undefined }

/**
 * Papers are read whole before they are sent: undici goes on writing into the stream of a form that nobody reads any
 * more, so that a browser closed half way through a PDF would end the desk (Node 24).
 */
export const wholeAnswer = async <Kind extends Result<Answer>>(call: Call<Kind>): Promise<Kind> => {
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
