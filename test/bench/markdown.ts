/** A Markdown table whose columns line up; the first is text, all others are figures. */
export const markdown = (columns: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = columns.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`));
  return [line(columns), `|${rule.join('|')}|`, ...rows.map(line)].join('\n');
};
