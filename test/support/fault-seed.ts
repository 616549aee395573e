/** Seed of what a test does at random: that of `RUNWRIGHT_FAULTS_SLICE` (SEED/MINUTES), so that it differs each day; else 1. */
export const faultSeed = (): number => Number.parseInt(process.env['RUNWRIGHT_FAULTS_SLICE'] ?? '1', 10);
