import { describe, expect, test } from 'vitest';
import { EXPLAIN_FORMATS, runExplain } from '../../../adapters/cli/explain.ts';
import { explainContract } from '../../../adapters/explain/explain-contract.ts';
import { markdownPage } from '../../../adapters/explain/markdown-page.ts';
import { say, fixed, name, type Page } from '../../../adapters/explain/page.ts';
import { textPage } from '../../../adapters/explain/text-page.ts';
import { loadContract } from '../../../adapters/rules/read-contract-folder.ts';
import { EXIT } from '../../../adapters/terminal/exit-codes.ts';

class Kept {
  text = '';
  write(some: string): boolean {
    this.text += some;
    return true;
  }
}

async function pageOf(contractName: string): Promise<Page> {
  const { contract } = await loadContract(`rules/${contractName}`);
  if (contract === null) throw new Error('the sample contract has mistakes');
  return explainContract(contract, '0123456789ab');
}

const page = (phrase: ReturnType<typeof say>): Page => ({
  title: 'A page',
  sections: [{ heading: 'A section', blocks: [{ kind: 'table', head: ['head'], rows: [[phrase]] }] }],
});

describe.each(['acme', 'globex'])('the page of the sample %s', (contract) => {
  test('reads as it does in the kept file, on a terminal and in a review', async () => {
    const sample = await pageOf(contract);
    await expect(textPage(sample, { width: 100, color: false })).toMatchFileSnapshot(
      `golden/${contract}.txt`,
    );
    await expect(markdownPage(sample)).toMatchFileSnapshot(`golden/${contract}.md`);
  });

  test.each([72, 80, 110])('fits %i columns', async (width) => {
    const lines = textPage(await pageOf(contract), { width, color: false }).split('\n');
    const long = lines.filter((line) => line.length > width);
    expect(long).toEqual([]);
  });

  test('names every rule and every word of the contract', async () => {
    const { contract: compiled } = await loadContract(`rules/${contract}`);
    const text = markdownPage(await pageOf(contract)).replaceAll('\\', '');
    const { outbound, inbound, errors, tables } = compiled ?? expect.fail('the sample contract has mistakes');
    for (const rule of [...outbound.triggers, ...inbound.outOfScope, ...errors])
      expect(text).toContain(rule.name);
    for (const table of tables.values()) {
      for (const { client, provider } of table.entries) expect(text).toContain(`| ${client} | ${provider} |`);
    }
    for (const field of [...outbound.fields.keys(), ...inbound.fields.keys(), ...inbound.create.keys()]) {
      expect(text).toContain(`| **${field}** |`);
    }
  });
});

describe('what Markdown would take for a sign of its own', () => {
  test('is escaped in texts, names and words', () => {
    const phrase = say`a|b ${name('c_d*e*')} ${fixed('<f> `g` [h]')}`;
    expect(markdownPage(page(phrase))).toContain('| a\\|b **c\\_d\\*e\\*** “\\<f\\> \\`g\\` \\[h\\]” |');
  });

  test('stays as it is in an expression, but for what would end the cell', () => {
    const phrase = [{ kind: 'code', text: "$split(a, '`') ~>\n $join('|')" } as const];
    expect(markdownPage(page(phrase))).toContain("| `` $split(a, '`') ~> $join('\\|') `` |");
  });
});

describe('bridgehead explain', () => {
  test.each(EXPLAIN_FORMATS)('prints the page as %s', async (format) => {
    const out = new Kept();
    const complaints = new Kept();
    const code = await runExplain('rules/acme', out, { format, color: false, width: 100, complaints });
    expect({ code, complaints: complaints.text }).toEqual({ code: EXIT.ok, complaints: '' });
    expect(out.text).toMatch(format === 'markdown' ? /^# The contract acme\n/ : /^The contract acme\n/);
  });

  test('tells the mistakes of a contract that does not compile, and prints no page', async () => {
    const out = new Kept();
    const complaints = new Kept();
    const options = { format: 'text', color: false, width: 100, complaints } as const;
    const code = await runExplain('test/diagnostics/cases', out, options);
    expect({ code, out: out.text }).toEqual({ code: EXIT.problems, out: '' });
    expect(complaints.text).toContain('BH001');
  });

  test('says which folder is missing', async () => {
    const complaints = new Kept();
    const options = { format: 'text', color: false, width: 100, complaints } as const;
    expect(await runExplain('rules/nobody', new Kept(), options)).toBe(EXIT.usage);
    expect(complaints.text).toContain('rules/nobody');
  });
});
