import * as reactorErrors from '../../src/reactor/errors.ts';
import { addClasses } from './errors.ts';
import { filesystemLockOperations } from './filesystem-lock-operations.ts';
import { coreOperations, type Operations } from './operations.ts';
import { protocolOperations } from './protocol-operations.ts';
import { reactOperations } from './react-operations.ts';
import { serviceOperations } from './service-operations.ts';
import { trialOperations } from './trial-operations.ts';

addClasses(reactorErrors);

/** The operations of all areas. */
export const allOperations = {
  ...coreOperations,
  ...filesystemLockOperations,
  ...protocolOperations,
  ...reactOperations,
  ...serviceOperations,
  ...trialOperations,
} as Operations;
