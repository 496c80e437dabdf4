// Every method that livekit-server-sdk has for what is not a room, called by it. That none is forgotten is checked: the
// names come from the library's own classes.
import { ConnectTwilioCallRequest_TwilioCallDirection, ListUpdate, SessionDescription, SIPTransport, StartEgressRequest } from '@livekit/protocol';
import {
  AgentDispatchClient, ConnectorClient, EgressClient, EncodedFileOutput, EncodedFileType, IngressClient, IngressInput, RoomServiceClient, SipClient, StreamOutput, StreamProtocol,
} from 'livekit-server-sdk';
import { outcome } from '../looking.ts';
import type { Scenario } from '../scenario.ts';

type Calls<C> = Record<string, (client: C) => Promise<unknown>>;

const file = () => new EncodedFileOutput({ fileType: EncodedFileType.MP4, filepath: 'x.mp4' });
const stream = () => new StreamOutput({ protocol: StreamProtocol.RTMP, urls: ['rtmp://example.org/x'] });

const egress: Calls<EgressClient> = {
  startRoomCompositeEgress: (it) => it.startRoomCompositeEgress('x', { file: file() }),
  startWebEgress: (it) => it.startWebEgress('https://example.org', { stream: stream() }),
  startParticipantEgress: (it) => it.startParticipantEgress('x', 'ann', { file: file() }),
  startTrackCompositeEgress: (it) => it.startTrackCompositeEgress('x', { file: file() }, { audioTrackId: 'TR_a' }),
  startTrackEgress: (it) => it.startTrackEgress('x', 'wss://example.org', 'TR_a'),
  startEgress: (it) => it.startEgress(new StartEgressRequest({ roomName: 'x' })),
  updateLayout: (it) => it.updateLayout('EG_nothing', 'grid'),
  updateStream: (it) => it.updateStream('EG_nothing', ['rtmp://example.org/y']),
  listEgress: (it) => it.listEgress(),
  stopEgress: (it) => it.stopEgress('EG_nothing'),
};

const ingress: Calls<IngressClient> = {
  createIngress: (it) => it.createIngress(IngressInput.RTMP_INPUT, { name: 'x', roomName: 'x', participantIdentity: 'cam' }),
  updateIngress: (it) => it.updateIngress('IN_nothing', { name: 'y' }),
  listIngress: (it) => it.listIngress(),
  deleteIngress: (it) => it.deleteIngress('IN_nothing'),
};

const trunk = { name: 'x', address: 'sip.example.org', numbers: ['+15550100'], transport: SIPTransport.SIP_TRANSPORT_AUTO };
const sip: Calls<SipClient> = {
  createSipTrunk: (it) => it.createSipTrunk('+15550100'),
  createSipInboundTrunk: (it) => it.createSipInboundTrunk('x', ['+15550100']),
  createSipOutboundTrunk: (it) => it.createSipOutboundTrunk('x', 'sip.example.org', ['+15550100'], trunk),
  listSipTrunk: (it) => it.listSipTrunk(),
  listSipInboundTrunk: (it) => it.listSipInboundTrunk(),
  listSipOutboundTrunk: (it) => it.listSipOutboundTrunk(),
  deleteSipTrunk: (it) => it.deleteSipTrunk('ST_nothing'),
  createSipDispatchRule: (it) => it.createSipDispatchRule({ type: 'direct', roomName: 'x', pin: '' }),
  updateSipDispatchRule: (it) => it.updateSipDispatchRule('SDR_nothing', {} as never),
  updateSipDispatchRuleFields: (it) => it.updateSipDispatchRuleFields('SDR_nothing', { name: 'y' }),
  updateSipInboundTrunk: (it) => it.updateSipInboundTrunk('ST_nothing', {} as never),
  updateSipInboundTrunkFields: (it) => it.updateSipInboundTrunkFields('ST_nothing', { name: 'y', numbers: new ListUpdate({ set: ['+15550101'] }) }),
  updateSipOutboundTrunk: (it) => it.updateSipOutboundTrunk('ST_nothing', {} as never),
  updateSipOutboundTrunkFields: (it) => it.updateSipOutboundTrunkFields('ST_nothing', { name: 'y' }),
  listSipDispatchRule: (it) => it.listSipDispatchRule(),
  deleteSipDispatchRule: (it) => it.deleteSipDispatchRule('SDR_nothing'),
  createSipParticipant: (it) => it.createSipParticipant('ST_nothing', '+15550102', 'x'),
  transferSipParticipant: (it) => it.transferSipParticipant('x', 'sip-participant', 'tel:+15550103'),
};

