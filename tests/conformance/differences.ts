// Where this server differs from LiveKit's own. Each names the row of docs/livekit-compatibility.md that gives the
// reason ("differs: …") or says that it is to change ("not yet"); --compare tells these apart from the others.
import type { Json } from './stable.ts';

export interface Difference {
  readonly scenario: string;
  readonly what: string;
  /** What a client sees here. */
  readonly here: Json;
  readonly row: string;
}

const daemons = ['Egress', 'Ingress', 'SIP', 'Connector'].flatMap((service) =>
  [service, `${service}: without the grant`].map((what) => ({
    scenario: 'services', what, here: '501 unimplemented', row: 'Egress, Ingress, SIP, Connector',
  })),
);

export const DIFFERENCES: readonly Difference[] = [
  { scenario: 'join_v0', what: 'ICE servers', here: [], row: 'STUN servers in the join response' },
  {
    scenario: 'join_v0', what: 'others learn of who joins before their media is connected', here: false,
    row: 'announcing who joins',
  },
  {
    scenario: 'room_service', what: 'people in the room learn of it', here: false, row: 'announcing who joins',
  },
  { scenario: 'whip', what: 'another content type', here: 415, row: 'WHIP: the status of a wrong content type' },
  { scenario: 'room_service', what: 'a service that nobody has', here: '501', row: 'Egress, Ingress, SIP, Connector' },
  ...daemons,
];
