import { logIn, signUp } from './account.js';
import type { Board, Reply } from './board.js';
import { exampleOf, type OpenApi, type Operation } from './openapi.js';

/** Gets an error of an operation on purpose. */
export type Provocation = (method: string, path: string, operation: Operation) => Promise<Reply>;

const UNKNOWN_ID = '2147483647';

/** How to get the errors that the document explains, by status. */
export function provocations(board: Board, document: OpenApi): Record<string, Provocation> {
  const example = ({ requestBody }: Operation): unknown =>
    requestBody && exampleOf(requestBody.content['application/json']!.schema, document);
  const send = (method: string, path: string, id: string, options = {}): Promise<Reply> =>
    board.call(method, path.replace('{id}', id), options);

  return {
    // What the example is of: an empty body, an id that is none, an empty page, an unknown field.
    400: async (method, path, { requestBody, parameters = [] }) => {
      const as = await board.person();
      if (requestBody) return send(method, path, '1', { as, body: {} });
      if (path.includes('{id}')) return send(method, path, '0', { as });
      return parameters.length > 0
        ? send(method, `${path}?page=`, '1', { as })
        : send(method, path, '1', { as, body: { comment: '' } });
    },
    401: (method, path) => send(method, path, '1', { headers: { authorization: 'Bearer none' } }),
    403: async (method, path, operation) => {
      if (path.endsWith('/password')) {
        const as = await logIn(board, await signUp(board));
        const body = { ...(example(operation) as object), old_password: 'another one' };
        return send(method, path, '1', { as, body });
      }
      const author = await board.person();
      const question = await board.ask(author);
      const id = path.includes('/answer/') ? await board.answer(author, question) : question;
      const as = await board.person();
      return send(method, path, String(id), { as, body: example(operation) });
    },
    404: async (method, path, operation) =>
      send(method, path, UNKNOWN_ID, { as: await board.person(), body: example(operation) }),
    409: async (method, path, operation) => {
      const body = example(operation);
      await send(method, path, '1', { body });
      return send(method, path, '1', { body });
    },
    413: (method, path) => send(method, path, '1', { body: { content: 'a'.repeat(300_000) } }),
    414: (method, path) => send(method, `${path}?a=${'a'.repeat(9_000)}`, '1'),
    415: (method, path) =>
      send(method, path, '1', { body: 'a', headers: { 'content-type': 'text/plain' } }),
  };
}
