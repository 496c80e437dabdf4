import type { Scenario } from '../scenario.ts';
import { agents } from './agents.ts';
import { data } from './data.ts';
import { dataTracks } from './data_tracks.ts';
import { dynacast } from './dynacast.ts';
import { joinV0 } from './join_v0.ts';
import { joinV1 } from './join_v1.ts';
import { leaveReasons } from './leave_reasons.ts';
import { limits } from './limits.ts';
import { metadata } from './metadata.ts';
import { backendCall, engineMove, move } from './move_and_call.ts';
import { permissions } from './permissions.ts';
import { publish } from './publish.ts';
import { resume } from './resume.ts';
import { roomService } from './room_service.ts';
import { sdkReconnectV0, sdkReconnectV1 } from './sdk_reconnect.ts';
import { services } from './services.ts';
import { simulate } from './simulate.ts';
import { subscribeV0, subscribeV1 } from './subscribe.ts';
import { subscriptionPermission } from './subscription_permission.ts';
import { tokens } from './tokens.ts';
import { validate } from './validate.ts';
import { webhooks } from './webhooks.ts';
import { whip } from './whip.ts';

export const SCENARIOS: readonly Scenario[] = [
  validate, tokens, joinV0, joinV1, publish, subscribeV0, subscribeV1, metadata, permissions, subscriptionPermission, dynacast, data, dataTracks,
  resume, sdkReconnectV0, sdkReconnectV1, leaveReasons, simulate, limits, roomService, move, engineMove, backendCall, ...services, agents, webhooks, whip,
];
