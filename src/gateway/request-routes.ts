import type { FastifyInstance } from 'fastify';
import { InvalidRequestError, requestAddressOf, RequestEndedError, type RunwrightClient } from '@runwright/client';
import { parseRunRequest } from '@runwright/client/contract/schema';
import type { TokenSource } from '../service/token-source.ts';
import { carriesToken } from './bearer.ts';
import { readCancellation } from './cancellation.ts';
import { decide, readDecision } from './decision.ts';
import { GatewayError } from './gateway-error.ts';
import { isKey, isWorkflowId } from './ids.ts';
import { readRequestFilter } from './request-filter.ts';

export interface RequestDeps {
  client: RunwrightClient;
  token: TokenSource;
  /** As in workflow ids: host, with any non-default port. */
  tfeHost: string;
}

interface WithId {
  Params: { id: string };
}

/** `/v1/requests…`: every route needs the bearer token, and no body is read without it. */
export async function requestRoutes(app: FastifyInstance, { client, token, tfeHost }: RequestDeps) {
  app.addHook('onRequest', async (request, reply) => {
    if (carriesToken(request.headers.authorization, token)) return;
    reply.header('www-authenticate', 'Bearer realm="runwright"');
    throw new GatewayError('unauthorized', 'send the token of the gateway: Authorization: Bearer TOKEN');
  });
  const findId: FindId = (id) => client.findId(ownId(id, tfeHost));
  app.get('/v1/requests', async (request) => ({ requests: await client.list(readRequestFilter(request.query)) }));
  app.get<WithId>('/v1/requests/:id', async ({ params }) => await client.view(await findId(params.id)));
  takeRequests(app, client);
  takeDecisions(app, client, findId);
  takeCancellations(app, client, findId);
}

type FindId = (id: string) => Promise<string>;

function takeRequests(app: FastifyInstance, client: RunwrightClient): void {
  app.post('/v1/requests', async (request, reply) => {
    const parsed = parseRunRequest(jsonBody(request.body));
    if (parsed.kind === 'refused') throw new InvalidRequestError(parsed.faults);
    const handle = await client.start(parsed.request);
    return await reply
      .code(handle.started === 'new' ? 201 : 200)
      .header('location', `/v1/requests/${encodeURIComponent(handle.workflowId)}`)
      .send(handle);
  });
}

function takeDecisions(app: FastifyInstance, client: RunwrightClient, findId: FindId): void {
  app.post<WithId>('/v1/requests/:id/decisions', async ({ params, body }, reply) => {
    const decision = readDecision(jsonBody(body));
    const answer = await decide(client, await findId(params.id), decision);
    const { decisionId } = decision;
    switch (answer.kind) {
      case 'counted':
        return { decisionId, ...answer };
      case 'kept':
        return await reply.code(202).send({ decisionId, ...answer });
      case 'refused': {
        const { kind: _refused, message, ...facts } = answer;
        throw new GatewayError('decision-refused', message, { decisionId, ...facts });
      }
    }
  });
}

function takeCancellations(app: FastifyInstance, client: RunwrightClient, findId: FindId): void {
  app.delete<WithId>('/v1/requests/:id', async ({ params, query }, reply) => {
    const cancellation = readCancellation(query);
    const workflowId = await findId(params.id);
    // Temporal silently accepts the cancellation of an ended workflow.
    if ((await client.view(workflowId)).workflowState !== 'running') throw new RequestEndedError(workflowId);
    await client.cancel(workflowId, cancellation);
    return await reply.code(202).send({ workflowId, cancel: 'requested' });
  });
}

function jsonBody(body: unknown): unknown {
  if (body !== undefined) return body;
  throw new GatewayError('malformed', 'the request has no body: send one JSON object');
}

// The namespace may also drive another TFE, and may hold workflows that are no requests.
function ownId(id: string, tfeHost: string): string {
  if (isKey(id)) return id;
  if (!isWorkflowId(id)) {
    throw new GatewayError('malformed', 'the id can be none: it is a key, or a workflow id with / as %2F');
  }
  if (requestAddressOf(id)?.tfeHost === tfeHost) return id;
  throw new GatewayError('request-not-found', `no request of ${tfeHost} has the id "${id}"`);
}
