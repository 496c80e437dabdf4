// A chat of thousands. Over REST it would take an hour, since nobody may write that fast: a few messages are written as
// they should be, and their rows are copied in the server's database.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { MeetingClient } from './meeting_client.ts';
import type { Server } from './server.ts';

const COPY = `
import sqlite3, sys
file, count = sys.argv[1], int(sys.argv[2])
db = sqlite3.connect(file, timeout=20)
db.row_factory = sqlite3.Row
seeds = [dict(row) for row in db.execute("SELECT * FROM chat_messages ORDER BY number")]
second = 10 ** (len(str(seeds[0]["at"])) - 10)
columns = list(seeds[0])
db.execute("DELETE FROM chat_messages")
db.executemany(
    "INSERT INTO chat_messages (%s) VALUES (%s)" % (",".join(columns), ",".join("?" * len(columns))),
    ([{**seeds[i % len(seeds)], "number": i + 1, "id": "copy-%d" % (i + 1), "at": seeds[0]["at"] - (count - i) * 10 * second,
       "text": "Message %d%s" % (i + 1, ", and somewhat more to read, as it happens" * (i % 4))}[name] for name in columns]
     for i in range(count)))
db.commit()
`;

/** "Message 1" … in the one meeting of the server that has a chat, by these people in turn, ten seconds apart. */
export async function fillChat(server: Server, people: readonly MeetingClient[], count: number): Promise<void> {
  for (const one of people) await one.do('POST', '/chat', { text: `by ${one.name}` });
  execFileSync('python3', ['-c', COPY, path.join(server.folder, 'nats/parley.db'), String(count)]);
}
