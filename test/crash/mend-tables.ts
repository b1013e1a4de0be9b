import type { CrashWorld } from './crash-world.ts';
import { rowsOf } from './sql.ts';

interface Checked {
  readonly Table: string;
  readonly Msg_type: string;
  readonly Msg_text: string;
}

/**
 * What the server's administrators do after it has crashed: they check the tables, and have those built anew that are damaged. A
 * MariaDB that was killed a while after its disk was full has been seen to call an index corrupt when it came back.
 */
export async function mendTables(world: CrashWorld): Promise<void> {
  const tables = await rowsOf<{ readonly name: string }>(
    world.administrators,
    `SELECT CONCAT('\`', table_schema, '\`.\`', table_name, '\`') AS name FROM information_schema.tables
     WHERE table_schema LIKE 'crash\\_%' AND table_type = 'BASE TABLE'`,
  );
  for (const { name } of tables) {
    const checked = await rowsOf<Checked>(world.administrators, `CHECK TABLE ${name}`);
    const damage = checked.filter(({ Msg_type: type, Msg_text: text }) => type !== 'status' || text !== 'OK');
    if (damage.length === 0) continue;
    world.say(
      `the server damaged ${name}, which is built anew: ${damage.map((row) => row.Msg_text).join('; ')}`,
    );
    await rowsOf(world.administrators, `ALTER TABLE ${name} FORCE`);
  }
}
