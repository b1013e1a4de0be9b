import { escaped } from '../explain/markdown-page.ts';
import { visible } from '../terminal/visible.ts';
import { quoted } from './compare-echo.ts';
import type { ComparedField, EchoReport, EchoStep, Finding } from './report.ts';
import { echoText, headOf, timeText, verdictText } from './report-words.ts';

/** The report to be filed, in GitHub's Markdown. */
export function echoReportMarkdown(report: EchoReport): string {
  return [
    `# Echo-test of ${report.contract}`,
    '',
    `**${verdictText(report)}**`,
    '',
    ...table(
      ['', ''],
      headOf(report).map(([label, words]) => [label, words]),
    ),
    '',
    ...table(
      ['step', 'what was done', 'verdict'],
      report.steps.map(({ name, what, verdict }, index) => [`${index + 1} ${name}`, what, WORDS[verdict]]),
    ),
    ...report.steps.flatMap((step, index) => stepPart(step, index + 1)),
    ...(report.findings.length === 0
      ? []
      : ['', '## The whole test', '', ...report.findings.map(findingLine)]),
    '',
  ].join('\n');
}

const WORDS = { ok: 'ok', failed: '**failed**', 'not-tried': 'not tried' } as const;

const stepPart = (
  { name, verdict, calls, echoes, findings }: EchoStep,
  number: number,
): readonly string[] => [
  '',
  `## ${number} ${name}: ${WORDS[verdict].replaceAll('*', '')}`,
  ...(calls.length === 0
    ? []
    : [
        '',
        ...table(
          ['sent', 'call', 'at (UTC)', 'ms', 'answer'],
          calls.map(({ kind, call, at, ms, answer }) => [kind, call, timeText(at), String(ms), answer]),
        ),
      ]),
  ...echoes.flatMap((echo) => [
    '',
    `**${echo.transaction}** ${cell(echoText(echo))}${echo.came === null ? '' : `, message \`${cell(echo.came.messageId)}\``}`,
    ...(echo.came === null ? [] : ['', ...fieldTable(echo.fields)]),
  ]),
  ...(findings.length === 0 ? [] : ['', ...findings.map(findingLine)]),
];

const fieldTable = (fields: readonly ComparedField[]): readonly string[] =>
  table(
    ['field', 'sent', 'came back', 'in the scratch ticket', ''],
    fields.map(({ field, sent, back, here, verdict }) => [
      field,
      quoted(sent),
      back === null ? '–' : back === sent ? 'the same' : quoted(back),
      here.map((one) => `${one.field}: ${quoted(one.value)}`).join(', '),
      verdict === 'same' ? 'same' : `**${verdict}**`,
    ]),
  );

const findingLine = ({ kind, text, help }: Finding): string =>
  `- ${kind === 'problem' ? '**Wrong:** ' : ''}${cell(text)}${help === null ? '' : ` *What helps: ${cell(help)}*`}`;

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${heads.join(' | ')} |`,
  `|${heads.map(() => ' --- ').join('|')}|`,
  ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
];

/** The bold of verdicts is put on by who knows that it is none of the ticket's. */
const cell = (text: string): string => (/^\*\*[a-z]+\*\*$/.test(text) ? text : escaped(visible(text)));
