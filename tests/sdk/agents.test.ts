// Agents by LiveKit's own framework: called into rooms, heard there, and back after whatever dies.
import { ParticipantKind, dispose } from '@livekit/rtc-node';
import { AccessToken, AgentDispatchClient, RoomAgentDispatch, RoomConfiguration, RoomServiceClient } from 'livekit-server-sdk';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { AgentWorker, type WorkerOptions } from '../harness/agent_worker.ts';
import { identityOf, newRoom } from '../harness/call.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { toneHz } from '../harness/pattern.ts';
import { Server } from '../harness/server.ts';
import { KEY, SECRET, token } from '../harness/tokens.ts';
import { sleep, until } from '../harness/wait.ts';

const MINUTES = 60_000;
let server: Server;
let dispatches: AgentDispatchClient;
let rooms: RoomServiceClient;
const workers: AgentWorker[] = [];
const people: NodeParticipant[] = [];

beforeAll(async () => {
  server = await Server.start({ name: 'agents' });
  dispatches = new AgentDispatchClient(server.http, KEY, SECRET);
  rooms = new RoomServiceClient(server.http, KEY, SECRET);
});

afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.leave()));
  for (const worker of workers.splice(0)) worker.kill();
});

afterAll(async () => {
  await server?.stop();
  await dispose();
});

async function work(options: WorkerOptions): Promise<AgentWorker> {
  const worker = await AgentWorker.start(server, options);
  workers.push(worker);
  return worker;
}

async function come(room: string, id = 1, jwt?: string): Promise<NodeParticipant> {
  const person = new NodeParticipant(id);
  people.push(person);
  await person.join(server.ws, jwt ?? (await token(room, `p${id}`)));
  return person;
}

const agentsOf = (person: NodeParticipant) =>
  [...person.room.remoteParticipants.values()].filter((other) => other.kind === ParticipantKind.AGENT);

const agentFor = (person: NodeParticipant, timeoutMs = 30_000) =>
  until('an agent is there', () => agentsOf(person), (all) => all.length === 1, timeoutMs).then((all) => all[0]!);

/** What agents said of what they have heard since. */
const heard = (person: NodeParticipant) =>
  person.data
    .filter((packet) => packet.topic === 'heard')
    .map((packet) => JSON.parse(packet.text) as { who: string; hz: number; worker: string; job: string });

/** The agent hears this person, and this person hears the agent answer. */
async function converse(person: NodeParticipant, agent: { identity: string }, timeoutMs = 30_000) {
  const already = heard(person).length;
  const words = await until('the agent says what it hears', () => heard(person).slice(already), (all) =>
    all.some(({ who, hz }) => who === identityOf(person) && Math.abs(hz - toneHz(person.id)) < 12), timeoutMs);
  await until('its answer is heard', () => person.hears(agent.identity), ({ peakHz, energy }) =>
    energy > 0.01 && Math.abs(peakHz - 2 * toneHz(person.id)) < 25, timeoutMs);
  return words.at(-1)!;
}

test('a worker without a name is called into every room, hears and answers', async () => {
  const worker = await work({ name: 'implicit' });
  const room = newRoom('agents');
  const ann = await come(room);
  await ann.publish();
  const agent = await agentFor(ann);
  expect(agent.identity).toMatch(/^agent-AJ_/);
  const word = await converse(ann, agent);
  expect(word.worker).toBe(worker.ids()[0]);

  const [dispatch, ...others] = await dispatches.listDispatch(room);
  expect(others).toEqual([]);
  expect(dispatch!.id).toMatch(/^AD_/);
  expect(dispatch!.agentName).toBe('');
  const job = dispatch!.state!.jobs[0]!;
  expect([job.id, job.state?.participantIdentity, job.state?.status, job.state?.workerId]).toEqual([word.job, agent.identity, 1, word.worker]);

  // Everybody leaves, and the agent does; who comes back finds one again.
  await ann.leave();
  const ben = await come(room, 2);
  await until('the first agent has gone', () => agentsOf(ben).some((other) => other.identity === agent.identity), (there) => !there, 20_000);
  const again = await agentFor(ben);
  expect(again.identity).not.toBe(agent.identity);
  await ben.publish();
  await converse(ben, again);
}, 3 * MINUTES);

test('a worker with a name comes only when it is called', async () => {
  await work({ name: 'explicit', agentName: 'echo' });
  const room = newRoom('agents');
  const ann = await come(room);
  await sleep(3000);
  expect(agentsOf(ann)).toEqual([]);

  const made = await dispatches.createDispatch(room, 'echo', { metadata: 'be kind' });
  expect([made.agentName, made.room, made.metadata]).toEqual(['echo', room, 'be kind']);
  const agent = await agentFor(ann);
  expect(agent.attributes['lk.agent_name']).toBe('echo');
  await until('it was given its metadata', () => agent.attributes['metadata'], (metadata) => metadata === 'be kind');
  expect((await dispatches.getDispatch(made.id, room))?.state?.jobs.length).toBe(1);
  expect((await dispatches.listDispatch(room)).map((dispatch) => dispatch.agentName).sort()).toEqual(['', 'echo']);

  await dispatches.deleteDispatch(made.id, room);
  await until('the agent goes', () => agentsOf(ann).length, (n) => n === 0, 20_000);
  expect(await dispatches.getDispatch(made.id, room)).toBeUndefined();
  const refusal = await dispatches.deleteDispatch(made.id, room).catch((error: { status: number; code?: string }) => `${error.status} ${error.code}`);
  expect(refusal).toBe('404 not_found');

  // A room that nobody is in yet, and one whose makers or first token name its agents.
  const early = newRoom('agents');
  await dispatches.createDispatch(early, 'echo');
  const ben = await come(early, 2);
  await agentFor(ben);
  const prepared = newRoom('agents');
  await rooms.createRoom({ name: prepared, agents: [new RoomAgentDispatch({ agentName: 'echo', metadata: 'made' })] });
  const cid = await come(prepared, 3);
  await agentFor(cid);
}, 3 * MINUTES);

