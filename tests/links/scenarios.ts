// The links. A scenario begins with everybody on a good one, some of them far away, and the highest layer seen; then its
// steps follow.
import type { Settings } from '../harness/link.ts';
import { LIFELIKE } from '../harness/media.ts';

/** What the picture is to become in a step, and from how many lines on it counts as that. */
export interface Goal {
  readonly what: 'adapt' | 'recover';
  readonly lines: number;
}

export interface Step {
  readonly seconds: number;
  /** On top of what was. */
  readonly network?: Settings;
  /** One of emulator/traces. */
  readonly trace?: string;
  readonly goal?: Goal;
}

export interface Scenario {
  readonly name: string;
  /** A few words for the table. */
  readonly what: string;
  /** How many watch, each with a link of their own; the steps are the first one's. */
  readonly viewers: number;
  /** Milliseconds each way, before the first step. */
  readonly delay: number;
  readonly steps: readonly Step[];
}

export const goodLink = (delay: number): Settings => ({ both: { delay }, down: { rate: '10M', queue: '300ms' } });

/** The layers that 4 Mbit/s carry besides the sound, and that 300 and 500 kbit/s do. */
export const HIGH = LIFELIKE.height;
const LOW = HIGH / 4;

const NEAR = 20;

const alone = (name: string, what: string, ...steps: Step[]): Scenario => ({ name, what, viewers: 1, delay: NEAR, steps });
const distant = (delay: number, scenario: Scenario): Scenario => ({ ...scenario, delay });
const traced = (trace: string, what: string) => alone(trace, what, { seconds: 60, trace });

export const SCENARIOS: readonly Scenario[] = [
  alone('steady', '4 Mbit/s', { seconds: 20, network: { down: { rate: '4M' } } }),
  alone(
    'drop',
    '4 Mbit/s, 500 kbit/s for 15 s, 4 Mbit/s',
    { seconds: 6, network: { down: { rate: '4M' } } },
    { seconds: 15, network: { down: { rate: '500k' } }, goal: { what: 'adapt', lines: LOW } },
    { seconds: 20, network: { down: { rate: '4M' } }, goal: { what: 'recover', lines: HIGH } },
  ),
  {
    name: 'four',
    what: '300 kbit/s for one of four',
    viewers: 4,
    delay: NEAR,
    steps: [{ seconds: 25, network: { down: { rate: '300k' } }, goal: { what: 'adapt', lines: LOW } }],
  },
  distant(50, alone('loss5', '5 % lost, 50 ms each way', { seconds: 30, network: { down: { loss: '5%' } } })),
  distant(50, alone('loss15', '15 % lost, 50 ms each way', { seconds: 30, network: { down: { loss: '15%' } } })),
  alone('burst', '4 % lost in bursts of 4 packets', { seconds: 30, network: { down: { burst: '1%/25%' } } }),
  distant(150, alone('far', '150 ms each way, 4 Mbit/s', { seconds: 25, network: { down: { rate: '4M' } } })),
  alone('detour', '150 instead of 20 ms each way', { seconds: 25, network: { both: { delay: '150ms' } } }),
  traced('train', 'trace: masts, handovers, tunnels'),
  traced('elevator', 'trace: next to nothing for 15 s'),
  traced('cafe', 'trace: pauses and bursts of loss'),
  traced('3g', 'trace: 0.5 to 2 Mbit/s, deep queue'),
  distant(270, traced('satellite', 'trace: 270 ms each way, rain')),
  traced('policer', 'trace: a rate without a queue'),
];

export const secondsOf = ({ steps }: Scenario): number => steps.reduce((sum, { seconds }) => sum + seconds, 0);
