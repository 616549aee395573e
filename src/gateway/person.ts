import { z } from 'zod';
import { faultOfName } from '@runwright/client/contract';

/** The name of a person, as others see it. */
export const person = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .refine((name) => faultOfName(name) === undefined, { error: ({ input }) => faultOfName(String(input)) });
