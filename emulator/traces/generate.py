#!/usr/bin/env python3
"""Makes the traces of this folder, always the same ones: python3 emulator/traces/generate.py [--check]

Each is drawn from what is known of such networks, and recorded nowhere: shapes and orders of magnitude, not
measurements. ../README.md says what each is for. With --check, fails where a file differs.
"""

import math
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).resolve().parent


def rate(bits):
    """In steps of 10 kbit/s: nobody needs more, and files stay readable."""
    return '0' if bits < 5000 else f'{max(10, round(bits / 10_000) * 10)}k'


def ms(value):
    return f'{max(0, round(value))}ms'


def percent(value):
    return f'{max(0.0, value):.1f}%'


def smooth(random_source, start, spread, pull, low, high):
    """A walk that is drawn back to where it started: fading of a radio cell."""
    value = start
    while True:
        yield min(high, max(low, value))
        value += pull * (start - value) + random_source.gauss(0, spread)


def train(r):
    """Cells that come and go every 20 s or so, two tunnels without any, one of them long."""
    yield 'down.rate,up.rate,delay,jitter,loss,queue'
    fading = smooth(r, 1.0, 0.12, 0.2, 0.4, 1.5)
    for at in range(0, 120_000, 500):
        second = at / 1000
        cell = 0.5 - 0.5 * math.cos(2 * math.pi * second / 22)  # 0 between two masts, 1 under one
        down = (0.6e6 + 9e6 * cell) * next(fading)
        up = down / 4
        loss = 0.2 + 2.5 * (1 - cell) ** 3
        if 38 <= second < 42 or 80 <= second < 81.5:
            down = up = 0
        # A handover between two cells: nothing for a moment.
        if at % 22_000 == 0 and at > 0:
            down = up = 0
        yield at, rate(down), rate(up), ms(35 + 45 * (1 - cell)), ms(10 + 15 * (1 - cell)), percent(loss), '400ms'
    yield 120_000, 'repeat'


def elevator(r):
    """Good Wi-Fi, the doors close: within two seconds next to nothing for fifteen, and back."""
    yield 'down.rate,up.rate,delay,jitter,loss,queue'
    for at in range(0, 60_000, 250):
        second = at / 1000
        if second < 20 or second >= 38:
            signal = 1.0
        elif second < 22:
            signal = (22 - second) / 2
        elif second < 35:
            signal = 0.0
        else:
            signal = (second - 35) / 3
        down = 20e6 * signal ** 2 * r.uniform(0.85, 1.1) if signal > 0 else 60e3 * r.choice((0, 1, 1))
        up = down / 2
        yield (at, rate(down), rate(up), ms(15 + 60 * (1 - signal)), ms(4 + 40 * (1 - signal)),
               percent(0.1 + 14 * (1 - signal) ** 2), '300ms')
    yield 60_000, 'repeat'


def cafe(r):
    """Wi-Fi that many share: plenty on average, bursts of loss, pauses when others hold the channel."""
    yield 'down.rate,up.rate,delay,jitter,burst,queue'
    load = smooth(r, 0.55, 0.08, 0.1, 0.15, 0.95)
    pause_until = 0
    for at in range(0, 90_000, 200):
        share = 1 - next(load)
        if at >= pause_until and r.random() < 0.02:
            pause_until = at + r.choice((200, 200, 400))
        down = 0 if at < pause_until else 18e6 * share * r.uniform(0.6, 1.2)
        up = 0 if at < pause_until else 8e6 * share * r.uniform(0.5, 1.2)
        enter = 0.3 + 1.2 * (1 - share)
        yield at, rate(down), rate(up), '18ms', ms(6 + 30 * (1 - share) ** 2), f'{enter:.1f}%/30%/70%', '250ms'
    yield 90_000, 'repeat'


def umts(r):
    """3G: 1 to 2 Mbit/s down, a third of it up, delays that stand, a deep queue."""
    yield 'down.rate,up.rate,delay,jitter,loss,queue'
    cell = smooth(r, 1.0, 0.1, 0.1, 0.3, 1.4)
    for at in range(0, 60_000, 1000):
        level = next(cell)
        yield (at, rate(1.4e6 * level), rate(0.42e6 * level), ms(70 + 15 * r.random()), ms(20 + 10 * r.random()),
               percent(0.3), '800ms')
    yield 60_000, 'repeat'


def satellite(r):
    """A satellite in a high orbit, 270 ms each way; a minute of rain costs rate and loses packets."""
    yield 'down.rate,up.rate,delay,jitter,loss,queue'
    for at in range(0, 120_000, 2000):
        second = at / 1000
        rain = math.exp(-(((second - 70) / 15) ** 2))
        down = 12e6 * (1 - 0.75 * rain) * r.uniform(0.92, 1.05)
        yield (at, rate(down), rate(down / 5), '270ms', ms(8 + 20 * rain), percent(0.1 + 3 * rain), '600ms')
    yield 120_000, 'repeat'


def policer(_random):
    """Nothing waits: what exceeds the contract is lost at once. Two steps down, one up."""
    yield 'down.police,up.police,delay,jitter'
    yield 0, '3M/64kB', '1500k/32kB', '20ms', '2ms'
    yield 20_000, '1M/32kB', '500k/16kB', '20ms', '2ms'
    yield 40_000, '500k/16kB', '500k/16kB', '20ms', '2ms'
    yield 60_000, '2M/64kB', '1M/32kB', '20ms', '2ms'
    yield 80_000, 'repeat'


TRACES = {'train': train, 'elevator': elevator, 'cafe': cafe, '3g': umts, 'satellite': satellite, 'policer': policer}


def text_of(name, make):
    # Seeded by the name: a change of one trace leaves the others as they are.
    rows = make(random.Random(f'parley-link {name}'))
    lines = [f'# {line.strip()}' for line in make.__doc__.strip().splitlines()]
    lines.append('# Made by generate.py.')
    lines.append(f'ms,{next(rows)}')
    lines += [','.join(str(field) for field in row) for row in rows]
    return '\n'.join(lines) + '\n'


def main(arguments):
    check = arguments == ['--check']
    if arguments and not check:
        print('usage: generate.py [--check]', file=sys.stderr)
        return 2
    differing = []
    for name, make in TRACES.items():
        file, text = HERE / f'{name}.csv', text_of(name, make)
        if not check:
            file.write_text(text)
        elif not file.exists() or file.read_text() != text:
            differing.append(file.name)
    for name in differing:
        print(f'{name} is not what generate.py makes', file=sys.stderr)
    return 1 if differing else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