const sdp = new SessionDescription({ type: 'offer', sdp: 'v=0' });
const connector: Calls<ConnectorClient> = {
  dialWhatsAppCall: (it) => it.dialWhatsAppCall({ whatsappPhoneNumberId: '1', whatsappToPhoneNumber: '2', whatsappApiKey: '3', whatsappCloudApiVersion: '23.0' }),
  acceptWhatsAppCall: (it) => it.acceptWhatsAppCall({ whatsappPhoneNumberId: '1', whatsappApiKey: '3', whatsappCloudApiVersion: '23.0', whatsappCallId: '4', sdp }),
  connectWhatsAppCall: (it) => it.connectWhatsAppCall('4', sdp),
  disconnectWhatsAppCall: (it) => it.disconnectWhatsAppCall('4', '3'),
  connectTwilioCall: (it) => it.connectTwilioCall({ twilioCallDirection: ConnectTwilioCallRequest_TwilioCallDirection.INBOUND, roomName: 'x' }),
};

/** What is called ends in a promise; the rest are the class's own helpers. */
const methodsOf = (made: object) => {
  const all = Object.getPrototypeOf(made) as Record<string, unknown>;
  return Object.getOwnPropertyNames(all).filter((name) => name !== 'constructor' && String(all[name]).startsWith('async ')).sort();
};

/** One answer, if all methods gave the same. */
const agreed = (results: Record<string, string>) => {
  const different = new Set(Object.values(results));
  return different.size === 1 ? [...different][0] : results;
};

/** LiveKit's server without the daemons behind these services says "internal"; and checks the grant before that. */
const missingDaemons: Scenario = {
  name: 'services',
  async run({ see }, target) {
    const person = await target.joining('ann');
    const { key, secret } = target.server;
    const use = async <T extends object>(name: string, Client: new (...args: [string, string?, string?, { token?: string }?]) => T, calls: Calls<T>) => {
      see(`${name}: every method is called`, methodsOf(new Client(target.http, key, secret)).filter((method) => !(method in calls)), []);
      const results: Record<string, string> = {};
      const refused: Record<string, string> = {};
      for (const [method, call] of Object.entries(calls)) {
        results[method] = await outcome(call(new Client(target.http, key, secret)));
        refused[method] = await outcome(call(new Client(target.http, key, secret, { token: person })));
      }
      see(name, agreed(results), '500 internal');
      see(`${name}: without the grant`, agreed(refused), '401 unauthenticated');
      see(`${name}: with another secret`, await outcome(Object.values(calls)[0]!(new Client(target.http, key, 'not-the-secret'))), '401 unauthenticated');
    };
    await use('Egress', EgressClient, egress);
    await use('Ingress', IngressClient, ingress);
    await use('SIP', SipClient, sip);
    await use('Connector', ConnectorClient, connector);
    const recorder = await target.token({ video: { roomRecord: true } });
    const protobuf = await target.twirp('Egress/ListEgress', new Uint8Array(), recorder);
    see('the answer to a protobuf call is an error with a text', typeof JSON.parse(protobuf.body).msg, 'string');
    see('every method of RoomServiceClient is known to these scenarios', methodsOf(new RoomServiceClient(target.http, key, secret)), [
      'createRoom', 'deleteRoom', 'forwardParticipant', 'getParticipant', 'listParticipants', 'listRooms', 'moveParticipant', 'mutePublishedTrack',
      'removeParticipant', 'sendData', 'updateParticipant', 'updateRoomMetadata', 'updateSubscriptions',
    ]);
    see('and of AgentDispatchClient', methodsOf(new AgentDispatchClient(target.http, key, secret)), ['createDispatch', 'deleteDispatch', 'getDispatch', 'listDispatch']);
  },
};

const dispatch: Scenario = {
  name: 'agent_dispatch',
  feature: 'agent dispatch',
  async run({ see }, target) {
    const { key, secret } = target.server;
    const backend = new AgentDispatchClient(target.http, key, secret);
    const room = target.room();
    const made = await backend.createDispatch(room, 'helper', { metadata: 'm' });
    see('made', { id: made.id, agent: made.agentName, room: made.room, metadata: made.metadata }, { id: '<AD>', agent: 'helper', room: 'agent_dispatch-room', metadata: 'm' });
    see('the room is made too', (await new RoomServiceClient(target.http, key, secret).listRooms([room])).length, 1);
    // A room has one of its own for agents without a name; whether it is listed too is not looked at.
    const named = async () => (await backend.listDispatch(room)).filter(({ agentName }) => agentName === 'helper');
    see('listed', (await named()).map(({ id }) => id === made.id), [true]);
    see('found', (await backend.getDispatch(made.id, room))?.agentName, 'helper');
    const stranger = new AgentDispatchClient(target.http, key, secret, { token: await target.joining('ann') });
    see('without the grant', await outcome(stranger.createDispatch(room, 'helper')), '401 unauthenticated');
    see('deleted', await outcome(backend.deleteDispatch(made.id, room)), 'ok');
    see('nothing left', (await named()).length, 0);
    see('deleted again', await outcome(backend.deleteDispatch(made.id, room)), '404 not_found');
  },
};

export const services: Scenario[] = [missingDaemons, dispatch];
