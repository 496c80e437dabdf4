// A worker of the agents framework, as its protocol has it: registers, is offered a job, accepts, gets a token.
import {
  AvailabilityResponse, JobStatus, JobType, RegisterWorkerRequest, ServerMessage, UpdateJobStatus, UpdateWorkerStatus, WorkerMessage, WorkerPing, WorkerStatus,
} from '@livekit/protocol';
import WebSocket from 'ws';
import { decodeJwt } from '../jwt.ts';
import { orNothing } from '../looking.ts';
import type { Scenario } from '../scenario.ts';
import type { Target } from '../target.ts';
import { until } from '../../harness/wait.ts';

class Worker {
  readonly messages: ServerMessage[] = [];
  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.messages.push(ServerMessage.fromBinary(data)));
  }
  send(message: WorkerMessage['message']) {
    this.socket.send(new WorkerMessage({ message }).toBinary());
  }
  async wait<C extends NonNullable<ServerMessage['message']['case']>>(kind: C, timeoutMs = 8000) {
    const found = await until(kind, () => this.messages.find(({ message }) => message.case === kind), Boolean, timeoutMs, 20);
    return found!.message.value as Extract<ServerMessage['message'], { case: C }>['value'];
  }
}

async function connect(target: Target, token: string): Promise<Worker | string> {
  const socket = new WebSocket(`${target.server.ws}/agent`, { headers: { authorization: `Bearer ${token}` } });
  socket.binaryType = 'nodebuffer';
  target.atEnd(() => socket.terminate());
  const worker = new Worker(socket);
  return new Promise((resolve) => {
    socket.once('open', () => resolve(worker));
    socket.once('unexpected-response', (_request, answer) => resolve(String(answer.statusCode)));
    socket.once('error', (error) => resolve(error.message));
  });
}

export const agents: Scenario = {
  name: 'agents',
  feature: 'agents',
  async run({ see }, target) {
    see('without the grant', await connect(target, await target.joining('ann')), '401');
    const worker = await connect(target, await target.token({ video: { agent: true } }));
    if (typeof worker === 'string') throw new Error(`a worker is refused: ${worker}`);
    const agentName = target.room('helper');
    worker.send({ case: 'register', value: new RegisterWorkerRequest({ type: JobType.JT_ROOM, agentName, version: '1.9.0', pingInterval: 30 }) });
    const registered = await worker.wait('register');
    see('the first message', worker.messages[0]!.message.case, 'register');
    see('registered', { id: registered.workerId, protocol: registered.serverInfo?.agentProtocol }, { id: '<AW>', protocol: 1 });
    worker.send({ case: 'ping', value: new WorkerPing({ timestamp: 4711n }) });
    see('pong', { last: (await worker.wait('pong')).lastTimestamp, now: (await worker.wait('pong')).timestamp }, { last: 4711, now: '<time>' });
    worker.send({ case: 'updateWorker', value: new UpdateWorkerStatus({ status: WorkerStatus.WS_AVAILABLE, load: 0.1, jobCount: 0 }) });

    const admin = await target.token({ video: { roomAdmin: true, room: target.room() } });
    const made = await target.twirp('AgentDispatchService/CreateDispatch', { room: target.room(), agent_name: agentName, metadata: 'm' }, admin);
    see('a dispatch for it', made.status, 200);
    const offered = (await worker.wait('availability')).job!;
    see('a job is offered', { id: offered.id, dispatch: offered.dispatchId, type: offered.type, room: offered.room?.name, agent: offered.agentName, metadata: offered.metadata },
      { id: '<AJ>', dispatch: '<AD>', type: 0, room: 'agents-room', agent: 'agents-helper', metadata: 'm' });
    worker.send({ case: 'availability', value: new AvailabilityResponse({ jobId: offered.id, available: true, participantIdentity: 'agent-x', participantName: 'X', participantAttributes: { a: '1' } }) });
    const assigned = await worker.wait('assignment');
    const claims = decodeJwt(assigned.token);
    see('it is assigned', { same: assigned.job?.id === offered.id, identity: claims.sub ?? claims.identity, kind: claims.kind, room: claims.video?.room, join: claims.video?.roomJoin },
      { same: true, identity: 'agent-x', kind: 'agent', room: 'agents-room', join: true });
    see('its token names the agent', claims.attributes?.['lk.agent_name'] ?? null, 'agents-helper');
    worker.send({ case: 'updateJob', value: new UpdateJobStatus({ jobId: offered.id, status: JobStatus.JS_RUNNING }) });
    const agent = await target.signal({ token: assigned.token });
    see('with the token it joins', (await agent.wait('join')).participant!.kind, 4);
    const id = JSON.parse(made.body).id as string;
    await target.twirp('AgentDispatchService/DeleteDispatch', { room: target.room(), dispatch_id: id }, admin);
    see('the dispatch is deleted, the job ends', (await orNothing(worker.wait('termination')))?.jobId === offered.id, true);
  },
};