test('a token may name the agents of the room that it opens', async () => {
  await work({ name: 'by-token', agentName: 'echo' });
  const room = newRoom('agents');
  const access = new AccessToken(KEY, SECRET, { identity: 'p4', ttl: '10m' });
  access.addGrant({ roomJoin: true, room });
  access.roomConfig = new RoomConfiguration({ agents: [new RoomAgentDispatch({ agentName: 'echo' })] });
  await agentFor(await come(room, 4, await access.toJwt()));
}, 3 * MINUTES);

test('publishers and participants have an agent each', async () => {
  await work({ name: 'participant', type: 'participant' });
  const room = newRoom('agents');
  const ann = await come(room, 1);
  const ben = await come(room, 2);
  const agents = await until('two agents', () => agentsOf(ann), (all) =>
    all.length === 2 && all.every((agent) => agent.attributes['subject'] !== undefined), 40_000);
  expect(agents.map((agent) => agent.attributes['subject']).sort()).toEqual(['p1', 'p2']);
  workers.pop()!.kill();

  await work({ name: 'publisher', type: 'publisher' });
  const stage = newRoom('agents');
  const cid = await come(stage, 3);
  await come(stage, 4);
  await cid.publish();
  await until('whom the agent serves', async () => (await agentFor(cid)).attributes['subject'], (subject) => subject === 'p3', 30_000);
  await ben.leave();
}, 3 * MINUTES);

test('when a worker is killed another takes its place', async () => {
  const first = await work({ name: 'first' });
  const room = newRoom('agents');
  const ann = await come(room);
  await ann.publish();
  const before = await converse(ann, await agentFor(ann));
  expect(before.worker).toBe(first.ids()[0]);
  const second = await work({ name: 'second' });
  await sleep(1500);
  first.kill();
  const killed = performance.now();
  const after = await until('the second worker is heard of', () => heard(ann).at(-1)!, (word) => word.worker === second.ids()[0], 40_000);
  expect(after.job).not.toBe(before.job);
  console.log(`a killed worker was replaced in ${Math.round(performance.now() - killed)} ms`);
  await until('the dead agent is gone', () => agentsOf(ann).length, (n) => n === 1, 45_000);
  await converse(ann, agentsOf(ann)[0]!);
}, 3 * MINUTES);

test('agents live on when the edge is killed, and their worker comes back', async () => {
  const worker = await work({ name: 'edge-killed' });
  const room = newRoom('agents');
  const ann = await come(room);
  await ann.publish();
  const agent = await agentFor(ann);
  const before = await converse(ann, agent);
  await server.kill('signal').restarted;
  await worker.registered(2);
  const after = await converse(ann, agent);
  expect(after.job, 'the same agent').toBe(before.job);
  // Long enough for anybody who took the agent for lost.
  await sleep(20_000);
  expect(agentsOf(ann).map((other) => other.identity)).toEqual([agent.identity]);
  const ben = await come(newRoom('agents'), 2);
  await agentFor(ben);
}, 3 * MINUTES);

test('when the media node is killed people come back, and the agent too', async () => {
  const worker = await work({ name: 'media-killed', agentName: 'echo' });
  const room = newRoom('agents');
  const ann = await come(room);
  await ann.publish();
  await dispatches.createDispatch(room, 'echo', { metadata: 'be kind' });
  await converse(ann, await agentFor(ann));
  const killed = performance.now();
  await server.kill('media').restarted;
  const word = await converse(ann, await agentFor(ann, 60_000), 60_000);
  console.log(`after a killed media node the agent was heard again in ${Math.round(performance.now() - killed)} ms`);
  expect(word.worker).toBe(worker.ids()[0]);
  await sleep(10_000);
  expect(agentsOf(ann).length, 'one agent, not two').toBe(1);
}, 3 * MINUTES);

test('only tokens for agents open the door of workers', async () => {
  const knock = (headers: Record<string, string>) =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(`${server.ws}/agent`, { headers });
      socket.on('open', () => resolve('open'));
      socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)));
      socket.on('error', () => undefined);
    });
  expect(await knock({})).toBe('401');
  expect(await knock({ authorization: `Bearer ${await token('r', 'p')}` })).toBe('401');
  const access = new AccessToken(KEY, SECRET, { identity: 'worker' });
  access.addGrant({ agent: true });
  expect(await knock({ authorization: `Bearer ${await access.toJwt()}` })).toBe('open');
});
