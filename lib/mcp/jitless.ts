/**
 * Imported before the SDK: zod reads this when a schema is made. To compile each of the protocol's schemas when it is
 * first used would be 9 ms of a first call, and no call is so often made that it would win them back.
 */

import * as z from 'zod/mini';

z.config({ jitless: true });
