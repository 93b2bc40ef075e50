/** What a baseline sends: the inputs of the tool's own requests, wave after wave, those of one wave together. */
export type Waves = { operation: string; input: unknown }[][];

/** The barest handler of these operations: it sends what it is told to, and answers. */
export const sending =
  (operations: Record<string, (input: never) => Promise<unknown>>) =>
  async (waves: Waves): Promise<{ statusCode: number }> => {
    for (const wave of waves)
      await Promise.all(wave.map(({ operation, input }) => operations[operation]?.(input as never)));
    return { statusCode: 200 };
  };
