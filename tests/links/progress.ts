// What goes on, for who waits: a line that counts on a terminal, else a line for each scenario.
const EVERY_MS = 500;

const clock = (seconds: number) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

export class Progress {
  #timer: NodeJS.Timeout | undefined;
  #done = 0;

  constructor(
    private readonly steps: number,
    private readonly out: NodeJS.WriteStream = process.stderr,
  ) {}

  begin(what: string, seconds: number): void {
    const head = `links: ${++this.#done} of ${this.steps}  ${what}`;
    if (!this.out.isTTY) {
      this.out.write(`${head}, ${seconds} s\n`);
      return;
    }
    const begin = performance.now();
    const show = () => this.out.write(`\r\x1b[K${head}  ${clock((performance.now() - begin) / 1000)} of ${clock(seconds)}`);
    show();
    this.#timer = setInterval(show, EVERY_MS);
  }

  end(): void {
    clearInterval(this.#timer);
    if (this.out.isTTY) this.out.write('\r\x1b[K');
  }

  say(what: string): void {
    this.end();
    this.out.write(`links: ${what}\n`);
  }
}
